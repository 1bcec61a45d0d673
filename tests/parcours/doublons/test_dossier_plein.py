"""The full dossier, a row of every kind, merged and given back: from either side, every row of every table compared."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.doublons.services.fusion import fusionner
from imilo.parcours.doublons.services.separation import separer
from tests import fabriques
from tests.parcours.doublons.lignes import paire, tables_du_dossier
from tests.parcours.doublons.test_fusion import RESTENT
from tests.web.acces.dossier_plein import SANS_LIGNE, remplir

pytestmark = pytest.mark.django_db
Lignes = dict[str, dict[int, dict[str, Any]]]

# The merge itself, and the version of the kept dossier that it moved on.
DE_LA_FUSION = {"doublons_fusion"}
AVANCENT = {"version", "modifie_le"}
# Tables that the full dossier leaves empty, by the reason that `dossier_plein` gives; or that hold nothing to move.
VIDES = {label.lower().replace(".", "_") for label in SANS_LIGNE}


@pytest.fixture
def plein(dans_perimetre: Structure, agent: Agent, directrice: Agent) -> Dossier:
    return remplir(dans_perimetre, agent, directrice)


def lire(cles: tuple[int, ...]) -> Lignes:
    """Every row of these dossiers in every table bound to a dossier, and the dossiers and their persons, whole."""
    requetes = {t: f"SELECT to_jsonb(t) FROM {t} t WHERE dossier_id = ANY(%s)" for t in a_deplacer()}
    requetes["dossiers_dossier"] = "SELECT to_jsonb(t) FROM dossiers_dossier t WHERE id = ANY(%s)"
    requetes["jeunes_jeune"] = (
        "SELECT to_jsonb(t) FROM jeunes_jeune t WHERE id IN (SELECT jeune_id FROM dossiers_dossier WHERE id = ANY(%s))"
    )
    lues: Lignes = {}
    with connection.cursor() as curseur:
        for table, requete in requetes.items():
            curseur.execute(requete, [list(cles)])
            lignes = (json.loads(ligne) for (ligne,) in curseur.fetchall())
            lues[table] = {ligne["id"]: ligne for ligne in lignes}
    return lues


def a_deplacer() -> list[str]:
    return sorted(set(tables_du_dossier()) - set(RESTENT) - DE_LA_FUSION)


def test_the_full_dossier_has_a_row_of_each_table(plein: Dossier) -> None:
    """What stays empty here isn't compared below: it has its reason."""
    lues = lire((plein.pk,))
    assert {t for t, lignes in lues.items() if not lignes} - VIDES == set()


@pytest.mark.parametrize("garde_le_plein", [True, False])
def test_each_row_moves_and_comes_back_as_it_was(plein: Dossier, agent: Agent, garde_le_plein: bool) -> None:
    autre = fabriques.dossier(plein.structure, agent)
    garde, absorbe = (plein, autre) if garde_le_plein else (autre, plein)
    cles = (garde.pk, absorbe.pk)
    avant = lire(cles)
    faite = fusionner(agent, paire(garde, absorbe), garde_id=garde.pk)
    pendant = lire(cles)
    for table in a_deplacer():
        attendues = {cle: ligne | {"dossier_id": garde.pk} for cle, ligne in avant[table].items()}
        assert sans_personne(pendant[table]) == sans_personne(attendues), table
    separer(agent, faite)
    apres = lire(cles)
    for table, lignes in avant.items():
        if table == "dossiers_dossier":
            rendues = {cle: sauf(ligne) if cle == garde.pk else ligne for cle, ligne in apres[table].items()}
            attendues = {cle: sauf(ligne) if cle == garde.pk else ligne for cle, ligne in lignes.items()}
            assert rendues == attendues
        else:
            assert apres[table] == lignes, table


def sauf(ligne: dict[str, Any]) -> dict[str, Any]:
    return {c: v for c, v in ligne.items() if c not in AVANCENT}


def sans_personne(lignes: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """A contract also names its person, who is that of the kept dossier while the merge lasts."""
    return {cle: {c: v for c, v in ligne.items() if c != "jeune_id"} for cle, ligne in lignes.items()}
