"""The young person's page, under a personal link: their week, what they declare, and the answer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Fait
from imilo.parcours.activites import services
from imilo.parcours.activites.models import ActiviteDeclaree, EtatDeclaration
from imilo.parcours.dossiers.models import Categorie, Dossier, Situation
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.objets_liens import ouvrir
from tests.web.activite.objets import LUNDI, rendez_vous, sous_contrat, texte

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("horloge")]
MARDI = LUNDI + timedelta(days=1)
CHAMPS = {"jour": "2026-06-16", "duree": "120", "categorie": "recherche", "intitule": "Trois candidatures"}


@pytest.fixture
def dossier(monkeypatch: pytest.MonkeyPatch, structure: Structure, agent: Agent, directrice: Agent) -> Dossier:
    with perimetre(structure.pk):
        suivi = sous_contrat(monkeypatch, structure, agent, directrice, "Abel")
        rendez_vous(suivi, agent, MARDI, "present")
    return suivi


def test_the_week_and_a_declaration(client: Client, dossier: Dossier, agent: Agent) -> None:
    page = ouvrir(client, "activite", dossier, agent)
    lu = texte(client.get(page))
    assert "Fait depuis lundi : <strong>1 h</strong>, sur 15 h" in lu
    assert "Rien encore" in lu
    assert "Immersion en cuisine" in lu  # an action of the plan can be chosen
    suite = texte(client.post(page, CHAMPS, follow=True))
    assert "C'est envoyé" in suite
    assert "En attente" in suite
    assert "2 h à confirmer" in suite
    with perimetre(dossier.structure_id):
        ecrite = ActiviteDeclaree.objects.get()
        assert (ecrite.par_le_jeune, ecrite.agent, ecrite.etat) == (True, None, EtatDeclaration.DECLAREE)
        assert Fait.objects.get(genre="activite.declaree").acteur.startswith("lien:")


def test_sent_twice_it_is_declared_once(client: Client, dossier: Dossier) -> None:
    page = ouvrir(client, "activite", dossier)
    client.post(page, CHAMPS)
    assert "déjà déclarée" in texte(client.post(page, CHAMPS), 422)
    with perimetre(dossier.structure_id):
        assert ActiviteDeclaree.objects.count() == 1


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"jour": "2026-06-30"}, "une fois faite"),
        ({"jour": "31/02/2026"}, "Cette date n'existe pas"),
        ({"duree": "-60"}, "Choisissez une valeur de la liste"),
        ({"duree": "100000"}, "Choisissez une valeur de la liste"),
        ({"intitule": ""}, "Remplissez ce champ"),
        ({"heure": "25:00"}, "Écrivez l'heure ainsi"),
        ({"action": "999999"}, "choix"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: Client, dossier: Dossier, champs: dict[str, str], dit: str
) -> None:
    page = ouvrir(client, "activite", dossier)
    lu = texte(client.post(page, {**CHAMPS, **champs}), 422)
    assert dit in lu
    if "intitule" not in champs:
        assert 'value="Trois candidatures"' in lu
    with perimetre(dossier.structure_id):
        assert not ActiviteDeclaree.objects.exists()


def test_the_same_thing_twice_says_only_what_to_correct(client: Client, dossier: Dossier) -> None:
    """The form goes back to the address that thanked: the thanks were for the first one."""
    page = ouvrir(client, "activite", dossier)
    merci = client.post(page, CHAMPS)["Location"]
    assert "C'est envoyé" in texte(client.get(merci))
    lu = texte(client.post(merci, CHAMPS), 422)
    assert "déjà déclarée" in lu
    assert "C'est envoyé" not in lu


def test_a_refusal_is_read_with_its_reason(client: Client, dossier: Dossier, agent: Agent) -> None:
    page = ouvrir(client, "activite", dossier)
    client.post(page, CHAMPS)
    with perimetre(dossier.structure_id):
        versions = dict(ActiviteDeclaree.objects.values_list("pk", "version"))
        services.examiner(
            agent, structure=dossier.structure, versions=versions, accepter=False, motif="Déjà compté à l'atelier"
        )
    lu = texte(client.get(page))
    assert "Refusée" in lu
    assert "Pourquoi : <bdi>Déjà compté à l'atelier</bdi>" in lu


def test_what_is_already_counted_elsewhere_says_where(client: Client, dossier: Dossier) -> None:
    """Seven hours of training a day: what was declared of that day without its hour adds nothing."""
    page = ouvrir(client, "activite", dossier)
    client.post(page, CHAMPS)
    assert "déjà comptée" not in texte(client.get(page))
    with perimetre(dossier.structure_id):
        formation = {"categorie": Categorie.FORMATION, "debut": LUNDI, "heures_hebdo": Decimal(35)}
        Situation.objects.create(dossier=dossier, structure_id=dossier.structure_id, **formation)
    lu = texte(client.get(page))
    assert "déjà comptée dans : Formation. Si c'était à un autre moment, dites l'heure à votre conseiller." in lu


def test_another_young_person_s_week_isn_t_there(
    client: Client, dossier: Dossier, structure: Structure, agent: Agent
) -> None:
    page = ouvrir(client, "activite", dossier)
    client.post(page, CHAMPS)
    with perimetre(structure.pk):
        autre = fabriques.dossier(structure, agent)
    curieux = Client()
    sienne = ouvrir(curieux, "activite", autre)
    assert "Trois candidatures" not in texte(curieux.get(sienne))
    assert curieux.get(page).status_code == 302  # back to the door: the half hour is of the other link


def test_a_counsellor_sends_the_link(dossier: Dossier, agent: Agent) -> None:
    client = Client()
    client.force_login(agent)
    adresse = reverse("web:activite-lien", args=[str(dossier)])
    sans = texte(client.post(adresse, follow=True))
    assert "Aucun" in sans or "numéro" in sans or "joindre" in sans  # nobody can be reached: it is said
    with perimetre(dossier.structure_id):
        Dossier.objects.filter(pk=dossier.pk).update(telephone="+33612345678")
    assert "Le lien est envoyé. Il sert jusqu'au 18/08/2026." in texte(client.post(adresse, follow=True))
    assert client.get(adresse).status_code == 405
