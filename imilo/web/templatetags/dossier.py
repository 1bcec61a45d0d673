"""Tags of the dossier's pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from imilo.acteurs.profils import peut
from imilo.droit.delais import Echeance
from imilo.jeunes.models import Jeune, Precision
from imilo.parcours.dossiers.alertes import Urgence
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Completude, Statut

register = template.Library()

BADGES = {
    Statut.ACTIF: "fr-badge--success",
    Statut.EN_VEILLE: "fr-badge--info",
    Statut.FIN: "",
    Completude.PARTIEL: "fr-badge--warning",
    Completude.COMPLET: "fr-badge--info",
    Completude.JUSTIFIE: "fr-badge--success",
    Urgence.DEPASSEE: "fr-badge--error",
    Urgence.BIENTOT: "fr-badge--warning",
    Urgence.INFO: "fr-badge--info",
}


@register.filter
def badge(valeur: Any) -> str:
    """The colour of a status, a completeness or an urgency."""
    return BADGES.get(valeur, "")


@register.simple_tag(takes_context=True)
def adresse(context: dict[str, Any], lien: Lien | None) -> str:
    """The address of a `Lien`; "" when there is none, or when the active profile may not follow it."""
    affectation = context.get("affectation")
    if lien is None or not peut(affectation.profil if affectation else None, lien.action):
        return ""
    try:
        return reverse(f"web:{lien.vue}", args=lien.args)
    except NoReverseMatch:
        return ""  # a room that isn't open in this deployment


@register.filter
def telephone(numero: str) -> str:
    """A French number in pairs: "06 12 34 56 78"; any other as it is stored."""
    national = f"0{numero[3:]}" if numero.startswith("+33") else numero
    if len(national) == 10 and national.isdigit():
        return "\N{NO-BREAK SPACE}".join(national[i : i + 2] for i in range(0, 10, 2))
    return numero


@register.filter
def naissance(jeune: Jeune) -> str:
    """The date of birth as far as it is known."""
    if jeune.naissance_precision == Precision.ANNEE:
        return f"{jeune.naissance:%Y} (jour et mois inconnus)"
    if jeune.naissance_precision == Precision.MOIS:
        return f"{jeune.naissance:%m/%Y} (jour inconnu)"
    return f"{jeune.naissance:%d/%m/%Y}"


@register.filter
def jours_restants(echeance: Echeance, le: date) -> str:
    """ "aujourd'hui", "demain", "dans 5 jours", "depuis 3 jours". TypeError for a day that no rule made."""
    if not isinstance(echeance, Echeance):
        raise TypeError(f"a deadline comes from imilo.droit, this is a {type(echeance).__name__}")
    return d_ici(echeance, le)


@register.filter
def d_ici(jour: date, le: date) -> str:
    """The same for any day: the end of a permit, a reminder that the structure settled."""
    ecart = (jour - le).days
    if ecart in (0, 1, -1):
        return {0: "aujourd'hui", 1: "demain", -1: "depuis hier"}[ecart]
    return f"dans {ecart} jours" if ecart > 0 else f"depuis {-ecart} jours"


@register.filter
def valeur(valeurs: Mapping[str, Any], cle: str) -> str:
    """A declared column's value: a day, an instant (already in the structure's zone) or text."""
    contenu = valeurs.get(cle)
    if isinstance(contenu, datetime):
        return f"{contenu:%d/%m/%Y à %H:%M}"
    if isinstance(contenu, date):
        return f"{contenu:%d/%m/%Y}"
    return "" if contenu is None else str(contenu)
