"""What a contract must state: what ours holds, then what the law answers. What can't be read in it isn't claimed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from imilo.droit.contrat_engagement import FaitsContenu, Mention, ResultatContenu, contenu
from imilo.droit.decision import Decision, Motif
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.textes import textes
from imilo.parcours.diagnostics.models import Orientation
from imilo.socle.lois import appliquer
from imilo.socle.normalisation import normaliser

SANS_ENGAGEMENT = Q(engagements_jeune="") | Q(engagements_structure="")
SIGNATURES: tuple[Mention, ...] = ("signature_personne", "signature_organisme")
ACTUALISATION = "R. 5411-14"
# The commitment to be sincere (R. 5411-14): the words proposed may be changed, not taken out.
SINCERE = ("sincer", "exact")


def _mentions(contrat: ContratEngagement, le: date, *, dates: bool) -> Iterator[Mention]:
    texte = textes(le)
    phases = contrat.phases.exists()
    # No contract is prepared without an assessment, a referent and its days.
    yield from ("diagnostic", "referent_unique", "duree_accompagnement")
    presentes: dict[Mention, bool] = {
        "engagements_organisme": bool(contrat.engagements_structure.strip()),
        "engagements_personne": bool(contrat.engagements_jeune.strip()),
        "objectifs": bool(contrat.objectifs.strip()),
        "actions": contrat.actions.exists(),
        "duree_hebdomadaire": contrat.heures_hebdo > 0,
        "calendrier": dates,
        "allocation": contrat.allocation_maximum is not None,
        "droits": bool(texte.droits),
        "recours": bool(texte.recours),
        "actualisation": any(droit.article == ACTUALISATION for droit in texte.droits),
        "sincerite": any(mot in normaliser(contrat.engagements_jeune) for mot in SINCERE),
        "phases": phases,
        "engagements_phases": phases and not contrat.phases.filter(SANS_ENGAGEMENT).exists(),
        "offre_raisonnable": bool(contrat.offre_emplois and contrat.offre_zone) and contrat.offre_salaire is not None,
        "actes_recherche": bool(contrat.actes_recherche.strip()),
    }
    yield from (mention for mention, presente in presentes.items() if presente)


def examiner(
    contrat: ContratEngagement, *, orientation: Orientation | None, le: date, signe: bool
) -> Decision[ResultatContenu]:
    """What the law says on the day `le` of the contract as it is written; `signe`: by both sides.

    A project that nobody asked about is left to complete.
    """
    dates = contrat.actions.filter(echeance__isnull=False).exists()
    faits = FaitsContenu(
        cadre="droit_commun" if contrat.cadre == Cadre.COMMUN else contrat.cadre,  # type: ignore[arg-type]  # same values
        mentions=(*_mentions(contrat, le, dates=dates), *(SIGNATURES if signe else ())),
        sans_duree_hebdomadaire=contrat.heures_hebdo == 0,
        actions_datees=dates,
        insertion_sociale=orientation.insertion_sociale if orientation else None,
        projet_salarie=contrat.projet or None,  # type: ignore[arg-type]  # its choices are the law's
        allocation_ouverte=contrat.allocation_maximum is not None,
        rsa=None if orientation is None else "beneficiaire" if orientation.beneficiaire_rsa else "non",
    )
    return appliquer(contenu, faits, le)


def avant_de_signer(decision: Decision[ResultatContenu]) -> tuple[list[Motif], list[Motif]]:
    """What the contract lacks, and what is to be known; the signatures, about to be made, left out."""
    autres = [motif for motif in decision.motifs if motif.code not in SIGNATURES]
    return [m for m in autres if m.satisfait is False], [m for m in autres if m.satisfait is None]
