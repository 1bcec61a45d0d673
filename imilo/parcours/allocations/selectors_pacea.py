"""Reads of the PACEA allowance: what accompanies the person that month, what was granted in the whole country."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.db import connection

from imilo.droit.delais import fin_du_mois
from imilo.droit.pacea import Versement
from imilo.droit.pacea.allocations import Accompagnement
from imilo.parcours.allocations.models import AllocationPacea
from imilo.parcours.contrats.etats import CONCLUS, Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.selectors import contrats_lus
from imilo.parcours.dossiers.models import Dossier
from imilo.socle import lectures

ACCOMPAGNEMENTS: dict[str, Literal["pacea", "cej"]] = {Cadre.CEJ: "cej", Cadre.PACEA: "pacea"}


def accompagnement(*, dossier: Dossier, mois: date) -> tuple[ContratEngagement | None, Accompagnement]:
    """The contract that runs in the month, and what the law calls it; a CEJ comes before a PACEA."""
    conclus = [c for c in contrats_lus(dossier=dossier) if c.etat in CONCLUS and c.cadre in ACCOMPAGNEMENTS]
    couvrent = [c for c in conclus if c.signe_le and c.signe_le <= fin_du_mois(mois) and c.fin >= mois]
    couvre = min(couvrent, key=lambda c: c.cadre, default=None)
    return (couvre, ACCOMPAGNEMENTS[couvre.cadre]) if couvre else (None, "aucun")


def versements(*, jeune_id: int, sauf: int | None) -> tuple[Versement, ...]:
    """What was granted and withheld to this person in the whole country, by the narrow function `versements_pacea`."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT id, mois, montant, retenu FROM versements_pacea(%s) ORDER BY mois, id", [jeune_id])
        lignes = curseur.fetchall()
    return tuple(Versement(f"{mois:%Y-%m}", montant, retenu) for cle, mois, montant, retenu in lignes if cle != sauf)


def allocations_pacea(*, dossier: Dossier) -> list[AllocationPacea]:
    """Requests and decisions of a dossier, newest month first; read once by a page that keeps its reads."""
    siennes = (
        AllocationPacea.objects.filter(dossier=dossier)
        .select_related("preparee_par", "decidee_par", "contrat", "document")
        .defer("document__contenu")
    )
    return lectures.une_fois(dossier, "allocations_pacea", lambda: list(siennes))


def allocation_pacea(*, dossier: Dossier, cle: int) -> AllocationPacea | None:
    trouvee = next((a for a in allocations_pacea(dossier=dossier) if a.pk == cle), None)
    if trouvee is not None:
        trouvee.dossier = dossier
    return trouvee
