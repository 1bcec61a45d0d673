"""The contract on paper: what the template receives, every value already written in French."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from imilo.acteurs.models import Site, Structure
from imilo.droit import francais
from imilo.droit.montants import Montant
from imilo.jeunes.telephones import afficher
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import (
    Amenagement,
    CategorieAction,
    ContratEngagement,
    ModeSignature,
    Partie,
    Projet,
    Signature,
)
from imilo.parcours.contrats.textes import Mention, textes
from imilo.parcours.dossiers.documents import produire_pdf
from imilo.parcours.dossiers.models import Dossier

GABARIT = "contrats/gabarits/contrat.typ"


def pdf_du_contrat(contrat: ContratEngagement, *, a: datetime, signatures: Sequence[Signature] = ()) -> bytes:
    """The contract as a tagged PDF: a project to read or sign by hand, or with its signatures.

    `contrat.dossier` has its person and structure loaded; `a` is the instant of the document.
    """
    return produire_pdf(GABARIT, donnees_du_contrat(contrat, signatures=signatures, a=a), le=a)


def donnees_de_la_structure(structure: Structure) -> dict[str, str]:
    """The letterhead: name, address of the seat, telephone, e-mail."""
    siege = Site.objects.filter(structure=structure, siege=True).select_related("commune").first()
    return {
        "nom": structure.nom_officiel,
        "usuel": structure.nom,
        "adresse": adresse_du_site(siege) if siege else "",
        "telephone": afficher(structure.telephone),
        "courriel": structure.courriel,
    }


def adresse_du_site(site: Site) -> str:
    """The address on one line, "1 place d'Armes, 37000 Tours"; the town isn't said twice.

    A commune of several postal codes gives none: which is this site's isn't known.
    """
    commune = site.commune
    if commune is None or commune.nom in site.adresse:
        return site.adresse
    codes = [postal.code for postal in commune.codes_postaux.all()]
    ville = f"{codes[0]} {commune.nom}" if len(codes) == 1 else commune.nom
    return ", ".join(partie for partie in (site.adresse, ville) if partie)


def adresse_du_dossier(dossier: Dossier) -> str:
    """The postal address on one line; "sans adresse stable" when there is none."""
    return ", ".join(lignes_d_adresse(dossier))


def lignes_d_adresse(dossier: Dossier) -> list[str]:
    """The postal address as on an envelope: street, complement, postal code and town."""
    if dossier.sans_adresse:
        return ["sans adresse stable"]
    voie = f"{dossier.adresse_numero} {dossier.adresse_voie}".strip()
    commune = dossier.adresse_commune
    ville = f"{dossier.adresse_code_postal} {commune.nom if commune else ''}".strip()
    return [ligne for ligne in (voie, dossier.adresse_complement, ville) if ligne]


def _naissance(dossier: Dossier) -> str:
    jeune = dossier.jeune
    if jeune.naissance_precision == "annee":
        quand = f"en {jeune.naissance.year}"
    elif jeune.naissance_precision == "mois":
        quand = f"en {francais.mois(jeune.naissance)}"
    else:
        quand = f"le {francais.jour(jeune.naissance)}"
    lieu = str(jeune.naissance_commune or jeune.naissance_lieu or "")
    return f"{quand}, {lieu}" if lieu else quand


def intensite_en_mots(termes: ContratEngagement | Any) -> list[list[str]]:
    """The weekly hours, and why they are reduced (L. 5411-6 II); when there are none, never the ground: health."""
    if termes.heures_hebdo == 0:
        return [["Intensité", "sans durée hebdomadaire d'activité, à la demande de la personne (L. 5411-6 II)"]]
    duree = f"{termes.heures_hebdo.normalize():f}".replace(".", ",") + " heures d'activité par semaine"
    if termes.amenagement != Amenagement.INDIVIDUEL:
        return [["Intensité", f"au moins {duree}"]]
    return [
        ["Intensité", f"{duree} (durée réduite pour une raison individuelle, L. 5411-6 II)"],
        ["Raison de la durée réduite", termes.amenagement_raison.strip()],
    ]


def allocation_en_mots(cadre: str, montant: Montant | None) -> str:
    if cadre == Cadre.COMMUN:
        return ""
    if cadre == Cadre.PACEA and montant is not None:
        return (
            f"Une allocation est attribuée : {francais.euros(montant)} au plus pour un mois (R. 5131-12). Chaque "
            "versement se décide selon la situation, les besoins et les sommes reçues ce mois-là (R. 5131-8)."
        )
    if cadre == Cadre.PACEA:
        return (
            "Ce contrat n'attribue pas d'allocation à lui seul. Une allocation ponctuelle peut être demandée selon "
            "la situation et les besoins (L. 5131-5, R. 5131-8)."
        )
    if montant is None:
        return "Aucune allocation n'est prévue dans la situation déclarée à la signature (L. 5131-6, R. 5131-16)."
    return (
        f"Une allocation mensuelle est attribuée. Son montant maximum est de {francais.euros(montant)} par mois : "
        "chaque mois, elle dépend des ressources déclarées et du respect des engagements (L. 5131-6, R. 5131-16)."
    )


FONDEMENTS = {
    Cadre.COMMUN: "Contrat d'engagement prévu à l'article L. 5411-6 du code du travail.",
    Cadre.PACEA: "Contrat d'engagement prévu à l'article L. 5411-6 du code du travail, signé avant un parcours "
    "contractualisé d'accompagnement vers l'emploi et l'autonomie (L. 5131-4).",
    Cadre.CEJ: "Contrat d'engagement prévu aux articles L. 5411-6 et L. 5131-6 du code du travail.",
}
CONCLUSIONS = {
    Cadre.COMMUN: "Le contrat est conclu avec la mission locale, organisme référent (L. 5411-6).",
    Cadre.PACEA: "Le contrat est conclu avec un représentant de la mission locale (R. 5131-12).",
    Cadre.CEJ: "Le contrat est conclu au nom de l'État (R. 5131-15).",
}


def _phases(contrat: ContratEngagement) -> list[dict[str, str]]:
    return [
        {
            "jours": _jours(phase.debut, phase.fin),
            "objectifs": phase.objectifs,
            "engagements_jeune": phase.engagements_jeune,
            "engagements_structure": phase.engagements_structure,
        }
        for phase in contrat.phases.all()
    ]


def offre_en_mots(termes: ContratEngagement | Any) -> list[list[str]]:
    """What the contract says of the project and of the reasonable offer; nothing when no job is looked for."""
    if termes.projet in ("", Projet.NON):
        return []
    salaire = f"{francais.nombre(termes.offre_salaire)} € brut par mois" if termes.offre_salaire is not None else ""
    return [
        ["Projet", Projet(termes.projet).label],
        ["Emplois recherchés", termes.offre_emplois],
        ["Zone privilégiée", termes.offre_zone],
        ["Salaire attendu", salaire],
        ["Actes de recherche", termes.actes_recherche],
    ]


def actualisation_en_mots(periodicite: int | None) -> str:
    """The frequency agreed, in a sentence; nothing when none is."""
    if not periodicite:
        return ""
    tous = "tous les mois" if periodicite == 1 else f"tous les {periodicite} mois"
    return f"Le jeune et son conseiller font le point et revoient ce contrat au moins {tous} (R. 5411-14)."


def _actions(contrat: ContratEngagement) -> list[dict[str, str]]:
    return [
        {
            "categorie": CategorieAction(action.categorie).label,
            "intitule": action.intitule,
            "organisme": action.organisme,
            "echeance": francais.jour(action.echeance) if action.echeance else "",
        }
        for action in contrat.actions.all()
    ]


def _mentions(mentions: Sequence[Mention]) -> list[list[str]]:
    return [[m.texte, m.article] for m in mentions]


def cadre_de_signature(signature: Signature, zone: Any) -> dict[str, Any]:
    quand = signature.a.astimezone(zone)
    maniere = ModeSignature(signature.mode).label.lower()
    return {
        "titre": Partie(signature.partie).label,
        "nom": signature.nom,
        "qualite": signature.qualite,
        "mention": f"Lu et accepté le {francais.jour(quand.date())} à {quand:%H:%M}, {maniere}.",
        "traits": signature.traits,
    }


def cadres_vides(contrat: ContratEngagement) -> list[dict[str, Any]]:
    """Frames to sign by hand."""
    jeune = contrat.dossier.jeune.nom_complet
    cadres = [(Partie.JEUNE, jeune, "")]
    if contrat.representant_nom:
        cadres.append((Partie.REPRESENTANT, contrat.representant_nom, contrat.representant_qualite))
    cadres.append((Partie.ETAT, "Nom et qualité :", ""))
    return [{"titre": p.label, "nom": n, "qualite": q, "mention": "", "traits": []} for p, n, q in cadres]


def _jours(debut: date, fin: date) -> str:
    return f"du {francais.jour(debut)} au {francais.jour(fin)} inclus"


def _jeune(contrat: ContratEngagement) -> list[list[str]]:
    """Who signs, as pairs of a label and a text; an empty text isn't printed."""
    dossier, jeune = contrat.dossier, contrat.dossier.jeune
    representant = contrat.representant_nom
    if representant and contrat.representant_qualite:
        representant = f"{representant}, {contrat.representant_qualite}"
    return [
        ["Nom et prénom", jeune.nom_complet],
        ["Nom de naissance", jeune.nom_naissance if jeune.nom_usage else ""],
        ["Naissance", _naissance(dossier)],
        ["Adresse", adresse_du_dossier(dossier)],
        ["Numéro de dossier", f"{dossier.numero:07d}"],
        ["Numéro France Travail", dossier.numero_ft],
        ["Représentant légal", representant],
    ]


