"""The words under which a person is found."""

from __future__ import annotations

import pytest

from imilo.acteurs.models import Structure
from imilo.jeunes.cles import colle, mots_de_recherche
from tests import fabriques


def test_chaque_mot_et_chaque_nom_d_un_seul_tenant() -> None:
    assert mots_de_recherche("N'Diaye-Lefèvre", "de La Tour", "Jean-Pierre", "Élie Rose") == [
        "de", "delatour", "diaye", "elie", "jean", "jeanpierre", "la", "lefevre", "n", "ndiayelefevre", "pierre",
        "rose", "tour",
    ]  # fmt: skip


@pytest.mark.parametrize(("un", "autre"), [("N'Diaye", "ndiaye"), ("Ben Ali", "BENALI"), ("O’Connor", "oconnor")])
def test_colle_est_egal_quelle_que_soit_la_coupe(un: str, autre: str) -> None:
    assert colle(un) == colle(autre)


def test_un_nom_vide_ne_donne_rien() -> None:
    assert mots_de_recherche("Soraya", "", "", "") == ["soraya"]


def test_un_signe_qui_devient_dix_huit_lettres_tient_dans_la_base(dans_perimetre: Structure) -> None:
    dossier = fabriques.dossier(dans_perimetre, jeune_nom_naissance="\ufdfa" * 100, jeune_autres_prenoms="a" * 200)
    assert max(map(len, dossier.jeune.mots)) == 100
