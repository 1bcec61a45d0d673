"""*Pourquoi cette décision ?*: any stored decision, in words, taken again; and who may read it."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation
from imilo.parcours.allocations.models import DecisionAllocation
from imilo.parcours.allocations.services import RessourceSaisie, SituationDuMois, declarer_ressources
from imilo.parcours.contrats.models import ContratEngagement, FoyerFiscal, Logement
from imilo.parcours.diagnostics.services import demander_nouvelle_orientation
from imilo.parcours.dossiers import decisions
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej

pytestmark = pytest.mark.django_db
SOURCES = {
    "eligibilite",
    "contrat-duree",
    "contrat-heures",
    "contrat-forfait",
    "contrat-eligibilite",
    "contrat-contenu",
    "competence",
    "reorientation",
    "delai-de-signature",
    "allocation-droit",
    "allocation-montant",
}


@pytest.fixture
def dossier(structure: Structure, agent: Agent, directrice: Agent) -> Dossier:
    """A signed CEJ, a month declared, another orientation asked for: a decision of each kind."""
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        contrat = parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier))
        assert contrat.signe_le is not None
        declarer_ressources(
            agent,
            contrat,
            mois=contrat.signe_le.replace(day=1),
            situation=SituationDuMois(logement=Logement.HORS_FOYER, foyer_fiscal=FoyerFiscal.NON_IMPOSABLE),
            ressources=[RessourceSaisie("salaire", Decimal("600.00"))],
            version=None,
        )
        assert contrat.orientation is not None
        demander_nouvelle_orientation(agent, contrat.orientation, version=2, le=contrat.signe_le, raison="Trop loin")
        return dossier


def _client(qui: Agent) -> Client:
    client = Client()
    client.force_login(qui)
    return client


def _texte(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, adresse
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())).split())


def _liste(dossier: Dossier) -> str:
    return reverse("web:decisions", args=[str(dossier)])


def test_chaque_sorte_de_decision_s_explique_et_se_rejoue(dossier: Dossier, agent: Agent) -> None:
    client = _client(agent)
    page = client.get(_liste(dossier)).content.decode()
    adresses = set(re.findall(rf'href="({_liste(dossier)}[a-z-]+/\d+/)"', page))
    assert {adresse.split("/")[-3] for adresse in adresses} == SOURCES == set(decisions._sources)
    for adresse in adresses:
        texte = _texte(client, adresse)
        assert "Identique" in texte, adresse
        assert "Les faits" in texte
        assert "None" not in texte
        assert "datetime" not in texte


def test_le_montant_se_verifie_avec_un_crayon(dossier: Dossier, agent: Agent) -> None:
    with perimetre(dossier.structure_id):
        decision = DecisionAllocation.objects.get()
    texte = _texte(_client(agent), reverse("web:pourquoi", args=[str(dossier), "allocation-montant", decision.pk]))
    assert "Salaire : 600,00" in texte
    assert f"Montant {decision.montant:.2f}".replace(".", ",") in texte
    assert "R. 5131-20" in texte
    assert texte.index("Montant ") < texte.index("Forfait ") < texte.index("Due oui")
    assert "cej.part_smic_degressivite" in texte
    with perimetre(dossier.structure_id):
        assert Consultation.objects.filter(dossier_id=dossier.pk).exists()


def test_ce_qui_differe_est_dit(dossier: Dossier, agent: Agent) -> None:
    with perimetre(dossier.structure_id):
        decision = DecisionAllocation.objects.get()
        autre = {**decision.calcul, "resultat": {**decision.calcul["resultat"], "montant": "500.00"}}
        DecisionAllocation.objects.filter(pk=decision.pk).update(calcul=autre)
    texte = _texte(_client(agent), reverse("web:pourquoi", args=[str(dossier), "allocation-montant", decision.pk]))
    assert "La réponse serait autre aujourd'hui" in texte
    assert "resultat.montant 500.00" in texte
    assert "Identique" not in texte


@pytest.mark.parametrize("abime", [{"regle": "cej.loto", "le": "2026-01-01"}, {"le": "2026-01-01"}])
def test_une_decision_illisible_le_dit(dossier: Dossier, agent: Agent, abime: dict[str, str]) -> None:
    with perimetre(dossier.structure_id):
        contrat = ContratEngagement.objects.get()
        ContratEngagement.objects.filter(pk=contrat.pk).update(duree=abime)
    texte = _texte(_client(agent), reverse("web:pourquoi", args=[str(dossier), "contrat-duree", contrat.pk]))
    assert "ne se lit plus" in texte


def test_l_accueil_ne_lit_aucune_decision(dossier: Dossier, structure: Structure) -> None:
    client = _client(fabriques.agent(structure, Profil.ACCUEIL))
    assert "Aucune décision" in _texte(client, _liste(dossier))
    with perimetre(dossier.structure_id):
        pk = DecisionAllocation.objects.get().pk
    assert client.get(reverse("web:pourquoi", args=[str(dossier), "allocation-montant", pk])).status_code == 404


def test_le_gestionnaire_lit_les_allocations_seules(dossier: Dossier, structure: Structure) -> None:
    client = _client(fabriques.agent(structure, Profil.GESTIONNAIRE))
    texte = _texte(client, _liste(dossier))
    assert "le montant" in texte
    assert "Éligibilité" not in texte


def test_une_autre_structure_ne_trouve_rien(dossier: Dossier, autre_structure: Structure) -> None:
    client = _client(fabriques.agent(autre_structure, Profil.CONSEILLER))
    with perimetre(dossier.structure_id):
        pk = DecisionAllocation.objects.get().pk
    assert client.get(_liste(dossier)).status_code == 404
    assert client.get(reverse("web:pourquoi", args=[str(dossier), "allocation-montant", pk])).status_code == 404


@pytest.mark.parametrize("fin", ["loto/1/", "allocation-montant/999999999/", "eligibilite/0/"])
def test_une_adresse_inventee(dossier: Dossier, agent: Agent, fin: str) -> None:
    assert _client(agent).get(_liste(dossier) + fin).status_code == 404


def test_un_dossier_sans_decision_dit_quoi_faire(structure: Structure, agent: Agent) -> None:
    with perimetre(structure.pk):
        vide = fabriques.dossier(structure, agent)
    assert "Aucune décision dans ce dossier" in _texte(_client(agent), _liste(vide))
