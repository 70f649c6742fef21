"""What a page, a style sheet, a script, an SVG or a web manifest refers to, as a browser would see it.

Made for the example site, not for any file: scripts are searched, not parsed.
"""

import json
import re
from html.parser import HTMLParser

COMMENT = re.compile(r"/\*.*?\*/", re.S)
SOURCE_MAP = re.compile(r"^\s*(?://#|/\*#)\s*sourceMappingURL=(\S+?)(?:\s*\*/)?\s*$", re.M)
CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s]*))\s*\)""")
CSS_IMPORT = re.compile(r"""@import\s*(?:"([^"]*)"|'([^']*)')""")
CSS_IMAGE_SET = re.compile(r"image-set\(((?:[^()]|\([^()]*\))*)\)")
CSS_STRING = re.compile(r""""([^"]*)"|'([^']*)'""")
CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")
JS_IMPORT = re.compile(r"""\b(?:import|export)\s*(?:[\w$*{}\s,]+?from\s*)?(["'])(.+?)\1""")
JS_DYNAMIC_IMPORT = re.compile(r"""\bimport\(\s*(["'`])(.+?)\1""")
JS_NEW_URL = re.compile(r"""\bnew URL\(\s*(["'`])(.+?)\1\s*,\s*import\.meta\.url\s*\)""")
SVG_HREF = re.compile(r"""\b(?:xlink:)?href\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Page(HTMLParser):
    """Collects the references of a page in `found`."""

    SINGLE = {"href", "src", "data", "poster", "xlink:href"}
    SETS = {"srcset", "imagesrcset"}

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in self.SINGLE:
                self.found.append(value or "")
            elif name in self.SETS:
                self.found += [candidate.split()[0] for candidate in value.split(",")]
            elif name == "style":
                self.found += in_css(value or "")


def groups(pattern, text):
    """The one group that matched, for each match."""
    return [next((group for group in match.groups() if group is not None), "") for match in pattern.finditer(text)]


def in_css(text):
    source_maps = SOURCE_MAP.findall(text)
    text = COMMENT.sub(" ", text)
    found = groups(CSS_URL, text) + groups(CSS_IMPORT, text)
    for candidates in CSS_IMAGE_SET.findall(text):
        bare = re.sub(r"\b(?:url|type)\([^()]*\)", "", candidates)
        found += groups(CSS_STRING, bare)
    return [CSS_ESCAPE.sub(_unescape, reference) for reference in found] + source_maps


def _unescape(match):
    return chr(int(match[1], 16)) if match[1] else match[2]


def in_script(text):
    imports = [match[1] for match in JS_IMPORT.findall(text) + JS_DYNAMIC_IMPORT.findall(text)]
    for specifier in imports:
        if not specifier.startswith(("./", "../", "/")):
            raise AssertionError(f"a browser cannot import the bare specifier {specifier!r}")
    return imports + [match[1] for match in JS_NEW_URL.findall(text)] + SOURCE_MAP.findall(text)


def in_svg(text):
    return groups(SVG_HREF, text) + groups(CSS_URL, text)


def in_web_manifest(text):
    manifest = json.loads(text)
    pictures = [*manifest.get("icons", []), *manifest.get("screenshots", [])]
    return [manifest["start_url"], *(picture["src"] for picture in pictures)]


READERS = {"css": in_css, "js": in_script, "svg": in_svg, "webmanifest": in_web_manifest}
