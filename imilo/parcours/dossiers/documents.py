"""Documents of the dossier: PDF made from typst templates, files received, and who may see them.

Data reaches a template as one JSON text in `sys.inputs`, read there by `json()`: a name never becomes markup.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import unicodedata
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import typst
from PIL import Image

from imilo.parcours.dossiers.models import Document, Dossier, GenreDocument
from imilo.socle.erreurs import RegleViolee

if TYPE_CHECKING:
    from imilo.acteurs.models import Agent, Structure

RACINE_GABARITS = Path(__file__).resolve().parent.parent
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS = {PDF: "pdf", JPEG: "jpg", PNG: "png"}
TAILLE_MAXIMALE = 10 * 1024 * 1024
TITRE_MAXIMUM = 200
_FIN_PDF = 2048  # readers look for %%EOF in the last kilobytes
_SANS_GLYPHE = re.compile(r"text `(\".*?\")` could not be displayed", re.DOTALL)
_ESSAIS = 64
# One page for each sign, in the fonts of `gabarits/commun.typ`.
_EPREUVE = b"""#set page(width: 60pt, height: 60pt, margin: 6pt)
#set text(lang: "fr", region: "FR", font: ("Libertinus Serif", "DejaVu Sans Mono"))
#for signe in json(bytes(sys.inputs.signes)) { page(text(signe)) }
"""


def produire_pdf(gabarit: str, donnees: Mapping[str, Any], *, le: datetime) -> bytes:
    """Compile a typst template into a tagged PDF (PDF/UA-1), byte for byte the same for the same arguments.

    `gabarit` is a path under `imilo/parcours` ("contrats/gabarits/contrat.typ"); `donnees` holds JSON
    values; `le` is the instant written in the metadata. Only typst's own fonts are used, the same everywhere:
    a sign that they can't draw is printed as its code point between brackets.
    """
    texte = json.dumps(donnees, ensure_ascii=False)
    for _ in range(_ESSAIS):
        try:
            return _compiler(gabarit, texte, le)
        except typst.TypstError as erreur:
            manquant = _SANS_GLYPHE.search(str(erreur))
            if manquant is None:
                raise
            texte = _remplacer(texte, signes_sans_dessin(texte) | _cites(manquant[1]))
    raise RegleViolee("Ce texte contient trop de signes qui ne peuvent pas être imprimés.")


def _compiler(gabarit: str, texte: str, le: datetime) -> bytes:
    octets = typst.compile(
        str(RACINE_GABARITS / gabarit),
        root=str(RACINE_GABARITS),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"donnees": texte},
        pdf_standards="ua-1",
        timestamp=int(le.astimezone(UTC).timestamp()),
    )
    assert isinstance(octets, bytes)
    return octets


def signes_sans_dessin(texte: str) -> set[str]:
    """The signs of `texte` that no font of ours draws, found in one pass: typst itself only tells the first."""
    signes = sorted({s for s in texte if not s.isascii() and unicodedata.category(s)[0] not in "CMZ"})
    if not signes:
        return set()
    octets = typst.compile(
        _EPREUVE, format="pdf", ignore_system_fonts=True, sys_inputs={"signes": json.dumps(signes, ensure_ascii=False)}
    )
    with pikepdf.open(io.BytesIO(octets)) as epreuve:
        return {signe for signe, page in zip(signes, epreuve.pages, strict=True) if _a_un_glyphe_vide(page)}


def _a_un_glyphe_vide(page: pikepdf.Page) -> bool:
    """Whether a text of this page shows the glyph 0, that of what a font hasn't (identifiers of two bytes)."""
    for instruction in pikepdf.parse_content_stream(page, "TJ Tj"):
        for operande in instruction.operands:
            textes = operande if isinstance(operande, pikepdf.Array) else [operande]
            for texte in textes:
                if isinstance(texte, pikepdf.String) and b"\0\0" in re.findall(rb"(?s)..", bytes(texte)):
                    return True
    return False


def _cites(citation: str) -> set[str]:
    """The signs of a quotation that typst couldn't draw."""
    try:
        signes = json.loads(citation)
    except json.JSONDecodeError:
        signes = citation[1:-1]
    return set(signes)


