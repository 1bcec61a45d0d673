"""Tags of our templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from imilo.acteurs.profils import peut as _peut
from imilo.droit import francais
from imilo.droit.delais import Echeance
from imilo.droit.montants import Montant
from imilo.socle import mots
from imilo.web.envois import CHAMP

register = template.Library()


@register.simple_tag
def jeton_unique() -> SafeString:
    """A hidden field that lets the server tell a form sent twice from two forms (`@envoi_unique`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', CHAMP, uuid4())


def _local(valeur: date | datetime) -> date:
    return timezone.localtime(valeur) if isinstance(valeur, datetime) and timezone.is_aware(valeur) else valeur


@register.filter
def jour(valeur: date | datetime | None) -> str:
    """A day, or the day of an instant in the current zone: "1er novembre 2026"; "" when there is none."""
    return francais.jour(_local(valeur)) if isinstance(valeur, date) else ""


@register.filter
def jour_et_mois(valeur: date | datetime | None) -> str:
    """The same without its year: "1er novembre"."""
    return francais.jour_et_mois(_local(valeur)) if isinstance(valeur, date) else ""


@register.filter
def montant(valeur: Montant | None) -> str:
    """An amount of the law: "414,06 €"; "" when there is none. TypeError for a number that no rule made."""
    return "" if valeur is None else mots.montant(valeur)


@register.filter
def echeance(valeur: Echeance | None) -> str:
    """A deadline of the law: "1er novembre 2026"; "" when there is none. TypeError for a day that no rule made."""
    return "" if valeur is None else mots.echeance_en_lettres(valeur)


@register.filter
def de(nom: object) -> str:
    """A name after *de*: "d'Enzo MARTIN", "de Yanis"."""
    return francais.de(str(nom))


@register.filter
def la_mission_locale(structure: object) -> str:
    """A structure with its article: "la Mission locale de Tours"."""
    return mots.la_mission_locale(str(structure))


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
