from django import template
from django.template import Context
from django.utils.safestring import SafeString

from ..html import Attribute
from ..html import asset as write_tags

register = template.Library()


@register.simple_tag(takes_context=True)
def asset(context: Context, name: str, **attributes: Attribute) -> SafeString:
    """`{% asset "js/main.js" %}`: the tags that load an entry, with integrity and the page's CSP nonce."""
    return write_tags(name, nonce=_nonce(context), **attributes)


def _nonce(context: Context) -> object:
    """From Django's own context processor (6.0 and later), else from django-csp's middleware."""
    nonce = context.get("csp_nonce")
    if nonce is None:
        nonce = getattr(context.get("request"), "csp_nonce", None)
    return nonce
