"""*Pourquoi cette décision ?*: any stored decision, in words, taken again; and who may read it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db.models import JSONField, Value
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation
from imilo.parcours.allocations.models import CauseTropPercu, DecisionAllocation
from imilo.parcours.allocations.services import (
    CorrectionSaisie,
    PiecesSaisies,
    RessourceSaisie,
    SituationDuMois,
    corriger_le_mois,
    decider_allocation,
    decider_conservatoire,
    declarer_ressources,
    demander_pieces,
)
from imilo.parcours.allocations.services.pacea import DemandePacea, preparer_pacea
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement, FoyerFiscal, Logement
from imilo.parcours.contrats.services import (
    ActualisationSaisie,
    ProlongationSaisie,
    preparer_actualisation,
    prolonger_contrat,
)
from imilo.parcours.diagnostics.services import demander_nouvelle_orientation
from imilo.parcours.dossiers import decisions
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.sanctions.services import definir_conditions, lever_suspension, tirer_controles
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej
from tests.parcours import parcours_sanction as ps
from tests.parcours.contrats.test_cadres import preparer

pytestmark = pytest.mark.django_db
AVRIL = date(2026, 4, 1)  # the month that the sanction withholds
SALAIRE_CACHE = RessourceSaisie("salaire", Decimal(900))
SEUL = SituationDuMois(logement=Logement.HORS_FOYER, foyer_fiscal=FoyerFiscal.NON_IMPOSABLE)
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
    "contrat-lettre",
}
SUITES = {
    "contrat-fin",
    "contrat-prolongation",
    "contrat-actualisation",
    "pieces-attendues",
    "allocation-pieces",
    "allocation-effet",
    "controle-tirage",
    "allocation-ecart",
    "allocation-pacea",
    "pacea-effet",
    "sanction-rang",
    "sanction-quantum",
    "sanction-quantum-decide",
    "sanction-deroulement",
    "sanction-levee",
}


@pytest.fixture
def dossier(structure: Structure, agent: Agent, directrice: Agent) -> Dossier:
    """A signed CEJ, a month declared, another orientation asked for: a decision of each kind."""
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        contrat = parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier))
        assert contrat.signe_le is not None
        _declarer(agent, contrat, contrat.signe_le.replace(day=1))
        assert contrat.orientation is not None
        demander_nouvelle_orientation(agent, contrat.orientation, version=2, le=contrat.signe_le, raison="Trop loin")
        return dossier


def _declarer(agent: Agent, contrat: ContratEngagement, mois: date) -> DecisionAllocation:
    salaire = [RessourceSaisie("salaire", Decimal("600.00"))]
    return declarer_ressources(agent, contrat, mois=mois, situation=SEUL, ressources=salaire, version=None)


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
    assert set(decisions.sources()) == SOURCES | SUITES
    assert _expliquees(_client(agent), dossier) == SOURCES


def test_ce_qui_suit_un_contrat_s_explique_aussi(
    structure: Structure, agent: Agent, directrice: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month withheld then corrected, its documents awaited; a PACEA refused; a contract updated and prolonged."""
    regler = ps.calendrier(monkeypatch)
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        contrat = ps.contrat_signe(regler, directrice, agent, dossier)
        tirer_controles(directrice, structure=structure, mois=ps.SIGNATURE.replace(day=1), part=Decimal(1))
        pieces = demander_pieces(
            agent, contrat, saisies=PiecesSaisies("Un RIB", eligibilite_demontree=True), version=None
        )
        decider_conservatoire(directrice, pieces, version=pieces.version)
        procedure = ps.executoire(regler, agent, directrice, dossier)
        regler(AVRIL.replace(day=10))
        decidee = _declarer(agent, contrat, AVRIL)
        decidee = decider_allocation(directrice, decidee, version=decidee.version)
        preparer_pacea(agent, dossier, demande=DemandePacea(decidee.mois, Decimal(150), "Un abonnement de train."))
        procedure = definir_conditions(agent, procedure, version=procedure.version, conditions="Venir à l'atelier CV.")
        lever_suspension(directrice, procedure, version=procedure.version, conforme_le=AVRIL.replace(day=10))
        corriger_le_mois(
            agent, contrat, mois=decidee.mois, corrige=decidee.pk, ressources=[SALAIRE_CACHE],
            correction=CorrectionSaisie(CauseTropPercu.FRAUDE, "Un salaire qui n'était pas déclaré."), situation=SEUL,
        )  # fmt: skip
        _actualiser_et_prolonger(agent, directrice, parcours_cej.relire(contrat))
        pacea = fabriques.dossier(structure, agent)
        preparer(agent, pacea, Cadre.PACEA)
    client = _client(directrice)
    assert _expliquees(client, dossier) | _expliquees(client, pacea) >= SUITES


def _actualiser_et_prolonger(agent: Agent, directrice: Agent, contrat: ContratEngagement) -> None:
    termes = parcours_cej.saisi(agent, debut=contrat.debut, fin_prevue=contrat.fin_prevue)
    saisie = ActualisationSaisie("situation", "Le projet change.", termes)
    preparer_actualisation(agent, contrat, version=contrat.version, saisie=saisie)
    besoin = ProlongationSaisie(
        "exceptionnelle", contrat.fin_prevue + timedelta(days=60), "Un emploi commence, à consolider."
    )
    prolonger_contrat(directrice, contrat, version=contrat.version, saisie=besoin)


def _expliquees(client: Client, dossier: Dossier) -> set[str]:
    """The kinds of decision that the list leads to; each page explains and takes it again."""
    page = client.get(_liste(dossier)).content.decode()
    adresses = set(re.findall(rf'href="({_liste(dossier)}[a-z0-9-]+/\d+/)"', page))
    for adresse in adresses:
        texte = _texte(client, adresse)
        assert "Identique" in texte, adresse
        assert "Les faits" in texte
        assert "None" not in texte
        assert "datetime" not in texte
    return {adresse.split("/")[-3].removesuffix("-1") for adresse in adresses}  # the first of several


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
        # Past the field, which refuses it: what another version of the program could have left.
        ContratEngagement.objects.filter(pk=contrat.pk).update(duree=Value(abime, JSONField()))
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
