"""The pairs that are sorted out before they are scored are those that the model would have left aside."""

from __future__ import annotations

import pytest

from bench.rapprochement_listes import tirer
from imilo.jeunes.rapprochement import modele, tri
from imilo.jeunes.rapprochement.atelier import Atelier
from imilo.jeunes.rapprochement.moteurs import CANDIDATS, POIDS_MINIMAL, DuckDB, Paire
from imilo.jeunes.rapprochement.sql import compter

BASE, LISTE, PAYS = 4_000, 1_000, 10_000_000


def test_no_pair_that_the_model_keeps_is_sorted_out(monkeypatch: pytest.MonkeyPatch) -> None:
    base, liste = tirer(BASE, LISTE, graine=5)
    lu = modele.avec_prealable(modele.lire(), modele.prealable(PAYS))
    with Atelier() as atelier:
        atelier.prendre_liste(p.cellules() for p in liste)
        atelier.prendre_base(p.cellules() for p in base)

        def paires() -> dict[tuple[int, int], Paire]:
            atelier.apparier(lu)
            return {(p.ligne, p.autre): p for p in DuckDB().paires(atelier.connexion, lu)}

        triees, gardees = paires(), compter(atelier.connexion, CANDIDATS)
        monkeypatch.setattr(tri, "POIDS_MINIMAL", -1000.0)
        toutes, vues = paires(), compter(atelier.connexion, CANDIDATS)
    assert gardees < vues
    assert triees == toutes
    assert all(p.poids >= POIDS_MINIMAL for p in toutes.values())
