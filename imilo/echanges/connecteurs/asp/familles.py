"""Families of what is exchanged with the paying agency. Bytes of files go with their answer, not with a person."""

from __future__ import annotations

from imilo.echanges.connecteurs.asp.models import Ligne
from imilo.socle.familles import declarer, famille_de_modele


def declarer_familles() -> None:
    declarer(famille_de_modele(Ligne, code="asp_lignes", libelle="Contrats et sommes transmis à l'ASP"))
