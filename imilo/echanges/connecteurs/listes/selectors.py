"""Reads of the imports."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, QuerySet

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.acteurs.profils import Profil, peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.echanges.connecteurs.listes.models import EffetLigne, Import, LigneImport
from imilo.parcours.arrivees.models import Connu

IMPORTER = "liste.importer"
MONTREES = ("rejetees", *Connu.values)
IMPORTATEURS = tuple(p for p in Profil if peut(p, IMPORTER))


def imports_visibles(*, agent: Agent, structure: Structure, le: date | None = None) -> QuerySet[Import]:
    """Imports of `structure` when the agent has a place there with a profile that loads lists. Without the files."""
    place = Affectation.objects.en_cours(le=le or aujourd_hui(structure)).filter(
        agent=agent, structure=structure, profil__in=IMPORTATEURS
    )
    return Import.objects.filter(Exists(place), structure=structure).defer("contenu").select_related("depose_par")


def lignes_lues(recu: Import, *, montrees: str = "") -> QuerySet[LigneImport]:
    """Lines of an import with their arrivals: all of them, or those of one code of `MONTREES`."""
    lignes = LigneImport.objects.filter(imports=recu).select_related("arrivee__dossier")
    if montrees == "rejetees":
        return lignes.filter(effet=EffetLigne.REJETEE)
    return lignes.filter(arrivee__connu=montrees) if montrees in MONTREES else lignes
