"""`manage.py runserver` that starts `assetc watch` beside itself."""

import os
import subprocess
from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from assetc.binary import find_binary
from assetc.checks import project_root


def _next_command() -> Any:
    """The command that would run without this app: that of the next app which has one, else Django's own."""
    names = [config.name for config in apps.get_app_configs()]
    for name in [*names[names.index("assetc") + 1 :], "django.core"]:
        module = f"{name}.management.commands.runserver"
        try:
            return import_module(module).Command
        except ModuleNotFoundError as error:
            # What is missing may be something that the app's own command needs: that is a fault to be seen.
            if not module.startswith(error.name or ""):
                raise


class Command(_next_command()):  # type: ignore[misc]
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--no-assetc", action="store_true", help="Do not start `assetc watch`.")

    def run(self, **options: Any) -> None:
        watch = self._start_watch(options)
        try:
            super().run(**options)
        finally:
            if watch is not None:
                # It ends with its standard input, and so also when this process is killed.
                watch.stdin.close()
                watch.wait()

    def _start_watch(self, options: dict[str, Any]) -> Any:
        # The autoreloader runs the server in a child, which it starts anew after each change; this process stays.
        if options["no_assetc"] or os.environ.get(DJANGO_AUTORELOAD_ENV) == "true":
            return None
        try:
            command = [find_binary(), "watch", "--exit-on-stdin-close", "--root", str(project_root())]
            return subprocess.Popen(command, stdin=subprocess.PIPE)
        except OSError as error:
            self.stderr.write(self.style.WARNING(f"`assetc watch` was not started: {error}"))
            return None
