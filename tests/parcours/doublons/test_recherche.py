"""The search of doubles: what it finds in the country, what it never asks again, what it forgets."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

import psycopg
import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.doublons.models import Etat, Paire
from imilo.parcours.doublons.services.decisions import dire_differentes
from imilo.parcours.doublons.services.fusion import fusionner
from imilo.socle.perimetre import perimetre
from imilo.socle.postgres_roles import Urls
from imilo.socle.urls_base import Role
from tests import fabriques
from tests.demonstration import commande
from tests.jeunes.test_nir import FEMME_A_TOURS

pytestmark = pytest.mark.django_db(transaction=True)
NE_LE = date(2003, 5, 4)


def ouvrir(chez: Structure, nom: str, prenom: str, ne_le: date = NE_LE, **champs: str) -> Dossier:
    with perimetre(chez.pk):
        return fabriques.dossier(chez, jeune_nom_naissance=nom, jeune_prenom=prenom, jeune_naissance=ne_le, **champs)


def lancer(urls: Urls, *options: str) -> dict[str, int]:
    roles = {role: urls.pour(role) for role in Role}
    resultat: subprocess.CompletedProcess[str] = commande(roles, "doublons", "chercher", "--json", *options)
    assert resultat.returncode == 0, resultat.stderr[-3000:]
    bilan: dict[str, int] = json.loads(resultat.stdout)
    return bilan


def file(chez: Structure) -> list[tuple[int, int, str, str]]:
    with perimetre(chez.pk):
        return list(Paire.objects.order_by("pk").values_list("dossier_id", "autre", "verdict", "etat"))


def test_here_and_elsewhere(structure: Structure, autre_structure: Structure, urls_base: Urls) -> None:
    un = ouvrir(structure, "Dupont", "Élise")
    ouvrir(structure, "Dupont", "Karim")  # a twin
    ouvrir(structure, "Dupont", "Élise", date(2002, 5, 4))  # a namesake
    ici = ouvrir(structure, "Dupond", "Elise")
    la = ouvrir(autre_structure, "Élise", "Dupont", date(2003, 4, 5))  # names and days swapped
    bilan = lancer(urls_base)
    assert file(structure) == [
        (un.pk, ici.pk, "probable", "a_decider"),
        (un.pk, la.pk, "probable", "a_decider"),
    ]
    assert file(autre_structure) == [(la.pk, un.pk, "probable", "a_decider")]
    assert (bilan["probables"], bilan["file"]) == (2, 3)
    assert lancer(urls_base)["file"] == 3  # the same again


def test_a_year_alone_a_number_and_a_telephone(structure: Structure, urls_base: Urls) -> None:
    a = ouvrir(structure, "Garcia", "Lina", jeune_nir=FEMME_A_TOURS, jeune_sexe="F")
    b = ouvrir(structure, "Zidane", "Nora", jeune_nir=FEMME_A_TOURS, jeune_sexe="F")
    c = ouvrir(structure, "Morel", "Jade", telephone="+33612345678")
    d = ouvrir(structure, "Petit", "Jade", date(1999, 1, 1), telephone_2="+33612345678")
    e = ouvrir(structure, "Traoré", "Moussa")
    f = ouvrir(structure, "Traore", "Moussa", date(2003, 1, 1), jeune_naissance_precision="annee")
    lancer(urls_base)
    assert {(x, y): v for x, y, v, _ in file(structure)} == {
        (a.pk, b.pk): "meme_personne",
        (c.pk, d.pk): "probable",
        (e.pk, f.pk): "probable",
    }


def test_what_was_decided_is_not_asked_again(structure: Structure, agent: Agent, urls_base: Urls) -> None:
    un, autre = ouvrir(structure, "Dupont", "Élise"), ouvrir(structure, "Dupond", "Elise")
    lancer(urls_base)
    with perimetre(structure.pk):
        dire_differentes(agent, Paire.objects.get())
    assert lancer(urls_base)["file"] == 0
    assert file(structure) == [(un.pk, autre.pk, "probable", Etat.DIFFERENTES)]


def test_what_is_not_likely_any_more_leaves(structure: Structure, urls_base: Urls) -> None:
    ouvrir(structure, "Dupont", "Élise")
    autre = ouvrir(structure, "Dupond", "Elise")
    lancer(urls_base)
    with perimetre(structure.pk):
        autre.jeune.prenom = "Karim"
        autre.jeune.save()
    assert lancer(urls_base)["retirees"] == 1
    assert file(structure) == []


def test_one_structure_only(structure: Structure, autre_structure: Structure, urls_base: Urls) -> None:
    for chez in (structure, autre_structure):
        for nom in ("Dupont", "Dupond"):
            ouvrir(chez, f"{nom}{'eau' if chez == structure else 'el'}", "Élise", date(2003, 1, chez.pk % 28 + 1))
    assert lancer(urls_base, "--structure", structure.code)["file"] == 1
    assert len(file(structure)) == 1
    assert file(autre_structure) == []


def test_an_unknown_structure_is_said(structure: Structure, urls_base: Urls) -> None:
    resultat = commande({r: urls_base.pour(r) for r in Role}, "doublons", "chercher", "--structure", "XXXXXS00")
    assert resultat.returncode == 1
    assert "Aucune structure ne porte le code XXXXXS00." in resultat.stderr


def test_a_merged_dossier_is_not_found_again_and_the_journal_verifies(
    structure: Structure, agent: Agent, urls_base: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    un, _ = ouvrir(structure, "Dupont", "Élise"), ouvrir(structure, "Dupond", "Elise")
    lancer(urls_base)
    with perimetre(structure.pk):
        fusionner(agent, Paire.objects.get(), garde_id=un.pk)
    assert lancer(urls_base)["probables"] == 0
    monkeypatch.setenv("IMILO_SCEAUX", str(tmp_path))
    for mot in ("sceller", "verifier"):
        resultat = commande({r: urls_base.pour(r) for r in Role}, "journal", mot)
        assert resultat.returncode == 0, resultat.stdout + resultat.stderr


def test_the_running_role_cannot_ask_for_the_country(urls_base: Urls) -> None:
    with psycopg.connect(urls_base.app) as connexion, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connexion.execute("SELECT * FROM doublons_candidats_nes_en(2003, NULL)")
