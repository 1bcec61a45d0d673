"""Reading what the agency puts in `retrait`: each file applied whole, once, then removed; or put aside, with why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import montant
from imilo.echanges.connecteurs.asp import messages
from imilo.echanges.connecteurs.asp.client import Porte
from imilo.echanges.connecteurs.asp.codes import code
from imilo.echanges.connecteurs.asp.messages import Flux, Nom, Resultat, Versement
from imilo.echanges.connecteurs.asp.models import Envoi, EtatEnvoi, EtatLigne, EtatRetour, Ligne, Retour
from imilo.journal.services import consigner
from imilo.socle.perimetre import perimetre

EST = timedelta(hours=14)  # of the easternmost clock
MONTREES = 3  # of the lines that a sentence names


class RetourEcarte(Exception):
    """Nothing of this file is applied; the message says why, in French."""


@dataclass
class Bilan:
    """What one reading of `retrait` did: files."""

    appliques: int = 0
    ecartes: int = 0
    incomplets: int = 0


def relever(structure: Structure, porte: Porte, noms: Sequence[str]) -> Bilan:
    """Read the files of `structure` among `noms`: answers first, then payments. Raises `PorteInjoignable`."""
    bilan = Bilan()
    siens = [(lu, nom) for nom in noms if (lu := Nom.lu(nom)) is not None and lu.structure == structure.code]
    for lu, nom in sorted(siens, key=lambda s: (not s[0].reponse, s[0].flux == Flux.ALLOCATIONS, s[1])):
        if lu.reponse or lu.flux == Flux.PAIEMENTS:
            etat = _relever(structure, porte, nom)
            bilan.appliques += etat == EtatRetour.APPLIQUE
            bilan.ecartes += etat == EtatRetour.ECARTE
            bilan.incomplets += etat == EtatRetour.INCOMPLET
    return bilan


def _relever(structure: Structure, porte: Porte, nom: str) -> EtatRetour:
    octets = porte.lire(nom)
    retour = _accueillir(structure, nom, octets)
    if retour.etat == EtatRetour.APPLIQUE or retour.classe_le is not None:
        porte.supprimer(nom)
        with perimetre(structure.pk):
            Retour.objects.filter(pk=retour.pk, retire_le__isnull=True).update(retire_le=timezone.now())
    return EtatRetour(retour.etat)


def _accueillir(structure: Structure, nom: str, octets: bytes) -> Retour:
    """Apply the file in one transaction with the note that it was; or note why not."""
    empreinte = hashlib.sha256(octets).hexdigest()
    with perimetre(structure.pk):
        deja = Retour.objects.filter(structure=structure, nom=nom, sha256=empreinte).first()
        if deja is not None and (deja.etat == EtatRetour.APPLIQUE or deja.classe_le is not None):
            return deja
        retour = deja or Retour(structure=structure, nom=nom, sha256=empreinte)
        # Read earlier before its end: what it says now replaces that.
        Retour.objects.filter(structure=structure, nom=nom, etat=EtatRetour.INCOMPLET).exclude(pk=retour.pk).delete()
        try:
            with transaction.atomic():
                retour.nombre = _appliquer(structure, nom, octets)
        except messages.FichierIncomplet as erreur:
            return _noter(retour, EtatRetour.INCOMPLET, str(erreur), octets)
        except (messages.FichierIllisible, RetourEcarte) as erreur:
            return _noter(retour, EtatRetour.ECARTE, str(erreur), octets)
        return _noter(retour, EtatRetour.APPLIQUE, "", b"")


def _noter(retour: Retour, etat: EtatRetour, raison: str, octets: bytes) -> Retour:
    """Facts `asp.reponse`, `asp.paiements`, `asp.ecarte`: once for each file."""
    nouveau = retour.etat != etat
    retour.etat, retour.raison, retour.vu_le = etat, raison[:500], timezone.now()
    retour.contenu = octets.decode(errors="replace") if etat == EtatRetour.ECARTE else ""
    retour.save()
    if nouveau and etat != EtatRetour.INCOMPLET:
        lu = "asp.paiements" if retour.nom.startswith(Flux.PAIEMENTS) else "asp.reponse"
        consigner(None, lu if etat == EtatRetour.APPLIQUE else "asp.ecarte", retour, nombre=retour.nombre)
    return retour


def _appliquer(structure: Structure, nom: str, octets: bytes) -> int:
    """How many lines the file tells of. Raises `RetourEcarte`, `FichierIllisible`."""
    if nom.startswith(Flux.PAIEMENTS):
        versements = messages.lire_paiements(octets)
        _payer(structure, versements)
        return len(versements)
    resultats = messages.lire_reponse(octets)
    _repondre(structure, messages.nom_du_depot(nom), resultats)
    return len(resultats)


def _lignes(structure: Structure, cles: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Ligne]:
    """The lines of these (file, number). Raises `RetourEcarte` when one was never sent."""
    fichiers = {fichier for fichier, _ in cles}
    trouvees = {
        (ligne.envoi.nom, ligne.numero): ligne
        for ligne in Ligne.objects.filter(structure=structure, envoi__nom__in=fichiers)
        .select_related("envoi")
        .defer("envoi__contenu")
        .select_for_update(of=("self",))
    }
    if jamais := sorted(set(cles) - set(trouvees)):
        dites = ", ".join(f"ligne {numero} de {fichier}" for fichier, numero in jamais[:MONTREES])
        suite = f" et {len(jamais) - MONTREES} autres" if len(jamais) > MONTREES else ""
        raise RetourEcarte(
            f"Ce fichier parle de lignes que nous n'avons jamais envoyées : {dites}{suite}. Rien n'en est appliqué : "
            "demandez à l'ASP de quel envoi il s'agit."
        )
    return trouvees


# --- answers --------------------------------------------------------------------------------------


def _repondre(structure: Structure, fichier: str, resultats: Sequence[Resultat]) -> None:
    if ailleurs := [r for r in resultats if r.fichier != fichier]:
        raise RetourEcarte(f"La réponse au fichier {fichier} parle d'un autre : {ailleurs[0].fichier}.")
    envoi = Envoi.objects.filter(structure=structure, nom=fichier).defer("contenu").first()
    if envoi is None:
        raise RetourEcarte(
            f"Cette réponse parle d'un fichier que nous n'avons jamais envoyé : {fichier}. Rien n'en est appliqué : "
            "demandez à l'ASP de quel envoi il s'agit."
        )
    entier = [r.code for r in resultats if r.ligne == 0]
    if entier:
        resultats = [Resultat(fichier, numero, entier[0]) for numero in range(1, envoi.nombre + 1)]
    lignes = _lignes(structure, [(r.fichier, r.ligne) for r in resultats])
    for resultat in resultats:
        _repondre_a(lignes[resultat.fichier, resultat.ligne], resultat.code, entier=bool(entier))
    _clore(envoi)


def _repondre_a(ligne: Ligne, valeur: str, *, entier: bool) -> None:
    accepte = code(valeur).accepte
    if ligne.etat == EtatLigne.ENVOYEE:
        ligne.etat = EtatLigne.ACCEPTEE if accepte else EtatLigne.REJETEE
        ligne.code, ligne.repondue_le = valeur, timezone.now()
        ligne.save(update_fields=["etat", "code", "repondue_le"])
        return
    if accepte == (ligne.etat != EtatLigne.REJETEE) or entier:
        return  # said already; or about a file as a whole, after its lines were answered
    raise RetourEcarte(
        f"La ligne {ligne.numero} ({ligne.reference}) était {ligne.get_etat_display().lower()}, cette réponse dit "
        f"« {code(valeur).libelle} » : demandez à l'ASP laquelle vaut."
    )


def _clore(envoi: Envoi) -> None:
    """The file is answered once all its lines are: its bytes have nothing more to tell."""
    maintenant = timezone.now()
    if envoi.etat == EtatEnvoi.FIXE:  # stopped between its deposit and the note of it
        Envoi.objects.filter(pk=envoi.pk).update(etat=EtatEnvoi.DEPOSE, depose_le=maintenant)
        consigner(None, "asp.depose", envoi, nombre=envoi.nombre)
    if not Ligne.objects.filter(envoi=envoi, etat=EtatLigne.ENVOYEE).exists():
        Envoi.objects.filter(pk=envoi.pk).exclude(etat=EtatEnvoi.REPONDU).update(
            etat=EtatEnvoi.REPONDU, repondu_le=maintenant, contenu=None, modifie_le=maintenant
        )


# --- payments -------------------------------------------------------------------------------------


def _payer(structure: Structure, versements: Sequence[Versement]) -> None:
    lignes = _lignes(structure, [(v.fichier, v.ligne) for v in versements])
    for versement in versements:
        _payer_une(lignes[versement.fichier, versement.ligne], versement)


def _payer_une(ligne: Ligne, versement: Versement) -> None:
    ou = f"La ligne {ligne.numero} de {ligne.envoi.nom}"
    if ligne.reference != versement.reference or ligne.montant is None:
        raise RetourEcarte(f"{ou} est {ligne.reference}, ce paiement dit {versement.reference} : demandez à l'ASP.")
    if ligne.etat == EtatLigne.PAYEE:
        if (ligne.paye, ligne.paye_le) == (versement.montant, versement.paye_le):
            return
        raise RetourEcarte(f"{ou} ({ligne.reference}) est déjà payée : demandez à l'ASP s'il y a deux versements.")
    if ligne.etat != EtatLigne.ACCEPTEE:
        raise RetourEcarte(
            f"{ou} ({ligne.reference}) n'est pas acceptée mais {ligne.get_etat_display().lower()} : demandez à l'ASP "
            "ce qu'elle a payé."
        )
    if versement.paye_le > _demain():
        raise RetourEcarte(f"{ou} ({ligne.reference}) serait payée le {versement.paye_le:%d/%m/%Y}, un jour à venir.")
    try:
        # What was sent is an amount already, withheld ones included; another sum is one that comes from outside.
        ligne.paye = ligne.montant if versement.montant == ligne.montant else montant("montant", versement.montant)
    except FaitInvalide as erreur:
        raise RetourEcarte(f"{ou} ({ligne.reference}) : {erreur.message}") from erreur
    ligne.paye_le, ligne.etat = versement.paye_le, EtatLigne.PAYEE
    ligne.save(update_fields=["paye", "paye_le", "etat"])


def _demain() -> date:
    """The latest day it is anywhere: a payment isn't told in advance."""
    return (timezone.now().astimezone(UTC) + EST).date()
