"""The Python package against a real Django.

    python test_package.py PRODUCTION DEVELOPMENT READERS

PRODUCTION and DEVELOPMENT are copies of the example site, each built in that mode; READERS is one whose assetc.toml asks for the
manifests of django-vite and django-webpack-loader. ASSETC_BINARY names the binary.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path

SITES = {}


class Site:
    """A copy of a site, on which Python code and commands are run."""

    def __init__(self, name):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name, "site")
        shutil.copytree(SITES[name], self.root, copy_function=shutil.copy2)
        self.manifest = json.loads((self.root / "static/assetc.json").read_text())

    def path(self, logical):
        return self.manifest["files"][logical]["path"]

    def python(self, code, debug=False, storage="assetc", settings=""):
        """What the code prints, run with Django set up and `settings` at the end of the site's own."""
        module = self.root / "config/tried.py"
        module.write_text("from config.settings import *\n" + textwrap.dedent(settings))
        setup = "import django; django.setup()\n"
        return self.run([sys.executable, "-c", setup + textwrap.dedent(code)], debug, storage).stdout.strip()

    def manage(self, *arguments, debug=False, storage="assetc", fails=False):
        command = [sys.executable, "manage.py", *arguments]
        run = self.run(command, debug, storage, fails, DJANGO_SETTINGS_MODULE="config.settings")
        return run.stdout + run.stderr

    def run(self, command, debug, storage, fails=False, **environment):
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(self.root), *sys.path[1:]]),
            "DJANGO_SETTINGS_MODULE": "config.tried",
            "SITE_DEBUG": "1" if debug else "0",
            "SITE_STORAGE": storage,
            **environment,
        }
        run = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True)
        assert (run.returncode != 0) == fails, f"{command} ended with {run.returncode}\n{run.stdout}{run.stderr}"
        return run

    def collect(self, storage="assetc"):
        self.manage("collectstatic", "--noinput", storage=storage)


RENDER = """
from django.template import Context, Template
print(Template('{{% load assetc %}}' + {template!r}).render(Context({context!r})))
"""


class PackageTest(unittest.TestCase):
    maxDiff = None

    def site(self, name="production"):
        site = Site(name)
        self.addCleanup(site.folder.cleanup)
        return site

    def render(self, site, template, context=None, **options):
        return site.python(RENDER.format(template=template, context=context or {}), **options)


class TheStorage(PackageTest):
    def test_before_anything_is_collected_names_are_plain(self):
        site = self.site()
        shutil.rmtree(site.root / "staticfiles", ignore_errors=True)
        said = site.python("from django.templatetags.static import static; print(static('css/app.css'), static('nope.css'))")
        self.assertEqual(said, "/static/css/app.css /static/nope.css")

    def test_a_missing_name_is_still_an_error_once_something_is_collected(self):
        site = self.site()
        site.collect()
        said = site.python("""
            from django.templatetags.static import static
            try:
                static('nope.css')
            except ValueError as error:
                print(error)
        """)
        self.assertEqual(said, "Missing staticfiles manifest entry for 'nope.css'")

    def test_stylesheets_of_others_reach_our_files_by_our_names(self):
        site = self.site()
        theirs = site.root / "shop/static/theirs"
        theirs.mkdir(parents=True)
        (theirs / "theirs.css").write_text('a { background: url("../img/logo.svg?v=1#x") }')
        site.collect()
        [collected] = (site.root / "staticfiles/theirs").glob("theirs.*.css")
        self.assertEqual(collected.read_text(), f'a {{ background: url("../{site.path("img/logo.svg")}?v=1#x") }}')

    def test_another_host(self):
        site = self.site()
        site.collect()
        template = '{% asset "js/main.js" %}{% asset "js/nav.js" %}'
        said = self.render(site, template, settings='STATIC_URL = "https://cdn.example/s/"')
        urls = re.findall(r'(?:src|href)="([^"]+)"', said)
        self.assertGreater(len(urls), 2)
        for url in urls:
            self.assertRegex(url, r"^https://cdn\.example/s/(js|ts)/[a-z.]+\.[0-9a-f]{12}\.js$")
        self.assertEqual(said.count('crossorigin="anonymous"'), len(urls))
        self.assertEqual(said.count('integrity="sha256-'), len(urls))

    def test_a_storage_that_is_no_folder(self):
        site = self.site()
        (site.root / "config/remote.py").write_text(textwrap.dedent("""
            from django.contrib.staticfiles.storage import ManifestFilesMixin
            from django.core.files.storage import InMemoryStorage
            from assetc.storage import AssetcMixin

            class Remote(AssetcMixin, ManifestFilesMixin, InMemoryStorage):
                def __init__(self):
                    super().__init__(base_url="https://bucket.example/")
        """))
        said = site.python(
            """
            from django.contrib.staticfiles.storage import staticfiles_storage
            from django.core.management import call_command
            call_command("collectstatic", interactive=False, verbosity=0)
            print(staticfiles_storage.url("css/app.css"))
            print(staticfiles_storage.open("css/app.css").read() != b"")
            """,
            settings="""
            STATIC_ROOT = None
            STORAGES = {"staticfiles": {"BACKEND": "config.remote.Remote"}}
            """,
        )
        self.assertEqual(said, f"https://bucket.example/{site.path('css/app.css')}\nTrue")

    def test_whitenoise_keeps_only_hashed_files_and_ours_stay(self):
        site = self.site()
        site.python(
            "from django.core.management import call_command\n"
            "call_command('collectstatic', interactive=False, verbosity=0)",
            storage="assetc-whitenoise",
            settings="WHITENOISE_KEEP_ONLY_HASHED_FILES = True",
        )
        for file in site.manifest["files"].values():
            self.assertTrue((site.root / "staticfiles" / file["path"]).is_file(), file)


