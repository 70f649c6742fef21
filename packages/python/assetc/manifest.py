"""`assetc.json`: what assetc wrote, under which names."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from django.conf import settings
from django.contrib.staticfiles import finders

NAME = "assetc.json"
# Written beside a file by `assetc build` and by whoever compresses what it wrote.
SIBLINGS = (".gz", ".br", ".zst")


class File(TypedDict, total=False):
    """One output, as far as this package reads it; `assetc schema manifest` describes all of it."""

    path: str
    plain: str
    source: str
    integrity: str


class Entry(TypedDict, total=False):
    """A script or style that a page may name; all names in it are logical names."""

    format: str
    imports: list[str]
    css: list[str]


@dataclass(frozen=True)
class Manifest:
    """`assetc.json`, or nothing when there is no build."""

    location: Path | None = None
    mode: str = "production"
    files: dict[str, File] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    retained: list[str] = field(default_factory=list)

    def final_names(self) -> dict[str, str]:
        """The name to serve for each name that a template may use; a final name stands for itself too."""
        names = {file["path"]: file["path"] for file in self.files.values()}
        return names | {logical: file["path"] for logical, file in self.files.items()}

    def owned(self) -> set[str]:
        """Every file below the static root whose bytes are assetc's: none of them may be changed."""
        names = {name for file in self.files.values() for name in (file["path"], file.get("plain")) if name}
        names.update(self.retained)
        return names | {name + sibling for name in names for sibling in SIBLINGS} | {NAME}


class UnreadableManifest(ValueError):
    """`assetc.json` is there and is not a manifest that this package knows."""


_read: dict[Path, tuple[tuple[int, int], Manifest]] = {}


def load() -> Manifest:
    """The manifest that Django's finders find, else the collected one; empty when there is none.

    It is read again when it changed.
    """
    for path in _candidates():
        try:
            stat = path.stat()
        except OSError:
            continue
        version = (stat.st_mtime_ns, stat.st_size)
        if path not in _read or _read[path][0] != version:
            _read[path] = (version, parse(path, path.read_bytes()))
        return _read[path][1]
    return Manifest()


def parse(location: Path, text: bytes) -> Manifest:
    """Reads a manifest of version 1.

    Raises UnreadableManifest for anything else.
    """
    try:
        document: dict[str, Any] = json.loads(text)
        if document["version"] != 1:
            raise UnreadableManifest(
                f"{location} is of version {document['version']}, and this package reads version 1: "
                "install the assetc package of the release that built it"
            )
        return Manifest(
            location, document["mode"], document["files"], document["entries"], document.get("retained", [])
        )
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, UnreadableManifest):
            raise
        raise UnreadableManifest(f"{location} is not a manifest of assetc: build again with `assetc build`") from error


def _candidates() -> list[Path]:
    found = finders.find(NAME)
    candidates = [Path(found)] if isinstance(found, str) else []
    if settings.STATIC_ROOT:
        candidates.append(Path(settings.STATIC_ROOT, NAME))
    return candidates
