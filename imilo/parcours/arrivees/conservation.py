"""Arrivals that nobody will work on any more, and those that may be kept no longer. Each night, as the batch role.

Neither the register nor the privacy notice gives a term of its own to people who were told of and never had a dossier.
Our reading: never longer than a young person's data (`conservation.echeance`, from the age alone), and before that,
once the arrival is over, the time that the structure needs to answer for it (`IMILO_ARRIVEES_GARDE`). With a dossier,
an arrival is a part of it and follows its term. See docs/formats/conservation.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import conservation
from imilo.droit.baremes import bareme
from imilo.droit.conservation import FaitsConservation
from imilo.journal.services import consigner
from imilo.parcours.arrivees.models import Arrivee, Etat, Issue
from imilo.parcours.arrivees.selectors import il_y_a
from imilo.parcours.arrivees.services import retirer
from imilo.socle.lois import appliquer
from imilo.socle.perimetre import perimetre

LOT = 1_000


@dataclass(frozen=True)
class Bilan:
    """Arrivals closed for want of news, closed because of the age, and erased."""

    expirees: int = 0
    hors_age: int = 0
    oubliees: int = 0

    def __add__(self, autre: Bilan) -> Bilan:
        return Bilan(self.expirees + autre.expirees, self.hors_age + autre.hors_age, self.oubliees + autre.oubliees)


def veiller() -> Bilan:
    """Close and erase what is to be, in every structure."""
    bilan = Bilan()
    for structure in Structure.objects.order_by("pk"):
        expirees, hors_age = clore_les_perimees(structure)
        bilan += Bilan(expirees, hors_age, oublier(structure))
    return bilan


def clore_les_perimees(structure: Structure) -> tuple[int, int]:
    """Close open arrivals without any news for too long, and of people past the age; returns how many of each.

    Each is a fact, and its source is told. The age is that of L. 5314-2: past it, no mission locale receives.
    """
    le = aujourd_hui(structure)
    sans_nouvelles = timezone.now() - timedelta(days=settings.ARRIVEES_EXPIRATION_JOURS)
    with perimetre(structure.pk):
        ouvertes = Arrivee.objects.filter(structure=structure, dossier__isnull=True).exclude(etat=Etat.CLOSE)
        ages = _hors_age(ouvertes, le)
        for arrivee in ages:
            retirer(arrivee, issue=Issue.HORS_AGE, fait="arrivee.expiree")
        vieilles = list(ouvertes.filter(modifie_le__lt=sans_nouvelles).order_by("pk")[:LOT])
        for arrivee in vieilles:
            retirer(arrivee, issue=Issue.EXPIREE, fait="arrivee.expiree")
    return len(vieilles), len(ages)


def _hors_age(ouvertes: QuerySet[Arrivee], le: date) -> list[Arrivee]:
    """With a recognised disability the second age of the article holds."""
    simple, rqth = (
        il_y_a(int(bareme(nom, le).valeur) + 1, le)
        for nom in ("conservation.age_maximal", "conservation.age_maximal_rqth")
    )
    passes = Q(rqth=False, naissance__lte=simple) | Q(rqth=True, naissance__lte=rqth)
    return list(ouvertes.filter(passes).order_by("pk")[:LOT])


def oublier(structure: Structure) -> int:
    """Erase arrivals without a dossier whose term is over, with their history; returns how many. One fact.

    Only the batch role may erase a history: any other is refused by the database.
    """
    le = aujourd_hui(structure)
    with perimetre(structure.pk), transaction.atomic():
        cles = _a_oublier(structure, le)
        if cles:
            Arrivee.objects.filter(pk__in=cles).delete()
            evenements = Arrivee.pgh_event_model  # type: ignore[attr-defined]  # given by `historiser`
            evenements.objects.filter(pgh_obj_id__in=cles).delete()
            consigner(None, "arrivees.oubliees", structure=structure, nombre=len(cles))
    return len(cles)


def _a_oublier(structure: Structure, le: date) -> list[int]:
    sans_dossier = Arrivee.objects.filter(structure=structure, dossier__isnull=True)
    garde = timezone.now() - timedelta(days=settings.ARRIVEES_GARDE_JOURS)
    finies = sans_dossier.filter(etat=Etat.CLOSE, modifie_le__lt=garde).order_by("pk").values_list("pk", flat=True)
    # The law's own term is asked only of those old enough for it to be over.
    vieux = sans_dossier.filter(naissance__lte=il_y_a(int(bareme("conservation.age_maximal", le).valeur), le))
    hors_terme = [pk for pk, naissance in vieux.values_list("pk", "naissance") if _effacer(naissance, le)]
    return sorted({*finies[:LOT], *hors_terme[:LOT]})


def _effacer(naissance: date, le: date) -> bool:
    """What the rule of retention says of somebody without a dossier: no programme, no Fund, no dispute."""
    faits = FaitsConservation(
        nature="dossier", date_naissance=naissance, programme=False, rqth_en_cej=False, fse=False, litige="aucun"
    )
    return appliquer(conservation.echeance, faits, le).resultat["a_effacer"] is True
