"""Generated French lists with the errors of real ones (bench/rapprochement_listes.py), beside who is who."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.rapprochement_listes import Personne, tirer
from imilo.jeunes.rapprochement import Resultat, rapprocher_lignes

BASE, LISTE = 15_000, 4_000


@pytest.fixture(scope="module")
def reponses() -> tuple[set[int], list[tuple[Personne, Resultat]]]:
    base, liste = tirer(BASE, LISTE, graine=20)
    resultats = rapprocher_lignes((p.cellules() for p in liste), (p.cellules() for p in base))
    return {p.qui for p in base}, list(zip(liste, resultats, strict=True))


Reponses = tuple[set[int], list[tuple[Personne, Resultat]]]


def juste(personne: Personne, resultat: Resultat) -> bool:
    return resultat.dossier == f"P{personne.qui:08d}"


def test_each_line_comes_out_once_in_order(reponses: Reponses) -> None:
    assert [r.rang for _, r in reponses[1]] == list(range(LISTE))


def test_what_is_sure_is_right(reponses: Reponses) -> None:
    sures = [juste(p, r) for p, r in reponses[1] if r.statut == "sur"]
    assert len(sures) > LISTE / 2
    assert sum(sures) / len(sures) >= 0.999


def test_nearly_everybody_known_is_found(reponses: Reponses) -> None:
    connus, lues = reponses
    vrais = [(p, r) for p, r in lues if p.qui in connus]
    assert len(vrais) > LISTE / 2
    assert sum(juste(p, r) and r.statut == "sur" for p, r in vrais) / len(vrais) >= 0.97
    assert sum(juste(p, r) for p, r in vrais) / len(vrais) >= 0.995


def test_twins_are_never_merged(reponses: Reponses) -> None:
    connus, lues = reponses
    jumeaux = [(p, r) for p, r in lues if p.cas == "jumeau"]
    seuls = [r.statut for p, r in jumeaux if p.qui not in connus]
    assert len(seuls) > 20
    assert set(seuls) <= {"nouveau", "a_verifier"}
    assert Counter(seuls)["nouveau"] >= 0.95 * len(seuls)
    assert all(juste(p, r) for p, r in jumeaux if r.statut == "sur")


def test_nobody_new_is_sure(reponses: Reponses) -> None:
    connus, lues = reponses
    nouveaux = Counter(r.statut for p, r in lues if p.qui not in connus)
    assert nouveaux["nouveau"] > LISTE / 3
    assert nouveaux["sur"] <= 1
    assert nouveaux["a_verifier"] <= LISTE / 200


@pytest.mark.parametrize(
    "cas",
    [
        "a déménagé",
        "nom d'usage",
        "jour et mois inversés",
        "un chiffre de la date",
        "faute dans le nom",
        "tous les prénoms",
    ],
)
def test_each_kind_of_error_is_found(reponses: Reponses, cas: str) -> None:
    touchees = [juste(p, r) for p, r in reponses[1] if p.cas == cas]
    assert len(touchees) >= 10
    assert sum(touchees) / len(touchees) >= 0.9


def test_homonyms_of_one_day_and_town_are_for_a_person() -> None:
    """Two persons alike but for where they live and how they are called: each line finds its own, or asks."""
    identite = {"nom": "Martin", "prenom": "Emma", "sexe": "F", "naissance": "2004-03-02", "lieu_naissance": "Tours"}
    base = [
        {**identite, "reference": "A", "adresse": "3 rue des Lilas", "commune": "Tours", "telephone": "0611111122"},
        {**identite, "reference": "B", "adresse": "98 avenue du Roi", "commune": "Tours", "telephone": "0722222233"},
    ]
    liste = [base[1], identite, {**identite, "telephone": "0633333344"}]
    lues = list(rapprocher_lignes([{c: ligne.get(c, "") for c in base[0]} for ligne in liste], base))
    assert (lues[0].statut, lues[0].dossier) == ("sur", "B")
    assert [r.statut for r in lues[1:]] == ["a_verifier", "a_verifier"]
