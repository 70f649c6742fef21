"""Collects the admin and a dozen apps of others, once with Django's own post-processing and once with `assetc collect`.

    python compare_collect.py FOLDER

Every file must be the same, under the same name, but for scripts that import others: their imports are rewritten too, which
Django does not. Prints how many files were compared and which differ. ASSETC_BINARY names the binary.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

APPS = """
    debug_toolbar django_extensions django_htmx django_summernote grappelli import_export jazzmin mptt nested_admin
    rest_framework tinymce unfold
""".split()
CONTRIB = [f"django.contrib.{app}" for app in ["staticfiles", "admin", "auth", "contenttypes", "messages", "sessions"]]
FINGERPRINT = re.compile(rb"\.[0-9a-f]{12}(?=\.)")
IMPORT = re.compile(rb"\b(?:import|export)\b[^;]*?[\"'`]\.{0,2}/")


def main():
    folder = Path(sys.argv[1])
    ours, theirs = folder / "assetc", folder / "django"
    collectstatic(theirs)
    collectstatic(ours, "--no-post-process")
    subprocess.run([os.environ["ASSETC_BINARY"], "collect", ours, "--compress", "none", "--quiet"], check=True)
    their_names, our_names = names(theirs), names(ours)
    assert their_names.keys() == our_names.keys(), their_names.keys() ^ our_names.keys()

    imports = []
    for name, their_name in their_names.items():
        their_bytes, our_bytes = (theirs / their_name).read_bytes(), (ours / our_names[name]).read_bytes()
        if (their_name, their_bytes) == (our_names[name], our_bytes):
            continue
        assert name.endswith(".js") and IMPORT.search(their_bytes), f"{name} differs and imports nothing"
        assert FINGERPRINT.sub(b"", our_bytes) == FINGERPRINT.sub(b"", their_bytes), f"{name} differs by more than names"
        imports.append(name)
    assert len(their_names) > 1000 and len(imports) < 20, (len(their_names), imports)

    # Django, told to go on from what assetc left, comes to the same end.
    again = names(ours)
    collectstatic(ours)
    changed = {name for name in again if names(ours)[name] != again[name]}
    assert changed == set(imports), changed ^ set(imports)
    print(f"{len(their_names)} files compared; with imports, and so different: {', '.join(imports)}")


def collectstatic(root, *flags):
    code = f"""
from django.conf import settings
settings.configure(
    SECRET_KEY="x", STATIC_URL="/static/", STATIC_ROOT={str(root)!r}, INSTALLED_APPS={CONTRIB + APPS!r},
    STORAGES={{
        "default": {{"BACKEND": "django.core.files.storage.FileSystemStorage"}},
        "staticfiles": {{"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}},
    }},
)
import django, sys
from django.core.management import execute_from_command_line
django.setup()
execute_from_command_line(["manage.py", "collectstatic", "--noinput", "--verbosity=0", *{list(flags)!r}])
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def names(root):
    """What Django reads: its own loader checks the form and the version of `staticfiles.json`."""
    from django.conf import settings
    from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

    if not settings.configured:
        settings.configure(STATIC_URL="/static/")
    storage = ManifestStaticFilesStorage(location=root)
    assert storage.manifest_hash, f"{root} has no manifest"
    return storage.hashed_files


if __name__ == "__main__":
    main()
