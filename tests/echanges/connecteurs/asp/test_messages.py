"""The format: what is written is read back, limits are kept, what is cut or strange is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.echanges.connecteurs.asp import codes, messages
from imilo.echanges.connecteurs.asp.messages import (
    Depot,
    FichierIllisible,
    FichierIncomplet,
    Flux,
    LigneAllocation,
    LigneAvenant,
    LigneContrat,
    Nom,
    Resultat,
    Versement,
)

NOM = Nom.a(Flux.ALLOCATIONS, "37990S00", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
ALLOCATION = LigneAllocation(
    "ALLOC-1-2026-10", "CEJ-1-1", "2026-10", "I", "552.29", "FR7630006000011234567890189", 'É; "DUPONT" l\'aîné'
)
CONTRAT = LigneContrat(
    "CEJ-1-1", "", "Dupont", "Ève", "2006-05-01", "F", "1 rue Haute", "37000", "37261", "2026-01-05", "2026-07-04"
)
TEXTE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40)


@given(
    st.one_of(
        st.tuples(st.just(Flux.CONTRATS), st.lists(st.builds(LigneContrat, *[TEXTE] * 12), max_size=5)),
        st.tuples(st.just(Flux.AVENANTS), st.lists(st.builds(LigneAvenant, *[TEXTE] * 5), max_size=5)),
    )
)
def test_ce_qui_est_ecrit_est_relu(cas: tuple[Flux, list[LigneContrat] | list[LigneAvenant]]) -> None:
    flux, lignes = cas
    depot = Depot(replace(NOM, flux=flux), tuple(lignes))
    octets = messages.ecrire_depot(depot)
    assert messages.lire_depot(octets) == depot
    assert messages.ecrire_depot(depot) == octets


def test_le_nom_dit_ce_que_c_est() -> None:
    assert str(NOM) == "ALL_37990S00_20261231235959.csv"
    assert Nom.lu(str(NOM)) == NOM
    reponse = messages.nom_de_la_reponse(str(NOM))
    assert Nom.lu(reponse) == replace(NOM, reponse=True)
    assert messages.nom_du_depot(reponse) == str(NOM)
    for autre in ("notes.csv", "ALL_37990S00_2026.csv", "../ALL_37990S00_20261231235959.csv", f"{NOM}\n", ""):
        assert Nom.lu(autre) is None


def test_un_fichier_tient_dans_ses_limites() -> None:
    fichiers = list(messages.en_fichiers([ALLOCATION] * 2000))
    assert [len(f) for f in fichiers] == [698, 698, 604]
    for lot in fichiers:
        octets = messages.ecrire_depot(Depot(NOM, tuple(lot)))
        assert octets.count(b"\n") <= messages.LIGNES_MAX
    longue = replace(CONTRAT, adresse="é" * 5000)
    for gros in (lots := list(messages.en_fichiers([longue] * 698))):
        assert len(messages.ecrire_depot(Depot(replace(NOM, flux=Flux.CONTRATS), tuple(gros)))) <= messages.OCTETS_MAX
    assert len(lots) == 4
    assert list(messages.en_fichiers([])) == []


def test_un_fichier_coupe_n_importe_ou_est_reconnu() -> None:
    entiers = [
        messages.ecrire_reponse(str(NOM), [Resultat(str(NOM), n, "0000") for n in range(1, 4)]),
        messages.ecrire_paiements("37990S00", [Versement(str(NOM), 1, "R", Decimal("-12.00"), date(2026, 12, 5))]),
        messages.ecrire_depot(Depot(NOM, (ALLOCATION, ALLOCATION))),
    ]
    for octets, lire in zip(
        entiers, (messages.lire_reponse, messages.lire_paiements, messages.lire_depot), strict=True
    ):
        assert lire(octets)
        for fin in range(len(octets)):
            with pytest.raises(FichierIllisible):
                lire(octets[:fin])
        with pytest.raises(FichierIncomplet):
            lire(octets[: octets.rindex(b"FIN")])


@pytest.mark.parametrize(
    "octets",
    [
        b"\xff\xfe\n",
        b"REPONSE;2;x\nFIN;0\n",
        b"AUTRE;1;x\nFIN;0\n",
        b"REPONSE;1;x\nf;1;OK\nFIN;1\n",
        b"REPONSE;1;x\nf;-1;0000\nFIN;1\n",
        "REPONSE;1;x\nf;١;0000\nFIN;1\n".encode(),
        b"REPONSE;1;x\nf;1\nFIN;1\n",
        b"REPONSE;1;x\nf;1;0000\nFIN;2\n",
        b"REPONSE;1;x\nf;1;00\x0000\nFIN;1\n",
        b'REPONSE;1;x\nf;1;"' + b"a" * 140_000 + b"\nFIN;1\n",
    ],
)
def test_une_reponse_etrange_est_refusee(octets: bytes) -> None:
    with pytest.raises(FichierIllisible):
        messages.lire_reponse(octets)


def test_les_versements_sont_relus_au_centime() -> None:
    versements = [Versement(str(NOM), 3, "ALLOC-1-2026-10", Decimal("-0.01"), date(2026, 12, 5))]
    assert messages.lire_paiements(messages.ecrire_paiements("37990S00", versements)) == versements
    for faux in (b"12,50", b"1e3", b"NaN", b"12.5", b"+1.00"):
        with pytest.raises(FichierIllisible):
            messages.lire_paiements(b"PAIEMENTS;1;X\nf;1;r;%s;2026-12-05\nFIN;1\n" % faux)
    with pytest.raises(FichierIllisible):
        messages.lire_paiements(b"PAIEMENTS;1;X\nf;1;r;1.00;2026-02-30\nFIN;1\n")


def test_chaque_code_qui_refuse_dit_quoi_corriger() -> None:
    for code in codes.CODES.values():
        assert bool(code.corriger) != code.accepte, code
    inconnu = codes.code("7777")
    assert not inconnu.accepte
    assert "7777" in inconnu.libelle
    assert inconnu.corriger


def test_un_fichier_de_la_version_1_se_lit_encore() -> None:
    """A contract without its frame: only a CEJ was sent then."""
    ancien = (
        "DEPOT;1;CTR;37990S00;20261231235959\n"
        "1;CEJ-1-1;;Dupont;Ève;2006-05-01;F;1 rue Haute;37000;37261;2026-01-05;2026-07-04\nFIN;1\n"
    )
    assert messages.lire_depot(ancien.encode()).lignes == (CONTRAT,)
    for autre in ("2", "1.", "11"):
        with pytest.raises(FichierIllisible, match="version"):
            messages.lire_depot(ancien.replace("DEPOT;1;", f"DEPOT;{autre};").encode())
