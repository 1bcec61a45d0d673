"""Search keys left for the end: by the batch role alone, for its own session, until `annuaire_reconstruire`."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest

from imilo.acteurs.models import Structure
from imilo.jeunes.annuaire import chercher, lire_demande
from imilo.socle.perimetre import perimetre
from imilo.socle.postgres_roles import Urls

DIFFERER = "SELECT set_config('imilo.cles', 'differees', false), set_config('imilo.structure', '*', false)"
JEUNE = """
INSERT INTO jeunes_jeune (id, cree_le, modifie_le, nom_naissance, nom_usage, prenom, autres_prenoms, nom_unique, sexe,
    naissance, naissance_precision, naissance_lieu, mots, version)
VALUES (%(id)s, now(), now(), %(nom)s, '', 'Élise', '', false, 'F', '2003-05-01', 'jour', '', %(mots)s, 1)
"""
DOSSIER = """
INSERT INTO dossiers_dossier (cree_le, modifie_le, numero, jeune_id, structure_id, statut, completude, premier_accueil,
    venue, numero_ft, telephone, telephone_2, courriel, sans_adresse, adresse_numero, adresse_voie, adresse_complement,
    adresse_code_postal, niveau_diplome, piece_type, doublon_ecarte, fin_motif, version)
VALUES (now(), now(), %(id)s, %(id)s, %(structure)s, 'actif', 'partiel', '2026-01-01', '', '', '', '', '', false, '',
    '', '', '', '', '', '', '', 1)
"""


def ecrire(connexion: psycopg.Connection[tuple[Any, ...]], structure: Structure, numero: int, nom: str) -> None:
    valeurs = {"id": numero, "nom": nom, "mots": [nom, "elise"], "structure": structure.pk}
    for requete in (JEUNE, DOSSIER):
        connexion.execute(requete, valeurs)


def trouves(structure: Structure, nom: str) -> int:
    with perimetre(structure.pk):
        return len(chercher(lire_demande(nom, le=date(2026, 11, 22))))


@pytest.mark.django_db(transaction=True)
def test_les_lots_different_puis_refont(structure: Structure, urls_base: Urls) -> None:
    with psycopg.connect(urls_base.lots, autocommit=True) as lots:
        lots.execute(DIFFERER)
        ecrire(lots, structure, 901, "delatour")
        assert trouves(structure, "delatour") == 0
        # Another session of the same role keeps its keys.
        with psycopg.connect(urls_base.lots, autocommit=True) as autre:
            autre.execute("SELECT set_config('imilo.structure', '*', false)")
            ecrire(autre, structure, 902, "marchepied")
        assert trouves(structure, "marchepied") == 1
        lots.execute("SELECT annuaire_reconstruire()")
    assert trouves(structure, "delatour") == trouves(structure, "delatuor") == trouves(structure, "marchepied") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["app", "proprietaire"])
def test_nul_autre_ne_differe(role: str, structure: Structure, urls_base: Urls) -> None:
    perimetre_dit = "SELECT set_config('imilo.structure', %s, false), set_config('imilo.annuaire', 'on', false)"
    with psycopg.connect(getattr(urls_base, role), autocommit=True) as connexion:
        connexion.execute(DIFFERER)
        connexion.execute(perimetre_dit, [str(structure.pk)])
        ecrire(connexion, structure, 901, "delatour")
    assert trouves(structure, "delatour") == 1
