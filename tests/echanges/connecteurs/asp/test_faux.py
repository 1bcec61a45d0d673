"""The agency of ours: what it accepts, refuses, pays, and how it misbehaves when asked to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imilo.echanges.connecteurs.asp import messages
from imilo.echanges.connecteurs.asp.faux import Consignes, FausseAsp
from imilo.echanges.connecteurs.asp.messages import Depot, Flux, LigneAllocation, LigneContrat, Nom
from tests.echanges.connecteurs.asp.test_messages import ALLOCATION, CONTRAT

OCTOBRE = datetime(2026, 11, 10, 9, tzinfo=UTC)
PAIEMENT = datetime(2026, 12, 5, 6, tzinfo=UTC)


@pytest.fixture
def asp(tmp_path: Path) -> FausseAsp:
    return FausseAsp(tmp_path)


def consigne(asp: FausseAsp, **dites: object) -> None:
    Consignes(**dites).ecrire(asp.chemin_des_consignes)  # type: ignore[arg-type]  # its own fields


def deposer(asp: FausseAsp, *lignes: LigneContrat | LigneAllocation, instant: datetime = OCTOBRE) -> str:
    flux = Flux.CONTRATS if isinstance(lignes[0], LigneContrat) else Flux.ALLOCATIONS
    nom = Nom.a(flux, "37990S00", instant)
    (asp.depot / str(nom)).write_bytes(messages.ecrire_depot(Depot(nom, lignes)))
    return str(nom)


def codes(asp: FausseAsp, nom: str) -> list[str]:
    """The codes of the answer, taken out as we do."""
    chemin = asp.retrait / messages.nom_de_la_reponse(nom)
    lus = [r.code for r in messages.lire_reponse(chemin.read_bytes())]
    chemin.unlink()
    return lus


def passer(asp: FausseAsp, *lignes: LigneContrat | LigneAllocation, instant: datetime = OCTOBRE) -> list[str]:
    nom = deposer(asp, *lignes, instant=instant)
    asp.passer(instant)
    return codes(asp, nom)


def test_le_contrat_d_abord(asp: FausseAsp) -> None:
    assert passer(asp, ALLOCATION) == ["3001"]
    assert passer(asp, replace(CONTRAT, fin="2026-12-04"), instant=OCTOBRE + timedelta(seconds=1)) == ["0000"]
    assert passer(asp, ALLOCATION, instant=OCTOBRE + timedelta(seconds=2)) == ["0000"]


@pytest.mark.parametrize(
    ("ligne", "code"),
    [
        (replace(CONTRAT, reference="CEJ-2-2", nom=""), "1101"),
        (replace(CONTRAT, reference="CEJ-2-2", nir="123"), "1102"),
        (replace(CONTRAT, reference="CEJ-2-2", naissance="1980-01-01"), "1103"),
        (replace(CONTRAT, reference="CEJ-2-2", fin="2025-01-01"), "2003"),
        (replace(CONTRAT, reference="CEJ-2-2", nir="206059999900055"), "2002"),
        (CONTRAT, "2001"),
    ],
)
def test_ce_qu_elle_refuse_d_un_contrat(asp: FausseAsp, ligne: LigneContrat, code: str) -> None:
    assert passer(asp, replace(CONTRAT, nir="206059999900055")) == ["0000"]
    assert passer(asp, ligne, instant=OCTOBRE + timedelta(seconds=1)) == [code]


@pytest.mark.parametrize(
    ("ligne", "code"),
    [
        (replace(ALLOCATION, reference="ALLOC-bis", iban="FR7630006000011234567890188"), "1001"),
        (replace(ALLOCATION, reference="ALLOC-bis", mois="2027-10"), "3003"),
        (replace(ALLOCATION, reference="ALLOC-bis", montant="9000.00"), "3004"),
        (replace(ALLOCATION, reference="ALLOC-bis", montant="0.00"), "3004"),
        (replace(ALLOCATION, reference="ALLOC-bis"), "3005"),
        (replace(ALLOCATION, reference="ALLOC-bis", nature="R", montant="-20.00"), "0000"),
        (ALLOCATION, "3002"),
    ],
)
def test_ce_qu_elle_refuse_d_une_allocation(asp: FausseAsp, ligne: LigneAllocation, code: str) -> None:
    passer(asp, replace(CONTRAT, fin="2026-12-04"))
    assert passer(asp, ALLOCATION, instant=OCTOBRE + timedelta(seconds=1)) == ["0000"]
    assert passer(asp, ligne, instant=OCTOBRE + timedelta(seconds=2)) == [code]


def test_le_meme_fichier_compte_une_fois_et_recoit_la_meme_reponse(asp: FausseAsp) -> None:
    assert passer(asp, CONTRAT) == passer(asp, CONTRAT) == ["0000"]
    assert len(asp.lignes()) == 1
    assert passer(asp, replace(CONTRAT, nom="Autre")) == ["9003"]
    assert len(asp.lignes()) == 1


def test_elle_paie_deux_mois_apres_une_seule_fois(asp: FausseAsp) -> None:
    passer(asp, replace(CONTRAT, fin="2026-12-04"))
    passer(asp, ALLOCATION, instant=OCTOBRE + timedelta(seconds=1))
    assert asp.passer(PAIEMENT - timedelta(days=1)).payees == 0
    assert asp.passer(PAIEMENT).payees == 1
    assert asp.passer(PAIEMENT + timedelta(days=1)).payees == 0
    (fichier,) = asp.retrait.iterdir()
    (versement,) = messages.lire_paiements(fichier.read_bytes())
    assert (versement.reference, str(versement.montant)) == (ALLOCATION.reference, "552.29")


def test_un_fichier_qui_n_en_est_pas_un(asp: FausseAsp) -> None:
    (asp.depot / "CTR_37990S00_20261110090000.csv").write_bytes(b"PK\x03\x04")
    asp.passer(OCTOBRE)
    assert codes(asp, "CTR_37990S00_20261110090000.csv") == ["9001"]


def test_en_retard(asp: FausseAsp) -> None:
    consigne(asp, retard=3)
    nom = deposer(asp, CONTRAT)
    for jours in (0, 1, 2):
        assert asp.passer(OCTOBRE + timedelta(days=jours)).publies == 0
    assert asp.passer(OCTOBRE + timedelta(days=3)).publies == 1
    assert codes(asp, nom) == ["0000"]


def test_un_rejet_demande_une_fois(asp: FausseAsp) -> None:
    consigne(asp, rejets={"CEJ-1": ("1103", 1)})
    assert passer(asp, CONTRAT) == ["1103"]
    assert passer(asp, CONTRAT, instant=OCTOBRE + timedelta(seconds=1)) == ["0000"]


def test_repondre_deux_fois(asp: FausseAsp) -> None:
    consigne(asp, deux_fois=True)
    nom = deposer(asp, CONTRAT)
    assert [asp.passer(OCTOBRE).publies, asp.passer(OCTOBRE).publies] == [1, 0]
    assert codes(asp, nom) == ["0000"]
    assert asp.passer(OCTOBRE).publies == 1
    assert codes(asp, nom) == ["0000"]
    assert asp.passer(OCTOBRE).publies == 0


def test_un_fichier_coupe_puis_entier(asp: FausseAsp) -> None:
    consigne(asp, tronquer=True)
    nom = deposer(asp, CONTRAT)
    asp.passer(OCTOBRE)
    with pytest.raises(messages.FichierIncomplet):
        codes(asp, nom)
    asp.passer(OCTOBRE)
    assert codes(asp, nom) == ["0000"]


def test_hors_d_atteinte(asp: FausseAsp) -> None:
    nom = deposer(asp, CONTRAT)
    consigne(asp, fermee=True)
    asp.passer(OCTOBRE)
    assert not asp.depot.exists()
    FausseAsp(asp.base)  # started again while it is out of reach
    assert not asp.depot.exists()
    consigne(asp)
    asp.passer(OCTOBRE)
    assert codes(asp, nom) == ["0000"]
