"""The site's URLs, with STATIC_ROOT served beside them: the web server's part, when it is not WhiteNoise's."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

urlpatterns = [
    re_path(r"^static/(?P<path>.*)$", serve, {"document_root": settings.STATIC_ROOT}),
    path("", include("config.urls")),
]
