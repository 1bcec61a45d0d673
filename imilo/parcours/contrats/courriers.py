"""Letters about contracts and appeals: what was decided, why, under which power, how to contest it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from imilo.droit import francais
from imilo.parcours.contrats.pdf import donnees_de_la_structure, lignes_d_adresse
from imilo.parcours.contrats.textes import textes
from imilo.parcours.dossiers.documents import produire_pdf
from imilo.parcours.dossiers.models import Dossier

GABARIT = "contrats/gabarits/courrier.typ"
SIGNATURE = "Pour la mission locale"


@dataclass(frozen=True)
class Courrier:
    """`motifs` are pairs (sentence, article, which may be empty); `texte` the paragraphs of what is decided.

    `sous_couvert_de` names who represents a minor; `au_nom_de_l_etat` is false for what the mission locale does itself.
    """

    titre: str
    texte: tuple[str, ...]
    motifs: tuple[tuple[str, str], ...]
    pouvoir: str
    le: date
    reference: str
    sous_couvert_de: str = ""
    au_nom_de_l_etat: bool = True


def pdf_du_courrier(courrier: Courrier, dossier: Dossier, *, a: datetime) -> bytes:
    """The letter as a tagged PDF, of the instant `a`. `dossier` has its person and structure loaded."""
    articles = dict.fromkeys(article for _, article in courrier.motifs if article)
    donnees = {
        "titre": courrier.titre,
        "reference": courrier.reference,
        "structure": donnees_de_la_structure(dossier.structure),
        "nom": dossier.jeune.nom_complet,
        "adresse": lignes_d_adresse(dossier),
        "dossier": str(dossier),
        "date": francais.jour(courrier.le),
        "texte": list(courrier.texte),
        "motifs": [list(m) for m in courrier.motifs],
        "sous_couvert_de": courrier.sous_couvert_de,
        "pouvoir": courrier.pouvoir,
        "signature": "Pour la mission locale, au nom de l'État"
        if courrier.au_nom_de_l_etat
        else "Pour la mission locale",
        "recours": [[m.texte, m.article] for m in textes(courrier.le).recours_decision],
        "articles": ", ".join(articles),
    }
    return produire_pdf(GABARIT, donnees, le=a)
