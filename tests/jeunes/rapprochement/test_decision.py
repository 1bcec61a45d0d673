"""From pairs to answers: best first, one to one, and what is never sure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imilo.jeunes.rapprochement.comparaisons import COMPARAISONS
from imilo.jeunes.rapprochement.decision import MARGE, PRENOM_CONNU, decider, juger, preuves
from imilo.jeunes.rapprochement.moteurs import Paire
from imilo.jeunes.rapprochement.resultat import Resultat

EGAUX = {"nom": "egal", "prenom": "egal", "naissance": "egal", "sexe": "egal"}


def paire(ligne: int, autre: int, poids: float = 20.0, *, rare: float = 0.0, **niveaux: str) -> Paire:
    """A pair that agrees on the identity; `niveaux` change the level of a comparison ("" for unknown)."""
    voulus = {**EGAUX, **niveaux}
    gammas = []
    for c in COMPARAISONS:
        codes = [n.code for n in c.niveaux]
        voulu = voulus.get(c.nom, "")
        gammas.append(len(codes) - 1 - codes.index(voulu) if voulu else -1)
    return Paire(ligne, autre, poids, 2**poids / (1 + 2**poids), tuple(gammas), rare)


def reponses(*paires: Paire, lignes: int = 1, un_a_un: bool = True) -> list[Resultat]:
    return list(decider(paires, lignes, un_a_un=un_a_un))


def test_one_candidate_that_agrees_is_sure() -> None:
    (r,) = reponses(paire(0, 7))
    assert (r.statut, r.personne, r.raison) == ("sur", 7, "")
    assert r.preuves == ("même nom", "même prénom", "même date de naissance")


def test_nobody_is_new() -> None:
    assert reponses() == [Resultat(0, "nouveau")]


@pytest.mark.parametrize(
    ("poids", "statut"), [(7.0, "sur"), (6.0, "a_verifier"), (0.1, "a_verifier"), (-0.1, "nouveau")]
)
def test_the_weight_says_how_sure(poids: float, statut: str) -> None:
    assert reponses(paire(0, 7, poids))[0].statut == statut


def test_the_heaviest_pair_goes_first_over_the_whole_list() -> None:
    premier, second = reponses(paire(0, 7, 15), paire(0, 8, 12), paire(1, 7, 25), lignes=2)
    assert (premier.personne, second.personne) == (8, 7)


def test_two_that_suit_alike_are_for_a_person() -> None:
    assert reponses(paire(0, 7, 20), paire(0, 8, 20 - MARGE + 0.1))[0].statut == "a_verifier"
    assert "autre personne" in reponses(paire(0, 7, 20), paire(0, 8, 19))[0].raison
    assert reponses(paire(0, 7, 20), paire(0, 8, 20 - MARGE - 0.1))[0].statut == "sur"


def test_the_same_person_twice_in_a_list_is_said() -> None:
    premier, second = reponses(paire(0, 7, 30), paire(1, 7, 20), lignes=2)
    assert (premier.statut, premier.personne) == ("sur", 7)
    assert (second.statut, second.personne, second.raison) == (
        "a_verifier",
        None,
        "même personne que la ligne 1 de la liste ?",
    )
    assert [r.personne for r in reponses(paire(0, 7, 30), paire(1, 7, 20), lignes=2, un_a_un=False)] == [7, 7]


TOUT_CONCORDE = {"telephone": "egal", "courriel": "egal", "domicile": "egal", "lieu_naissance": "egal"}


def test_a_twin_is_new_however_much_agrees() -> None:
    (r,) = reponses(paire(0, 7, 40, prenom="autre", **TOUT_CONCORDE))
    assert (r.statut, r.personne, r.probabilite) == ("nouveau", None, None)
    assert "jumeau" in r.raison
    assert "autre prénom" in r.preuves
    assert reponses(paire(0, 7, 40, prenom="tres_proche", sexe="autre", **TOUT_CONCORDE))[0].statut == "nouveau"


def test_a_twin_never_hides_the_very_person() -> None:
    (r,) = reponses(paire(0, 7, 39, prenom="autre", **TOUT_CONCORDE), paire(0, 8, 38, **TOUT_CONCORDE))
    assert (r.statut, r.personne) == ("sur", 8)


LINA = {"prenom": "egal", **TOUT_CONCORDE}


def test_two_twins_of_nearly_one_first_name_are_for_a_person() -> None:
    """The line says Lina, whom the base knows with her twin Lena: a letter mistyped would make it Lena's."""
    (r,) = reponses(paire(0, 7, 60, **LINA), paire(0, 8, 40, prenom="tres_proche", **TOUT_CONCORDE))
    assert (r.statut, r.personne) == ("a_verifier", 7)
    assert "presque ce prénom" in r.raison
    # Three letters: the model tells another first name, one letter off all the same.
    lea, lia = paire(0, 7, 60, **LINA), replace(paire(0, 8, 30, prenom="autre", **TOUT_CONCORDE), une_lettre=True)
    assert reponses(lea, lia)[0].statut == "a_verifier"


