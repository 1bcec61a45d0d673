"""The letter of a PACEA allowance: granted or refused, why, up to what, and the appeals."""

from __future__ import annotations

from datetime import datetime

from imilo.droit import francais
from imilo.droit.decision import depuis_json
from imilo.droit.montants import ZERO
from imilo.parcours.allocations.models import AllocationPacea, EtatPacea
from imilo.parcours.allocations.pdf import articles_cites, textes
from imilo.parcours.contrats.pdf import donnees_de_la_structure, lignes_d_adresse
from imilo.parcours.dossiers.documents import produire_pdf

GABARIT = "allocations/gabarits/pacea.typ"


def objet(allocation: AllocationPacea) -> str:
    """What the letter is about, in one line."""
    mois = francais.du_mois(allocation.mois)
    if allocation.etat == EtatPacea.REFUSEE:
        return f"Pas d'allocation ponctuelle pour le mois {mois}"
    return f"Votre allocation ponctuelle du mois {mois} : {francais.euros(allocation.a_verser)}"


def courrier(allocation: AllocationPacea, *, a: datetime) -> bytes:
    """The letter as a tagged PDF, of the instant `a`. The decision is taken: its day and power are known."""
    dossier, droit = allocation.dossier, depuis_json(allocation.droit)
    effets = [depuis_json(effet) for effet in allocation.effets]
    accord = allocation.etat == EtatPacea.ACCORDEE
    assert allocation.decidee_le is not None
    mentions = textes(allocation.decidee_le)
    sanctions = [[m.phrase, m.article] for effet in effets for m in effet.motifs]
    contre = [[m.phrase, m.article] for m in droit.motifs if m.satisfait is not True]
    motifs = [[m.phrase, m.article] for m in droit.motifs]
    de_la_sanction = allocation.a_verser == ZERO  # else a partial one is no reason of a refusal
    contenu = {
        "titre": objet(allocation),
        "reference": allocation.reference,
        "structure": donnees_de_la_structure(dossier.structure),
        "nom": dossier.jeune.nom_complet,
        "adresse": lignes_d_adresse(dossier),
        "dossier": str(dossier),
        "date": francais.jour(allocation.decidee_le),
        "accord": accord,
        "montant": francais.euros(allocation.a_verser),
        "avant_sanction": francais.euros(allocation.montant) if allocation.retenu else "",
        "raison": allocation.raison,
        "motifs": [*(motifs if accord else contre), *(sanctions if accord or de_la_sanction else ())],
        "etapes": [[e.libelle, e.formule] for d in (droit, *(effets if accord else ())) for e in d.etapes],
        "pouvoir": allocation.pouvoir,
        "a_savoir": [[m["texte"], m["article"]] for m in mentions["a_savoir_pacea"]],
        "recours": [[m["texte"], m["article"]] for m in mentions["recours"]],
        "articles": articles_cites(droit, *effets),
    }
    return produire_pdf(GABARIT, contenu, le=a)
