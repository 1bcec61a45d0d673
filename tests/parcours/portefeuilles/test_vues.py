"""One's own views of the caseload: named searches and chosen columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.politique import politique
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.dossiers.selectors.portefeuille_colonnes import Colonne, _declarees, colonnes, colonnes_montrees
from imilo.parcours.portefeuilles import selectors
from imilo.parcours.portefeuilles.models import Recherche
from imilo.parcours.portefeuilles.services import vues
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
CRITERES = {"referent": "tous", "statut": "actif", "contact": "30"}


def garder(agent: Agent, structure: Structure, nom: str = "Sans nouvelles") -> Recherche:
    return vues.garder_recherche(agent, structure=structure, nom=nom, parametres=CRITERES)


def test_a_search_is_kept_renamed_and_deleted(agent: Agent, structure: Structure) -> None:
    gardee = garder(agent, structure, "  Sans   nouvelles ")
    assert (gardee.nom, gardee.parametres) == ("Sans nouvelles", CRITERES)
    vues.renommer_recherche(agent, gardee, nom="Silencieux")
    assert [r.nom for r in selectors.recherches(agent=agent, structure=structure)] == ["Silencieux"]
    vues.retirer_recherche(agent, gardee)
    assert not selectors.recherches(agent=agent, structure=structure)
    genres = [f.genre.removeprefix("portefeuille.recherche_") for f in Fait.objects.order_by("id")]
    assert genres == ["gardee", "renommee", "retiree"]


@pytest.mark.parametrize("nom", ["", "   ", "x" * 81, "SANS nouvelles"])
def test_names_that_can_t_be(agent: Agent, structure: Structure, nom: str) -> None:
    autre = garder(agent, structure, "Autre")
    garder(agent, structure)
    with pytest.raises(RegleViolee) as refus:
        garder(agent, structure, nom)
    assert refus.value.champ == "nom"
    with pytest.raises(RegleViolee) as refus:
        vues.renommer_recherche(agent, autre, nom=nom)
    assert refus.value.champ == "nom"


def test_there_is_an_end_to_them(agent: Agent, structure: Structure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vues, "RECHERCHES_MAX", 2)
    garder(agent, structure, "Un")
    garder(agent, structure, "Deux")
    with pytest.raises(RegleViolee, match="supprimez-en une"):
        garder(agent, structure, "Trois")


def test_a_search_is_one_s_own(agent: Agent, structure: Structure, autre_structure: Structure) -> None:
    gardee = garder(agent, structure)
    collegue = fabriques.agent(structure)
    assert selectors.recherche(agent=collegue, structure=structure, recherche_id=gardee.pk) is None
    for geste in (
        lambda: vues.retirer_recherche(collegue, gardee),
        lambda: vues.renommer_recherche(collegue, gardee, nom="À moi"),
    ):
        with pytest.raises(Recherche.DoesNotExist):
            geste()
    garder(collegue, structure)  # the same name, another person
    with perimetre(autre_structure.pk):
        assert not Recherche.objects.exists()


def test_columns_are_kept_for_each_agent(agent: Agent, structure: Structure) -> None:
    collegue = fabriques.agent(structure)
    vues.choisir_colonnes(agent, structure=structure, colonnes=["telephone", "statut"])
    assert selectors.colonnes_choisies(agent=agent, structure=structure) == ["telephone", "statut"]
    assert selectors.colonnes_choisies(agent=collegue, structure=structure) == []
    vues.choisir_colonnes(agent, structure=structure, colonnes=[])
    assert selectors.colonnes_choisies(agent=agent, structure=structure) == []
    assert Fait.objects.filter(genre="portefeuille.colonnes").count() == 2


def test_shown_are_the_columns_chosen_that_exist_in_the_order_of_the_screen() -> None:
    choisies = ["telephone", "disparue", "statut"]
    assert [c.code for c in colonnes_montrees(Profil.CONSEILLER, choisies)] == ["statut", "telephone"]
    usuelles = [c.code for c in colonnes() if c.defaut]
    for rien in ([], ["disparue"]):
        assert [c.code for c in colonnes_montrees(Profil.CONSEILLER, rien)] == usuelles


def test_a_column_is_seen_by_who_sees_its_family() -> None:
    reservee = Colonne("essai", "Essai", lambda le: {}, lambda x: "", "numero", famille="comptes_rendus")
    sans_ligne = replace(reservee, code="essai2", famille="inventee")
    _declarees.update({c.code: c for c in (reservee, sans_ligne)})
    try:
        assert reservee in colonnes_montrees(Profil.CONSEILLER, ["essai"])
        assert reservee not in colonnes_montrees(Profil.GESTIONNAIRE, ["essai"])
        assert sans_ligne not in colonnes_montrees(Profil.DIRECTION, ["essai2"])
    finally:
        del _declarees["essai"], _declarees["essai2"]


def test_every_column_names_a_line_of_the_policy() -> None:
    connues = {famille for _, _, famille in politique().lignes}
    assert {c.famille for c in colonnes()} <= connues


def test_what_the_page_needs_is_one_query(agent: Agent, structure: Structure, django_assert_num_queries: Any) -> None:
    fabriques.dossier(structure, agent)
    fabriques.dossier(structure, None)
    garder(agent, structure)
    vues.choisir_colonnes(agent, structure=structure, colonnes=["statut"])
    le = date(2026, 6, 15)
    with django_assert_num_queries(1):
        lue = selectors.preparation(agent=agent, structure=structure, le=le)
    assert lue == selectors.Preparation((), True, 1, ("statut",), (("Sans nouvelles", CRITERES),))
    vide = selectors.preparation(agent=fabriques.agent(structure), structure=structure, le=le)
    assert vide == selectors.Preparation((), False, 1, (), ())
