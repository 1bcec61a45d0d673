"""What withholds the allowance of a month is the person's, whichever mission locale pronounced it (L. 5412-1 I)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.droit.decision import depuis_json, rejouer
from imilo.parcours.allocations.a_revoir import a_revoir
from imilo.parcours.allocations.models import DecisionAllocation
from imilo.parcours.allocations.services import (
    creer_lot,
    decider_allocation,
    declarer_ressources,
    recalculer_le_mois,
    traiter_lot,
)
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services import terminer_contrat
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.sanctions import services as sanctions
from imilo.parcours.sanctions.models import Procedure
from imilo.parcours.sanctions.selectors import retenues
from imilo.parcours.transferts.services import Demande, accepter, demander
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej
from tests.parcours import parcours_sanction as ps
from tests.parcours.allocations.conftest import SALAIRE, SEUL
from tests.parcours.parcours_sanction import Regler

pytestmark = pytest.mark.django_db
MARS, AVRIL, MAI = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
DEPART, LE = date(2026, 3, 24), date(2026, 5, 4)
SANS_ATTENDRE = replace(
    parcours_cej.OUI,
    circonstances_particulieres=True,
    engagements_respectes=True,
    difficultes_specifiques=True,
    circonstances_texte="Un déménagement",
)


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Regler:
    return ps.calendrier(monkeypatch)


@pytest.fixture
def la_bas(autre_structure: Structure) -> Agent:
    """Who may decide allowances in the other structure."""
    return fabriques.agent(autre_structure, "direction", representant_legal=True)


@pytest.fixture
def contrat(
    dans_perimetre: Structure, agent: Agent, directrice: Agent, regler: Regler, la_bas: Agent
) -> ContratEngagement:
    """Sanctioned here under a first CEJ, 30 % of April withheld; then transferred, and another CEJ signed there."""
    ici, ailleurs = dans_perimetre, la_bas.affectations.get().structure
    dossier = fabriques.dossier(ici, agent)
    premier = ps.contrat_signe(regler, directrice, agent, dossier)
    ps.executoire(regler, agent, directrice, dossier)
    regler(DEPART)
    terminer_contrat(
        agent, premier, version=parcours_cej.relire(premier).version, fin_le=DEPART, motif="AUTRE", precision="Départ"
    )
    transfert = demander(agent, Dossier.objects.get(pk=dossier.pk), demande=Demande(ailleurs, "demenagement"))
    regler(date(2026, 3, 25))
    with perimetre(ailleurs.pk, agent_id=la_bas.pk):
        nouveau, _ = accepter(la_bas, structure=ailleurs, origine_id=ici.pk, transfert_id=transfert.pk, referent=la_bas)
        signe = parcours_cej.signer(la_bas, parcours_cej.preparer(la_bas, nouveau, reponses=SANS_ATTENDRE))
    regler(LE)
    return signe


def prendre(agent: Agent, contrat: ContratEngagement, mois: date) -> DecisionAllocation:
    preparee = declarer_ressources(agent, contrat, mois=mois, situation=SEUL, ressources=[SALAIRE], version=None)
    return decider_allocation(agent, preparee, version=preparee.version)


def plein(decision: DecisionAllocation) -> Decimal:
    return Decimal(depuis_json(decision.calcul).resultat["montant"])


def test_une_suspension_prononcee_ailleurs_retient_ici_le_mois_qu_elle_couvre(
    contrat: ContratEngagement, la_bas: Agent
) -> None:
    """R. 5412-1: for a month, thirty per cent; neither the month before nor the one after."""
    with perimetre(contrat.structure_id):
        assert not Procedure.objects.exists()  # it stays where it was pronounced
        avant, avril, apres = (prendre(la_bas, contrat, mois) for mois in (MARS, AVRIL, MAI))
    assert (avant.montant, apres.montant) == (plein(avant), plein(apres))
    assert avril.montant == plein(avril) - (plein(avril) * Decimal("0.30")).quantize(Decimal("0.01"))
    (effet,) = avril.effets
    assert rejouer(depuis_json(effet)).identique


def test_un_lot_retient_de_meme(contrat: ContratEngagement, la_bas: Agent) -> None:
    with perimetre(contrat.structure_id):
        preparee = declarer_ressources(la_bas, contrat, mois=AVRIL, situation=SEUL, ressources=[SALAIRE], version=None)
        lot = creer_lot(
            la_bas, structure=contrat.structure, mois=AVRIL, choisies={preparee.pk: preparee.version}, en_file=False
        )
    traiter_lot(lot.pk, contrat.structure_id)
    with perimetre(contrat.structure_id):
        prise = DecisionAllocation.objects.get(pk=preparee.pk)
        assert prise.prise
        assert prise.montant < plein(prise)


def test_levee_la_bas_le_mois_decide_ici_est_a_revoir(
    contrat: ContratEngagement, la_bas: Agent, agent: Agent, directrice: Agent, dans_perimetre: Structure
) -> None:
    with perimetre(contrat.structure_id):
        avril = prendre(la_bas, contrat, AVRIL)
        assert a_revoir(agent=la_bas, structure=contrat.structure, le=LE) == []
    with perimetre(dans_perimetre.pk):
        procedure = Procedure.objects.get()
        procedure = sanctions.definir_conditions(agent, procedure, version=procedure.version, conditions="L'atelier.")
        sanctions.lever_suspension(directrice, procedure, version=procedure.version, conforme_le=date(2026, 4, 10))
        assert a_revoir(agent=agent, structure=dans_perimetre, le=LE) == []
    with perimetre(contrat.structure_id):
        (revu,) = a_revoir(agent=la_bas, structure=contrat.structure, le=LE)
        assert (revu.decision.pk, revu.montant) == (avril.pk, plein(avril))
        assert "la suspension est levée le 10 avril 2026" in revu.pourquoi
        correction = recalculer_le_mois(la_bas, avril)
        prise = decider_allocation(la_bas, correction, version=correction.version)
        assert prise.a_verser == plein(avril) - avril.montant


def test_retiree_la_bas_elle_ne_retient_plus_rien_ici(
    contrat: ContratEngagement, la_bas: Agent, directrice: Agent, dans_perimetre: Structure
) -> None:
    with perimetre(dans_perimetre.pk):
        procedure = Procedure.objects.get()
        sanctions.retirer_sanction(directrice, procedure, version=procedure.version, raison="Recours admis")
    with perimetre(contrat.structure_id):
        avril = prendre(la_bas, contrat, AVRIL)
        assert (avril.montant, avril.effets) == (plein(avril), [])


def test_qui_ne_suit_pas_la_personne_n_apprend_rien_de_ce_qui_est_retenu(contrat: ContratEngagement) -> None:
    """The function answers to a structure that has a dossier of the person; not where, by whom, nor the facts."""
    jeune = contrat.dossier.jeune_id
    for structure, attendues in ((contrat.structure_id, 1), (fabriques.structure().pk, 0)):
        with perimetre(structure):
            assert len(retenues(jeunes=[jeune])[jeune]) == attendues
    with perimetre(contrat.structure_id), connection.cursor() as curseur:
        curseur.execute("SELECT * FROM retenues_nationales(%s)", [[jeune]])
        assert curseur.description is not None
        colonnes = {colonne.name for colonne in curseur.description}
    assert not colonnes & {"structure_id", "dossier_id", "faits", "motivation", "decidee_par_id", "motif_texte"}
