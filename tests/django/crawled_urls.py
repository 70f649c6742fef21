"""The site's URLs, the admin, a form with media, and STATIC_ROOT where nothing else serves it."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views.static import serve


class OrderForm(forms.Form):
    class Media:
        css = {"all": ["css/app.css"]}
        js = ["js/nav.js", "admin/js/core.js"]


def form_media(request):
    return HttpResponse(f"<!doctype html><title>Form</title>{OrderForm().media}")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("form/", form_media),
    path("", include("config.urls")),
]
if not settings.DEBUG and "whitenoise" not in str(settings.MIDDLEWARE):
    # The web server's part.
    urlpatterns.insert(0, re_path(r"^static/(?P<path>.*)$", serve, {"document_root": settings.STATIC_ROOT}))