def _remplacer(texte: str, signes: set[str]) -> str:
    codes = {ord(signe): f"[U+{ord(signe):04X}]" for signe in signes if not signe.isascii()}
    return texte.translate(codes)


def type_reconnu(contenu: bytes) -> str | None:
    """The type of a file by what it holds, never by its name: PDF, JPEG or PNG; `None` for anything else.

    The file is really opened: a PDF has one page at least, an image has its size and its parts whole.
    """
    if contenu.startswith(b"%PDF-") and b"%%EOF" in contenu[-_FIN_PDF:]:
        return PDF if _pdf_lisible(contenu) else None
    if contenu.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in contenu[-_FIN_PDF:]:
        return JPEG if _image_lisible(contenu, "JPEG") else None
    if contenu.startswith(b"\x89PNG\r\n\x1a\n") and contenu[12:16] == b"IHDR" and b"IEND" in contenu[-_FIN_PDF:]:
        return PNG if _image_lisible(contenu, "PNG") else None
    return None


def _pdf_lisible(contenu: bytes) -> bool:
    try:
        with pikepdf.open(io.BytesIO(contenu)) as pdf:
            return len(pdf.pages) > 0
    except (pikepdf.PdfError, ValueError, RuntimeError):  # whatever a hostile file makes of the reader
        return False


def _image_lisible(contenu: bytes, genre: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(contenu), formats=[genre]) as image:
                image.verify()  # walks the parts without decoding the points
        return True
    except (
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return False


def verifier_fichier(contenu: bytes, *, champ: str = "fichier") -> str:
    """Accept a file received and return its type. Raises `RegleViolee` at `champ`."""
    if not contenu:
        raise RegleViolee("Ce fichier est vide.", champ)
    if len(contenu) > TAILLE_MAXIMALE:
        raise RegleViolee(
            "Ce fichier dépasse 10 Mo : numérisez-le en noir et blanc ou en plus basse résolution.", champ
        )
    type_mime = type_reconnu(contenu)
    if type_mime is None:
        raise RegleViolee("Ce fichier n'est pas un PDF, un JPEG ou un PNG lisible, quel que soit son nom.", champ)
    return type_mime


def titre_sur(nom: str) -> str:
    """A name of file that came from outside, without path, control nor direction marks; never empty."""
    return titre_propre(re.split(r"[/\\]", nom)[-1])


def titre_propre(titre: str) -> str:
    """A title on one line, without control nor direction marks; never empty. A date in it keeps its strokes."""
    propre = "".join(" " if unicodedata.category(s)[0] in "CZ" else s for s in titre)
    return " ".join(propre.split())[:TITRE_MAXIMUM] or "document"


def nom_de_fichier(document: Document) -> str:
    """The name to propose to a browser: plain ASCII, the extension of the stored type."""
    base = unicodedata.normalize("NFKD", document.titre).encode("ascii", "ignore").decode()
    base = re.sub(r"[^A-Za-z0-9]+", "-", base).strip("-")[:80] or "document"
    return f"{base}.{EXTENSIONS.get(document.type_mime, 'bin')}"


def enregistrer_document(
    agent: Agent, *, dossier: Dossier, genre: GenreDocument, titre: str, contenu: bytes, type_mime: str
) -> Document:
    """Keep a file with the act that made it: called inside that act's service, which writes the fact.

    `titre` is ours, or somebody's words: what comes from the name of a file goes through `titre_sur` at the door.
    """
    return Document.objects.create(
        dossier=dossier,
        structure_id=dossier.structure_id,
        genre=genre,
        titre=titre_propre(titre),
        type_mime=type_mime,
        taille=len(contenu),
        sha256=hashlib.sha256(contenu).hexdigest(),
        contenu=contenu,
        depose_par=agent,
    )


def document_visible(*, structure: Structure, document_id: int) -> Document:
    """The document of the structure. Raises `Document.DoesNotExist` for another structure's."""
    return Document.objects.select_related("dossier").get(pk=document_id, structure=structure)
