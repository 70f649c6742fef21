"""Collects a built site with Django and asks a real server for everything that its pages use.

    python collect_and_crawl.py SITE --storage plain|manifest|whitenoise|assetc|assetc-collect|assetc-whitenoise [--collect] [--debug]

SITE is fixtures/site with the output of `assetc build` in its `static` folder; it is copied and left alone. With
`--debug`, Django's finders serve the output in place. Without, collectstatic runs three times (the second run and
the one with --clear must change nothing) and what it collected is served. With `--collect`, `assetc collect` does what
collectstatic is told to leave.

Every answer must be 200 and hold the bytes that lie in the folder. Prints how many URLs were checked.
"""

import argparse
import base64
import gzip
import hashlib
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from socketserver import ThreadingMixIn
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from references import READERS, Page

# Each must have been asked for, or the crawl has missed something.
KINDS = {"page", "css", "js", "svg", "png", "jpg", "woff", "woff2", "webmanifest", "txt"}
CONTENT_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "png": "image/png"}
FINGERPRINT = re.compile(r"\.[0-9a-f]{12}\.")
TEMPLATE_TAG = re.compile(r"""\{%\s*static\s+(?:"([^"]+)"|'([^']+)')\s*%\}""")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("site", type=Path)
    storages = ["plain", "manifest", "whitenoise", "assetc", "assetc-collect", "assetc-whitenoise"]
    arguments.add_argument("--storage", choices=storages, required=True)
    arguments.add_argument("--collect", action="store_true")
    arguments.add_argument("--debug", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        shutil.copytree(options.site, site)
        os.environ |= {
            "SITE_DEBUG": "1" if options.debug else "0",
            "SITE_STORAGE": options.storage,
            "DJANGO_SETTINGS_MODULE": "crawled_settings",
            "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *sys.path[1:]]),
        }
        if not options.debug:
            collect(site, options.collect)
        crawl = Crawl(site, options)
        crawl.run()
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(crawl.kinds.items()))
    print(f"{len(crawl.seen)} checked ({kinds})")


def collect(site, assetc):
    """Runs collectstatic as a deploy does, and again."""
    first, _ = collectstatic(site, assetc)
    second, words = collectstatic(site, assetc)
    assert re.search(r"^0 static files copied", words, re.M), f"the second run copied files:\n{words}"
    assert second == first, f"the second run changed {differences(first, second)}"
    cleared, _ = collectstatic(site, assetc, "--clear")
    assert cleared == first, f"--clear changed {differences(first, cleared)}"
    assert "assetc.json" in first, "assetc.json was not collected"


def collectstatic(site, assetc, *flags):
    """The hash of every collected file, and what the commands said."""
    root = site / "staticfiles"
    commands = [[sys.executable, "manage.py", "collectstatic", "--noinput", *flags]]
    if assetc:
        commands[0].append("--no-post-process")
        commands.append([os.environ["ASSETC_BINARY"], "collect", root])
    words = ""
    for command in commands:
        run = subprocess.run(command, cwd=site, capture_output=True, text=True)
        words += run.stdout + run.stderr
        assert run.returncode == 0, f"{command} ended with {run.returncode}:\n{words}"
    assert "Found another file" not in words and "conflict" not in words, words
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}, words


def differences(before, after):
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


