"""Closed by default: what reaches a view, and what never does."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from imilo.acteurs.models import Agent
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from imilo.web import erreurs
from imilo.web.envois import envoi_unique
from imilo.web.models import Envoi
from imilo.web.permissions import permission, publique
from imilo.web.requete import Requete
from tests import fabriques

pytestmark = pytest.mark.django_db


@permission("dossier.lire")
def lire(requete: Requete) -> HttpResponse:
    return HttpResponse(f"{requete.structure.code} {requete.affectation.profil}")


@publique
def ouverte(requete: HttpRequest) -> HttpResponse:
    return HttpResponse("ouverte")


def oubliee(requete: HttpRequest) -> HttpResponse:
    return HttpResponse("never")


def _qui_ecrit(requete: Requete) -> None:
    Agent.objects.filter(pk=requete.user.pk).update(prenom="Changé")


@permission("compte.voir")
def ecrit_puis_echoue(requete: Requete) -> HttpResponse:
    _qui_ecrit(requete)
    raise RuntimeError("panne")


@permission("compte.voir")
def ecrit_puis_introuvable(requete: Requete) -> HttpResponse:
    _qui_ecrit(requete)
    raise Http404


@permission("compte.voir")
def refuse(requete: Requete) -> HttpResponse:
    raise RegleViolee("Ce contrat est déjà signé.")


@permission("compte.voir")
def non_habilite(requete: Requete) -> HttpResponse:
    raise NonHabilite("Vous n'avez pas de délégation de signature.")


@permission("compte.voir")
@envoi_unique
def refuse_un_envoi(requete: Requete) -> HttpResponse:
    raise RegleViolee("Ce contrat est déjà signé.")


urlpatterns = [
    path("essai/refuse-un-envoi", refuse_un_envoi),
    path("essai/lire", lire),
    path("essai/ouverte", ouverte),
    path("essai/oubliee", oubliee),
    path("essai/echoue", ecrit_puis_echoue),
    path("essai/introuvable", ecrit_puis_introuvable),
    path("essai/refuse", refuse),
    path("essai/non-habilite", non_habilite),
    path("", include("imilo.web.urls")),
]
handler403 = "imilo.web.erreurs.interdit"
handler404 = "imilo.web.erreurs.introuvable"
handler500 = "imilo.web.erreurs.erreur_interne"

ici = override_settings(ROOT_URLCONF=__name__)


def _connecte(profil: Profil = Profil.CONSEILLER, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(fabriques.agent(fabriques.structure(), profil))
    return client


@ici
def test_a_view_that_declares_nothing_is_refused_to_everyone() -> None:
    assert Client().get("/essai/oubliee").status_code == 403
    assert _connecte(Profil.DIRECTION).get("/essai/oubliee").status_code == 403


@ici
def test_a_public_view_is_open() -> None:
    assert Client().get("/essai/ouverte").content == b"ouverte"


@ici
def test_a_stranger_is_sent_to_sign_in_and_back() -> None:
    reponse = Client().get("/essai/lire?x=1")
    assert reponse.status_code == 302
    assert reponse["Location"] == reverse("web:connexion") + "?suite=%2Fessai%2Flire%3Fx%3D1"


@ici
def test_htmx_is_told_to_leave_the_page() -> None:
    reponse = Client().get(
        "/essai/lire", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/essai/lire"}
    )
    assert reponse.status_code == 200
    assert reponse["HX-Redirect"].startswith(reverse("web:connexion"))


@ici
@pytest.mark.parametrize(
    ("profil", "statut"),
    [
        (Profil.ACCUEIL, 200),
        (Profil.CONSEILLER, 200),
        (Profil.GESTIONNAIRE, 200),
        (Profil.DIRECTION, 200),
        (Profil.RGC, 403),
        (Profil.DPD, 403),
        (Profil.SUPPORT, 403),
    ],
)
def test_the_profile_opens_the_action(profil: Profil, statut: int) -> None:
    assert _connecte(profil).get("/essai/lire").status_code == statut


@ici
def test_an_agent_without_affectation_may_do_nothing() -> None:
    client = Client()
    client.force_login(fabriques.agent())
    reponse = client.get("/essai/lire")
    assert reponse.status_code == 403
    assert (
        "pas d&#x27;affectation en cours" in reponse.content.decode()
        or "d'affectation en cours" in reponse.content.decode()
    )


@ici
def test_an_ended_affectation_opens_nothing() -> None:
    from datetime import date

    agent = fabriques.agent()
    fabriques.affectation(agent, fabriques.structure(), au=date(2021, 1, 1))
    client = Client()
    client.force_login(agent)
    assert client.get("/essai/lire").status_code == 403


@ici
def test_an_agent_made_inactive_is_out_at_the_next_request() -> None:
    agent = fabriques.agent(fabriques.structure())
    client = Client()
    client.force_login(agent)
    assert client.get("/essai/lire").status_code == 200
    Agent.objects.filter(pk=agent.pk).update(is_active=False)
    assert client.get("/essai/lire").status_code in (302, 403)


@ici
def test_an_error_of_ours_writes_nothing_and_a_404_keeps_its_trace() -> None:
    client = _connecte(raise_request_exception=False)
    agent = Agent.objects.get()
    assert client.get("/essai/echoue").status_code == 500
    agent.refresh_from_db()
    assert agent.prenom != "Changé"
    assert client.get("/essai/introuvable").status_code == 404
    agent.refresh_from_db()
    assert agent.prenom == "Changé"


@ici
def test_a_refusal_that_no_form_shows_is_said_in_words() -> None:
    client = _connecte()
    reponse = client.get("/essai/refuse")
    assert reponse.status_code == 409
    assert "Ce contrat est déjà signé." in reponse.content.decode()
    reponse = client.get("/essai/non-habilite")
    assert reponse.status_code == 403
    assert "délégation de signature" in reponse.content.decode()


@ici
def test_a_form_whose_act_was_refused_may_be_sent_again() -> None:
    client = _connecte()
    for _ in range(2):
        reponse = client.post("/essai/refuse-un-envoi", {"jeton_unique": "7b0f7d5e-0d5a-4e2f-9d4e-0b6c1f0f8a11"})
        assert reponse.status_code == 409
    assert not Envoi.objects.exists()


def test_a_page_is_shown_even_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def en_panne(*args: Any, **kwargs: Any) -> str:
        raise OperationalError

    monkeypatch.setattr(erreurs, "render_to_string", en_panne)
    reponse = erreurs.erreur_interne(HttpRequest())
    assert reponse.status_code == 500
    assert "Réessayez dans quelques minutes" in reponse.content.decode()


@ici
def test_an_rgc_is_not_sent_to_themselves() -> None:
    assert "un autre responsable de gestion" in _connecte(Profil.RGC).get("/essai/lire").content.decode()
    assert "lui seul peut changer" in _connecte(Profil.DPD).get("/essai/lire").content.decode()


@ici
def test_who_tried_what_is_forbidden_is_in_the_journal() -> None:
    client = _connecte(Profil.RGC)
    agent = Agent.objects.get()
    client.get("/essai/lire")
    with perimetre(agent.affectations.get().structure_id):
        fait = Fait.objects.get(genre="acces.refuse")
    assert fait.agent_id == agent.pk


def test_permission_denied_names_no_action_to_the_reader() -> None:
    with override_settings(ROOT_URLCONF=__name__):
        assert "dossier.lire" not in _connecte(Profil.RGC).get("/essai/lire").content.decode()
    assert issubclass(PermissionDenied, Exception)
