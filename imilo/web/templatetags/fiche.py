"""Filters of the full file's pages."""

from __future__ import annotations

from django import template

from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.rubriques import PAR_MODELE
from imilo.parcours.fiche.rubriques_du_dossier import RubriqueDuDossier
from imilo.parcours.fiche.selectors import LigneLue

register = template.Library()


@register.filter
def lien(rubrique: RubriqueDuDossier, dossier: Dossier) -> Lien:
    """Where a section kept on the dossier is corrected."""
    return rubrique.lien(dossier)


@register.filter
def a_un_numero(ligne: LigneLue) -> bool:
    """Whether a row holds an encrypted number."""
    return any(getattr(ligne.donnee, champ) for champ in PAR_MODELE[type(ligne.donnee)].secrets)
