"""`imilo allocations` and `imilo droit rejouer`, as whole processes on the database of the test."""

from __future__ import annotations

import json
from typing import Any

import pytest

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import DecisionAllocation, EtatDecision
from imilo.parcours.contrats.models import ContratEngagement
from imilo.socle.perimetre import perimetre
from imilo.socle.postgres_roles import Urls
from tests import fabriques, processus
from tests.parcours import parcours_cej
from tests.parcours.allocations.conftest import SALAIRE, SEUL

pytestmark = pytest.mark.django_db(transaction=True)


def imilo(*arguments: str) -> tuple[int, Any, str]:
    rendu = processus.imilo(*arguments)
    sortie = json.loads(rendu.stdout) if rendu.stdout.strip() else None
    return rendu.returncode, sortie, rendu.stderr


@pytest.fixture
def preparee(agent: Agent, directrice: Agent, structure: Structure, urls_base: Urls) -> DecisionAllocation:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        contrat: ContratEngagement = parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier))
        assert contrat.signe_le is not None
        return services.declarer_ressources(
            agent,
            contrat,
            mois=contrat.signe_le.replace(day=1),
            situation=SEUL,
            ressources=[SALAIRE],
            version=None,
        )


def test_le_lot_se_prend_puis_se_rejoue(directrice: Agent, structure: Structure, preparee: DecisionAllocation) -> None:
    options = ["--mois", preparee.code_mois, "--structure", structure.code, "--agent", directrice.courriel, "--json"]
    code, bilans, erreur = imilo("allocations", "lot", "--courriers", *options)
    assert code == 0, erreur
    (bilan,) = bilans
    assert (bilan["decidees"], bilan["refusees"], bilan["manquent"], bilan["courriers"]) == (1, 0, 0, 1)
    with perimetre(structure.pk):
        prise = DecisionAllocation.objects.select_related("dossier").get()
        assert (prise.etat, prise.decidee_par_id) == (EtatDecision.DECIDEE, directrice.pk)
        assert prise.document_id is not None
        reference = prise.reference
    assert imilo("allocations", "lot", *options)[1][0]["decidees"] == 0
    for nom in (str(prise.pk), reference):
        code, rejeux, erreur = imilo("droit", "rejouer", nom)
        assert code == 0, erreur
        assert set(rejeux) == {"droit", "montant"}
        assert all(rejeu["identique"] for rejeu in rejeux.values())
    with perimetre(structure.pk):
        calcul = {**prise.calcul, "resultat": {**prise.calcul["resultat"], "montant": "1.00"}}
        DecisionAllocation.objects.update(calcul=calcul)
    code, rejeux, _ = imilo("droit", "rejouer", reference)
    assert code == 1
    assert rejeux["montant"]["ecarts"][0]["champ"] == "resultat.montant"


def test_sans_pouvoir_le_lot_est_refuse_et_dit_pourquoi(
    agent: Agent, structure: Structure, preparee: DecisionAllocation
) -> None:
    code, bilans, _ = imilo(
        "allocations", "lot", "--mois", preparee.code_mois, "--structure", structure.code, "--agent", agent.courriel,
        "--json",
    )  # fmt: skip
    assert code == 1
    assert "représentant légal" in bilans[0]["refus"]
    with perimetre(structure.pk):
        assert DecisionAllocation.objects.get().etat == EtatDecision.PREPAREE


def test_sans_agent_le_representant_legal_decide_et_c_est_dit_avant(
    directrice: Agent, structure: Structure, preparee: DecisionAllocation
) -> None:
    """As issue 5 writes it: `imilo allocations lot --mois AAAA-MM --structure CODE`."""
    rendu = processus.imilo("allocations", "lot", "--mois", preparee.code_mois, "--structure", structure.code)
    assert rendu.returncode == 0, rendu.stderr
    dit = " ".join(rendu.stderr.split())
    assert f"{directrice} ({directrice.courriel}) décide, au nom de l'État" in dit
    assert "1 décidées" in rendu.stdout
    with perimetre(structure.pk):
        assert DecisionAllocation.objects.get().decidee_par_id == directrice.pk


@pytest.mark.parametrize(("de_plus", "phrase"), [(1, "plusieurs représentants légaux"), (-1, "pas de représentant")])
def test_sans_agent_ni_un_seul_representant_rien_ne_se_decide(
    directrice: Agent, structure: Structure, preparee: DecisionAllocation, de_plus: int, phrase: str
) -> None:
    if de_plus > 0:
        fabriques.agent(structure, "direction", representant_legal=True)
    else:
        Affectation.objects.filter(agent=directrice).update(representant_legal=False)
    demande = ("--mois", preparee.code_mois, "--structure", structure.code)
    rendu = processus.imilo("allocations", "lot", *demande)
    assert rendu.returncode == 1
    assert phrase in " ".join(rendu.stderr.split())
    assert "--agent" in rendu.stderr
    assert (directrice.courriel in rendu.stderr) == (de_plus > 0)
    with perimetre(structure.pk):
        assert DecisionAllocation.objects.get().etat == EtatDecision.PREPAREE


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        (["--mois", "2026-13", "--structure", "X", "--agent", "a"], "2026-10"),
        (["--mois", "2026-01", "--structure", "00000X00", "--agent", "personne@essai.example"], "Aucun agent actif"),
    ],
)
def test_une_demande_impossible_dit_ce_qui_ne_va_pas(options: list[str], phrase: str, urls_base: Urls) -> None:
    code, _, erreur = imilo("allocations", "lot", *options)
    assert code in (1, 2)
    assert phrase in " ".join(erreur.split())


def test_une_decision_inconnue_se_dit(urls_base: Urls) -> None:
    code, _, erreur = imilo("droit", "rejouer", "ALLOC-9999999-2026-01")
    assert code == 1
    assert "Aucune décision" in erreur


def test_les_baremes_tardifs_se_listent(structure: Structure, preparee: DecisionAllocation) -> None:
    assert imilo("allocations", "baremes", "--structure", structure.code, "--json")[1] == []
