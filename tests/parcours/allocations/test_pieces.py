"""Documents that are missing: nothing is decided, or provisionally; a late file costs what the law says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.droit.delais import Echeance
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import DecisionAllocation, PiecesAttendues, Sens, TropPercu
from imilo.parcours.allocations.services import CorrectionSaisie, PiecesSaisies
from imilo.parcours.contrats.models import ContratEngagement
from imilo.socle.erreurs import NonHabilite, RegleViolee
from tests.parcours.allocations.conftest import SALAIRE, SEUL, Declarer

MANQUE = PiecesSaisies("Avis d'imposition des parents", eligibilite_demontree=True)


def demander(agent: Agent, contrat: ContratEngagement, saisies: PiecesSaisies = MANQUE) -> PiecesAttendues:
    return services.demander_pieces(agent, contrat, saisies=saisies, version=None)


def test_rien_ne_se_decide_avant_les_pieces(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, declarer: Declarer
) -> None:
    pieces = demander(agent, contrat)
    assert type(pieces.limite) is Echeance
    assert rejouer(depuis_json(pieces.decision)).identique
    decision = declarer()
    with pytest.raises(RegleViolee, match="pièces manquent"):
        services.decider_allocation(directrice, decision, version=decision.version)
    services.recevoir_pieces(agent, pieces, version=pieces.version, recues_le=aujourd_hui(contrat.dossier.structure))
    decision.refresh_from_db()
    prise = services.decider_allocation(directrice, decision, version=decision.version)
    assert (prise.sens, prise.conservatoire) == (Sens.ACCORD, False)


def test_le_versement_conservatoire_est_une_decision_et_reste_acquis(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, declarer: Declarer
) -> None:
    """R. 5131-25 II: paid provisionally, kept for good even when a resource is known afterwards."""
    decision = declarer()
    pieces = demander(agent, contrat)
    with pytest.raises(NonHabilite):
        services.decider_conservatoire(agent, pieces, version=pieces.version)
    pieces = services.decider_conservatoire(directrice, pieces, version=pieces.version)
    assert pieces.pouvoir
    with pytest.raises(RegleViolee, match="déjà décidé"):
        services.decider_conservatoire(directrice, pieces, version=pieces.version)
    decision.refresh_from_db()
    prise = services.decider_allocation(directrice, decision, version=decision.version)
    assert prise.conservatoire
    correction = services.corriger_le_mois(
        agent, contrat, mois=prise.mois, correction=CorrectionSaisie("ressource_connue_apres", "Un salaire."),
        situation=SEUL, ressources=[SALAIRE], corrige=prise.pk,
    )  # fmt: skip
    services.decider_allocation(directrice, correction, version=correction.version)
    trop = TropPercu.objects.get()
    assert (trop.suite, trop.reglement) == ("acquis", "acquis")


def test_sans_droit_demontre_pas_de_conservatoire(agent: Agent, directrice: Agent, contrat: ContratEngagement) -> None:
    pieces = demander(agent, contrat, PiecesSaisies("Attestation d'hébergement"))
    with pytest.raises(RegleViolee, match="montre"):
        services.decider_conservatoire(directrice, pieces, version=pieces.version)


def test_un_dossier_complet_trop_tard_perd_les_mois_anciens(
    agent: Agent, contrat: ContratEngagement, declarer: Declarer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven months after the signature: the month of the signature will never be paid."""
    decision = declarer()
    pieces = demander(agent, contrat)
    plus_tard = aujourd_hui(contrat.dossier.structure) + timedelta(days=215)
    for module in ("pieces", "decision", "declaration"):
        monkeypatch.setattr(f"imilo.parcours.allocations.services.{module}.aujourd_hui", lambda _: plus_tard)
    services.recevoir_pieces(agent, pieces, version=pieces.version, recues_le=plus_tard)
    perdue = DecisionAllocation.objects.get(pk=decision.pk)
    assert (perdue.sens, perdue.montant) == (Sens.REFUS, 0)
    assert perdue.pieces is not None
    assert decision.code_mois in depuis_json(perdue.pieces).resultat["mois_perdus"]


@pytest.mark.parametrize("jours", [1, -30])
def test_des_pieces_ne_se_recoivent_ni_demain_ni_avant_la_signature(
    agent: Agent, contrat: ContratEngagement, jours: int
) -> None:
    pieces = demander(agent, contrat)
    with pytest.raises(RegleViolee) as refus:
        services.recevoir_pieces(
            agent,
            pieces,
            version=pieces.version,
            recues_le=aujourd_hui(contrat.dossier.structure) + timedelta(days=jours),
        )
    assert refus.value.champ == "recues_le"


def test_ce_qui_manque_se_dit_en_mots(agent: Agent, contrat: ContratEngagement) -> None:
    with pytest.raises(RegleViolee) as refus:
        demander(agent, contrat, PiecesSaisies("  "))
    assert refus.value.champ == "manquantes"
    pieces = demander(agent, contrat)
    services.recevoir_pieces(agent, pieces, version=pieces.version, recues_le=contrat.signe_le or date.today())
    pieces.refresh_from_db()
    with pytest.raises(RegleViolee, match="déjà reçues"):
        services.demander_pieces(agent, contrat, saisies=MANQUE, version=pieces.version)
