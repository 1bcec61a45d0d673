"""Who was under the hours of their contract for two whole weeks in a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import DateField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from imilo.parcours.activites.selectors.grand_livre import semaines
from imilo.parcours.activites.semaines import Semaine, lundi_de
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier

SEMAINES_DE_SUITE = 2


@dataclass(frozen=True)
class SousLaDuree:
    """A dossier (with its `jeune`) and its last whole weeks, the oldest first, all under what was asked."""

    dossier: Dossier
    semaines: tuple[Semaine, ...]

    @property
    def manque(self) -> int:
        """Minutes missing over these weeks."""
        return sum(s.manque for s in self.semaines)


def avec_heures(dossiers: QuerySet[Dossier], *, du: date, au: date) -> QuerySet[Dossier]:
    """Of these dossiers, those with a signed contract that asks for hours on every day from `du` to `au`."""
    contrats = (
        ContratEngagement.objects.conclus()
        .annotate(jusqu_au=Coalesce(F("fin_le"), F("fin_prevue"), output_field=DateField()))
        .filter(dossier=OuterRef("pk"), debut__lte=du, jusqu_au__gte=au, heures_hebdo__gt=0)
    )
    return dossiers.filter(Exists(contrats))


def sous_la_duree(*, dossiers: QuerySet[Dossier], le: date, maintenant: datetime | None = None) -> list[SousLaDuree]:
    """Of `dossiers` (that the caller may see), those under the hours of their contract for the last two whole weeks.

    A week counts once it is over, when one contract covers all of it; recognised absences lower what it asks. The
    longest missing first. Four queries.
    """
    lundi = lundi_de(le)
    du, au = lundi - timedelta(days=7 * SEMAINES_DE_SUITE), lundi - timedelta(days=1)
    lus = {d.pk: d for d in avec_heures(dossiers, du=du, au=au).select_related("jeune")}
    if not lus:
        return []
    par_dossier = semaines(dossiers=list(lus), du=du, au=au, maintenant=maintenant)
    sous = [
        SousLaDuree(lus[cle], tuple(suite)) for cle, suite in par_dossier.items() if all(s.manque > 0 for s in suite)
    ]
    return sorted(sous, key=lambda s: (-s.manque, s.dossier.numero))
