"""Encrypted fields: what is stored, key rotation, keyed hash."""

from __future__ import annotations

import base64
import os
from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.socle import chiffrement
from imilo.socle.perimetre import perimetre
from tests import fabriques


def _cle(nom: str) -> str:
    return f"{nom}:{base64.b64encode(os.urandom(32)).decode()}"


def test_ce_qui_est_chiffre_se_relit_et_ne_se_ressemble_pas() -> None:
    premier = chiffrement.chiffrer("12AB34567", "t.c")
    assert b"12AB34567" not in premier
    assert premier != chiffrement.chiffrer("12AB34567", "t.c")
    assert chiffrement.dechiffrer(premier, "t.c") == "12AB34567"


def test_une_valeur_deplacee_dans_une_autre_colonne_ne_s_ouvre_pas() -> None:
    with pytest.raises(chiffrement.CleInconnue):
        chiffrement.dechiffrer(chiffrement.chiffrer("12AB34567", "t.c"), "t.autre")


def test_une_valeur_alteree_ne_s_ouvre_pas() -> None:
    octets = bytearray(chiffrement.chiffrer("12AB34567", "t.c"))
    octets[-1] ^= 1
    with pytest.raises(chiffrement.CleInconnue):
        chiffrement.dechiffrer(bytes(octets), "t.c")


def test_rotation_l_ancienne_cle_ouvre_encore_la_nouvelle_chiffre(settings: Any) -> None:
    ancienne, nouvelle = _cle("a"), _cle("b")
    settings.CLES_CHIFFREMENT = [ancienne]
    avant = chiffrement.chiffrer("valeur", "t.c")
    settings.CLES_CHIFFREMENT = [nouvelle, ancienne]
    assert chiffrement.dechiffrer(avant, "t.c") == "valeur"
    assert chiffrement.chiffre_par(chiffrement.chiffrer("valeur", "t.c")) == "b"
    settings.CLES_CHIFFREMENT = [nouvelle]
    with pytest.raises(chiffrement.CleInconnue):
        chiffrement.dechiffrer(avant, "t.c")


def test_un_vide_n_egale_jamais_un_vide() -> None:
    assert chiffrement.empreinte("", "nir") is None
    assert chiffrement.empreinte("   ", "nir") is None
    assert chiffrement.empreinte("1", "nir") != chiffrement.empreinte("1", "autre")


def test_en_base_le_champ_est_illisible_et_vide_est_nul(dans_perimetre: Structure, agent: Agent) -> None:
    from django.db import connection

    avec = fabriques.dossier(dans_perimetre, piece_numero="12AB34567")
    sans = fabriques.dossier(dans_perimetre)
    with connection.cursor() as curseur:
        curseur.execute("SELECT id, piece_numero FROM dossiers_dossier ORDER BY id")
        lignes = dict(curseur.fetchall())
    assert b"12AB34567" not in bytes(lignes[avec.pk])
    assert lignes[sans.pk] is None
    assert Dossier.objects.get(pk=avec.pk).piece_numero == "12AB34567"
    assert Dossier.objects.get(pk=sans.pk).piece_numero == ""


@pytest.mark.django_db
def test_on_ne_filtre_pas_sur_un_champ_chiffre() -> None:
    from django.core.exceptions import FieldError

    with pytest.raises(FieldError):
        Dossier.objects.filter(piece_numero="12AB34567").exists()


def test_rechiffrer_passe_sur_toute_la_colonne(structure: Structure, settings: Any) -> None:
    ancienne, nouvelle = _cle("a"), _cle("b")
    settings.CLES_CHIFFREMENT = [ancienne]
    with perimetre(structure.pk):
        for numero in range(5):
            fabriques.dossier(structure, piece_numero=f"N{numero}")
    settings.CLES_CHIFFREMENT = [nouvelle, ancienne]
    champ = Dossier._meta.get_field("piece_numero")
    with perimetre(structure.pk):
        assert chiffrement.rechiffrer(champ, lot=2, perimetre_id=structure.pk) == 5
        assert chiffrement.rechiffrer(champ, lot=2, perimetre_id=structure.pk) == 0
    settings.CLES_CHIFFREMENT = [nouvelle]
    with perimetre(structure.pk):
        assert {d.piece_numero for d in Dossier.objects.all()} == {f"N{n}" for n in range(5)}
