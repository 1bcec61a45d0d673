"""The agency of ours: what it accepts, refuses, pays, and how it misbehaves when asked to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imilo.echanges.connecteurs.asp import messages
from imilo.echanges.connecteurs.asp.faux import Consignes, FausseAsp
from imilo.echanges.connecteurs.asp.faux_registre import plafond_de_l_annee
from imilo.echanges.connecteurs.asp.messages import Depot, LigneAllocation, LigneAvenant, LigneContrat, Nom
from tests.echanges.connecteurs.asp.test_messages import ALLOCATION, CONTRAT

OCTOBRE = datetime(2026, 11, 10, 9, tzinfo=UTC)
PAIEMENT = datetime(2026, 12, 5, 6, tzinfo=UTC)


@pytest.fixture
def asp(tmp_path: Path) -> FausseAsp:
    return FausseAsp(tmp_path)


def consigne(asp: FausseAsp, **dites: object) -> None:
    Consignes(**dites).ecrire(asp.chemin_des_consignes)  # type: ignore[arg-type]  # its own fields


def deposer(asp: FausseAsp, *lignes: messages.Ligne, instant: datetime = OCTOBRE) -> str:
    flux = next(flux for flux, forme in messages.LIGNES.items() if isinstance(lignes[0], forme))
    nom = Nom.a(flux, "37990S00", instant)
    (asp.depot / str(nom)).write_bytes(messages.ecrire_depot(Depot(nom, lignes)))
    return str(nom)


def codes(asp: FausseAsp, nom: str) -> list[str]:
    """The codes of the answer, taken out as we do."""
    chemin = asp.retrait / messages.nom_de_la_reponse(nom)
    lus = [r.code for r in messages.lire_reponse(chemin.read_bytes())]
    chemin.unlink()
    return lus


def passer(asp: FausseAsp, *lignes: messages.Ligne, instant: datetime = OCTOBRE) -> list[str]:
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


NIR = "206059999900055"


def avenant(nature: str, du: str, au: str, contrat: str = "CEJ-1-1") -> LigneAvenant:
    return LigneAvenant(f"AV-{contrat}-{nature}-{du}-{au}", contrat, nature, du, au)


@pytest.mark.parametrize(
    ("ligne", "code", "fin"),
    [
        (avenant("F", "", "2026-03-10"), "0000", "2026-03-10"),
        (avenant("F", "", "2026-12-04"), "0000", "2026-12-04"),
        (avenant("F", "", "2026-01-04"), "2102", "2026-07-04"),
        (avenant("F", "", "2027-03-01"), "2002", "2026-07-04"),  # over the next contract
        (avenant("F", "", "2026-03-10", "CEJ-9-9"), "3001", "2026-07-04"),
        (avenant("S", "2026-02-01", ""), "0000", "2026-07-04"),
        (avenant("S", "2026-02-01", "2026-02-20"), "0000", "2026-07-04"),
        (avenant("S", "2026-02-01", "2026-01-20"), "2102", "2026-07-04"),
        (avenant("S", "2026-08-01", ""), "2102", "2026-07-04"),
    ],
)
def test_ce_qu_elle_dit_d_un_avenant(asp: FausseAsp, ligne: LigneAvenant, code: str, fin: str) -> None:
    suivant = replace(CONTRAT, reference="CEJ-1-2", nir=NIR, debut="2027-02-01", fin="2027-10-01")
    assert passer(asp, replace(CONTRAT, nir=NIR), suivant) == ["0000", "0000"]
    assert passer(asp, ligne, instant=OCTOBRE + timedelta(seconds=1)) == [code]
    assert asp.contrat("CEJ-1-1") == (CONTRAT.debut, fin)
    if code == "0000":
        assert passer(asp, ligne, instant=OCTOBRE + timedelta(seconds=2)) == ["2101"]


def test_apres_la_fin_dite_il_n_y_a_plus_de_mois(asp: FausseAsp) -> None:
    """R. 5131-25 I: the month of the end is due, the next one isn't; what was taken before is put right."""
    mars, juin = (replace(ALLOCATION, reference=f"ALLOC-{m}", mois=f"2026-{m}") for m in ("03", "06"))
    lignes: list[messages.Ligne] = [CONTRAT, juin, avenant("F", "", "2026-03-10"), mars]
    lignes.append(replace(ALLOCATION, reference="ALLOC-04", mois="2026-04"))
    lignes.append(replace(juin, reference="ALLOC-06-R2", nature="R", montant="-552.29"))
    dits = [passer(asp, ligne, instant=OCTOBRE + timedelta(seconds=n)) for n, ligne in enumerate(lignes)]
    assert [dit for (dit,) in dits] == ["0000", "0000", "0000", "0000", "3003", "0000"]


