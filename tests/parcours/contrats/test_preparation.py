"""A contract is prepared on an orientation, an assessment and an eligibility; wrong input is told at its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Fait
from imilo.parcours.contrats.etats import TRANSITIONS, Etat, peut_devenir
from imilo.parcours.contrats.models import (
    ActionPrevue,
    Amenagement,
    ContratEngagement,
    ExamenCEJ,
    FoyerFiscal,
    Logement,
    Soutien,
)
from imilo.parcours.contrats.services import (
    abandonner_contrat,
    examiner_eligibilite,
    modifier_contrat,
    preparer_contrat,
)
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from tests import fabriques
from tests.parcours import parcours_cej as cej

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


@pytest.fixture
def pret(agent: Agent, dossier: Dossier) -> Dossier:
    """Orientation notified, assessment made, eligibility examined."""
    le = aujourd_hui(dossier.structure)
    cej.orienter_et_notifier(agent, dossier, le=le - timedelta(days=10))
    cej.diagnostiquer(agent, dossier, le=le - timedelta(days=9))
    examiner_eligibilite(agent, dossier, reponses=cej.OUI)
    return dossier


def test_les_etats_finaux_ne_menent_nulle_part() -> None:
    assert set(TRANSITIONS) == set(Etat)
    assert peut_devenir(Etat.PREPARE, Etat.SIGNE)
    assert not peut_devenir(Etat.SIGNE, Etat.ANNULE)
    assert all(not TRANSITIONS[e] for e in (Etat.TERMINE, Etat.ROMPU, Etat.ANNULE))


def test_examen_garde_la_decision_et_un_fait(agent: Agent, dossier: Dossier) -> None:
    examen = examiner_eligibilite(agent, dossier, reponses=cej.OUI)
    assert examen.eligible is True
    assert examen.decision["regle"] == "cej.eligibilite"
    fait = Fait.objects.get()
    assert (fait.genre, fait.identifiants) == ("cej.examine", {"issue": "eligible"})


def test_une_question_sans_reponse_laisse_la_decision_ouverte(agent: Agent, dossier: Dossier) -> None:
    examen = examiner_eligibilite(agent, dossier, reponses=replace(cej.OUI, etudiant=None))
    assert examen.eligible is None
    assert examen.decision["resultat"]["a_completer"] == ["etudiant"]


@pytest.mark.parametrize(
    ("changes", "champ"),
    [
        ({"difficulte_appreciation": " "}, "difficulte_appreciation"),
        ({"circonstances_particulieres": True}, "circonstances_texte"),
    ],
)
def test_une_appreciation_a_ses_mots(agent: Agent, dossier: Dossier, changes: dict[str, object], champ: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        examiner_eligibilite(agent, dossier, reponses=replace(cej.OUI, **changes))  # type: ignore[arg-type]  # one field at a time
    assert refus.value.champ == champ
    assert not ExamenCEJ.objects.exists()


def test_contrat_prepare(agent: Agent, pret: Dossier) -> None:
    le = aujourd_hui(pret.structure)
    contrat = preparer_contrat(agent, pret, saisi=cej.saisi(agent, debut=le), actions=cej.ACTIONS)
    contrat.refresh_from_db()
    assert (contrat.etat, contrat.jeune_id, contrat.version) == (Etat.PREPARE, pret.jeune_id, 1)
    assert contrat.eligibilite["resultat"]["eligible"] is True
    assert contrat.duree["regle"] == "cej.duree"
    # The scale of April 2026 for an adult of a non-taxable household.
    assert contrat.allocation_maximum == Decimal(contrat.forfait["resultat"]["forfait"]) > 500
    assert [a.intitule for a in contrat.actions.all()] == ["Atelier CV et candidatures", "Immersion en cuisine"]
    assert Fait.objects.filter(genre="contrat.prepare", objet_id=contrat.pk, dossier_id=pret.pk).count() == 1


@pytest.mark.parametrize(
    ("changes", "champ"),
    [
        ({"fin_prevue": date(2020, 1, 1)}, "fin_prevue"),
        ({"heures_hebdo": Decimal("14.5")}, "heures_hebdo"),
        ({"heures_hebdo": Decimal(0)}, "heures_hebdo"),
        (
            {"heures_hebdo": Decimal(0), "amenagement": Amenagement.INDIVIDUEL, "amenagement_raison": "x"},
            "heures_hebdo",
        ),
        ({"heures_hebdo": Decimal(8), "amenagement": Amenagement.INDIVIDUEL}, "amenagement_raison"),
        ({"heures_hebdo": Decimal(8), "amenagement": Amenagement.SANTE}, "heures_hebdo"),
        ({"heures_hebdo": Decimal(200)}, "heures_hebdo"),
        ({"heures_hebdo": Decimal(-1)}, "heures_hebdo"),
        ({"amenagement": Amenagement.INDIVIDUEL, "amenagement_raison": "x"}, "amenagement"),
        ({"logement": Logement.FOYER}, "soutien_parental"),
        ({"logement": "dans un arbre"}, "logement"),
        ({"mineur_emancipe": True}, "mineur_emancipe"),
    ],
)
def test_saisie_refusee_a_son_champ(agent: Agent, pret: Dossier, changes: dict[str, object], champ: str) -> None:
    saisi = cej.saisi(agent, debut=aujourd_hui(pret.structure), **changes)
    with pytest.raises(RegleViolee) as refus:
        preparer_contrat(agent, pret, saisi=saisi, actions=cej.ACTIONS)
    assert refus.value.champ == champ
    assert not ContratEngagement.objects.exists()


def test_douze_mois_au_plus(agent: Agent, pret: Dossier) -> None:
    """R. 5131-16: from 15 January 2027, the last day possible is 14 January 2028."""
    debut = date(2027, 1, 15)
    with pytest.raises(RegleViolee, match="14 janvier 2028") as refus:
        preparer_contrat(
            agent, pret, saisi=cej.saisi(agent, debut=debut, fin_prevue=date(2028, 1, 15)), actions=cej.ACTIONS
        )
    assert refus.value.champ == "fin_prevue"
    assert preparer_contrat(
        agent, pret, saisi=cej.saisi(agent, debut=debut, fin_prevue=date(2028, 1, 14)), actions=cej.ACTIONS
    ).pk


@pytest.mark.parametrize("amenagement", [Amenagement.SANTE, Amenagement.PARENT_ISOLE])
def test_zero_heure_a_la_demande_dans_les_cas_de_la_loi(agent: Agent, pret: Dossier, amenagement: Amenagement) -> None:
    """L. 5411-6 II."""
    saisi = cej.saisi(agent, debut=aujourd_hui(pret.structure), heures_hebdo=Decimal(0), amenagement=amenagement)
    assert preparer_contrat(agent, pret, saisi=saisi, actions=cej.ACTIONS).heures_hebdo == 0


def test_la_base_refuse_zero_heure_sans_cas(agent: Agent, pret: Dossier) -> None:
    contrat = preparer_contrat(
        agent, pret, saisi=cej.saisi(agent, debut=aujourd_hui(pret.structure)), actions=cej.ACTIONS
    )
    with pytest.raises(IntegrityError, match="contrat_heures_nulles_motivees"), transaction.atomic():
        ContratEngagement.objects.filter(pk=contrat.pk).update(heures_hebdo=0)


def test_sans_orientation_ni_diagnostic_ni_examen(agent: Agent, dossier: Dossier) -> None:
    le = aujourd_hui(dossier.structure)
    saisi = cej.saisi(agent, debut=le)
    with pytest.raises(RegleViolee, match="orientation"):
        preparer_contrat(agent, dossier, saisi=saisi, actions=cej.ACTIONS)
    cej.orienter(agent, dossier, le=le)
    with pytest.raises(RegleViolee, match="diagnostic"):
        preparer_contrat(agent, dossier, saisi=saisi, actions=cej.ACTIONS)
    cej.diagnostiquer(agent, dossier, le=le)
    with pytest.raises(RegleViolee, match="Examinez"):
        preparer_contrat(agent, dossier, saisi=saisi, actions=cej.ACTIONS)


def test_non_eligible_la_raison_est_dite_avec_son_article(agent: Agent, pret: Dossier) -> None:
    examiner_eligibilite(agent, pret, reponses=replace(cej.OUI, etudiant=True))
    with pytest.raises(RegleViolee, match=r"étudiant.*L\. 5131-6"):
        preparer_contrat(agent, pret, saisi=cej.saisi(agent, debut=date(2026, 12, 1)), actions=cej.ACTIONS)


@pytest.mark.parametrize("nombre", [0, 21])
def test_le_plan_d_action_a_de_une_a_vingt_lignes(agent: Agent, pret: Dossier, nombre: int) -> None:
    with pytest.raises(RegleViolee) as refus:
        preparer_contrat(
            agent, pret, saisi=cej.saisi(agent, debut=date(2026, 12, 1)), actions=[cej.ACTIONS[0]] * nombre
        )
    assert refus.value.champ == "actions"


def test_le_referent_accompagne_dans_la_structure(agent: Agent, pret: Dossier, autre_structure: Structure) -> None:
    for etranger in (fabriques.agent(autre_structure), fabriques.agent(pret.structure, Profil.ACCUEIL)):
        with pytest.raises(RegleViolee) as refus:
            preparer_contrat(agent, pret, saisi=cej.saisi(etranger, debut=date(2026, 12, 1)), actions=cej.ACTIONS)
        assert refus.value.champ == "referent"


def test_un_seul_projet_a_la_fois(agent: Agent, pret: Dossier) -> None:
    saisi = cej.saisi(agent, debut=date(2026, 12, 1))
    preparer_contrat(agent, pret, saisi=saisi, actions=cej.ACTIONS)
    with pytest.raises(RegleViolee, match="déjà préparé"):
        preparer_contrat(agent, pret, saisi=saisi, actions=cej.ACTIONS)


@pytest.mark.parametrize(
    ("changes", "maximum"),
    [
        ({"foyer_fiscal": FoyerFiscal.AU_DELA}, None),
        ({"logement": Logement.FOYER, "soutien_parental": Soutien.SUFFISANT}, None),
        ({"logement": Logement.FOYER, "soutien_parental": Soutien.LIMITE}, True),
    ],
)
def test_allocation_prevue_selon_le_foyer(
    agent: Agent, pret: Dossier, changes: dict[str, object], maximum: bool | None
) -> None:
    """L. 5131-6 al. 4, D. 5131-19 I, R. 5131-16."""
    contrat = preparer_contrat(
        agent, pret, saisi=cej.saisi(agent, debut=date(2026, 12, 1), **changes), actions=cej.ACTIONS
    )
    assert (contrat.allocation_maximum is not None) is (maximum is True)


def test_tout_ce_qui_est_a_corriger_se_dit_a_la_fois(agent: Agent, pret: Dossier) -> None:
    """Dates, household, hours and a day of the plan before the contract: one refusal, each at its field."""
    faux = cej.saisi(
        agent, debut=date(2026, 12, 1), fin_prevue=date(2026, 11, 1), foyer_fiscal="", heures_hebdo=Decimal(3)
    )
    tot = replace(cej.ACTIONS[0], echeance=date(2025, 1, 1))
    with pytest.raises(RegleViolee) as refus:
        preparer_contrat(agent, pret, saisi=faux, actions=[cej.ACTIONS[1], tot])
    champs = [une.champ for une in refus.value.toutes]
    assert champs == ["fin_prevue", "foyer_fiscal", "actions.2.echeance", "heures_hebdo"]
    assert not ContratEngagement.objects.exists()


def test_modifier_remplace_le_plan_et_refuse_une_page_perimee(agent: Agent, pret: Dossier) -> None:
    contrat = preparer_contrat(agent, pret, saisi=cej.saisi(agent, debut=date(2026, 12, 1)), actions=cej.ACTIONS)
    nouveau = cej.saisi(agent, debut=date(2026, 12, 2), objectifs="Le permis")
    modifie = modifier_contrat(agent, contrat, version=1, saisi=nouveau, actions=cej.ACTIONS[:1])
    assert (modifie.version, modifie.debut, ActionPrevue.objects.count()) == (2, date(2026, 12, 2), 1)
    with pytest.raises(VersionPerimee):
        modifier_contrat(agent, contrat, version=1, saisi=nouveau, actions=cej.ACTIONS)
    assert [f.genre for f in Fait.objects.filter(objet_id=contrat.pk, objet_type="contrats.contratengagement")] == [
        "contrat.prepare",
        "contrat.modifie",
    ]


def test_abandonner_laisse_la_place_a_un_autre(agent: Agent, pret: Dossier) -> None:
    contrat = preparer_contrat(agent, pret, saisi=cej.saisi(agent, debut=date(2026, 12, 1)), actions=cej.ACTIONS)
    abandonner_contrat(agent, contrat, version=1)
    with pytest.raises(RegleViolee, match="n'est plus possible"):
        abandonner_contrat(agent, contrat, version=2)
    assert preparer_contrat(agent, pret, saisi=cej.saisi(agent, debut=date(2026, 12, 1)), actions=cej.ACTIONS).pk
