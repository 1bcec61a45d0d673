"""The door of a personal link: what is sent, when, to whom; the half hour; what stays closed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.diagnostics.services import ThemeSaisi, etablir_diagnostic
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.liens.models import LienPersonnel
from imilo.parcours.liens.services import Contact, envoyer_lien, revoquer
from imilo.socle.perimetre import perimetre
from imilo.web.jeune.acces import COOKIE
from tests import fabriques
from tests.objets_liens import code_recu, jeton_recu, ouvrir, textes

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent, telephone="+33612345678", courriel="lou@exemple.fr")


def diagnostic(agent: Agent, dossier: Dossier) -> int:
    with perimetre(dossier.structure_id):
        return etablir_diagnostic(
            agent, dossier, etabli_le=timezone.localdate(), objectifs="Devenir cuisinière", synthese="Pour l'équipe",
            themes=[ThemeSaisi("EMPLOI", "besoin", "Deux stages")], avec_la_personne=True,
        ).pk  # fmt: skip


@pytest.fixture
def jeton(agent: Agent, dossier: Dossier) -> str:
    numero = diagnostic(agent, dossier)
    with perimetre(dossier.structure_id):
        envoyer_lien(agent, dossier, genre="diagnostic", objet_id=numero)
    return jeton_recu(dossier.structure_id)


def lire(client: Client, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut
    return reponse.content.decode()


def test_looking_at_the_link_sends_nothing_and_says_nothing_of_the_person(
    client: Client, jeton: str, dossier: Dossier
) -> None:
    page = lire(client, reverse("web:jeune_porte", args=[jeton]))
    assert "Lire votre diagnostic" in page
    assert "•• •• •• •• 78" in page
    assert "06 12 34 56" not in page
    assert dossier.jeune.nom_naissance not in page
    assert "cuisinière" not in page
    assert len(textes(dossier.structure_id)) == 1


def test_the_code_opens_the_page_and_the_page_only(client: Client, jeton: str, dossier: Dossier) -> None:
    porte = reverse("web:jeune_porte", args=[jeton])
    page = reverse("web:jeune_diagnostic", args=[jeton])
    assert client.get(page)["Location"] == porte
    assert client.post(porte)["Location"] == reverse("web:jeune_code", args=[jeton])
    faux = client.post(reverse("web:jeune_code", args=[jeton]), {"code": "000"})
    assert faux.status_code == 422
    assert "6 chiffres" in faux.content.decode()
    bon = client.post(reverse("web:jeune_code", args=[jeton]), {"code": code_recu(dossier.structure_id)})
    assert bon["Location"] == page
    biscuit = bon.cookies[COOKIE]
    assert (biscuit["path"], biscuit["httponly"], biscuit["samesite"]) == (porte, True, "Lax")
    assert int(biscuit["max-age"]) == 7200  # the half hour itself is the database's
    reponse = client.get(page)
    assert "Devenir cuisinière" in reponse.content.decode()
    assert "Pour l'équipe" not in reponse.content.decode()
    assert "no-store" in reponse["Cache-Control"]
    assert client.get(porte)["Location"] == page


def test_a_link_that_serves_no_more_says_why(client: Client, agent: Agent, dossier: Dossier, jeton: str) -> None:
    adresses = [reverse(f"web:{n}", args=[jeton]) for n in ("jeune_porte", "jeune_code", "jeune_diagnostic")]
    with perimetre(dossier.structure_id):
        lien = LienPersonnel.objects.get()
        envoyer_lien(agent, dossier, genre="diagnostic", objet_id=lien.objet_id)
    for adresse in adresses:
        assert "Un lien plus récent" in lire(client, adresse, 410)
    with perimetre(dossier.structure_id):
        LienPersonnel.objects.update(expire_le=timezone.now() - timedelta(days=1), revoque_le=None, revoque_pour="")
    assert "Sa date est passée" in lire(client, adresses[0], 410)
    assert client.post(adresses[0]).status_code == 410


def test_reading_keeps_the_page_open_but_not_for_ever(
    client: Client, agent: Agent, dossier: Dossier, jeton: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with perimetre(dossier.structure_id):
        objet = LienPersonnel.objects.get().objet_id
    page = ouvrir(client, "diagnostic", dossier, objet_id=objet)
    debut = timezone.now()
    for minutes, statut in ((25, 200), (50, 200), (75, 200), (100, 200), (119, 200), (121, 302)):
        monkeypatch.setattr(timezone, "now", lambda m=minutes: debut + timedelta(minutes=m))
        assert client.get(page).status_code == statut, minutes


def test_revoked_in_the_middle_of_the_half_hour(client: Client, agent: Agent, dossier: Dossier) -> None:
    page = ouvrir(client, "diagnostic", dossier, agent, objet_id=diagnostic(agent, dossier))
    assert client.get(page).status_code == 200
    with perimetre(dossier.structure_id):
        revoquer(agent, LienPersonnel.objects.get())
    assert client.get(page).status_code == 410


def test_leaving_closes_it_on_this_telephone_and_on_the_others(client: Client, agent: Agent, dossier: Dossier) -> None:
    page = ouvrir(client, "diagnostic", dossier, agent, objet_id=diagnostic(agent, dossier))
    jeton = jeton_recu(dossier.structure_id)
    garde = client.cookies[COOKIE].value
    client.post(reverse("web:jeune_quitter", args=[jeton]))
    client.cookies[COOKIE] = garde
    assert client.get(page).status_code == 302


def test_the_session_of_a_link_opens_no_other(client: Client, agent: Agent, dossier: Dossier) -> None:
    ouvrir(client, "diagnostic", dossier, agent, objet_id=diagnostic(agent, dossier))
    with perimetre(dossier.structure_id):
        voisine = fabriques.dossier(dossier.structure, agent, telephone="+33698765432")
    numero = diagnostic(agent, voisine)
    with perimetre(dossier.structure_id):
        envoyer_lien(agent, voisine, genre="diagnostic", objet_id=numero)
    autre = reverse("web:jeune_diagnostic", args=[jeton_recu(dossier.structure_id)])
    session = client.cookies[COOKIE].value
    # Even shown by hand at another link's address, as a browser wouldn't.
    assert Client(HTTP_COOKIE=f"{COOKIE}={session}").get(autre).status_code == 302


def test_an_object_of_another_dossier_is_not_found(client: Client, agent: Agent, dossier: Dossier) -> None:
    """A link whose target was made wrong shows nothing: the database hides what isn't of its dossier."""
    with perimetre(dossier.structure_id):
        voisine = fabriques.dossier(dossier.structure, agent)
    page = ouvrir(client, "diagnostic", dossier, agent, objet_id=diagnostic(agent, voisine))
    assert client.get(page).status_code == 404


