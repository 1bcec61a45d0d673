"""Documents: a tagged PDF from data alone, and files known by what they hold."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers import documents
from imilo.parcours.dossiers.documents import (
    JPEG,
    PDF,
    PNG,
    document_visible,
    enregistrer_document,
    nom_de_fichier,
    produire_pdf,
    titre_sur,
    type_reconnu,
    verifier_fichier,
)
from imilo.parcours.dossiers.models import Document, GenreDocument
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.fichiers import un_pdf, une_image

LE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
GABARIT = "contrats/gabarits/contrat.typ"
HOSTILE = '#evil("x") *gras* $1$ `code` \\ @ref <b> "guillemets" [#import "/etc/passwd"]'


def donnees(**champs: Any) -> dict[str, Any]:
    return {
        "titre": "Contrat d'engagement jeune de Zoé N'Guessan",
        "cadre": "Contrat d'engagement jeune",
        "fondement": "Un article.",
        "conclu": "Conclu ainsi.",
        "phases": [],
        "offre": [],
        "actualisation": "",
        "projet": False,
        "reference": "CEJ-1000001-1",
        "structure": {"nom": "ML ESSAI", "usuel": "ML", "adresse": "1 rue", "telephone": "", "courriel": ""},
        "jeune": [["Nom et prénom", "Zoé N'Guessan"], ["Nom de naissance", ""]],
        "referent": "Léa Martin",
        "accompagnement": [["Durée", "un an"]],
        "objectifs": "Un métier\nUn logement",
        "actions": [{"categorie": "Formation", "intitule": "CAP", "organisme": "", "echeance": ""}],
        "engagements_jeune": ["Venir"],
        "engagements_structure": ["Aider"],
        "allocation": "561,68 €",
        "droits": [["Un droit.", "R. 5411-14"]],
        "sanctions": [["Une sanction.", "L. 5412-1"]],
        "recours": [["Un recours.", "R. 5412-7-1"]],
        "signatures": [
            {
                "titre": "Le jeune",
                "nom": "Zoé",
                "qualite": "",
                "mention": "Lu",
                "traits": [[[0, 0], [1000, 300]], [[5, 5]]],
            }
        ],
        **champs,
    }


def texte(pdf: bytes) -> str:
    """The text of every page, as a reader copies it."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    # Marks of direction around Arabic aren't part of the text.
    lu = "".join(s for s in " ".join(pages) if unicodedata.category(s) != "Cf")
    return " ".join(lu.split())


