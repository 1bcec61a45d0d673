"""A counsellor's week: one row for each young person under contract, computed for the whole list at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.parcours.activites.models import Absence
from imilo.parcours.activites.selectors.alertes import SEMAINES_DE_SUITE
from imilo.parcours.activites.selectors.grand_livre import semaines
from imilo.parcours.activites.semaines import Semaine, lundi_de
from imilo.parcours.agenda.horaires import bornes
from imilo.parcours.agenda.models import RendezVous, StatutRendezVous
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier

LUS = ("pk", "numero", "jeune__nom_naissance", "jeune__nom_usage", "jeune__prenom", "referent__nom", "referent__prenom")
SEMAINE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rangee:
    """One young person's week. `precedentes`: the whole weeks just before it, the oldest first; `absences`: missed
    appointments of the week whose reason nobody noted; `courante`: the week isn't over."""

    pk: int
    numero: str
    nom: str
    prenom: str
    referent: str
    semaine: Semaine
    precedentes: tuple[Semaine, ...]
    absences: int
    courante: bool

    @property
    def en_vue(self) -> int:
        """Minutes that the week will have if all that is planned, or to be confirmed, happens."""
        return self.semaine.fait + self.semaine.a_confirmer + self.semaine.prevu

    @property
    def manque(self) -> int:
        """Minutes that are missing: still to be planned while the week runs, to what was done once it is over."""
        return max((self.semaine.demande or 0) - (self.en_vue if self.courante else self.semaine.fait), 0)

    @property
    def deux_semaines(self) -> bool:
        """Under the hours of the contract for the last two whole weeks."""
        dernieres = self.precedentes if self.courante else (*self.precedentes[1:], self.semaine)
        return bool(dernieres) and all(s.manque > 0 for s in dernieres)

    @property
    def etat(self) -> str:
        """sans_duree, atteinte, prevue, manque."""
        if not self.semaine.demande:
            return "sans_duree"
        if self.semaine.fait >= self.semaine.demande:
            return "atteinte"
        return "prevue" if self.manque == 0 else "manque"


TRIS: dict[str, Callable[[Rangee], Any]] = {
    "nom": lambda r: (r.nom.casefold(), r.prenom.casefold()),
    "demande": lambda r: r.semaine.demande or 0,
    "fait": lambda r: r.semaine.fait,
    "a_confirmer": lambda r: r.semaine.a_confirmer,
    "prevu": lambda r: r.semaine.prevu,
    "manque": lambda r: r.manque,
}
FILTRES: dict[str, tuple[str, Callable[[Rangee], bool]]] = {
    "manque": ("Il manque des heures", lambda r: r.manque > 0),
    "deux": ("Deux semaines sous la durée", lambda r: r.deux_semaines),
    "a_confirmer": ("Des heures à confirmer", lambda r: r.semaine.a_confirmer > 0),
    "absences": ("Une absence sans raison notée", lambda r: r.absences > 0),
    "rien": ("Rien de fait ni de prévu", lambda r: r.en_vue == 0),
}


def sous_contrat(dossiers: QuerySet[Dossier], *, du: date, au: date) -> QuerySet[Dossier]:
    """Of these dossiers, those with a signed contract on one of these days."""
    contrats = (
        ContratEngagement.objects.conclus()
        .annotate(jusqu_au=Coalesce(F("fin_le"), F("fin_prevue"), output_field=DateField()))
        .filter(dossier=OuterRef("pk"), debut__lte=au, jusqu_au__gte=du)
    )
    return dossiers.filter(Exists(contrats))


def _manques(cles: list[int], structure: Structure, lundi: date) -> dict[int, int]:
    """Missed appointments of the week without a reason, by dossier."""
    debut, fin = bornes(lundi, structure.zone)[0], bornes(lundi + timedelta(days=6), structure.zone)[1]
    expliques = Absence.objects.filter(rendez_vous=OuterRef("pk"))
    manques = RendezVous.objects.filter(
        dossier__in=cles, statut=StatutRendezVous.ABSENT, debut__gte=debut, debut__lt=fin
    ).exclude(Exists(expliques))
    comptes: dict[int, int] = {}
    for cle in manques.values_list("dossier", flat=True):
        comptes[cle] = comptes.get(cle, 0) + 1
    return comptes


def semaine_du_portefeuille(
    *, dossiers: QuerySet[Dossier], structure: Structure, lundi: date, le: date, maintenant: datetime | None = None
) -> list[Rangee]:
    """The week that begins on `lundi` for those of `dossiers` (that the caller may see) under contract. By name.

    Five queries, whatever their number.
    """
    lues = list(sous_contrat(dossiers, du=lundi, au=lundi + timedelta(days=6)).values(*LUS))
    cles = [lue["pk"] for lue in lues]
    if not cles:
        return []
    suites = semaines(
        dossiers=cles, du=lundi - SEMAINES_DE_SUITE * SEMAINE, au=lundi, maintenant=maintenant or timezone.now()
    )
    manques = _manques(cles, structure, lundi)
    courante = lundi >= lundi_de(le)
    rangees = [
        Rangee(
            pk=lue["pk"],
            numero=f"{lue['numero']:07d}",
            nom=lue["jeune__nom_usage"] or lue["jeune__nom_naissance"],
            prenom=lue["jeune__prenom"],
            referent=f"{lue['referent__prenom'] or ''} {lue['referent__nom'] or ''}".strip(),
            semaine=suites[lue["pk"]][-1],
            precedentes=tuple(suites[lue["pk"]][:-1]),
            absences=manques.get(lue["pk"], 0),
            courante=courante,
        )
        for lue in lues
    ]
    return sorted(rangees, key=TRIS["nom"])


def trier(rangees: Sequence[Rangee], *, tri: str, decroissant: bool, quoi: str = "") -> list[Rangee]:
    """The rows that a filter keeps, sorted; an unknown filter or sort is none."""
    garder = FILTRES[quoi][1] if quoi in FILTRES else lambda _r: True
    cle = TRIS.get(tri, TRIS["nom"])
    return sorted(filter(garder, rangees), key=cle, reverse=decroissant)