class TheTag(PackageTest):
    def test_a_module_with_what_it_imports(self):
        site = self.site()
        site.collect()
        entry, files = site.manifest["entries"]["js/main.js"], site.manifest["files"]
        said = self.render(site, '{% asset "js/main.js" data_turbo_track="reload" %}', {"csp_nonce": "abc"})
        lines = [
            f'<link rel="modulepreload" href="/static/{files[name]["path"]}" '
            f'integrity="{files[name]["integrity"]}" nonce="abc">'
            for name in entry["imports"]
        ]
        main = files["js/main.js"]
        lines.append(
            f'<script type="module" src="/static/{main["path"]}" integrity="{main["integrity"]}" nonce="abc" '
            'data-turbo-track="reload"></script>'
        )
        self.assertEqual(said.splitlines(), lines)

    def test_a_classic_script_and_a_style(self):
        site = self.site()
        site.collect()
        said = self.render(site, '{% asset "js/nav.js" defer=True %}{% asset "css/app.css" media="print" %}')
        self.assertRegex(said, r'^<script src="/static/js/nav\.[0-9a-f]{12}\.js" integrity="[^"]+" defer></script><link rel="')
        self.assertRegex(said, r'<link rel="stylesheet" href="/static/css/app\.[0-9a-f]{12}\.css" integrity="[^"]+" media="print">$')

    def test_with_debug_on_names_are_plain_and_carry_no_integrity_of_other_bytes(self):
        said = self.render(self.site(), '{% asset "css/app.css" %}', debug=True)
        self.assertEqual(said, '<link rel="stylesheet" href="/static/css/app.css">')

    def test_stock_storages_work_too(self):
        site = self.site()
        site.collect("manifest")
        settings = 'INSTALLED_APPS = ["assetc", *INSTALLED_APPS]'
        said = self.render(site, '{% asset "js/main.js" %}', storage="manifest", settings=settings)
        preloaded = re.findall(r'"modulepreload" href="([^"]+)"', said)
        script = (site.root / "staticfiles" / re.search(r'src="/static/([^"]+)"', said)[1]).read_text()
        self.assertTrue(preloaded)
        self.assertTrue(any(url.rpartition("/")[2] in script for url in preloaded), "preloaded is what is imported")

    def test_nothing_built(self):
        site = self.site()
        (site.root / "static/assetc.json").unlink()
        said = self.render(site, '{% asset "js/main.js" %}{% asset "css/app.css" %}')
        self.assertEqual(
            said,
            '<script type="module" src="/static/js/main.js"></script><link rel="stylesheet" href="/static/css/app.css">',
        )

    def test_unknown_names_are_told(self):
        code = """
            from assetc.html import asset
            for name in ["js/mian.js", "img/logo.svg", "x"]:
                try:
                    asset(name)
                except ValueError as error:
                    print(error)
        """
        self.assertEqual(
            self.site().python(code).splitlines(),
            [
                "assetc built no entry 'js/mian.js'; did you mean 'js/main.js'?",
                "'img/logo.svg' is no entry, so it needs no tags: use {% static 'img/logo.svg' %}",
                "assetc built no entry 'x'; `assetc build --verbose` lists the entries",
            ],
        )