def test_an_agent_signed_in_is_nobody_there(agent: Agent, dossier: Dossier) -> None:
    client = Client()
    client.force_login(agent)
    page = ouvrir(client, "diagnostic", dossier, agent, objet_id=diagnostic(agent, dossier))
    contenu = lire(client, page)
    assert str(agent) in contenu  # as the author of the assessment
    assert "Ma journée" not in contenu
    assert "Se déconnecter" not in contenu


def test_the_representative_is_named(client: Client, agent: Agent, dossier: Dossier) -> None:
    numero = diagnostic(agent, dossier)
    contact = Contact("courriel", "ana@exemple.fr", nom="Ana LIMA")
    with perimetre(dossier.structure_id):
        envoyer_lien(agent, dossier, genre="diagnostic", objet_id=numero, contact=contact)
    porte = lire(client, reverse("web:jeune_porte", args=[jeton_recu(dossier.structure_id)]))
    assert "à vous, Ana LIMA, comme représentant légal" in porte
    assert "a•••@exemple.fr" in porte


def test_five_wrong_codes_on_the_screen(client: Client, jeton: str, dossier: Dossier) -> None:
    client.post(reverse("web:jeune_porte", args=[jeton]))
    bon = code_recu(dossier.structure_id)
    faux = "000000" if bon != "000000" else "111111"
    adresse = reverse("web:jeune_code", args=[jeton])
    for _ in range(5):
        assert client.post(adresse, {"code": faux}).status_code == 422
    assert client.post(adresse, {"code": bon}).status_code == 422
    trop_tot = client.post(reverse("web:jeune_porte", args=[jeton]))
    assert trop_tot.status_code == 422
    assert "attendez une minute" in trop_tot.content.decode()


def test_asking_again_too_soon_keeps_the_code_that_was_received(client: Client, jeton: str, dossier: Dossier) -> None:
    porte = reverse("web:jeune_porte", args=[jeton])
    client.post(porte)
    recu = code_recu(dossier.structure_id)
    trop_tot = client.post(porte)
    page = trop_tot.content.decode()
    assert trop_tot.status_code == 422
    assert "attendez une minute" in page
    assert "Le code déjà reçu est toujours bon" in page
    champ = re.search(r'<form method="post" action="([^"]+)">.*?name="code"', page, re.DOTALL)
    assert champ is not None
    assert client.post(champ[1], {"code": recu}).status_code == 302


def test_the_mailbox_of_the_demonstration(client: Client, agent: Agent, dossier: Dossier, jeton: str) -> None:
    agent.courriel = "camille.essai@demo.imilo.example"
    agent.save(update_fields=["courriel"])
    page = lire(client, reverse("bac_a_sable:messages"))
    assert re.search(rf'href="/l/{jeton}"', page)
    assert "06 12 34 56 78" in page
    assert "Aucun message." in lire(client, reverse("bac_a_sable:messages") + "?qui=personne")
