"""The three verdicts, and what differs: an equal NIR, a waiting one, a different one, what is blank."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr.nir import calc_check_digits

from imilo.acteurs.models import Structure
from imilo.jeunes.doublons import Personne, Verdict, juger
from imilo.jeunes.identite import Identite
from tests.jeunes.test_doublons import NE_LE, NIR, TREIZE, connue, rapproches

ATTENTE = "7" + TREIZE[1:] + str(calc_check_digits("7" + TREIZE[1:] + "00"))
ELLE = Identite(nom_naissance="Dupont", prenom="Élise", sexe="F", naissance=NE_LE, nir=NIR)


def personne(**champs: Any) -> Personne:
    base: dict[str, Any] = {
        "jeune_id": 1, "dossier_id": None, "ici": False, "structure_id": 1, "structure_nom": "ML",
        "structure_telephone": "", "nom_naissance": "Dupont", "nom_usage": "", "prenom": "Élise", "autres_prenoms": "",
        "naissance": NE_LE, "precision": "jour", "meme_sexe": True, "meme_nir": False, "meme_telephone": False,
    }  # fmt: skip
    return Personne(**{**base, **champs})


def test_an_equal_nir_settles_it() -> None:
    jugement = juger(ELLE, personne(meme_nir=True, nom_naissance="Zidane", prenom="Nora"))
    assert jugement.verdict == Verdict.MEME
    assert jugement.concorde[0] == "même numéro de sécurité sociale"
    assert jugement.differe == ("nom", "prénom")


@pytest.mark.parametrize("premier", "3478")
def test_a_waiting_number_settles_nothing(premier: str) -> None:
    elle = Identite(nom_naissance="Dupont", prenom="Élise", sexe="F", naissance=NE_LE, nir=premier + NIR[1:])
    jugement = juger(elle, personne(meme_nir=True, nom_naissance="Zidane", prenom="Nora"))
    assert jugement.verdict == Verdict.PROBABLE
    assert jugement.concorde[0] == "même numéro d'attente de sécurité sociale"


@pytest.mark.parametrize("autre", [{"meme_sexe": False}, {"naissance": date(1980, 5, 14)}])
def test_a_parents_nir_is_somebody_elses(autre: dict[str, Any]) -> None:
    assert juger(ELLE, personne(meme_nir=True, nom_naissance="Zidane", prenom="Nora", **autre)).verdict == Verdict.AUTRE


def test_two_blank_sexes_do_not_agree() -> None:
    elle = Identite(nom_naissance="Dupont", prenom="Élise", sexe="X", naissance=NE_LE, nir=NIR)
    jugement = juger(elle, personne(meme_nir=True, nom_naissance="Zidane", prenom="Nora"))
    assert jugement.verdict == Verdict.AUTRE
    assert "sexe" not in jugement.differe


def test_another_nir_is_for_a_person_to_decide() -> None:
    """All the rest agrees: likely all the same, a little less, and it is said."""
    sans, avec = juger(ELLE, personne()), juger(ELLE, personne(autre_nir=True))
    assert (sans.verdict, avec.verdict) == (Verdict.PROBABLE, Verdict.PROBABLE)
    assert sans.differe == ()
    assert avec.differe[0].startswith("numéro de sécurité sociale")
    assert avec.force < sans.force


@pytest.mark.parametrize(
    ("autre", "differe"),
    [
        ({"naissance": date(2003, 4, 5)}, ("date de naissance",)),
        ({"naissance": date(2003, 1, 1), "precision": "annee"}, ("date de naissance",)),
        ({"nom_naissance": "Dupond"}, ()),  # near is said among what matches: it isn't said to differ too
        ({"nom_naissance": "Bernard"}, ("nom",)),
        ({"prenom": "Elisa"}, ()),
        ({"prenom": "Zoé"}, ("prénom",)),
        ({"prenom": ""}, ()),
        ({"autre_sexe": True}, ("sexe",)),
    ],
)  # fmt: skip
def test_what_differs(autre: dict[str, Any], differe: tuple[str, ...]) -> None:
    assert juger(ELLE, personne(**autre)).differe == differe


def test_of_the_structure_another_nir_and_another_sex_are_said(structure: Structure) -> None:
    connue(structure, nir=NIR, sexe="M")
    (candidat,) = rapproches(structure, nir=ATTENTE).candidats
    assert candidat.verdict == Verdict.PROBABLE
    assert [d.split(" (")[0] for d in candidat.differences] == ["sexe", "numéro de sécurité sociale"]


def test_elsewhere_whether_a_nir_is_known_stays_there(structure: Structure, autre_structure: Structure) -> None:
    connue(autre_structure, nir=NIR, sexe="M")
    (candidat,) = rapproches(structure, nir=ATTENTE).candidats
    assert candidat.differences == ()


NOMS = st.sampled_from(["", "Dupont", "Dupond", "Durand", "N'Diaye", "Ndiaye", "de La Tour", "Latour", "Ö"])


@given(
    noms=st.tuples(NOMS, NOMS),
    prenoms=st.tuples(NOMS, NOMS),
    jour=st.dates(date(2003, 5, 1), date(2003, 5, 31)),
    marques=st.tuples(*[st.booleans()] * 5),
)
def test_the_verdict_and_its_evidence_agree(
    noms: tuple[str, str], prenoms: tuple[str, str], jour: date, marques: tuple[bool, ...]
) -> None:
    """Whoever isn't somebody else has evidence and a force; blank against blank gives none."""
    nir, telephone, sexe, autre_nir, autre_sexe = marques
    (nom, autre_nom), (prenom, autre_prenom) = noms, prenoms
    elle = Identite(nom_naissance=nom, prenom=prenom, sexe="F", naissance=NE_LE, nir=NIR)
    lui = personne(
        nom_naissance=autre_nom, prenom=autre_prenom, naissance=jour, meme_nir=nir, meme_telephone=telephone,
        meme_sexe=sexe, autre_nir=autre_nir and not nir, autre_sexe=autre_sexe and not sexe,
    )  # fmt: skip
    jugement = juger(elle, lui)
    assert (jugement.verdict == Verdict.AUTRE) == (jugement.force == 0)
    assert jugement.verdict == Verdict.AUTRE or jugement.concorde
    assert jugement.verdict != Verdict.MEME or (nir and sexe)
    if not nom and not prenom and not nir:
        assert jugement.verdict == Verdict.AUTRE