@pytest.mark.parametrize(
    ("prise", "autre"),
    [
        ({"identifiant": "egal"}, {"prenom": "tres_proche"}),  # a number of her own
        ({}, {"prenom": "autre"}),  # Lina and Paul
        ({}, {"prenom": "tres_proche", "sexe": "autre"}),  # Louise and Louis
        ({}, {"prenom": "tres_proche", "naissance": "deux_parts"}),  # a sister
        ({}, {"prenom": "tres_proche", "nom": "autre"}),
    ],
)
def test_what_tells_twins_apart_leaves_them_sure(prise: dict[str, str], autre: dict[str, str]) -> None:
    jumeau = paire(0, 8, 20, **{**TOUT_CONCORDE, **autre})
    assert reponses(paire(0, 7, 60, **{**LINA, **prise}), jumeau)[0].statut == "sur"


def test_who_shares_the_home_of_another_is_perhaps_their_unknown_twin() -> None:
    """Louis, of the home of Anis born the same day, isn't surely the Louis of the same day who lives elsewhere."""
    anis = paire(0, 8, 30, prenom="autre", domicile="egal")
    (r,) = reponses(paire(0, 7, 20, domicile="autre"), anis)
    assert (r.statut, r.personne) == ("a_verifier", 7)
    assert "jumeau" in r.raison
    assert reponses(paire(0, 7, 20), anis)[0].statut == "sur"  # the home of the one taken isn't known
    assert reponses(paire(0, 7, 20, domicile="autre", courriel="egal"), anis)[0].statut == "sur"


@pytest.mark.parametrize(
    ("niveaux", "mot"),
    [
        ({"prenom": "autre", "identifiant": "egal"}, "autre prénom"),
        ({"identifiant": "autre", **TOUT_CONCORDE}, "à vous de décider"),
        ({"naissance": "autre", **TOUT_CONCORDE}, "date de naissance"),
        ({"naissance": "annee", "identifiant": "egal"}, "date de naissance"),
        ({"prenom": "second", **TOUT_CONCORDE}, "second prénom"),
        ({"sexe": "autre"}, "sexe"),
        ({"nom": "autre", "domicile": "egal"}, "nom"),
        ({"naissance": "deux_parts"}, "en partie"),
        ({"prenom": "", **TOUT_CONCORDE}, "prénom manque"),
        ({"naissance": ""}, "date de naissance manque"),
        ({"telephone": "autre", "domicile": "autre"}, "homonyme"),
        ({"courriel": "autre"}, "homonyme"),
        ({"lieu_naissance": "autre"}, "lieu de naissance"),
        ({"nom": "proche", "naissance": "un_chiffre"}, "plusieurs différences"),
    ],
)  # fmt: skip
def test_what_asks_for_a_person_s_eye(niveaux: dict[str, str], mot: str) -> None:
    (r,) = reponses(paire(0, 7, 30, **niveaux))
    assert (r.statut, r.personne) == ("a_verifier", 7)
    assert mot in r.raison


@pytest.mark.parametrize(
    "niveaux",
    [
        {"telephone": "egal", "domicile": "autre"},  # moved house
        {"courriel": "egal", "telephone": "autre", "domicile": "autre"},
        {"nom": "usage"},
        {"sexe": "autre", "domicile": "egal"},  # mistyped: no twin bears the same first name
        {"nom": "autre", "telephone": "egal"},  # married since
        {"naissance": "inverse"},
        {"naissance": "un_chiffre"},
        {"identifiant": "egal", "telephone": "autre", "domicile": "autre", "nom": "autre"},
        {"naissance": "deux_parts", "courriel": "egal"},
        {"prenom": "tres_proche"},
    ],
)
def test_what_happens_to_everybody_stays_sure(niveaux: dict[str, str]) -> None:
    assert reponses(paire(0, 7, 30, **niveaux))[0].statut == "sur"


def test_two_first_names_that_both_exist_are_two_persons_perhaps() -> None:
    assert juger(paire(0, 7, prenom="tres_proche", rare=PRENOM_CONNU - 1, **TOUT_CONCORDE)).sure
    assert not juger(paire(0, 7, prenom="tres_proche", rare=PRENOM_CONNU, **TOUT_CONCORDE)).sure


def test_evidence_comes_before_what_differs() -> None:
    niveaux = {"nom": "inverse", "prenom": "inverse", "naissance": "inverse", "domicile": "autre", "telephone": "egal"}
    assert preuves(paire(0, 7, **niveaux)) == (
        "nom et prénom inversés", "même téléphone", "jour et mois de naissance inversés", "autre adresse",
    )  # fmt: skip
