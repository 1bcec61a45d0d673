"""Every door is closed by default: each route says who may pass, and is closed to the other profiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from imilo.acteurs.profils import ACTIONS, Profil, peut
from imilo.web.contexte import NAVIGATION
from imilo.web.permissions import est_declaree
from tests import fabriques

Route = tuple[str, list[str], URLPattern]
# What anybody may reach, and why. A public view is added here by hand, never by accident.
PUBLIQUES = {
    "web:racine": "sends to the sign-in page or to the first page of the profile",
    "web:accessibilite": "the law asks for it",
    "web:mentions_legales": "the law asks for it",
    "web:donnees_personnelles": "the law asks for it",
    "web:connexion": "the sign-in page",
    "web:connexion_proconnect": "leaves for ProConnect",
    "web:connexion_retour": "checked by state, nonce and signatures",
    "web:second_facteur": "only for a session whose first factor was accepted",
    "web:second_facteur_inscription": "only for a session whose first factor was accepted",
    "web:deconnexion": "closing one's own session",
    "web:deconnexion_retour": "nothing is left to close",
    "web:deconnexion_proconnect": "authenticated by the signature of the logout token",
}


def routes(resolveur: URLResolver | None = None, prefixe: str = "", espaces: tuple[str, ...] = ()) -> Iterator[Route]:
    """Every route: its path, the namespaces around it, its pattern."""
    for entree in (resolveur or get_resolver()).url_patterns:
        chemin = prefixe + str(entree.pattern)
        if isinstance(entree, URLResolver):
            interieur = (*espaces, entree.namespace) if entree.namespace else espaces
            yield from routes(entree, chemin, interieur)
        else:
            yield chemin, list(espaces), entree


def nom_complet(espaces: list[str], route: URLPattern) -> str:
    return ":".join([*espaces, route.name or "?"])


VALEURS = {"mois": "2026-01"}  # of the routes whose parameter isn't any number or word
DU_WEB = [(c, e, r) for c, e, r in routes() if e[:1] == ["web"]]


def action(route: URLPattern) -> str:
    return str(getattr(route.callback, "permission", ""))


GARDEES = [(c, e, r) for c, e, r in DU_WEB if action(r)]


def test_every_view_declares_who_may_call_it() -> None:
    muettes = [chemin for chemin, espaces, route in routes() if not est_declaree(route.callback, espaces)]
    assert muettes == []


def test_every_action_of_a_view_is_of_some_profile() -> None:
    connues = frozenset().union(*ACTIONS.values())
    assert {action(r) for _, _, r in GARDEES} - connues == set()


def test_public_views_are_those_that_were_meant() -> None:
    ouvertes = {nom_complet(e, r) for _, e, r in DU_WEB if getattr(r.callback, "publique", False)}
    assert ouvertes == set(PUBLIQUES)


def test_every_room_has_routes_with_unique_names() -> None:
    noms = [r.name for _, _, r in DU_WEB]
    assert None not in noms
    assert len(noms) == len(set(noms))


def test_the_navigation_leads_somewhere_that_the_same_action_opens() -> None:
    par_nom = {nom_complet(e, r): r for _, e, r in DU_WEB}
    for entree in NAVIGATION:
        assert action(par_nom[entree.route]) == entree.action


def test_every_operation_of_the_api_asks_for_a_key() -> None:
    from imilo.api import application

    apis = [o for o in vars(application).values() if type(o).__name__ == "NinjaAPI"]
    assert apis
    for api in apis:
        for _, routeur in api._routers:
            for chemin, vue in routeur.path_operations.items():
                for operation in vue.operations:
                    assert operation.auth_callbacks, chemin


def _adresse(espaces: list[str], route: URLPattern) -> str:
    valeurs: dict[str, Any] = {}
    for nom, convertisseur in route.pattern.converters.items():
        valeurs[nom] = VALEURS.get(nom, 1 if isinstance(convertisseur, IntConverter) else "1234567")
    return reverse(nom_complet(espaces, route), kwargs=valeurs)


@pytest.mark.django_db
@pytest.mark.parametrize("profil", list(Profil))
def test_every_route_is_closed_to_the_profiles_that_may_not(profil: Profil) -> None:
    client = Client()
    client.force_login(fabriques.agent(fabriques.structure(), profil))
    for _, espaces, route in GARDEES:
        if not peut(profil, action(route)):
            for methode in ("get", "post"):
                reponse = getattr(client, methode)(_adresse(espaces, route))
                assert reponse.status_code == 403, (profil, methode, route.name)


PAR_LIEN = [(c, e, r) for c, e, r in DU_WEB if getattr(r.callback, "genre_de_lien", "")]


def test_a_page_of_a_personal_link_takes_its_token_and_nothing_else() -> None:
    """What the page shows is what the link says, never a number of the address."""
    assert PAR_LIEN
    for chemin, _, route in PAR_LIEN:
        assert chemin.startswith("l/<str:jeton>"), chemin
        assert set(route.pattern.converters) == {"jeton"}, chemin
        assert route.callback.genre_de_lien == "porte" or action(route) == "", chemin


@pytest.mark.django_db
@pytest.mark.parametrize("profil", [None, *Profil])
def test_a_token_that_nobody_gave_opens_nothing_to_anybody(profil: Profil | None) -> None:
    client = Client()
    if profil is not None:
        client.force_login(fabriques.agent(fabriques.structure(), profil))
    for _, espaces, route in PAR_LIEN:
        for methode in ("get", "post"):
            reponse = getattr(client, methode)(_adresse(espaces, route))
            assert reponse.status_code == 404, route.name


@pytest.mark.django_db
def test_every_route_sends_a_stranger_to_sign_in() -> None:
    for _, espaces, route in GARDEES:
        for methode in ("get", "post"):
            reponse = getattr(Client(), methode)(_adresse(espaces, route))
            assert reponse.status_code == 302, route.name
            assert reponse["Location"].startswith(reverse("web:connexion")), route.name


@pytest.mark.django_db
def test_no_address_breaks_on_a_number_that_is_not_one() -> None:
    client = Client()
    client.force_login(fabriques.agent(fabriques.structure(), Profil.DIRECTION))
    for adresse in ("/dossiers/%00", "/dossiers/9999999999999999999999", "/dossiers/'%20OR%201=1", "/dossiers/١٢٣٤٥٦٧"):
        assert client.get(adresse, follow=True).status_code == 404, adresse
