"""The family of personal data of the agenda."""

from __future__ import annotations

from imilo.parcours.agenda.models import RendezVous
from imilo.socle.familles import declarer, famille_de_modele


def declarer_familles() -> None:
    declarer(famille_de_modele(RendezVous, code="rendez_vous", libelle="Rendez-vous"))
