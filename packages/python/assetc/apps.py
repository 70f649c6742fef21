from functools import partial

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register


class AssetcConfig(AppConfig):
    name = "assetc"
    verbose_name = "assetc"

    def ready(self) -> None:
        from .checks import check_build

        # DEBUG is read now: test runners turn it off later, for tests against whatever build there is. The tag's checks are
        # those that collectstatic runs.
        register(partial(check_build, settings.DEBUG), Tags.staticfiles)
