"""What makes up for a slip in a date of birth: an address, a telephone, an e-mail, a number; never for twins."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.jeunes.doublons import Indices, Rapprochement, Verdict, juger, rapprocher
from imilo.jeunes.identite import Identite, nettoyer
from imilo.parcours.fiche.models import Scolarite
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.jeunes.test_verdicts import personne

NE_LE = date(2003, 5, 14)
ELLE = Identite(nom_naissance="Dupont", prenom="Élise", sexe="F", naissance=NE_LE)
INE = "0123456789A"
CHEZ_ELLE = {"adresse_numero": "12", "adresse_voie": "avenue de la République", "adresse_code_postal": "37000"}
FAUTES = [date(2004, 5, 14), date(2003, 5, 4), date(2003, 5, 24), date(2013, 5, 14), date(2002, 5, 14)]


@pytest.mark.parametrize("ne_le", FAUTES)
@pytest.mark.parametrize(
    "indice", ["meme_adresse", "meme_telephone", "meme_courriel", "meme_ine", "meme_numero_ft", "rien"]
)
def test_a_slip_in_the_date_asks_for_something_else_that_agrees(ne_le: date, indice: str) -> None:
    champs: dict[str, Any] = {} if indice == "rien" else {indice: True}
    jugement = juger(ELLE, personne(naissance=ne_le, **champs))
    assert jugement.verdict == (Verdict.AUTRE if indice == "rien" else Verdict.PROBABLE)
    assert not jugement.sure


@pytest.mark.parametrize("ne_le", [NE_LE, *FAUTES])
@pytest.mark.parametrize("prenom", ["Karim", "Louise", "Zoé"])
def test_twins_and_sisters_share_a_home_and_stay_two(prenom: str, ne_le: date) -> None:
    chez_eux = {"meme_adresse": True, "meme_telephone": True, "meme_courriel": True}
    assert juger(ELLE, personne(prenom=prenom, naissance=ne_le, **chez_eux)).verdict == Verdict.AUTRE


def test_a_name_that_is_near_and_a_slip_in_the_date() -> None:
    awa = Identite(nom_naissance="Dialo", prenom="Awa", sexe="F", naissance=date(2006, 3, 17))
    elle = {"nom_naissance": "Diallo", "prenom": "Awa", "naissance": date(2006, 3, 7)}
    assert juger(awa, personne(**elle)).verdict == Verdict.AUTRE
    jugement = juger(awa, personne(**elle, meme_adresse=True))
    assert jugement.verdict == Verdict.PROBABLE
    assert jugement.concorde == (
        "un chiffre de la date de naissance diffère", "nom proche", "même prénom", "même adresse",
    )  # fmt: skip


def test_a_number_of_theirs_the_day_and_the_first_name_leave_no_doubt() -> None:
    jugement = juger(ELLE, personne(nom_naissance="Zidane", meme_ine=True))
    assert (jugement.verdict, jugement.sure) == (Verdict.PROBABLE, True)
    assert juger(ELLE, personne(nom_naissance="Zidane", prenom="Karim", naissance=NE_LE)).verdict == Verdict.AUTRE
    jumeau = juger(ELLE, personne(prenom="Karim", meme_ine=True))  # one of the two numbers is wrong: somebody looks
    assert (jumeau.verdict, jumeau.sure) == (Verdict.PROBABLE, False)


def connue(chez: Structure, *, ine: str = "", **champs: Any) -> int:
    base = {"jeune_nom_naissance": "Durand", "jeune_prenom": "Zoé", "jeune_naissance": NE_LE, "jeune_sexe": "F"}
    with perimetre(chez.pk):
        dossier = fabriques.dossier(chez, **{**base, **champs})
        if ine:
            Scolarite.objects.create(
                dossier=dossier, structure=chez, ine=ine, origine="liste", confirme_le=timezone.now()
            )
    return dossier.jeune_id


def trouver(chez: Structure, indices: Indices, **champs: Any) -> Rapprochement:
    base = {"nom_naissance": "Durand", "prenom": "Zoé", "sexe": "F", "naissance": date(2004, 5, 14)}
    with perimetre(chez.pk):
        return rapprocher(nettoyer(Identite(**{**base, **champs})), indices=indices)


@pytest.mark.django_db
@pytest.mark.parametrize("ici", [True, False])
@pytest.mark.parametrize(
    ("sien", "indices", "preuve"),
    [
        (CHEZ_ELLE, Indices(adresse="12 av. de la Republique", code_postal="37000"), "même adresse"),
        ({"courriel": "Zoe@exemple.fr"}, Indices(courriel="zoe@exemple.fr"), "même courriel"),
        ({"numero_ft": "1234567A"}, Indices(numero_ft="1234567a"), "même numéro France Travail"),
        ({"ine": INE}, Indices(ine=INE), "même INE"),
    ],
)
def test_the_directory_brings_who_agrees(
    structure: Structure, autre_structure: Structure, sien: dict[str, Any], indices: Indices, preuve: str, *, ici: bool
) -> None:
    jeune = connue(structure if ici else autre_structure, **sien)
    (candidat,) = trouver(structure, indices).candidats
    assert candidat.personne.jeune_id == jeune
    assert candidat.preuves[0] == "naissance à un an près"
    assert preuve in candidat.preuves
    assert trouver(structure, Indices()).candidats == ()


@pytest.mark.django_db
def test_a_mistyped_name_at_the_same_address(structure: Structure) -> None:
    connue(structure, **CHEZ_ELLE, jeune_nom_naissance="Diallo", jeune_prenom="Awa")
    indices = Indices(adresse="12 avenue de la République", code_postal="37000")
    (candidat,) = trouver(structure, indices, nom_naissance="Dialo", prenom="Awa").candidats
    assert "nom proche" in candidat.preuves
    for autre in (Indices(adresse="14 avenue de la République", code_postal="37000"), Indices(adresse="12 rue Haute")):
        assert trouver(structure, autre, nom_naissance="Dialo", prenom="Awa").candidats == ()


@pytest.mark.django_db
def test_nobody_is_named_by_their_identifier_alone(structure: Structure, autre_structure: Structure) -> None:
    """Whom a linkage recognised comes only when an arrival of the structure says so."""
    jeune = connue(autre_structure)
    indices = Indices(reconnus={jeune: ("même nom",)})
    assert trouver(structure, indices, nom_naissance="Autre", naissance=date(1999, 1, 1)).candidats == ()
