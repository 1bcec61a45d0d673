"""Failings that the dossier itself shows: weeks under the hours of the contract, absences without a good reason.

Nothing is noted by itself: each is proposed to the counsellor, who notes it or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from imilo.droit import francais
from imilo.parcours.activites.models import Absence
from imilo.parcours.activites.selectors import sous_la_duree
from imilo.parcours.activites.semaines import Semaine, duree_lisible
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.sanctions.models import Manquement, Origine, Procedure

RECENTES = timedelta(days=60)


@dataclass(frozen=True)
class Constat:
    """What may be noted: its day, where it was seen, the facts in a sentence."""

    constate_le: date
    origine: str
    faits: str


def _deja_notes(dossier: Dossier) -> set[date]:
    notes = Procedure.objects.filter(dossier=dossier, manquement=Manquement.ENGAGEMENTS)
    return set(notes.values_list("constate_le", flat=True))


def constats_proposes(*, dossier: Dossier, le: date) -> list[Constat]:
    """What the ledger of hours and the absences show on the day `le`, and isn't noted yet; the latest first."""
    deja = _deja_notes(dossier)
    trouves = [*_heures(dossier, le), *_absences(dossier, le)]
    return sorted((c for c in trouves if c.constate_le not in deja), key=lambda c: c.constate_le, reverse=True)


def _heures(dossier: Dossier, le: date) -> Iterator[Constat]:
    for sous in sous_la_duree(dossiers=Dossier.objects.filter(pk=dossier.pk), le=le):
        semaines = " ; ".join(_semaine(s) for s in sous.semaines)
        dimanche = sous.semaines[-1].dimanche
        yield Constat(dimanche, Origine.HEURES, f"Heures d'activité sous la durée du contrat : {semaines}.")


def _semaine(semaine: Semaine) -> str:
    faites, demandees = duree_lisible(semaine.fait), duree_lisible(semaine.demande or 0)
    return f"semaine du {francais.jour(semaine.lundi)}, {faites} pour {demandees} demandées"


def _absences(dossier: Dossier, le: date) -> Iterator[Constat]:
    """Absences whose reason the counsellor didn't take as a good one."""
    for absence in Absence.objects.filter(dossier=dossier, reconnue=False, au__gte=le - RECENTES, au__lte=le):
        du, au = francais.jour(absence.du), francais.jour(absence.au)
        quand = f"le {du}" if absence.du == absence.au else f"du {du} au {au}"
        yield Constat(absence.au, Origine.ABSENCE, f"Absence {quand}, sans raison reconnue.")
