"""The canonical form of a fact, and the hash that binds it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.journal.chaine import ORIGINE, Ligne, canonique, cle, empreinte_maillon, json_canonique
from imilo.journal.genres import Registre

TEXTES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMEROS = st.none() | st.integers(-(2**63), 2**63 - 1)
LIGNES = st.builds(
    Ligne,
    id=st.integers(1, 2**63 - 1),
    le=st.datetimes(timezones=st.just(UTC)),
    structure_id=NUMEROS,
    agent_id=NUMEROS,
    acteur=TEXTES,
    genre=TEXTES,
    objet_type=TEXTES,
    objet_id=NUMEROS,
    dossier_id=NUMEROS,
    identifiants=st.dictionaries(TEXTES, st.integers() | TEXTES).map(json.dumps),
    xid=st.integers(0, 2**64 - 1).map(str),
)
LIGNE = Ligne(7, datetime(2026, 11, 22, 9, 30, tzinfo=UTC), 1, None, "agent", "acte.saisi", "", None, 3, "{}", "12")


def en_dictionnaire(ligne: Ligne) -> dict[str, Any]:
    champs = ligne._asdict()
    return {
        **champs,
        "le": ligne.le.isoformat(timespec="microseconds"),
        "identifiants": json.loads(ligne.identifiants),
    }


@given(LIGNES)
def test_la_forme_canonique_est_du_json_trie(ligne: Ligne) -> None:
    assert canonique(ligne) == json_canonique(en_dictionnaire(ligne))
    assert json.loads(canonique(ligne)) == en_dictionnaire(ligne)


def test_le_meme_instant_dans_un_autre_fuseau_est_le_meme_fait() -> None:
    ailleurs = LIGNE._replace(le=LIGNE.le.astimezone(timezone(timedelta(hours=4))))
    assert canonique(ailleurs) == canonique(LIGNE)


def test_l_ordre_des_identifiants_n_importe_pas() -> None:
    un, autre = LIGNE._replace(identifiants='{"a": 1, "b": 2}'), LIGNE._replace(identifiants='{"b":2,"a":1}')
    assert canonique(un) == canonique(autre)


def test_l_empreinte_depend_de_tout() -> None:
    secret = b"k" * 32

    def empreinte(
        *,
        cle: bytes = secret,
        registre: Registre = Registre.FAIT,
        structure: int = 1,
        rang: int = 1,
        precedente: bytes = ORIGINE,
        ligne: Ligne = LIGNE,
    ) -> bytes:
        return empreinte_maillon(cle, registre, structure, rang, precedente=precedente, ligne=ligne)

    toutes = {
        empreinte(),
        empreinte(cle=b"j" * 32),
        empreinte(registre=Registre.CONSULTATION),
        empreinte(structure=2),
        empreinte(rang=2),
        empreinte(precedente=b"p" * 32),
        empreinte(ligne=LIGNE._replace(id=8)),
    }
    assert len(toutes) == 7
    # Fixed for ever: a change of form would break every chain already made.
    assert empreinte().hex() == "23befe013d09be6bae8a62e54bd85a43dc80f3d2889711746ea7aebb949e3c75"


def test_une_cle_trop_courte_est_refusee(settings: Any) -> None:
    settings.CLE_SCEAU = "Y291cnRl"
    with pytest.raises(ValueError, match="32 octets"):
        cle()
