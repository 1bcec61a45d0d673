"""Tags of our templates."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from imilo.acteurs.profils import peut as _peut
from imilo.web.envois import CHAMP

register = template.Library()


@register.simple_tag
def jeton_unique() -> SafeString:
    """A hidden field that lets the server tell a form sent twice from two forms (`@envoi_unique`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', CHAMP, uuid4())


@register.simple_tag(takes_context=True)
def peut(context: dict[str, Any], action: str) -> bool:
    """Whether the active profile may do an action: `{% peut "acte.saisir" as saisir %}{% if saisir %}`."""
    affectation = context.get("affectation")
    return _peut(affectation.profil if affectation else None, action)


@register.simple_tag(takes_context=True)
def adresse_de_page(context: dict[str, Any], numero: int) -> str:
    """The current address with another page number, its other parameters kept."""
    parametres = context["request"].GET.copy()
    parametres["page"] = str(numero)
    return f"?{parametres.urlencode()}"
