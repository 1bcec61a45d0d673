"""Ma journée: what matters today, of one's own, in the structure's day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.droit import delais
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.dossiers import alertes
from imilo.parcours.dossiers.alertes import Echeance, Urgence
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.messagerie.models import EtatMessage, MessageSortant
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    reponse = client.get(reverse("web:journee"))
    assert reponse.status_code == 200
    return reponse.content.decode()


def rendez_vous(dossier: Dossier, agent: Agent, debut: datetime, **champs: Any) -> RendezVous:
    commun = {"dossier": dossier, "structure_id": dossier.structure_id, "agent": agent, "modalite": "INDIVIDUEL"}
    return RendezVous.objects.create(**commun, debut=debut, **champs)


def test_an_empty_day_says_what_to_do(connecte: Client) -> None:
    texte = page(connecte)
    for attendu in ("Aucun rendez-vous", "Ouvrir mon portefeuille", "Aucune échéance", "paraîtront ici"):
        assert attendu in texte


def test_today_s_appointments_are_mine_and_in_order(connecte: Client, agent: Agent, structure: Structure) -> None:
    midi = datetime.combine(timezone.now().astimezone(structure.zone).date(), datetime.min.time(), structure.zone)
    midi += timedelta(hours=12)
    with perimetre(structure.pk):
        for nom, qui, debut in (
            ("Seconde", agent, midi + timedelta(hours=1)),
            ("Première", agent, midi),
            ("Demain", agent, midi + timedelta(days=1)),
            ("Collègue", fabriques.agent(structure), midi),
        ):
            rendez_vous(fabriques.dossier(structure, jeune_nom_naissance=nom), qui, debut)
        rendez_vous(
            fabriques.dossier(structure, jeune_nom_naissance="Annulé"), agent, midi, statut="annule", objet="Rien"
        )
    texte = page(connecte)
    assert texte.index("Première") < texte.index("Seconde")
    for absent in ("Demain", "Collègue", "Annulé"):
        assert f"{absent}</bdi>" not in texte


def test_the_day_is_that_of_the_structure(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 21:00 UTC on 15 June, Réunion (UTC+4) is on the 16th, at one in the morning."""
    reunion = fabriques.structure(fuseau="Indian/Reunion")
    la_bas = fabriques.agent(reunion)
    with perimetre(reunion.pk):
        dossier = fabriques.dossier(reunion, la_bas, jeune_nom_naissance="Payet")
        rendez_vous(dossier, la_bas, datetime(2026, 6, 16, 4, 30, tzinfo=UTC))
    client = Client()
    client.force_login(la_bas)
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 6, 15, 21, tzinfo=UTC))
    texte = page(client)
    assert "Mardi 16 juin" in texte
    assert "Payet" in texte
    assert "08:30" in texte


def test_past_appointments_without_presence_wait(connecte: Client, agent: Agent, structure: Structure) -> None:
    with perimetre(structure.pk):
        rdv = rendez_vous(
            fabriques.dossier(structure, jeune_nom_naissance="Oubli"), agent, timezone.now() - timedelta(days=2)
        )
    texte = page(connecte)
    assert "Présence à noter" in texte
    assert reverse("web:rendez-vous", args=[rdv.dossier, rdv.pk]) in texte


def test_dossiers_newly_mine_for_fourteen_days(connecte: Client, agent: Agent, structure: Structure) -> None:
    le = timezone.now().astimezone(structure.zone).date()
    with perimetre(structure.pk):
        for nom, jours in (("Aujourd", 0), ("Treize", 13), ("Quatorze", 14)):
            depuis = le - timedelta(days=jours)
            fabriques.dossier(structure, agent, jeune_nom_naissance=nom, referent_depuis=depuis, premier_accueil=le)
    texte = page(connecte)
    assert "Aujourd" in texte
    assert "Treize" in texte
    assert "Quatorze" not in texte


def test_what_i_last_opened_comes_back_the_latest_first(connecte: Client, agent: Agent, structure: Structure) -> None:
    with perimetre(structure.pk):
        premier = fabriques.dossier(structure, jeune_nom_naissance="Premier")
        second = fabriques.dossier(structure, jeune_nom_naissance="Second")
        fabriques.dossier(structure, jeune_nom_naissance="Jamais")
    for dossier in (premier, second, premier):
        connecte.get(reverse("web:dossier", args=[dossier]))
    texte = page(connecte)
    assert texte.index("Premier") < texte.index("Second")
    assert texte.count("Premier</bdi>") == 1
    assert "Jamais" not in texte
    collegue = Client()
    collegue.force_login(fabriques.agent(structure))
    assert "Premier" not in page(collegue)


