"""The signature of a contract: who, as what, when, how, and the proof that is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import Pouvoir, aujourd_hui
from imilo.droit.decision import vers_json
from imilo.journal.services import consigner
from imilo.parcours.contrats import contenu, traces
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import Actualisation, ContratEngagement, ModeSignature, Partie, Signature
from imilo.parcours.contrats.pdf import pdf_du_contrat
from imilo.parcours.contrats.selectors import pouvoir_du_contrat
from imilo.parcours.contrats.services.commun import CHAMPS, deja_signees, dossier_suivi, est_mineur, reprendre_contrat
from imilo.parcours.contrats.services.lettres import decider_attribution
from imilo.parcours.contrats.services.preparation import droit_au_jour, verifier_echeances
from imilo.parcours.contrats.services.succession import clore_le_precedent, fixer_echeances
from imilo.parcours.diagnostics.selectors import dernier_diagnostic, orientation_notifiee
from imilo.parcours.dossiers.documents import PDF, enregistrer_document, verifier_fichier
from imilo.parcours.dossiers.models import Document, Dossier, GenreDocument
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.normalisation import normaliser


@dataclass(frozen=True)
class SignatureSaisie:
    """How a contract was signed.

    On screen the young person (and their legal representative) write their name to accept, and may draw a
    signature (`traits_…`, see `traces`). On paper `fichier` is the scan, and `signataire` who signed it for
    the State; on screen that is the agent.
    """

    mode: str
    signe_le: date
    acceptation_jeune: str = ""
    traits_jeune: list[traces.Trait] = field(default_factory=list)
    acceptation_representant: str = ""
    traits_representant: list[traces.Trait] = field(default_factory=list)
    signataire: Agent | None = None
    fichier: bytes = b""


def _verifier_dates(contrat: ContratEngagement, saisie: SignatureSaisie, le: date) -> None:
    if saisie.mode not in ModeSignature.values:
        raise RegleViolee("Choisissez comment le contrat est signé.", "mode")
    if saisie.mode != ModeSignature.PAPIER and saisie.signe_le != le:
        raise RegleViolee("À l'écran, on signe le jour même.", "signe_le")
    if saisie.signe_le > le:
        raise RegleViolee("Une signature ne se note pas d'avance.", "signe_le")
    if contrat.debut < saisie.signe_le:
        raise RegleViolee(
            f"Le contrat commence le {contrat.debut:%d/%m/%Y}, avant sa signature : corrigez d'abord son début.",
            "signe_le",
        )


def rattacher(contrat: ContratEngagement, dossier: Dossier, le: date) -> None:
    """Bind the notified orientation and the assessment. Raises `RegleViolee` when one is missing."""
    orientation = orientation_notifiee(dossier=dossier)
    if orientation is None or orientation.notifiee_le is None:
        raise RegleViolee("L'orientation n'est pas notifiée : notifiez-la avant de signer (D. 5411-14-1).")
    if le < orientation.notifiee_le:
        raise RegleViolee(
            f"L'orientation a été reçue le {orientation.notifiee_le:%d/%m/%Y} : la signature ne peut pas la précéder.",
            "signe_le",
        )
    diagnostic = dernier_diagnostic(dossier=dossier)
    if diagnostic is None or diagnostic.etabli_le > le:
        raise RegleViolee("Le contrat se signe au vu d'un diagnostic déjà établi (L. 5411-6 I).", "signe_le")
    contrat.orientation, contrat.diagnostic = orientation, diagnostic


def pouvoir_de_la_signature(agent: Agent, contrat: ContratEngagement, saisie: SignatureSaisie) -> Pouvoir:
    """The power of the one who signs for the State. Raises `NonHabilite` or `RegleViolee` (R. 5131-15)."""
    structure = contrat.dossier.structure
    signataire = saisie.signataire if saisie.mode == ModeSignature.PAPIER else agent
    if signataire is None:
        raise RegleViolee("Indiquez qui a signé pour la mission locale.", "signataire")
    pouvoir = pouvoir_du_contrat(agent=signataire, structure=structure, le=saisie.signe_le, cadre=contrat.cadre)
    if pouvoir is not None:
        return pouvoir
    quand = f"{saisie.signe_le:%d/%m/%Y}"
    refus = f"{signataire} n'a pas, le {quand}, de délégation pour signer un {contrat.sigle} au nom de l'État."
    if saisie.mode != ModeSignature.PAPIER:
        raise NonHabilite(refus)
    raise RegleViolee(refus, "signataire")


def meme_personne(ecrit: str, noms: tuple[str, ...]) -> bool:
    """Whether what was written to accept says every word of one of these names, in any order."""
    mots = set(normaliser(ecrit).split())
    return any(mots and mots == set(normaliser(nom).split()) for nom in noms)


def noms_du_jeune(contrat: ContratEngagement) -> tuple[str, ...]:
    """The names under which the young person may accept: used and of birth."""
    jeune = contrat.dossier.jeune
    return (jeune.nom_complet, f"{jeune.prenom} {jeune.nom_naissance}")


def verifier_acceptations(
    contrat: ContratEngagement,
    saisie: SignatureSaisie,
    *,
    mineur: bool,
    actualisation: Actualisation | None = None,
) -> None:
    if mineur and not contrat.representant_nom.strip():
        raise RegleViolee("Cette personne est mineure : indiquez d'abord son représentant légal dans le contrat.")
    if saisie.mode == ModeSignature.TELEPHONE:
        _verifier_a_distance(actualisation or contrat, mineur=mineur)
    if saisie.mode != ModeSignature.ECRAN:
        return
    noms = noms_du_jeune(contrat)
    if not meme_personne(saisie.acceptation_jeune, noms):
        raise RegleViolee(f"Pour accepter, écrivez : {noms[0]}.", "acceptation_jeune")
    if mineur and not meme_personne(saisie.acceptation_representant, (contrat.representant_nom,)):
        raise RegleViolee(f"Pour accepter, écrivez : {contrat.representant_nom}.", "acceptation_representant")


def _verifier_a_distance(objet: ContratEngagement | Actualisation, *, mineur: bool) -> None:
    """Whoever signs on their telephone has done it, on the document that was sent."""
    document = objet.envoye_document
    empreinte = document.sha256 if document else ""
    signees = deja_signees(objet).filter(lu_sha256=empreinte).exclude(lu_sha256="")
    deja = set(signees.values_list("partie", flat=True))
    manquent = ({Partie.JEUNE, Partie.REPRESENTANT} if mineur else {Partie.JEUNE}) - deja
    if manquent:
        qui = " et ".join(Partie(p).label.lower() for p in sorted(manquent))
        raise RegleViolee(f"Il manque encore la signature à distance : {qui}.")


def signer_parties(
    agent: Agent,
    contrat: ContratEngagement,
    saisie: SignatureSaisie,
    pouvoir: Pouvoir,
    *,
    mineur: bool,
    a: datetime,
    actualisation: Actualisation | None = None,
) -> list[Signature]:
    """The rows of each party, in the order in which they are printed; those signed at a distance are there."""
    deja = list(deja_signees(actualisation or contrat)) if saisie.mode == ModeSignature.TELEPHONE else []
    lignes = [] if deja else [(Partie.JEUNE, contrat.dossier.jeune.nom_complet, "", saisie.traits_jeune)]
    if mineur and not deja:
        lignes.append(
            (Partie.REPRESENTANT, contrat.representant_nom, contrat.representant_qualite, saisie.traits_representant)
        )
    mode = ModeSignature.ECRAN if deja else saisie.mode
    lignes.append((Partie.ETAT, pouvoir.nom, pouvoir.mention.removeprefix(f"{pouvoir.nom}, "), []))
    signatures = [
        Signature(
            contrat=contrat,
            actualisation=actualisation,
            dossier=contrat.dossier,
            structure_id=contrat.structure_id,
            partie=partie,
            nom=nom,
            qualite=qualite,
            mode=mode,
            a=a,
            traits=traces.verifier(traits),
            agent=agent,
        )
        for partie, nom, qualite, traits in lignes
    ]
    for signature in signatures:
        enregistrer(signature, champs={"signature_une_par_partie": "mode"}, premier=True)
    return [*deja, *signatures]


def _document(
    agent: Agent, contrat: ContratEngagement, saisie: SignatureSaisie, signatures: list[Signature], a: datetime
) -> Document:
    """What was signed: the PDF with its signatures, or the scan received."""
    if saisie.mode == ModeSignature.PAPIER:
        contenu, type_mime = saisie.fichier, verifier_fichier(saisie.fichier)
    else:
        contenu, type_mime = pdf_du_contrat(contrat, signatures=signatures, a=a), PDF
    return enregistrer_document(
        agent,
        dossier=contrat.dossier,
        genre=GenreDocument.CONTRAT_SIGNE,
        titre=f"{Cadre(contrat.cadre).label} signé {contrat.reference}",
        contenu=contenu,
        type_mime=type_mime,
    )


@transaction.atomic
def signer_contrat(
    agent: Agent, contrat: ContratEngagement, *, version: int, saisie: SignatureSaisie
) -> ContratEngagement:
    """Conclude a prepared contract and keep the proof: document, its SHA-256, who, when, how.

    Fact `contrat.signe`. The law's conditions are decided again on the day of the signature; what it says of the
    contents is kept, and refuses nothing: the screen has told it. A common contract or a PACEA that ran gives way to
    it; the award of a CEJ or a PACEA makes its letter. Raises `RegleViolee`, `NonHabilite` (no power to sign),
    `VersionPerimee`.
    """
    dossier = dossier_suivi(contrat.dossier)
    stocke = reprendre_contrat(contrat, version=version, vers=Etat.SIGNE)
    stocke.dossier = dossier
    pouvoir = pouvoir_de_la_signature(agent, stocke, saisie)
    _verifier_dates(stocke, saisie, aujourd_hui(dossier.structure))
    rattacher(stocke, dossier, saisie.signe_le)
    droit_au_jour(stocke, le=saisie.signe_le)
    stocke.contenu = vers_json(contenu.examiner(stocke, orientation=stocke.orientation, le=saisie.signe_le, signe=True))
    mineur = est_mineur(dossier, le=saisie.signe_le) and not stocke.mineur_emancipe
    verifier_echeances(stocke.actions.all(), debut=stocke.debut)  # of a project written before this was checked
    verifier_acceptations(stocke, saisie, mineur=mineur)
    a = timezone.now()
    stocke.signe_le, stocke.mode_signature = saisie.signe_le, saisie.mode
    fixer_echeances(stocke)
    signatures = signer_parties(agent, stocke, saisie, pouvoir, mineur=mineur, a=a)
    document = _document(agent, stocke, saisie, signatures, a)
    stocke.etat, stocke.document, stocke.document_sha256 = Etat.SIGNE, document, document.sha256
    stocke.version += 1
    stocke.precedent = clore_le_precedent(agent, stocke)
    enregistrer(stocke, champs=CHAMPS)
    if stocke.cadre != Cadre.COMMUN:
        decider_attribution(agent, stocke, pouvoir=pouvoir, le=saisie.signe_le)
    consigner(agent, "contrat.signe", stocke, mode=saisie.mode, document=document.pk, signataire=pouvoir.agent_id)
    return stocke
