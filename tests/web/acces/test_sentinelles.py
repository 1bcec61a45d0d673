"""The field policy on the real pages: a dossier full of marks, and no page shows one that its reader may not read.

Every text field of every family that a dossier holds gets a mark of its own; every page that names a dossier, the
page of a motivated access and the call of the operators are fetched by every profile.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs import politique
from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.politique import Portee, Visibilite
from imilo.acteurs.profils import Profil, peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.acces.models import AccesMotive, Restriction
from imilo.parcours.arrivees.models import Arrivee
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.acces import LECTEURS
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.code.test_portes import GARDEES, action, nom_complet
from tests.web.acces.dossier_plein import (
    RESERVEES,
    SANS_LIGNE,
    adresses,
    champs_de_texte,
    marquer,
    marques_lues,
    remplir,
)
from tests.web.acces.valeurs_rares import rares

pytestmark = pytest.mark.django_db

EN_PLACE = {"HX-Request": "true"}
EN_PLACE_SEULEMENT = re.compile(r"/fiche/\w+\Z")  # a section alone: without HTMX it leads to the whole file
CACHEES = frozenset(
    {
        "coordonnees", "sante_travail", "fiche_ressources", "fiche_logement",
        "comptes_rendus", "contrats_cej", "fiche_experiences", "fiche_demandes", "arrivees",
        "arrivees_tentatives", "passations", "doublons",
    }
)  # fmt: skip


@pytest.fixture
def dossier(structure: Structure, agent: Agent, directrice: Agent) -> Dossier:
    with perimetre(structure.pk):
        return remplir(structure, agent, directrice)


def _texte(reponse: Any) -> str:
    """What a reader gets: a page, a list for a spreadsheet, data; "" for what holds no text of ours."""
    genre = reponse["Content-Type"]
    if "spreadsheetml" in genre:
        with zipfile.ZipFile(io.BytesIO(reponse.content)) as classeur:
            return "".join(classeur.read(n).decode() for n in classeur.namelist() if n.endswith(".xml"))
    return reponse.content.decode() if genre.startswith(("text/", "application/json")) else ""


def fuites(client: Client, pages: list[str], qui: str, portee: Portee, posees: dict[str, str]) -> list[tuple[str, str]]:
    """Marks that a page shows although the policy hides or masks their field: (page, field)."""
    trouvees: list[tuple[str, str]] = []
    lues = 0
    for page in pages:
        reponse = client.get(page, headers=EN_PLACE if EN_PLACE_SEULEMENT.search(page) else None)
        assert reponse.status_code != 409, f"{page} : une ligne du dossier plein empêche de la lire"
        if reponse.status_code != 200 or not (texte := _texte(reponse)):
            continue
        lues += 1
        lues_ici = {(marque, posees[marque]) for marque in marques_lues(texte, posees)}
        permises = {(m, c) for m, c in lues_ici if permise(qui, m, c, portee) or demandee(qui, page, c)}
        trouvees += [(page, champ) for _, champ in lues_ici - permises]
    assert lues or not peut(qui, "dossier.lire")
    return trouvees


def permise(qui: str, marque: str, champ: str, portee: Portee) -> bool:
    """Whether the field policy, and what a row reserves by itself, let this profile read the mark whole."""
    if politique.visibilite_du_champ(qui, champ, portee=portee) != Visibilite.VU:
        return False
    return marque not in RESERVEES or any(peut(qui, action) for action in RESERVEES[marque])


def demandee(qui: str, page: str, champ: str) -> bool:
    """Whether the page is the one that shows a masked number whole, on demand, to who has the action for it."""
    numero = re.search(r"/fiche/(\w+)/\d+/numero\Z", page)
    if numero is None or politique.visibilite_du_champ(qui, champ) != Visibilite.MASQUE:
        return False
    return peut(qui, PAR_CODE[numero[1]].secret)


def lecteur(chez: Structure, profil: Profil, dossier: Dossier) -> Client:
    """Someone of that profile, référent of the dossier, named by its restriction, with its arrival: they see all."""
    qui = fabriques.agent(chez, profil)
    with perimetre(chez.pk):
        Dossier.objects.filter(pk=dossier.pk).update(referent=qui, referent_depuis=aujourd_hui(chez))
        Arrivee.objects.filter(dossier=dossier).update(assignee=qui)
        Restriction.objects.filter(dossier=dossier).update(agents=[qui.pk])
    client = Client()
    client.force_login(qui)
    return client


def test_every_table_and_every_page_takes_part(dossier: Dossier, structure: Structure) -> None:
    """A table without a row here, a page that no row leads to: add them to `dossier_plein`, the walk is blind."""
    with perimetre(structure.pk):
        posees, pages = marquer(dossier), adresses(dossier)
    tables = {modele._meta.label for modele, _, _ in champs_de_texte()}
    marquees = {champ.rpartition(".")[0] for champ in posees.values()}
    assert tables - marquees - set(SANS_LIGNE) == set()
    assert {route for route, adresses_ in pages.items() if not adresses_} == set()
    assert {r.champ for r in rares()} - set(posees.values()) == set()  # each odd value was written somewhere


@pytest.mark.parametrize("profil", list(Profil))
def test_no_page_shows_what_its_reader_may_not_read(profil: Profil, dossier: Dossier, structure: Structure) -> None:
    with perimetre(structure.pk):
        posees, pages = marquer(dossier), ouvertes(profil, adresses(dossier))
    assert len(posees) > 100
    assert len(pages) > 150 or profil not in LECTEURS
    trouvees = fuites(lecteur(structure, profil, dossier), pages, profil, Portee.ICI, posees)
    assert not trouvees, "\n".join(f"{champ} : {page}" for page, champ in sorted(trouvees))


def ouvertes(profil: Profil, pages: dict[str, list[str]]) -> list[str]:
    """Those of the routes that the profile may pass: the others answer 403 whatever they show (test_portes)."""
    actions = {nom_complet(espaces, route): action(route) for _, espaces, route in GARDEES}
    return [une for nom, adresses_ in pages.items() if peut(profil, actions[nom]) for une in adresses_]


def test_a_leak_is_found(dossier: Dossier, structure: Structure) -> None:
    """The same walk, under a policy that hides what the pages do show: each of these is caught."""
    with perimetre(structure.pk):
        posees, pages = marquer(dossier), [une for de_la_route in adresses(dossier).values() for une in de_la_route[:2]]
    vraie = politique.visibilite

    def plus_stricte(profil: str | None, famille: str, *, portee: str = Portee.ICI) -> Visibilite:
        return Visibilite.CACHE if famille in CACHEES else vraie(profil, famille, portee=portee)

    client = lecteur(structure, Profil.CONSEILLER, dossier)
    reponses = {page: client.get(page) for page in pages}

    class Rejoue:
        """The pages as they were made under the real policy."""

        def get(self, page: str, **_: Any) -> Any:
            return reponses[page]

    with patch.object(politique, "visibilite", plus_stricte):
        trouvees = {champ for _, champ in fuites(Rejoue(), pages, "conseiller", Portee.ICI, posees)}  # type: ignore[arg-type]  # answers as a client does
    assert trouvees >= {
        "dossiers.Dossier.courriel", "dossiers.Acte.compte_rendu", "contrats.ContratEngagement.objectifs",
        "fiche.Experience.employeur", "fiche.Demande.texte", "dossiers.Dossier.telephone", "fiche.Ressource.montant",
        "fiche.Logement.type", "dossiers.Dossier.rqth_au", "arrivees.Arrivee.representants",
        "arrivees.Tentative.commentaire", "transferts.Passation.brief", "doublons.Paire.mot",
    }  # fmt: skip


def test_from_another_structure_only_what_the_reach_shows(
    dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    with perimetre(structure.pk):
        posees = marquer(dossier)
        Restriction.objects.filter(dossier=dossier).delete()
    for profil in (Profil.CONSEILLER, Profil.DIRECTION):
        qui = fabriques.agent(autre_structure, profil)
        with perimetre(structure.pk):
            acces = AccesMotive.objects.create(
                dossier=dossier, structure=structure, agent=qui, origine=autre_structure, motif="urgence",
                ouvert_le=timezone.now(), expire_le=timezone.now() + timedelta(hours=48),
            )  # fmt: skip
        client = Client()
        client.force_login(qui)
        page = reverse("web:acces-lire", args=[structure.pk, acces.pk])
        assert fuites(client, [page], profil, Portee.ACCES_MOTIVE, posees) == []


def test_the_operators_receive_what_their_reach_shows(dossier: Dossier, structure: Structure) -> None:
    from django.db import connection

    with perimetre(structure.pk):
        posees = marquer(dossier)
        with connection.cursor() as curseur:
            curseur.execute("SELECT api_dossier_operateur(%s)::text", [dossier.pk])
            texte = str(curseur.fetchone()[0])
    vues = marques_lues(texte, posees)
    assert vues
    for marque in vues:
        regle = politique.visibilite_du_champ(politique.AUTRE_SYSTEME, posees[marque], portee=Portee.API_OPERATEURS)
        assert regle == Visibilite.VU, posees[marque]
