"""What `manage.py check`, `runserver` and `collectstatic` say about the build."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from .manifest import Manifest, UnreadableManifest, load

# In the output folder, never collected; every build that ends well sets its time.
LEDGER = ".assetc-ledger.json"


def check_build(debug: bool, app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """The build is there, is one for a server when `debug` is off, and is not older than the sources."""
    try:
        manifest = load()
    except UnreadableManifest as error:
        return [Error(f"assetc.json cannot be read: {error}.", id="assetc.E002")]
    if manifest.location is None:
        return [
            Warning(
                "assetc has built nothing yet: no assetc.json on STATICFILES_DIRS.",
                hint="Run `assetc build`, and put its output folder (`static` by default) on STATICFILES_DIRS.",
                id="assetc.W001",
            )
        ]
    if manifest.mode == "development" and not debug:
        return [
            Error(
                f"{manifest.location} is a development build, and DEBUG is off.",
                hint="Run `assetc build` before collectstatic.",
                id="assetc.E001",
            )
        ]
    newer = next(_newer_sources(manifest, project_root()), None)
    if newer is None:
        return []
    return [
        Warning(
            f"The build of assetc is older than {newer}.",
            hint="Run `assetc build`.",
            id="assetc.W002",
        )
    ]


def project_root() -> Path:
    """The folder of `assetc.toml`: `ASSETC_ROOT`, else `BASE_DIR`, else the working directory."""
    return Path(getattr(settings, "ASSETC_ROOT", None) or getattr(settings, "BASE_DIR", None) or Path.cwd())


def _newer_sources(manifest: Manifest, root: Path) -> Iterator[Path]:
    """Sources that changed since the last build, deleted ones included; nothing where that cannot be told."""
    try:
        # The project may be deployed without its sources, and the output without its ledger.
        built = (manifest.location.parent / LEDGER).stat().st_mtime if manifest.location else None
    except OSError:
        return
    sources = [root / file["source"] for file in manifest.files.values() if "source" in file]
    if built is None or not any(source.exists() for source in sources):
        return
    yield from (source for source in sources if not source.exists())
    for folder in _outermost({source.parent for source in sources}):
        for parent, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
            for name in names:
                path = Path(parent, name)
                if not name.startswith(".") and path.exists() and path.stat().st_mtime > built:
                    yield path


def _outermost(folders: set[Path]) -> Iterator[Path]:
    return (folder for folder in sorted(folders) if not folders.intersection(folder.parents))
