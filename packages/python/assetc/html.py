"""The tags that load an entry: what `{% asset %}` writes, for Jinja and for Python code."""

import posixpath
from collections.abc import Iterator
from difflib import get_close_matches
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .manifest import Entry, File, Manifest, load

Attribute = str | bool | None


class UnknownAsset(ValueError):
    """A template names an entry that the build does not have."""


def asset(name: str, *, nonce: object = None, **attributes: Attribute) -> SafeString:
    """The tags that load an entry: its styles, what a module imports as `modulepreload`, and its own tag.

    `attributes` go to the entry's own tag: `defer=True` gives `defer`, `data_turbo="x"` gives `data-turbo="x"`. Raises
    UnknownAsset for a name that the build does not have. Where nothing was built, as in tests, the plain name is loaded.
    """
    return mark_safe("\n".join(_tags(load(), name, nonce, attributes)))


def _tags(manifest: Manifest, name: str, nonce: object, attributes: dict[str, Attribute]) -> Iterator[SafeString]:
    entry = manifest.entries.get(name)
    if entry is None:
        if manifest.location is not None:
            raise UnknownAsset(_unknown(manifest, name))
        entry = Entry() if name.endswith(".css") else Entry(format="module")
    file = manifest.files.get(name, File(path=name))
    url = static(name)
    page = _Page(file["path"], url, nonce)
    if "format" not in entry:
        yield page.stylesheet(name, file, url, attributes)
        return
    for style in entry.get("css", []):
        yield page.stylesheet(style, manifest.files[style], None, {})
    module = entry["format"] != "classic"
    if module:
        for imported in entry.get("imports", []):
            yield page.preload(manifest.files[imported])
    yield page.script(file, url, module, attributes)


class _Page:
    """Where an entry's own file is, and so where the browser will look for what it loads."""

    def __init__(self, path: str, url: str, nonce: object) -> None:
        self.path = path
        self.url = url
        self.nonce = nonce

    def stylesheet(self, name: str, file: File, url: str | None, attributes: dict[str, Attribute]) -> SafeString:
        if url is None:
            url = static(name) if "plain" in file else self.beside(file)
        return _tag("link", {"rel": "stylesheet", "href": url, **self.trust(file, url), **attributes})

    def preload(self, file: File) -> SafeString:
        url = self.beside(file)
        return _tag("link", {"rel": "modulepreload", "href": url, **self.trust(file, url)})

    def script(self, file: File, url: str, module: bool, attributes: dict[str, Attribute]) -> SafeString:
        kind = {"type": "module"} if module else {}
        tag = _tag("script", {**kind, "src": url, **self.trust(file, url), **attributes})
        return format_html("{}</script>", tag)

    def beside(self, file: File) -> str:
        """The URL by which the entry itself loads a chunk: relative to its own, whatever the storage made of that."""
        relative = posixpath.relpath(file["path"], posixpath.dirname(self.path) or ".")
        return urljoin(self.url, quote(relative))

    def trust(self, file: File, url: str) -> dict[str, Attribute]:
        """Integrity, where the URL is that of the very bytes it was made of; CORS for another host; the nonce."""
        parts = urlsplit(url)
        exact = unquote(parts.path).endswith("/" + file["path"])
        integrity = file.get("integrity") if exact else None
        elsewhere = "anonymous" if parts.netloc else None
        nonce = None if self.nonce is None else str(self.nonce) or None
        return {"integrity": integrity, "crossorigin": elsewhere, "nonce": nonce}


def _tag(name: str, attributes: dict[str, Attribute]) -> SafeString:
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    written = format_html_join(
        "",
        "{}",
        ((format_html(" {}", key) if value is True else format_html(' {}="{}"', key, value),)
         for key, value in pairs if value is not None and value is not False),
    )
    return format_html("<{}{}>", name, written)


def _unknown(manifest: Manifest, name: str) -> str:
    if name in manifest.files:
        return f"'{name}' is no entry, so it needs no tags: use {{% static '{name}' %}}"
    near = get_close_matches(name, manifest.entries, n=1)
    hint = f"did you mean '{near[0]}'?" if near else "`assetc build --verbose` lists the entries"
    return f"assetc built no entry '{name}'; {hint}"