@pytest.fixture
def echeance(structure: Structure) -> Iterator[Dossier]:
    """A deadline that another application declares."""
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, jeune_nom_naissance="Pressé")
    demain = delais.Echeance.du(timezone.now().astimezone(structure.zone).date() + timedelta(days=1))
    lien = Lien("acte-nouveau", (str(dossier),), "Agir", "acte.saisir")
    alertes.declarer_echeances(
        "essai", lambda qui, ou, le: [Echeance(demain, "Contrat à signer", dossier, lien, Urgence.BIENTOT)]
    )
    yield dossier
    alertes._echeances.pop("essai")


def test_a_deadline_says_when_for_whom_and_where(connecte: Client, echeance: Dossier) -> None:
    texte = page(connecte)
    for attendu in ("Contrat à signer", "Pressé", "demain", reverse("web:acte-nouveau", args=[echeance])):
        assert attendu in texte


def test_a_link_is_shown_to_who_may_follow_it_only(echeance: Dossier, structure: Structure) -> None:
    client = Client()
    client.force_login(fabriques.agent(structure, Profil.GESTIONNAIRE))
    texte = page(client)
    assert "Contrat à signer" in texte
    assert reverse("web:acte-nouveau", args=[echeance]) not in texte


@pytest.mark.parametrize("profil", [Profil.RGC, Profil.DPD, Profil.SUPPORT])
def test_profiles_without_dossiers_have_no_day(structure: Structure, profil: Profil) -> None:
    client = Client()
    client.force_login(fabriques.agent(structure, profil))
    assert client.get(reverse("web:journee")).status_code == 403


def test_another_structure_s_agent_sees_nothing_of_ours(
    connecte: Client, agent: Agent, structure: Structure, autre_structure: Structure
) -> None:
    le = timezone.now().astimezone(structure.zone).date()
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent, jeune_nom_naissance="Ici", referent_depuis=le)
        rendez_vous(dossier, agent, timezone.now())
    voisin = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk):
        fabriques.dossier(autre_structure, voisin, jeune_nom_naissance="Là-bas", referent_depuis=le)
    client = Client()
    client.force_login(voisin)
    texte = page(client)
    assert "Là-bas" in texte
    assert "Ici</bdi>" not in texte
    assert "Ici Dominique" not in texte


def test_the_page_makes_a_bounded_number_of_queries(
    connecte: Client, agent: Agent, structure: Structure, django_assert_max_num_queries: Any
) -> None:
    with perimetre(structure.pk):
        for _ in range(12):
            dossier = fabriques.dossier(structure, agent, referent_depuis=date.today())
            rendez_vous(dossier, agent, timezone.now())
    page(connecte)
    with django_assert_max_num_queries(42):
        page(connecte)


def test_un_message_pas_parti_se_dit_au_conseiller_seul(connecte: Client, structure: Structure, agent: Agent) -> None:
    """Of one's own caseload: another counsellor's stays theirs."""
    with perimetre(structure.pk):
        siens = fabriques.dossier(structure, agent, jeune_prenom="Inès", telephone="+33612345678")
        autres = fabriques.dossier(structure, fabriques.agent(structure), jeune_prenom="Marius")
        for dossier in (siens, autres):
            MessageSortant.objects.create(
                dossier=dossier,
                structure=structure,
                canal="sms",
                genre="rappel",
                destinataire="+33612345678",
                objet="Votre contrat",
                corps="…",
                etat=EtatMessage.ECHEC,
                raison="la passerelle de SMS refuse ce message (400)",
            )
    lue = page(connecte)
    assert "Messages pas partis" in lue
    assert "Inès" in lue
    assert "Marius" not in lue
    assert "Vérifiez le numéro de mobile" in lue
    du_dossier = connecte.get(reverse("web:dossier", args=[siens])).content.decode()
    assert "pas parti (la passerelle de SMS refuse ce message (400))" in du_dossier
    assert "Corriger les coordonnées" in du_dossier
