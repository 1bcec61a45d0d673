"""The ledger of hours: computed from what happened, each time it is asked for.

It is no table. An hour is written once, where it happened (appointment, act, situation, declaration, operator's call);
the ledger reads it there with its source and its key, so that it can be neither typed twice nor left behind when its
source is corrected. One query, whatever the number of young people and of weeks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import DateField, F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from imilo.parcours.activites.models import Absence
from imilo.parcours.activites.reglages import reglages
from imilo.parcours.activites.selectors.lignes import LigneHeures, compter
from imilo.parcours.activites.selectors.requetes import LIGNES, SEMAINES
from imilo.parcours.activites.semaines import Periode, Semaine, heures_demandees, jours_ouvres, lundi_de
from imilo.parcours.contrats.models import ContratEngagement, Suspension


def _parametres(dossiers: Collection[int], du: date, au: date, maintenant: datetime | None) -> dict[str, Any]:
    r = reglages()
    return {
        "dossiers": list(dossiers),
        "du": du,
        "au": au,
        "maintenant": maintenant or timezone.now(),
        "modalites": list(r.modalites_comptees),
        "types": list(r.types_non_comptes),
        "situations": list(r.situations_comptees),
        "codes": [code for code, _ in r.memes],
        "categories": [categorie for _, categorie in r.memes],
        "ouverture": r.ouverture,
        "fermeture": r.fermeture,
        "pleine": r.journee_pleine,
    }


def lignes(*, dossiers: Collection[int], du: date, au: date, maintenant: datetime | None = None) -> list[LigneHeures]:
    """Lines of these dossiers (keys, that the caller may see), by dossier and day, with what each adds. One query."""
    with connection.cursor() as curseur:
        curseur.execute(LIGNES, _parametres(dossiers, du, au, maintenant))
        lues = [LigneHeures(*rangee) for rangee in curseur.fetchall()]
    return [
        ligne
        for _, du_jour in groupby(lues, key=lambda x: (x.dossier, x.jour))
        for ligne in compter(list(du_jour), pleine=reglages().journee_pleine)
    ]


def minutes_par_semaine(
    *, dossiers: Collection[int], du: date, au: date, maintenant: datetime | None = None
) -> dict[tuple[int, date], tuple[int, int, int]]:
    """Minutes done, to confirm and planned by (dossier, Monday), for the weeks of `du` to `au`. One query."""
    debut, fin = lundi_de(du), lundi_de(au) + timedelta(days=6)
    with connection.cursor() as curseur:
        curseur.execute(SEMAINES, _parametres(dossiers, debut, fin, maintenant))
        return {(dossier, lundi): (f, c, p) for dossier, lundi, f, c, p in curseur.fetchall()}


def periodes(*, dossiers: Collection[int], du: date, au: date) -> dict[int, list[Periode]]:
    """The hours a week of the signed contracts that touch these days, by dossier. One query."""
    contrats = (
        ContratEngagement.objects.conclus()
        .filter(dossier__in=list(dossiers), debut__lte=au)
        .annotate(jusqu_au=Coalesce(F("fin_le"), F("fin_prevue"), output_field=DateField()))
        .filter(jusqu_au__gte=du)
        .order_by("-debut", "-pk")
    )
    trouvees: dict[int, list[Periode]] = defaultdict(list)
    for dossier, cle, debut, fin, heures in contrats.values_list("dossier", "pk", "debut", "jusqu_au", "heures_hebdo"):
        trouvees[dossier].append(Periode(debut, fin, heures, cle))
    return trouvees


def _excuses(dossiers: Collection[int], du: date, au: date) -> dict[tuple[int, date], int]:
    """Working days taken out by recognised absences and by suspensions of the contract, by (dossier, Monday)."""
    cles = list(dossiers)
    absences = Absence.objects.filter(dossier__in=cles, reconnue=True, du__lte=au, au__gte=du).order_by()
    suspensions = (
        Suspension.objects.filter(dossier__in=cles, debut__lte=au)
        .annotate(jusqu_au=Coalesce("fin", Value(au), output_field=DateField()))
        .filter(jusqu_au__gte=du)
        .order_by()
    )
    retirees = absences.values_list("dossier", "du", "au").union(
        suspensions.values_list("dossier", "debut", "jusqu_au"), all=True
    )
    jours: dict[tuple[int, date], set[date]] = defaultdict(set)
    for dossier, debut, fin in retirees:
        lundi = max(lundi_de(debut), lundi_de(du))
        while lundi <= min(fin, au):
            jours[dossier, lundi] |= jours_ouvres(debut, fin, lundi)
            lundi += timedelta(days=7)
    return {cle: len(ouvres) for cle, ouvres in jours.items()}


def semaines(
    *, dossiers: Collection[int], du: date, au: date, maintenant: datetime | None = None
) -> dict[int, list[Semaine]]:
    """Every week from that of `du` to that of `au`, by dossier, the oldest first. Three queries.

    Keys of dossiers that the caller may see. A week without anything is there too, with zeros.
    """
    debut, fin = lundi_de(du), lundi_de(au) + timedelta(days=6)
    minutes = minutes_par_semaine(dossiers=dossiers, du=debut, au=fin, maintenant=maintenant)
    contrats = periodes(dossiers=dossiers, du=debut, au=fin)
    excuses = _excuses(dossiers, debut, fin)
    lundis = [debut + timedelta(days=7 * n) for n in range(((fin - debut).days + 1) // 7)]
    return {
        dossier: [
            replace(
                Semaine(dossier, lundi, *minutes.get((dossier, lundi), ())),
                heures=heures_demandees(contrats.get(dossier, []), lundi),
                excuses=excuses.get((dossier, lundi), 0),
            )
            for lundi in lundis
        ]
        for dossier in dossiers
    }
