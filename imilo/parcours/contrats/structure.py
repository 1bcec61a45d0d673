"""What a structure sees of its contracts: the deadlines of its dossiers, and the CEJ that each counsellor follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from imilo.acteurs.models import Structure
from imilo.parcours.contrats.echeancier import EcheanceContrat, echeancier
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement, ReglageContrats
from imilo.parcours.dossiers.models import Dossier

REPERE = ReglageContrats._meta.get_field("cej_par_conseiller").default


@dataclass(frozen=True)
class Charge:
    """How many CEJ run for a counsellor; `au_dela` of the mark is told, and blocks nothing."""

    agent_id: int
    nom: str
    cej: int
    repere: int

    @property
    def au_dela(self) -> bool:
        return self.cej > self.repere


def repere(structure: Structure) -> int:
    """The mark of this structure: how many CEJ a counsellor usually follows."""
    reglage = ReglageContrats.objects.filter(structure=structure).first()
    return reglage.cej_par_conseiller if reglage else int(REPERE)


def charges(*, structure: Structure, le: date) -> list[Charge]:
    """CEJ that run on the day `le`, by counsellor, most first: one query, and one for the mark."""
    seuil = repere(structure)
    courants = (
        ContratEngagement.objects.filter(structure=structure, cadre=Cadre.CEJ)
        .en_cours(le=le)
        .order_by()
        .values("referent_id", "referent__prenom", "referent__nom")
        .annotate(nombre=Count("pk"))
    )
    trouvees = [
        Charge(c["referent_id"], f"{c['referent__prenom']} {c['referent__nom']}".strip(), c["nombre"], seuil)
        for c in courants
    ]
    return sorted(trouvees, key=lambda c: (-c.cej, c.nom))


def echeances_de_la_structure(
    *,
    structure: Structure,
    le: date,
    genres: Sequence[str] = (),
    referent_id: int | None = None,
    jusqu_au: date | None = None,
    retard: bool = False,
) -> list[EcheanceContrat]:
    """The deadlines of the active dossiers of a structure, nearest first, kept by kind, référent and lateness."""
    dossiers = Dossier.objects.filter(structure=structure).actifs()
    if referent_id is not None:
        dossiers = dossiers.filter(referent=referent_id)
    trouvees = echeancier(dossiers, le=le, jusqu_au=jusqu_au, genres=genres or None)
    return [e for e in trouvees if not retard or e.en_retard(le=le)]