class TheChecks(PackageTest):
    def test_a_good_build_has_nothing_to_say(self):
        self.assertIn("no issues", self.site().manage("check"))

    def test_no_build(self):
        site = self.site()
        shutil.rmtree(site.root / "static")
        (site.root / "static").mkdir()
        self.assertIn("(assetc.W001) assetc has built nothing yet", site.manage("check"))

    def test_a_manifest_of_another_version(self):
        site = self.site()
        (site.root / "static/assetc.json").write_text('{"version": 9}')
        said = site.manage("collectstatic", "--noinput", fails=True)
        self.assertIn("(assetc.E002) assetc.json cannot be read", said)
        self.assertIn("is of version 9, and this package reads version 1", said)

    def test_a_development_build_does_not_reach_a_server(self):
        site = self.site("development")
        self.assertIn("(assetc.E001)", site.manage("collectstatic", "--noinput", fails=True))
        self.assertIn("no issues", site.manage("check", debug=True))

    def test_test_runners_turn_debug_off_and_may_have_any_build(self):
        self.assertIn("Ran 0 tests", self.site("development").manage("test", debug=True))

    def test_a_source_that_is_newer_or_gone(self):
        for change in [lambda path: os.utime(path, (2**32, 2**32)), Path.unlink]:
            site = self.site()
            change(site.root / "assets/css/app.css")
            self.assertRegex(site.manage("check"), r"\(assetc\.W002\) The build of assetc is older than .*assets/css/app\.css")


class TheServer(PackageTest):
    def test_runserver_watches_and_leaves_no_process_behind(self):
        for end in [signal.SIGTERM, signal.SIGKILL]:
            with self.subTest(end):
                self.watch_and_end(end)

    def watch_and_end(self, end):
        site = self.site("development")
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path[1:]),
            "SITE_DEBUG": "1",
            "SITE_STORAGE": "assetc",
        }
        command = [sys.executable, "manage.py", "runserver", "127.0.0.1:0"]
        server = subprocess.Popen(
            command, cwd=site.root, env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            lock = site.root / "static/.assetc-lock"
            self.wait(lambda: lock.exists() and lock.read_text().strip(), "the watcher to start")
            watcher = int(lock.read_text())
            source = site.root / "assets/css/app.css"
            # The first edits may come before it looks.
            edits = iter(range(1000))
            self.wait(
                lambda: source.write_text(f".edited-{next(edits)} {{ color: red }}")
                and "edited" in (site.root / "static/css/app.css").read_text(),
                "an edit to be built",
            )
            server.send_signal(end)
            server.wait(20)
            self.wait(lambda: not is_running(watcher), "the watcher to end")
        finally:
            try:
                os.killpg(server.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def wait(self, until, what):
        for _ in range(300):
            if until():
                return
            time.sleep(0.2)
        self.fail(f"waited a minute for {what}")


def is_running(process):
    """Whether it runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class TheReadersOfOthers(PackageTest):
    def test_django_vite(self):
        said = self.site("readers").python(
            """
            from django.template import Context, Template
            template = "{% load django_vite %}{% vite_asset 'assets/ts/main.ts' %} {% vite_asset_url 'assets/img/logo.svg' %}"
            print(Template(template).render(Context()))
            """,
            storage="plain",
            settings="""
            INSTALLED_APPS += ["django_vite"]
            DJANGO_VITE = {"default": {"manifest_path": BASE_DIR / "static/.vite/manifest.json"}}
            """,
        )
        manifest = self.site("readers").manifest
        paths = [manifest["files"][name]["path"] for name in ["js/main.js", *manifest["entries"]["js/main.js"]["imports"]]]
        for path in [*paths, manifest["files"]["img/logo.svg"]["path"]]:
            self.assertIn(f"/static/{path}", said)
        self.assertIn('<script type="module"', said)

    def test_django_webpack_loader(self):
        said = self.site("readers").python(
            """
            from django.template import Context, Template
            template = "{% load render_bundle webpack_static from webpack_loader %}"
            template += "{% render_bundle 'js/main' %} {% render_bundle 'css/app' %}"
            print(Template(template).render(Context({"request": None})))
            """,
            storage="plain",
            settings="""
            INSTALLED_APPS += ["webpack_loader"]
            WEBPACK_LOADER = {"DEFAULT": {
                "STATS_FILE": BASE_DIR / "static/webpack-stats.json", "BUNDLE_DIR_NAME": "", "INTEGRITY": True,
            }}
            """,
        )
        manifest = self.site("readers").manifest
        for name in ["js/main.js", "css/app.css"]:
            self.assertIn(f"/static/{manifest['files'][name]['path']}", said)
            self.assertIn(manifest["files"][name]["integrity"], said)


if __name__ == "__main__":
    SITES.update(zip(["production", "development", "readers"], sys.argv[1:4]))
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
