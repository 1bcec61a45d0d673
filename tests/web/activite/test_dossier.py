"""The activity of one young person on screen: hours and where they come from, declarations, absences, plan."""

from __future__ import annotations

import re
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Consultation
from imilo.parcours.activites import selectors
from imilo.parcours.activites.models import Absence, ActiviteDeclaree, SuiviAction
from imilo.parcours.dossiers.models import Categorie, Dossier, Situation
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.web.activite.objets import LUNDI, declarer, ouvrir, rendez_vous, texte

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("horloge")]
MARDI = LUNDI + timedelta(days=1)


def test_an_empty_page_says_what_to_do(connecte: Client, structure: Structure, agent: Agent) -> None:
    with perimetre(structure.pk):
        vide = fabriques.dossier(structure, agent)
    lu = ouvrir(connecte, vide)
    for attendu in ("Rien n'est compté", "Aucun plan d'action", "Aucune activité déclarée", "Aucune absence"):
        assert attendu in lu


def test_the_week_shows_where_each_hour_comes_from(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    with perimetre(dossier.structure_id):
        rendez_vous(dossier, agent, MARDI, "present")
        declarer(dossier, "Salon de l'emploi", MARDI)
    lu = ouvrir(connecte, dossier)
    for attendu in (
        "Fait : <strong>1 h</strong>, sur 15 h demandées, 2 h à confirmer", "présence notée", "à examiner",
        "Mardi 16 juin", "à 10:00", "Immersion en cuisine",
    ):  # fmt: skip
        assert attendu in lu
    with perimetre(dossier.structure_id):
        assert Consultation.objects.filter(genre="activite", dossier_id=dossier.pk).count() == 1


def test_a_line_already_counted_says_in_which(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    with perimetre(dossier.structure_id):
        formation = Situation(
            dossier=dossier, structure_id=dossier.structure_id, categorie=Categorie.FORMATION, debut=LUNDI,
            libelle="CAP cuisine", heures_hebdo=Decimal(35),
        )  # fmt: skip
        formation.save()
        rendez_vous(dossier, agent, MARDI, "present")
        declarer(dossier, "Devoirs du soir", MARDI, heure=time(18, 30), minutes=60)
    lu = ouvrir(connecte, dossier)
    assert lu.count("déjà comptée dans : Formation : CAP cuisine") == 2
    assert "rien en plus" in lu
    assert "30 min en plus" in lu
    assert "en partie déjà comptée" in lu
    assert "dans la limite d'une journée de 7 h" in lu


@pytest.mark.parametrize("semaine", ["2026-06-03", "2024-01-01", "n'importe", "9999-12-31", "2026-02-30"])
def test_any_week_can_be_asked_for(connecte: Client, dossier: Dossier, semaine: str) -> None:
    attendu = {"2026-06-03": "1er juin au 7 juin 2026", "2024-01-01": "1er janvier au 7 janvier 2024"}
    assert attendu.get(semaine, "15 juin au 21 juin 2026") in ouvrir(connecte, dossier, semaine=semaine)


def test_a_counsellor_writes_an_activity(connecte: Client, dossier: Dossier) -> None:
    adresse = reverse("web:activite-nouvelle", args=[str(dossier)])
    champs = {"jour": "2026-06-16", "duree": "90", "heure": "9h", "categorie": "recherche", "intitule": "Candidatures"}
    lu = texte(connecte.post(adresse, {**champs, "jour": "2026-07-01", "duree": ""}), 422)
    assert "Remplissez ce champ" in lu
    assert 'value="Candidatures"' in lu
    assert "une fois faite" in texte(connecte.post(adresse, {**champs, "jour": "2026-07-01"}), 422)
    suite = texte(connecte.post(adresse, champs, follow=True))
    assert "ses heures comptent" in suite
    assert "1 h 30" in suite
    assert "déjà déclarée" in texte(connecte.post(adresse, champs), 422)


def test_an_activity_accepted_by_mistake_is_given_back(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    connecte.post(
        reverse("web:activite-nouvelle", args=[str(dossier)]),
        {"jour": "2026-06-16", "duree": "90", "categorie": "recherche", "intitule": "Candidatures"},
    )
    lu = ouvrir(connecte, dossier)
    lot = re.search(r'name="lot" value="([^"]+)"', lu)
    assert lot is not None
    with perimetre(dossier.structure_id):
        cle = ActiviteDeclaree.objects.get().pk
    champs = {"lot": lot[1], "activite": str(cle), "dossier": str(dossier)}
    demande = connecte.post(reverse("web:semaine-examen-annuler"), champs)
    assert "Ces heures ne compteront plus" in texte(demande)
    assert "À examiner" not in ouvrir(connecte, dossier)
    reponse = connecte.post(reverse("web:semaine-examen-annuler"), {**champs, "confirmee": "oui"})
    assert reponse["Location"] == reverse("web:activites", args=[str(dossier)])
    assert "À examiner" in ouvrir(connecte, dossier)


def test_a_missed_appointment_asks_for_its_reason(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    with perimetre(dossier.structure_id):
        rdv = rendez_vous(dossier, agent, MARDI, "absent")
    assert "Noter la raison" in ouvrir(connecte, dossier)
    adresse = reverse("web:absence-nouvelle", args=[str(dossier)])
    assert 'value="2026-06-16"' in texte(connecte.get(adresse, {"rendez_vous": rdv.pk}))
    champs = {"rendez_vous": rdv.pk, "du": "2026-06-16", "au": "2026-06-15", "motif": "maladie", "reconnue": "oui"}
    assert "précède son début" in texte(connecte.post(adresse, champs), 422)
    lu = texte(connecte.post(adresse, {**champs, "au": "2026-06-16"}, follow=True))
    assert "Noter la raison" not in lu
    assert "1 jour d'absence justifiée retiré" in lu
    assert "sur 12 h demandées" in lu


def test_two_people_on_the_same_absence(connecte: Client, dossier: Dossier) -> None:
    adresse = reverse("web:absence-nouvelle", args=[str(dossier)])
    connecte.post(adresse, {"du": "2026-06-16", "au": "2026-06-16", "motif": "maladie", "reconnue": ""})
    with perimetre(dossier.structure_id):
        absence = Absence.objects.get()
    adresse = reverse("web:absence", args=[str(dossier), absence.pk])
    champs = {"version": "1", "du": "2026-06-16", "au": "2026-06-17", "motif": "maladie", "reconnue": "oui"}
    assert "L'absence est modifiée" in texte(connecte.post(adresse, champs, follow=True))
    lu = texte(connecte.post(adresse, {**champs, "au": "2026-06-18"}), 409)
    assert "2026-06-18" in lu
    assert 'name="version" value="2"' in lu


def test_the_plan_is_followed(connecte: Client, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        action = selectors.plan_suivi(dossier=dossier)[1][0].action
    adresse = reverse("web:plan-action", args=[str(dossier), action.pk])
    assert "Où en est cette action" in texte(connecte.get(adresse))
    champs = {"version": "0", "etat": "faite", "le": "2026-06-16", "par": "jeune", "preuve": ""}
    assert "ce qui montre" in texte(connecte.post(adresse, champs), 422)
    assert "CV remis" in texte(connecte.post(adresse, {**champs, "preuve": "CV remis"}, follow=True))
    assert "modifiée depuis" in texte(connecte.post(adresse, {**champs, "preuve": "Autre"}), 409)
    with perimetre(dossier.structure_id):
        assert SuiviAction.objects.get().preuve == "CV remis"


def test_what_is_another_dossier_s_isn_t_there(
    connecte: Client, dossier: Dossier, structure: Structure, agent: Agent
) -> None:
    with perimetre(structure.pk):
        action = selectors.plan_suivi(dossier=dossier)[1][0].action
        autre = fabriques.dossier(structure, agent)
    connecte.post(
        reverse("web:absence-nouvelle", args=[str(dossier)]),
        {"du": "2026-06-16", "au": "2026-06-16", "motif": "maladie", "reconnue": ""},
    )
    with perimetre(structure.pk):
        absence = Absence.objects.get()
    assert connecte.get(reverse("web:plan-action", args=[str(autre), action.pk])).status_code == 404
    assert connecte.get(reverse("web:absence", args=[str(autre), absence.pk])).status_code == 404


def test_another_structure_s_counsellor_opens_nothing(dossier: Dossier, autre_structure: Structure) -> None:
    client = Client()
    client.force_login(fabriques.agent(autre_structure))
    for nom in ("activites", "activite-nouvelle", "absence-nouvelle"):
        assert client.get(reverse(f"web:{nom}", args=[str(dossier)])).status_code == 404


def test_the_dossier_tells_the_hours_and_the_alert(connecte: Client, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        declarer(dossier, "Salon de l'emploi", MARDI)
    lu = texte(connecte.get(reverse("web:dossier", args=[str(dossier)])))
    assert "Deux semaines de suite sous la durée du contrat : 0 min puis 0 min, pour 15 h demandées." in lu
    assert "Une activité déclarée à examiner." in lu
    assert "15 h demandées cette semaine" in lu
    assert "Activité déclarée : 2 h, à examiner" in lu
