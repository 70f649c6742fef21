"""Storages for `STORAGES["staticfiles"]` that serve assetc's files under assetc's names, and hash all others as Django does.

`{% static "css/app.css" %}` gives the fingerprinted name of what assetc wrote; its bytes are never touched, so integrity values stay
true. The admin, other apps and form media go on as before. With DEBUG on names stay plain, as with every storage of Django.
"""

import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from django.contrib.staticfiles.storage import ManifestFilesMixin, ManifestStaticFilesStorage

from . import manifest
from .binary import find_binary

if TYPE_CHECKING:
    Base = ManifestFilesMixin
else:
    Base = object


class AssetcMixin(Base):
    """For any manifest storage, put before it: `class Storage(AssetcMixin, S3ManifestStaticStorage): pass`."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, Any]]:
        owned = manifest.load().owned()
        rest = {name: place for name, place in paths.items() if name.replace("\\", "/") not in owned}
        yield from super().post_process(rest, dry_run=dry_run, **options)

    def save_manifest(self) -> None:
        """Called at the end of `post_process`: adds assetc's names to Django's."""
        self.hashed_files |= manifest.load().final_names()
        super().save_manifest()

    def stored_name(self, name: str) -> str:
        # Nothing was ever collected, as in tests: the plain name, not a ValueError for each static file.
        return super().stored_name(name) if self.hashed_files else name

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """Other people's stylesheets may refer to what assetc wrote."""
        parts = urlsplit(unquote(name))
        ours = manifest.load().final_names().get(parts.path.strip())
        if ours is None:
            return super().hashed_name(name, content, filename)
        # `font.eot?#iefix` must keep its question mark, which has no query behind it.
        mark = "?" if "?#" in name and not parts.query else ""
        return urlunsplit(parts._replace(path=ours + mark))


class AssetcStaticFilesStorage(AssetcMixin, ManifestStaticFilesStorage):
    """Django's own manifest storage that knows what assetc wrote."""


class AssetcCollectStorage(ManifestStaticFilesStorage):
    """For hosts that run collectstatic themselves: Django's manifest storage whose work `assetc collect` does.

    It hashes, rewrites and compresses everything, scripts' imports included. `STATIC_ROOT` must be a folder of this machine.
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, Any]]:
        if dry_run:
            return
        before = self.load_manifest()[0]
        subprocess.run([find_binary(), "collect", self.location, "--static-url", self.base_url, "--quiet"], check=True)
        self.hashed_files, self.manifest_hash = self.load_manifest()
        for name, hashed in self.hashed_files.items():
            yield name, hashed, before.get(name) != hashed


try:
    from whitenoise.storage import CompressedManifestStaticFilesStorage
except ImportError:
    pass
else:

    class AssetcWhiteNoiseStorage(AssetcMixin, CompressedManifestStaticFilesStorage):
        """WhiteNoise's compressed manifest storage that knows what assetc wrote.

        Compresses those of assetc's fingerprinted files that came without compressed siblings.
        """

        def post_process(
            self, paths: dict[str, Any], dry_run: bool = False, **options: Any
        ) -> Iterator[tuple[str, str | None, Any]]:
            yield from super().post_process(paths, dry_run=dry_run, **options)
            if dry_run:
                return
            collected = {name.replace("\\", "/") for name in paths}
            final = {file["path"] for file in manifest.load().files.values()}
            # The bytes under such a name never change, so neither do its siblings.
            bare = [name for name in final & collected if not any(self.exists(name + end) for end in manifest.SIBLINGS)]
            for name, compressed in self.compress_files(sorted(bare)):
                yield name, compressed, True
