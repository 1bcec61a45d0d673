"""What a structure sees of its contracts: the deadlines of its dossiers, and the CEJ that each counsellor follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef

from imilo.acteurs.models import Structure
from imilo.parcours.contrats.echeancier import Dossiers, EcheanceContrat, echeancier
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import (
    Actualisation,
    ContratEngagement,
    EtatActualisation,
    Partie,
    ReglageContrats,
    Signature,
)
from imilo.parcours.dossiers.models import Dossier


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


def reglage_des_contrats(structure: Structure) -> ReglageContrats:
    """What the structure settled, else the defaults (not saved)."""
    return ReglageContrats.objects.filter(structure=structure).first() or ReglageContrats(structure=structure)


def repere(structure: Structure) -> int:
    """The mark of this structure: how many CEJ a counsellor usually follows."""
    return reglage_des_contrats(structure).cej_par_conseiller


def signatures_attendues(dossiers: Dossiers, *, avant: datetime) -> list[Actualisation]:
    """Updates of these dossiers sent to be signed at a distance by `avant`, that the young person hasn't signed.

    How many days to wait is the structure's own setting: no text says it. The oldest first; one query.
    """
    return list(
        Actualisation.objects.filter(
            dossier__in=dossiers, etat=EtatActualisation.PREPAREE, contrat__etat=Etat.SIGNE, envoye_le__lte=avant
        )
        .exclude(Exists(Signature.objects.valables().filter(actualisation=OuterRef("pk"), partie=Partie.JEUNE)))
        .select_related("contrat", "dossier__jeune", "dossier__structure")
        .defer("decision", "dossier__jeune__nir")
        .order_by("envoye_le", "pk")
    )


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