def donnees_du_contrat(
    contrat: ContratEngagement, *, a: datetime, signatures: Sequence[Signature] = ()
) -> dict[str, Any]:
    """What `gabarits/contrat.typ` reads: JSON values, texts in French."""
    jeune, structure = contrat.dossier.jeune, contrat.dossier.structure
    texte = textes(contrat.signe_le or a.astimezone(structure.zone).date())
    cadres = [cadre_de_signature(s, structure.zone) for s in signatures] or cadres_vides(contrat)
    return {
        "titre": f"{Cadre(contrat.cadre).label} {francais.de(jeune.nom_complet)}",
        "cadre": Cadre(contrat.cadre).label,
        "fondement": FONDEMENTS[Cadre(contrat.cadre)],
        "conclu": CONCLUSIONS[Cadre(contrat.cadre)],
        "phases": _phases(contrat),
        "offre": offre_en_mots(contrat),
        "actualisation": actualisation_en_mots(contrat.periodicite),
        "projet": not signatures,
        "reference": contrat.reference,
        "structure": donnees_de_la_structure(structure),
        "jeune": _jeune(contrat),
        "referent": str(contrat.referent),
        "accompagnement": _accompagnement(contrat),
        "objectifs": contrat.objectifs,
        "actions": _actions(contrat),
        "engagements_jeune": lignes(contrat.engagements_jeune),
        "engagements_structure": lignes(contrat.engagements_structure),
        "allocation": allocation_en_mots(contrat.cadre, contrat.allocation_maximum),
        "droits": _mentions(texte.droits),
        "sanctions": _mentions(texte.sanctions),
        "recours": _mentions(texte.recours),
        "signatures": cadres,
    }


def _accompagnement(contrat: ContratEngagement) -> list[list[str]]:
    return [
        ["Durée de l'accompagnement", _jours(contrat.debut, contrat.fin_prevue)],
        *intensite_en_mots(contrat),
    ]


def lignes(texte: str) -> list[str]:
    """The lines of a list that somebody typed, without their dashes."""
    lignes = (ligne.strip().lstrip("-•* ") for ligne in texte.splitlines())
    return [ligne for ligne in lignes if ligne]
