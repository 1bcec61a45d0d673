"""Documents that are missing: nothing is decided, or provisionally; a late file costs what the law says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.droit.delais import Echeance
from imilo.droit.montants import ZERO
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import (
    CauseTropPercu,
    DecisionAllocation,
    PiecesAttendues,
    Sens,
    Suite,
    TropPercu,
)
from imilo.parcours.allocations.services import CorrectionSaisie, PiecesSaisies
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services import terminer_contrat
from imilo.socle.erreurs import NonHabilite, RegleViolee
from tests import fabriques
from tests.parcours import parcours_sanction
from tests.parcours.allocations.conftest import SALAIRE, SEUL, Declarer
from tests.parcours.dossiers.test_documents import texte
from tests.parcours.parcours_cej import relire

SUITE_D_UNE_FRAUDE = Suite.A_REMBOURSER  # the reading by default of `cej.trop_percu_conservatoire_frauduleux`
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
    with pytest.raises(RegleViolee, match="est acquise à la personne"):
        services.regler_trop_percu(directrice, trop, version=1, reglement="retenu", regle_le=trop.decision.decidee_le)
    assert trop.document is not None
    assert "vous est acquise" in " ".join(texte(bytes(trop.document.contenu)).split())


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


@pytest.mark.parametrize("cause", [CauseTropPercu.SITUATION, CauseTropPercu.FRAUDE])
def test_un_mois_conservatoire_qu_une_fin_anticipee_met_hors_du_contrat_n_empeche_pas_les_pieces(
    agent: Agent, directrice: Agent, dans_perimetre: Structure, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    """R. 5131-25: signed on 12 January, ended on 28 February, known on 10 April only: March was paid provisionally.

    The documents are received all the same. March isn't due (I: the month of the end is the last one), and what was
    paid for it is kept for good (II), unless it was by fraud.
    """
    regler = parcours_sanction.calendrier(monkeypatch)
    contrat = parcours_sanction.contrat_signe(regler, directrice, agent, fabriques.dossier(dans_perimetre, agent))
    pieces = demander(agent, contrat)
    pieces = services.decider_conservatoire(directrice, pieces, version=pieces.version)
    fevrier, mars = date(2026, 2, 1), date(2026, 3, 1)
    regler(date(2026, 4, 2))
    for mois in (fevrier, mars):
        preparee = services.declarer_ressources(agent, contrat, mois=mois, situation=SEUL, ressources=(), version=None)
        prise = services.decider_allocation(directrice, preparee, version=preparee.version)
        assert prise.conservatoire
    regler(date(2026, 4, 10))
    fin = date(2026, 2, 28)
    terminer_contrat(agent, contrat, version=relire(contrat).version, fin_le=fin, motif="AUTRE", precision="Départ")
    pieces = services.recevoir_pieces(agent, pieces, version=pieces.version, recues_le=date(2026, 4, 10))
    decision = depuis_json(pieces.decision)
    assert decision.resultat["mois_acquis"] == ("2026-02", "2026-03")
    assert rejouer(decision).identique
    correction = services.corriger_le_mois(
        agent, relire(contrat), mois=mars, correction=CorrectionSaisie(cause, "Le contrat était fini."),
        situation=SEUL, ressources=(), corrige=prise.pk,
    )  # fmt: skip
    corrigee = services.decider_allocation(directrice, correction, version=correction.version)
    assert (corrigee.sens, corrigee.montant, corrigee.a_verser) == (Sens.REFUS, ZERO, ZERO)
    trop = TropPercu.objects.get()
    assert trop.montant == prise.montant
    assert trop.suite == {CauseTropPercu.SITUATION: Suite.ACQUIS, CauseTropPercu.FRAUDE: SUITE_D_UNE_FRAUDE}[cause]


def test_un_mois_qui_attend_apres_une_fin_anticipee_ne_compte_pas_parmi_les_mois_conservatoires(
    agent: Agent, directrice: Agent, dans_perimetre: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """March was prepared, never decided: it waits for the documents, and takes none of the three months."""
    regler = parcours_sanction.calendrier(monkeypatch)
    contrat = parcours_sanction.contrat_signe(regler, directrice, agent, fabriques.dossier(dans_perimetre, agent))
    pieces = demander(agent, contrat)
    regler(date(2026, 4, 2))
    mars = services.declarer_ressources(
        agent, contrat, mois=date(2026, 3, 1), situation=SEUL, ressources=(), version=None
    )
    fin = date(2026, 2, 28)
    terminer_contrat(agent, contrat, version=relire(contrat).version, fin_le=fin, motif="AUTRE", precision="Départ")
    pieces = services.decider_conservatoire(directrice, pieces, version=pieces.version)
    mars.refresh_from_db()
    assert (mars.sens, mars.conservatoire) == (Sens.REFUS, False)
    services.recevoir_pieces(agent, pieces, version=pieces.version, recues_le=date(2026, 4, 2))
    mars.refresh_from_db()
    assert services.decider_allocation(directrice, mars, version=mars.version).montant == ZERO


JANVIER_A_AVRIL = tuple(date(2026, mois, 1) for mois in (1, 2, 3, 4))


@pytest.mark.parametrize("ordre", [(1, 2, 3, 0), (0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
@pytest.mark.parametrize("declares_d_avance", [True, False])
def test_un_quatrieme_mois_conservatoire_est_refuse_quel_que_soit_l_ordre(  # who, where, when, in what order
    agent: Agent,
    directrice: Agent,
    dans_perimetre: Structure,
    monkeypatch: pytest.MonkeyPatch,
    ordre: tuple[int, ...],
    *,
    declares_d_avance: bool,
) -> None:
    """R. 5131-25 II: three months at most, and none takes the place of one that is paid already."""
    regler = parcours_sanction.calendrier(monkeypatch)
    contrat = parcours_sanction.contrat_signe(regler, directrice, agent, fabriques.dossier(dans_perimetre, agent))
    services.decider_conservatoire(directrice, demander(agent, contrat), version=1)
    regler(date(2026, 5, 4))
    mois = [JANVIER_A_AVRIL[rang] for rang in ordre]

    def declarer(un: date) -> DecisionAllocation:
        return services.declarer_ressources(agent, contrat, mois=un, situation=SEUL, ressources=(), version=None)

    preparees = {un: declarer(un) for un in mois} if declares_d_avance else {}
    for un in mois[:3]:
        preparee = preparees.get(un) or declarer(un)
        prise = services.decider_allocation(directrice, preparee, version=preparee.version)
        assert prise.conservatoire
        assert rejouer(depuis_json(prise.pieces)).identique
    quatrieme = preparees.get(mois[3]) or declarer(mois[3])
    with pytest.raises(RegleViolee, match="ne peut pas couvrir ce mois"):
        services.decider_allocation(directrice, quatrieme, version=quatrieme.version)
    lot = services.creer_lot(
        directrice, structure=contrat.structure, mois=mois[3], choisies={quatrieme.pk: 1}, en_file=False
    )
    services.traiter_lot(lot.pk, contrat.structure_id)
    assert DecisionAllocation.objects.prises().filter(conservatoire=True).count() == 3


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