class Crawl:
    """Asks a server of the site for everything that can be reached from its front page, each URL once."""

    def __init__(self, site, options):
        os.chdir(site)
        sys.path.insert(0, str(site))
        import django

        django.setup()
        self.site, self.options = site, options
        self.seen, self.queue, self.kinds = set(), [], Counter()
        self.bodies, self.compressed = {}, 0

    def run(self):
        server = serve(self.application())
        self.port = server.server_port
        self.origin = f"http://127.0.0.1:{self.port}"
        try:
            self.add(self.origin, "/", "the crawl")
            for page in ["/robots.txt", "/admin/login/", "/form/"]:
                self.add(self.origin, page, "the crawl")
            self.add_template_tags()
            manifest = self.add_manifest()
            while self.queue:
                self.visit(*self.queue.pop())
        finally:
            server.shutdown()
        self.check_manifest(manifest)
        missed = KINDS - self.kinds.keys()
        assert not missed, f"the crawl met no {', '.join(sorted(missed))}: {dict(self.kinds)}"
        if self.immutable_expected():
            assert self.compressed, "nothing came compressed"

    def application(self):
        """The site as it is served: by runserver's handler, by WhiteNoise, or with STATIC_ROOT beside it."""
        from django.conf import settings
        from django.contrib.staticfiles.handlers import StaticFilesHandler
        from django.core.wsgi import get_wsgi_application

        application = get_wsgi_application()
        if settings.DEBUG and not self.options.storage.endswith("whitenoise"):
            application = StaticFilesHandler(application)
        return application

    def add(self, base, reference, why):
        """Notes what `base` refers to, when it is ours."""
        url, fragment = urldefrag(urljoin(base, reference))
        # One spelling for one URL: a reference may hold é and @ as they are, browsers send them percent-encoded.
        url = quote(unquote(url), safe="/:?#=&")
        if not url.startswith(self.origin):
            ours = urlsplit(url).scheme in ("data", "mailto") or "/admin/" in why
            assert ours, f"{why} refers to {url}"
            return
        if fragment and url.split("?")[0].endswith(".svg"):
            picture = self.body(url, why).decode()
            assert re.search(rf'\bid="{re.escape(fragment)}"', picture), f"{why}: {url} has no #{fragment}"
        if url not in self.seen:
            self.seen.add(url)
            self.queue.append((url, why))

    def add_template_tags(self):
        """Every `{% static "…" %}`, whether a page shows it or not."""
        from django.templatetags.static import static

        for template in self.site.rglob("templates/**/*.html"):
            for match in TEMPLATE_TAG.findall(template.read_text()):
                self.add(self.origin, static(match[0] or match[1]), template.name)

    def add_manifest(self):
        """Every file that assetc.json lists, under both names."""
        manifest = json.loads(self.body(f"{self.origin}/static/assetc.json", "the crawl"))
        for logical, file in manifest["files"].items():
            for name in {file["path"], file.get("plain") or file["path"]}:
                self.add(self.origin, "/static/" + quote(name), f"assetc.json, {logical}")
        return manifest

    def check_manifest(self, manifest):
        """What assetc.json says of the files is true of what was served."""
        files = manifest["files"]
        ours = self.options.collect or self.options.storage.startswith("assetc")
        if ours and not self.options.debug:
            self.check_names(files)
        for logical, file in files.items():
            body = self.bodies[f"{self.origin}/static/{quote(file['path'])}"]
            assert hashlib.sha256(body).hexdigest() == file["sha256"], f"{logical}: not the bytes of its sha256"
            assert len(body) == file["size"], f"{logical}: not its size"
            if integrity := file.get("integrity"):
                algorithm, _, digest = integrity.partition("-")
                assert hashlib.new(algorithm, body).digest() == base64.b64decode(digest), f"{logical}: not its integrity"
            for name in file["references"]:
                assert name in files, f"{logical} refers to {name}, which assetc.json does not list"
        for logical, entry in manifest["entries"].items():
            for name in [logical, *entry["imports"], *entry["dynamic"], *entry["css"], *entry["assets"]]:
                assert name in files, f"entry {logical} names {name}, which assetc.json does not list"

    def check_names(self, files):
        """Pages name assetc's files by assetc's names, and no fingerprint was put behind another."""
        from django.templatetags.static import static

        for logical, file in files.items():
            assert unquote(static(logical)) == "/static/" + file["path"], f"{logical} became {static(logical)}"
        doubled = [url for url in self.seen if len(FINGERPRINT.findall(url)) > 1]
        assert not doubled, doubled
        assert any(re.search(r"/admin/css/base\.[0-9a-f]{12}\.css$", url) for url in self.seen), "the admin is not hashed"

    def visit(self, url, why):
        body = self.body(url, why)
        kind = self.kind(url)
        self.kinds[kind] += 1
        if kind == "page":
            references = Page(body.decode()).found
        else:
            references = READERS.get(kind, lambda _: [])(body.decode("utf-8", "replace"))
        for reference in references:
            self.add(url, reference, url)

    def kind(self, url):
        path = urlsplit(url).path
        return path.rpartition(".")[2].lower() if path.startswith("/static/") else "page"

    def body(self, url, why):
        if url not in self.bodies:
            self.bodies[url] = self.get(url, why)
        return self.bodies[url]

    def get(self, url, why, redirects=3):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", url.removeprefix(self.origin), headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        location = response.headers["Location"]
        if response.status in (301, 302) and location and redirects:
            return self.get(urljoin(url, location), why, redirects - 1)
        words = "" if response.status == 404 else f"\n{body.decode('utf-8', 'replace')}"
        assert response.status == 200, f"{response.status} for {url}, which {why} refers to{words}"
        if response.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
            self.compressed += 1
        self.check_static(url, response.headers, body)
        return body

    def check_static(self, url, headers, body):
        path = urlsplit(url).path
        if not path.startswith("/static/"):
            return
        name = unquote(path.removeprefix("/static/"))
        assert body == self.on_disk(name).read_bytes(), f"{url}: not the bytes of {name}"
        if expected := CONTENT_TYPES.get(self.kind(url)):
            assert headers.get_content_type() == expected, f"{url} came as {headers.get_content_type()}"
        if FINGERPRINT.search(name) and self.immutable_expected():
            assert "immutable" in headers["Cache-Control"], f"{url}: {headers['Cache-Control']}"

    def immutable_expected(self):
        return self.options.storage.endswith("whitenoise") and not self.options.debug

    def on_disk(self, name):
        from django.contrib.staticfiles import finders

        if not self.options.debug:
            return self.site / "staticfiles" / name
        found = finders.find(name)
        assert found, f"no finder knows {name}"
        return Path(found)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def serve(application):
    """A server on a free port of this machine, running."""
    server = Server(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    main()
