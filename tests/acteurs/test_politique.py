"""The field policy: closed by default, an answer for every field, and no number shown whole by a mask."""

from __future__ import annotations

from typing import Any

import pytest

from imilo.acteurs import politique
from imilo.acteurs.politique import PolitiqueIncoherente, Portee, Visibilite
from imilo.acteurs.profils import Profil, peut
from imilo.socle.familles import champs_declares, familles

QUI = [*Profil.values, *politique.DESTINATAIRES]
# Families that nobody of a mission locale reads on a page, and why.
SANS_LECTEUR = {
    "apprentissage": "the CFA's own list: agents read what it handed over, in the arrival",
    "apprentissage_suites": "what is given back to the CFA, which reads it",
    "apprentissage_transmissions": "no page: from which list an arrival came",
}
# The one recipient of a secret: what pays needs who is paid (docs/formats/asp.md).
SECRETS_QUI_PARTENT = {(Portee.FICHIER_ASP, politique.ASP)}
SECRETS = ("jeunes.Jeune.nir", "jeunes.Jeune.nir_empreinte", "dossiers.Dossier.piece_numero")


def test_every_declared_field_is_read_by_somebody_and_hidden_from_somebody() -> None:
    """A field that nobody of the structure reads has its reason; one that everybody reads would need no policy."""
    champs = champs_declares()
    assert len(champs) > 100
    for champ in champs:
        lecteurs = {q for q in Profil if politique.visibilite_du_champ(q, champ) != Visibilite.CACHE}
        famille = politique.famille_du_champ(champ)
        assert bool(lecteurs) != (famille in SANS_LECTEUR), champ
        assert lecteurs < set(Profil), champ


@pytest.mark.parametrize("portee", list(Portee))
@pytest.mark.parametrize("qui", QUI)
def test_a_reach_opens_to_its_own_readers_only(qui: str, portee: Portee) -> None:
    """A recipient reads in its own reach; an agent in none of theirs."""
    sienne = {
        politique.AUTRE_SYSTEME: Portee.API_OPERATEURS, politique.CFA: Portee.API_CFA, politique.ASP: Portee.FICHIER_ASP
    }  # fmt: skip
    ouvertes = {c for c in champs_declares() if politique.visibilite_du_champ(qui, c, portee=portee) == Visibilite.VU}
    if qui in sienne:
        assert bool(ouvertes) == (portee == sienne[qui])
    elif portee in sienne.values():
        assert not ouvertes


def test_an_undeclared_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        politique.visibilite_du_champ("conseiller", "dossiers.Dossier.inconnu")


def test_parts_are_made_of_declared_fields() -> None:
    assert set(politique.politique().parties) - champs_declares() == set()


def test_lines_name_families_parts_profiles_and_reaches_that_exist() -> None:
    connues = {f.code for f in familles()} | set(politique.politique().parties.values())
    a_venir = {"transferts", "passations"}
    for _portee, qui, code in politique.politique().lignes:
        assert qui in QUI
        assert code in connues | a_venir, code
    assert set(politique.politique().sources.values()) - connues - a_venir == set()


@pytest.mark.parametrize("qui", [*QUI, None, "", "inconnu"])
def test_a_family_without_a_line_is_hidden(qui: str | None) -> None:
    for portee in Portee:
        assert politique.visibilite(qui, "une_famille_de_demain", portee=portee) == Visibilite.CACHE
    assert not politique.source_vue(qui, "une_source_de_demain")


def test_who_opens_no_dossier_sees_no_field() -> None:
    """DPD, RGC, support: whatever the reach. The DPD sees who read, and nothing else."""
    for qui in Profil:
        if peut(qui, "dossier.lire"):
            continue
        vus = {c for p, q, c in politique.politique().lignes if q == qui}
        assert vus <= {"acces_motives"}, qui


@pytest.mark.parametrize("champ", SECRETS)
def test_secrets_are_whole_for_nobody(champ: str) -> None:
    for portee in Portee:
        for qui in QUI:
            notent = portee == Portee.ICI and peut(qui, "identite.modifier")
            attendu = Visibilite.MASQUE if notent else Visibilite.CACHE
            if (portee, qui) in SECRETS_QUI_PARTENT and champ.startswith("jeunes.Jeune.nir"):
                attendu = Visibilite.VU
            assert politique.visibilite_du_champ(qui, champ, portee=portee) == attendu


@pytest.mark.parametrize("famille", ["nir", "numero_piece", "comptes_rendus", "ressources", "diagnostics", "documents"])
@pytest.mark.parametrize("portee", [p for p in Portee if p != Portee.ICI])
def test_elsewhere_nothing_of_the_sensitive_families(famille: str, portee: Portee) -> None:
    vus = {qui for qui in QUI if politique.visibilite(qui, famille, portee=portee) != Visibilite.CACHE}
    assert vus == ({politique.ASP} if famille == "nir" and portee == Portee.FICHIER_ASP else set())


def test_the_reception_reads_neither_notes_nor_contracts_nor_money() -> None:
    caches = ("comptes_rendus", "propositions", "contrats_cej", "ressources", "decisions_allocation", "diagnostics")
    assert {politique.visibilite("accueil", f) for f in caches} == {Visibilite.CACHE}
    assert politique.vu("accueil", "coordonnees")


def test_motivated_access_is_read_by_those_who_may_open_one() -> None:
    lecteurs = {q for p, q, _ in politique.politique().lignes if p == Portee.ACCES_MOTIVE}
    assert lecteurs == {p.value for p in Profil if peut(p, "acces.motiver")}


@pytest.mark.parametrize(
    ("entier", "masque"),
    [
        ("203057512345612", "2 03 … 12"),
        ("2 03 05 75 123 456 12", "2 03 … 12"),
        ("FR7612345678901234567890123", "FR76 •••• 123"),
        ("ABC123", "•••123"),
        ("1", "•••1"),
        ("", ""),
    ],
)
def test_a_mask_recognises_without_reading(entier: str, masque: str) -> None:
    assert politique.masquer(entier) == masque


def test_a_value_is_shown_masked_or_kept() -> None:
    assert politique.montrer("conseiller", "coordonnees", "+33611223344") == "+33611223344"
    assert politique.montrer("conseiller", "nir", "203057512345612") == "2 03 … 12"
    assert politique.montrer("conseiller", "nir", "203057512345612", portee=Portee.ACCES_MOTIVE) == ""
    assert politique.montrer(None, "coordonnees", "+33611223344") == ""
    assert politique.montrer("conseiller", "coordonnees", None) == ""


def ecrite(**champs: Any) -> dict[str, Any]:
    return {"parties": {}, "sources": {}, "portees": {}, **champs}


def test_a_table_that_says_two_things_is_refused() -> None:
    with pytest.raises(PolitiqueIncoherente, match="deux parties"):
        politique.lire(ecrite(parties={"a": ["x.Y.z"], "b": ["x.Y.z"]}))
    with pytest.raises(PolitiqueIncoherente, match="deux lignes"):
        politique.lire(ecrite(portees={"ici": {"accueil": {"vu": ["a"], "masque": ["a"]}}}))
    for faux in ({"la": {"accueil": {"vu": ["a"]}}}, {"ici": {"accueil": {"presque": ["a"]}}}):
        with pytest.raises(ValueError, match=r"is not a valid"):
            politique.lire(ecrite(portees=faux))