def test_une_allocation_ponctuelle_va_avec_un_pacea(asp: FausseAsp) -> None:
    pacea = replace(CONTRAT, reference="PACEA-1-2", cadre="PACEA", debut="2026-08-01", fin="2026-12-31")
    passer(asp, replace(CONTRAT, cadre="CEJ", fin="2026-07-31"), pacea)
    une = replace(ALLOCATION, reference="P-1", contrat="PACEA-1-2", nature="P")
    cas = [
        (une, "0000"),
        (replace(une, reference="P-2"), "0000"),  # a month may have several
        (replace(une, reference="P-3", nature="I"), "3006"),
        (replace(une, reference="P-4", contrat="CEJ-1-1", mois="2026-06"), "3006"),
    ]
    for n, (ligne, code) in enumerate(cas, 1):
        assert passer(asp, ligne, instant=OCTOBRE + timedelta(seconds=n)) == [code]


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


# --- what can't be read, what is beyond the year --------------------------------------------------


@pytest.mark.parametrize(
    "illisible",
    [
        replace(ALLOCATION, reference="ALLOC-bis", montant="12,5"),
        replace(ALLOCATION, reference="ALLOC-bis", mois="2026-1x"),
        replace(CONTRAT, reference="CEJ-2-2", debut="5 janvier"),
        avenant("F", "", ""),
    ],
)
def test_une_ligne_illisible_n_empeche_pas_les_autres(asp: FausseAsp, illisible: messages.Ligne) -> None:
    """The line alone is refused: the one after it in the same file is judged."""
    passer(asp, replace(CONTRAT, fin="2026-12-04"))
    bonne = {
        LigneAllocation: ALLOCATION,
        LigneContrat: replace(CONTRAT, reference="CEJ-3-3"),
        LigneAvenant: avenant("F", "", "2026-11-30"),
    }[type(illisible)]
    assert passer(asp, illisible, bonne, instant=OCTOBRE + timedelta(seconds=1)) == ["9002", "0000"]


def test_une_ligne_coupee_est_illisible_seule(asp: FausseAsp) -> None:
    passer(asp, replace(CONTRAT, fin="2026-12-04"))
    nom = deposer(asp, ALLOCATION, replace(ALLOCATION, reference="ALLOC-2", mois="2026-09"))
    depose = asp.depot / nom
    entete, premiere, *reste = depose.read_text().splitlines(keepends=True)
    depose.write_text("".join([entete, premiere.rsplit(";", 2)[0] + "\n", *reste]))
    asp.passer(OCTOBRE)
    assert codes(asp, nom) == ["9002", "0000"]


def test_les_allocations_ponctuelles_d_une_annee_ont_un_plafond(asp: FausseAsp) -> None:
    """D. 5131-9: so many times the month's ceiling a year. It adds up the contracts of the person (by NIR)."""
    plafond = plafond_de_l_annee("2026-06")
    pacea = replace(CONTRAT, reference="PACEA-1-1", cadre="PACEA", nir=NIR, debut="2026-01-05", fin="2026-06-30")
    autre = replace(pacea, reference="PACEA-9-9", debut="2026-07-01", fin="2027-06-30")
    passer(asp, pacea, autre)
    une = replace(ALLOCATION, contrat="PACEA-1-1", nature="P", mois="2026-03", montant=f"{plafond - 100:.2f}")
    cas = [
        (replace(une, reference="P-1"), "0000"),
        (replace(une, reference="P-2", contrat="PACEA-9-9", mois="2026-09", montant="100.01"), "3007"),
        (replace(une, reference="P-3", contrat="PACEA-9-9", mois="2026-09", montant="100.00"), "0000"),
        (replace(une, reference="P-4", contrat="PACEA-9-9", mois="2026-10", montant="0.01"), "3007"),
        (replace(une, reference="P-5", contrat="PACEA-9-9", mois="2027-01", montant="150.00"), "0000"),
    ]
    for n, (ligne, code) in enumerate(cas, 1):
        assert passer(asp, ligne, instant=OCTOBRE + timedelta(seconds=n)) == [code], ligne.reference
