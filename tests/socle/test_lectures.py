"""Rows kept for a page that only shows, and never for a service."""

from __future__ import annotations

from imilo.parcours.dossiers.models import Dossier
from imilo.socle import lectures


def test_nothing_is_kept_on_an_object_that_no_page_opened() -> None:
    dossier, lus = Dossier(), []
    for _ in range(2):
        lectures.une_fois(dossier, "contrats", lambda: lus.append(1))
    assert len(lus) == 2


def test_a_page_reads_once_each_key_of_each_object() -> None:
    dossier, autre, lus = Dossier(), Dossier(), []

    def lire() -> list[int]:
        lus.append(1)
        return []

    for objet in (dossier, autre):
        lectures.garder(objet)
        lectures.garder(objet)  # asked twice: what was read stays
    premier = lectures.une_fois(dossier, "contrats", lire)
    lectures.garder(dossier)
    assert lectures.une_fois(dossier, "contrats", lire) is premier
    assert lectures.une_fois(dossier, "situations", lire) is not premier
    assert lectures.une_fois(autre, "contrats", lire) is not premier
    assert len(lus) == 3
