"""The letter on paper: its addresses, and where its signature stands."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from imilo.acteurs.models import Site, Structure
from imilo.parcours.allocations.pdf import GABARIT
from imilo.parcours.contrats.pdf import adresse_du_site
from imilo.parcours.dossiers.documents import produire_pdf

LE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def donnees(motifs: int) -> dict[str, Any]:
    return {
        "titre": "Votre allocation du mois de juin 2025",
        "reference": "ALLOC-1",
        "structure": {"nom": "ML ESSAI", "usuel": "ML", "adresse": "1 rue", "telephone": "", "courriel": ""},
        "nom": "Zoé N'Guessan",
        "adresse": ["12 rue Nationale", "Bâtiment B", "37000 Tours"],
        "dossier": "1000001",
        "date": "22 novembre 2026",
        "accord": True,
        "montant": "414,06 €",
        "forfait": "561,68 €",
        "contrat": "du 1er au 30 juin",
        "motifs": [[f"Motif {n}, dit en une phrase qui tient sur une ligne.", "R. 5131-20"] for n in range(motifs)],
        "etapes": [],
        "pouvoir": "Camille Roche, directrice",
        "a_savoir": [["Une chose à savoir.", "L. 5131-6"]],
        "recours": [["Un premier recours.", "R. 1"], ["Un second recours.", "R. 2"]],
        "articles": "L. 5131-6",
    }


def pages(motifs: int) -> list[str]:
    lecteur = PdfReader(io.BytesIO(produire_pdf(GABARIT, donnees(motifs), le=LE)))
    return [page.extract_text() for page in lecteur.pages]


@pytest.mark.parametrize("motifs", range(20, 40, 3))
def test_la_signature_n_est_jamais_seule_sur_sa_page(motifs: int) -> None:
    (page,) = [p for p in pages(motifs) if "Au nom et pour le compte de l'État" in p.replace("\u2019", "'")]
    for texte in ("pas d'accord", "Un premier recours", "Un second recours"):
        assert texte in page.replace("\u2019", "'")


def test_le_destinataire_a_son_adresse_ligne_par_ligne() -> None:
    lignes = [ligne.strip() for ligne in pages(1)[0].splitlines()]
    place = lignes.index("12 rue Nationale")
    assert lignes[place + 1 : place + 3] == ["Bâtiment B", "37000 Tours"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("adresse", "commune", "attendu"),
    [
        ("2 place du Port", "37050", "2 place du Port, 37170 Chambray-lès-Tours"),
        ("2 place du Port", "37261", "2 place du Port, Tours"),
        ("2 place du Port, 37000 Tours", "37261", "2 place du Port, 37000 Tours"),
        ("", "37050", "37170 Chambray-lès-Tours"),
        ("2 place du Port", None, "2 place du Port"),
        ("", None, ""),
    ],
)
def test_l_adresse_d_un_site(structure: Structure, adresse: str, commune: str | None, attendu: str) -> None:
    assert adresse_du_site(Site(structure=structure, adresse=adresse, commune_id=commune)) == attendu
