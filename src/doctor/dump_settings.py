# Prints what assetc asks for, between marks: settings modules may print too.
import json
import os
import re
import sys

sys.path.insert(0, os.getcwd())


def dump():
    import django
    from django.conf import settings

    django.setup()
    from django.contrib.staticfiles import finders

    def text(value):
        return None if value is None else str(value)

    directories = [entry[1] if isinstance(entry, (list, tuple)) else entry for entry in settings.STATICFILES_DIRS]
    found = finders.find("assetc.json") if "django.contrib.staticfiles" in settings.INSTALLED_APPS else None
    test = getattr(settings, "WHITENOISE_IMMUTABLE_FILE_TEST", None)
    immutable = []
    if isinstance(test, str) and found:
        with open(found) as manifest:
            plain = [file.get("plain") for file in json.load(manifest)["files"].values()]
        immutable = [name for name in plain if name and re.search(test, (settings.STATIC_URL or "") + name)]
    explicit = getattr(settings._wrapped, "_explicit_settings", set())
    return {
        "django": list(django.VERSION[:2]),
        "debug": bool(settings.DEBUG),
        "static_url": text(settings.STATIC_URL),
        "static_root": text(settings.STATIC_ROOT),
        "directories": [str(entry) for entry in directories],
        "backend": settings.STORAGES["staticfiles"]["BACKEND"] if hasattr(settings, "STORAGES") else "",
        "staticfiles_storage": "STATICFILES_STORAGE" in explicit,
        "middleware": list(settings.MIDDLEWARE),
        "found": text(found),
        "immutable": immutable,
    }


print("\n<<<assetc " + json.dumps(dump()) + " assetc>>>")