def test_le_pdf_est_accessible() -> None:
    """PDF/UA-1: title, language, tags, and the identifier in the metadata."""
    with pikepdf.open(io.BytesIO(produire_pdf(GABARIT, donnees(), le=LE))) as pdf:
        racine = pdf.Root
        assert str(racine.Lang).startswith("fr")
        assert bool(racine.MarkInfo.Marked)
        assert "/StructTreeRoot" in racine
        assert bool(racine.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as xmp:
            assert xmp["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert xmp["dc:title"] == "Contrat d'engagement jeune de Zoé N'Guessan"
        for page in pdf.pages:
            for police in page.Resources.Font.values():
                descendante = police.DescendantFonts[0] if "/DescendantFonts" in police else police
                assert {"/FontFile2", "/FontFile3"} & set(descendante.FontDescriptor.keys()), "every font is embedded"


def test_le_pdf_est_le_meme_octet_pour_octet() -> None:
    assert produire_pdf(GABARIT, donnees(), le=LE) == produire_pdf(GABARIT, donnees(), le=LE)
    assert produire_pdf(GABARIT, donnees(), le=LE) != produire_pdf(GABARIT, donnees(), le=LE.replace(year=2027))


def test_un_nom_n_est_jamais_du_code() -> None:
    lu = texte(produire_pdf(GABARIT, donnees(objectifs=HOSTILE, titre=HOSTILE, referent=HOSTILE), le=LE))
    assert lu.count('#evil("x") *gras* $1$ `code` \\ @ref <b>') == 2


def test_accents_et_ecritures() -> None:
    lu = texte(produire_pdf(GABARIT, donnees(referent="Éloïse Ŵîçž Øłś, محمد"), le=LE))
    assert "Éloïse Ŵîçž Øłś" in lu
    assert "محمد" in lu


def test_un_signe_sans_dessin_ne_bloque_pas_le_contrat() -> None:
    """PDF/UA refuses a glyph that no font has: it is printed as its code point."""
    lu = texte(produire_pdf(GABARIT, donnees(objectifs="Aller loin 😀 avec 张伟"), le=LE))
    assert "Aller loin [U+1F600] avec [U+5F20][U+4F1F]" in lu


def test_soixante_signes_sans_dessin_en_peu_de_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """typst tells one missing sign at a time: all are found at once, and few compilations are made."""
    signes = "".join(chr(0x4E00 + i) for i in range(60)) + "😀é"
    monkeypatch.setattr(documents, "_ESSAIS", 2)
    lu = texte(produire_pdf(GABARIT, donnees(objectifs=" ".join(signes)), le=LE)).replace(" ", "")
    for signe in signes[:-1]:
        assert f"[U+{ord(signe):04X}]" in lu
    assert "é" in lu


@pytest.mark.parametrize(("signe", "manque"), [("é", False), ("م", False), ("→", False), ("张", True), ("😀", True)])
def test_les_signes_sans_dessin_sont_connus(signe: str, manque: bool) -> None:
    assert documents.signes_sans_dessin(f"a{signe}b") == ({signe} if manque else set())


def test_trop_de_signes_sans_dessin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the fonts not tell what they lack, attempts are counted."""
    monkeypatch.setattr(documents, "signes_sans_dessin", lambda _texte: set())
    monkeypatch.setattr(documents, "_ESSAIS", 1)
    with pytest.raises(RegleViolee, match="imprimés"):
        produire_pdf(GABARIT, donnees(objectifs="张 😀"), le=LE)


def test_une_faute_du_gabarit_reste_une_erreur(monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    with pytest.raises(typst.TypstError):
        produire_pdf(GABARIT, {"titre": "sans le reste"}, le=LE)


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        (un_pdf(1), PDF),
        (un_pdf(0), None),
        (b"%PDF-<script>alert(1)</script>%%EOF", None),
        (b"%PDF-1.7\n...\n%%EOF\n", None),
        (b"%PDF-1.7 no end", None),
        (une_image("JPEG"), JPEG),
        (b"\xff\xd8\xff\xe0...\xff\xd9", None),
        (b"\xff\xd8\xff\xe0 cut", None),
        (une_image("PNG"), PNG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR....\0\0\0\0IEND\xaeB`\x82", None),
        (une_image("PNG")[:-20] + b"IEND", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"<svg onload='alert(1)'/>", None),
        (b"MZ\x90\0", None),
        (b"<html><script>%PDF-", None),
        (b"", None),
    ],
)
def test_le_type_vient_du_contenu(contenu: bytes, attendu: str | None) -> None:
    assert type_reconnu(contenu) == attendu


def test_fichier_vide_ou_trop_gros() -> None:
    with pytest.raises(RegleViolee, match="vide"):
        verifier_fichier(b"")
    with pytest.raises(RegleViolee, match="10 Mo") as refus:
        verifier_fichier(b"%PDF-" + b"0" * documents.TAILLE_MAXIMALE, champ="scan")
    assert refus.value.champ == "scan"


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\contrat.pdf", "contrat.pdf"),
        ("a\u202efdp.exe", "a fdp.exe"),
        ("x\r\nSet-Cookie: a=b", "x Set-Cookie: a=b"),
        ("\0\0", "document"),
        ("é" * 500, "é" * 200),
    ],
)
def test_un_nom_de_fichier_hostile(nom: str, attendu: str) -> None:
    assert titre_sur(nom) == attendu


@pytest.mark.parametrize(
    ("titre", "mime", "attendu"),
    [
        ('Été "2026"; filename=x.exe', PDF, "Ete-2026-filename-x-exe.pdf"),
        ("محمد", PNG, "document.png"),
        ("../..", JPEG, "document.jpg"),
        ("x", "text/html", "x.bin"),
    ],
)
def test_le_nom_propose_est_de_l_ascii(titre: str, mime: str, attendu: str) -> None:
    assert nom_de_fichier(Document(titre=titre, type_mime=mime)) == attendu


@pytest.mark.django_db
def test_un_document_ne_se_lit_que_dans_sa_structure(
    structure: Structure, autre_structure: Structure, agent: Agent
) -> None:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        garde = enregistrer_document(
            agent,
            dossier=dossier,
            genre=GenreDocument.JUSTIFICATIF,
            titre="CEJ prolongé\u202e jusqu'au 22/05/2028",
            contenu=b"abc",
            type_mime=PDF,
        )
        assert (garde.titre, garde.taille) == ("CEJ prolongé jusqu'au 22/05/2028", 3), "a date isn't a path"
        assert nom_de_fichier(garde) == "CEJ-prolonge-jusqu-au-22-05-2028.pdf"
        assert garde.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert document_visible(structure=structure, document_id=garde.pk) == garde
        with pytest.raises(Document.DoesNotExist):
            document_visible(structure=autre_structure, document_id=garde.pk)
    with perimetre(autre_structure.pk), pytest.raises(Document.DoesNotExist):
        document_visible(structure=structure, document_id=garde.pk)
