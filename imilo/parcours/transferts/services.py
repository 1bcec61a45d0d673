"""Asking another structure to take a dossier over; cancelling, refusing, accepting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui, en_cours_dans, habilite
from imilo.journal.services import consigner
from imilo.parcours.acces.models import MotifAcces
from imilo.parcours.acces.reglages import reglage
from imilo.parcours.acces.restrictions import est_restreint
from imilo.parcours.acces.services import donner_acces
from imilo.parcours.agenda.selectors import a_venir
from imilo.parcours.agenda.services import annuler
from imilo.parcours.dossiers.completude import completude
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.parcours.dossiers.services.referents import Attribution, attribuer, peuvent_suivre, signaler_ouverture
from imilo.parcours.fiche.models import Origine
from imilo.parcours.fiche.services.donnees import noter_l_origine
from imilo.parcours.transferts.contenu import (
    PAR_CODE,
    Releve,
    completer,
    copier_les_lignes,
    relever,
    rubriques_reprises,
)
from imilo.parcours.transferts.models import EtatTransfert, FormeAccord, MotifTransfert, Passation, Transfert
from imilo.parcours.transferts.passation import Partie, brief
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre

MOT_MINIMUM = 10
FIN_MOTIF = "DEMENAGEMENT"  # "Déménagement, transfert vers une autre mission locale"
CHAMPS = {
    "transfert_un_a_la_fois": "cible",
    "transfert_ailleurs": "cible",
    "transfert_avec_accord": "accord_le",
    "transfert_refus_motive": "reponse",
}


@dataclass(frozen=True)
class Demande:
    """What a form says of a transfer. Without `familles` nothing is passed on but the identity."""

    cible: Structure
    motif: str
    precision: str = ""
    familles: Collection[str] = ()
    accord_le: date | None = None
    accord_forme: str = ""


def _verifier(agent: Agent, dossier: Dossier, demande: Demande) -> None:
    le = aujourd_hui(dossier.structure)
    profils = {a.profil for a in en_cours_dans(agent=agent, structure=dossier.structure, le=le)}
    if Profil.DIRECTION not in profils and dossier.referent_id != agent.pk:
        raise NonHabilite("Seuls le référent du dossier et la direction demandent un transfert.")
    if dossier.statut == Statut.FIN:
        raise RegleViolee("L'accompagnement a pris fin : il n'y a plus rien à transférer.")
    if est_restreint(dossier):
        raise RegleViolee("Ce dossier est restreint à des personnes nommées : levez d'abord la restriction.")
    if not demande.cible.active or demande.cible.pk == dossier.structure_id:
        raise RegleViolee("Choisissez une autre structure, en activité.", "cible")
    if demande.motif not in MotifTransfert.values:
        raise RegleViolee("Choisissez la raison du transfert.", "motif")
    if demande.motif == MotifTransfert.AUTRE and len(demande.precision.strip()) < MOT_MINIMUM:
        raise RegleViolee(f"Précisez la raison, en {MOT_MINIMUM} caractères au moins.", "precision")
    if set(demande.familles) - set(PAR_CODE):
        raise RegleViolee("Choisissez dans la liste ce qui est transmis.", "familles")
    if demande.familles and (demande.accord_le is None or demande.accord_forme not in FormeAccord.values):
        raise RegleViolee("Rien n'est transmis sans l'accord de la personne : sa date et sa forme.", "accord_le")
    if demande.accord_le is not None and demande.accord_le > le:
        raise RegleViolee("L'accord de la personne ne se note pas d'avance.", "accord_le")


@transaction.atomic
def demander(agent: Agent, dossier: Dossier, *, demande: Demande) -> Transfert:
    """Ask `demande.cible` to take the dossier over. Fact `transfert.demande`. Raises `NonHabilite`, `RegleViolee`."""
    _verifier(agent, dossier, demande)
    transfert = Transfert(
        dossier=dossier,
        structure_id=dossier.structure_id,
        cible=demande.cible,
        motif=demande.motif,
        precision=demande.precision.strip(),
        familles=[code for code in PAR_CODE if code in demande.familles],
        accord_le=demande.accord_le if demande.familles else None,
        accord_forme=demande.accord_forme if demande.familles else "",
        demande_par=agent,
        demande_le=timezone.now(),
    )
    enregistrer(transfert, champs=CHAMPS, premier=True)
    consigner(agent, "transfert.demande", transfert, vers=demande.cible.pk, familles=len(transfert.familles))
    return transfert


def _en_attente(transfert_id: int) -> Transfert:
    """The request, locked; in the former structure's perimeter. Raises `RegleViolee` once it was answered."""
    trouve = (
        Transfert.objects.select_for_update(of=("self",))
        .select_related("structure", "cible", "repondu_par")
        .filter(pk=transfert_id)
        .first()
    )
    if trouve is None:
        raise RegleViolee(
            "Cette demande n'existe plus, ou son dossier a été restreint : appelez la structure qui le tient."
        )
    if trouve.etat != EtatTransfert.DEMANDE:
        par = f" par {trouve.repondu_par}" if trouve.repondu_par else ""
        raise RegleViolee(f"Cette demande n'attend plus de réponse : {trouve.get_etat_display().lower()}{par}.")
    return trouve


def _repondre(transfert: Transfert, agent: Agent, etat: EtatTransfert, reponse: str = "") -> None:
    transfert.etat, transfert.reponse = etat, reponse
    transfert.repondu_par, transfert.repondu_le = agent, timezone.now()
    enregistrer(transfert, champs=CHAMPS)


@transaction.atomic
def annuler_transfert(agent: Agent, transfert: Transfert) -> Transfert:
    """Take the request back before it is answered. Fact `transfert.annule`. Raises `NonHabilite`, `RegleViolee`."""
    stocke = _en_attente(transfert.pk)
    le = aujourd_hui(stocke.structure)
    if not habilite(agent=agent, structure=stocke.structure, action="transfert.gerer", le=le):
        raise NonHabilite("Votre profil n'annule pas un transfert.")
    _repondre(stocke, agent, EtatTransfert.ANNULE)
    consigner(agent, "transfert.annule", stocke)
    return stocke


def _verifier_la_cible(agent: Agent, transfert: Transfert, structure: Structure) -> None:
    if transfert.cible_id != structure.pk:
        raise RegleViolee("Cette demande de transfert ne vous est pas adressée.")
    if not habilite(agent=agent, structure=structure, action="transfert.gerer", le=aujourd_hui(structure)):
        raise NonHabilite("Votre profil ne répond pas aux transferts.")


@transaction.atomic
def refuser(agent: Agent, *, structure: Structure, origine_id: int, transfert_id: int, reponse: str) -> Transfert:
    """Say no, and why, from `structure` (the one asked). Fact `transfert.refuse`, in the journal of who asked."""
    if len(reponse.strip()) < MOT_MINIMUM:
        raise RegleViolee(f"Dites pourquoi, en {MOT_MINIMUM} caractères au moins.", "reponse")
    with perimetre(origine_id):
        stocke = _en_attente(transfert_id)
        _verifier_la_cible(agent, stocke, structure)
        _repondre(stocke, agent, EtatTransfert.REFUSE, reponse.strip())
        consigner(agent, "transfert.refuse", stocke, vers=structure.pk)
        return stocke


@transaction.atomic
def accepter(
    agent: Agent, *, structure: Structure, origine_id: int, transfert_id: int, referent: Agent
) -> tuple[Dossier, Passation]:
    """Take the dossier over in `structure`, whose perimeter is open, with `referent`.

    A dossier is opened there for the same person, or theirs is used (and woken); what was agreed to is copied; the
    former one ends. Its référent reads the new one for the days of `lecture_apres_transfert_jours`. All or nothing.
    Facts: `transfert.accepte` and `acces.ouvert` here, `dossier.clos` there. Raises `NonHabilite`, `RegleViolee`.
    """
    le = aujourd_hui(structure)
    with perimetre(origine_id):
        transfert = _en_attente(transfert_id)
        _verifier_la_cible(agent, transfert, structure)
        if not peuvent_suivre([referent.pk], structure_id=structure.pk, le=le):
            raise RegleViolee(f"{referent} n'accompagne pas de jeunes dans votre structure.", "referent")
        ancien, releve, note = _quitter(agent, transfert)
        _repondre(transfert, agent, EtatTransfert.ACCEPTE)
    nouveau, copies = _recevoir(ancien.jeune_id, releve, structure=structure, referent=referent, le=le, agent=agent)
    reprises = rubriques_reprises(nouveau, releve)
    noter_l_origine(nouveau, rubriques=reprises, origine=Origine.PARTENAIRE, precision=ancien.structure.nom)
    passation = Passation.objects.create(
        dossier=nouveau,
        structure=structure,
        transfert=transfert.pk,
        origine_id=origine_id,
        ancien_dossier=ancien.pk,
        ancien_numero=ancien.numero,
        familles=transfert.familles,
        brief=note,
        copies=copies,
        recu_le=timezone.now(),
        recu_par=agent,
    )
    consigner(agent, "transfert.accepte", passation, origine=origine_id, copies=sum(copies.values()))
    if ancien.referent is not None and ancien.referent.is_active:
        duree = timedelta(days=reglage("lecture_apres_transfert_jours", le=le))
        donner_acces(ancien.referent, nouveau, origine=transfert.structure, motif=MotifAcces.TRANSFERT, duree=duree)
    return nouveau, passation


def _quitter(agent: Agent, transfert: Transfert) -> tuple[Dossier, Releve, list[Partie]]:
    """Read what leaves, make the brief, cancel the appointments to come and end the former dossier."""
    ancien = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("structure", "jeune", "referent")
        .filter(pk=transfert.dossier_id)
        .first()
    )
    if ancien is None:
        raise RegleViolee("Ce dossier a été restreint depuis la demande : appelez la structure qui le tient.")
    le, maintenant = aujourd_hui(ancien.structure), timezone.now()
    releve = relever(ancien, transfert.familles)
    note = brief(ancien, familles=transfert.familles, le=le, a=maintenant)
    for rdv in a_venir(dossier=ancien, depuis=maintenant):
        annuler(agent, rdv, version=rdv.version)
    if ancien.statut != Statut.FIN:
        # A running contract doesn't prevent it: it stays where it was decided, and ends there (see the ADR).
        ancien.statut, ancien.fin_le, ancien.fin_motif = Statut.FIN, max(le, ancien.premier_accueil), FIN_MOTIF
        ancien.version += 1
        enregistrer(ancien, champs={"dossier_fin_datee": "fin_le"})
        consigner(agent, "dossier.clos", ancien, motif=FIN_MOTIF.lower(), transfert=transfert.pk)
    return ancien, releve, note


def _recevoir(
    jeune_id: int, releve: Releve, *, structure: Structure, referent: Agent, le: date, agent: Agent
) -> tuple[Dossier, dict[str, int]]:
    """The dossier of the person in the new structure, opened or woken, with what could be copied."""
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(jeune_id=jeune_id, structure=structure).first()
    premier = dossier is None
    if dossier is None:
        dossier = Dossier(numero=_numero(), jeune_id=jeune_id, structure=structure, premier_accueil=le)
    else:
        dossier.version += 1
    dossier.statut, dossier.fin_le, dossier.fin_motif = Statut.ACTIF, None, ""
    if premier:
        dossier.referent, dossier.referent_depuis = referent, le
    colonnes = completer(dossier, releve)
    enregistrer(dossier, champs={}, premier=premier)
    # The person is readable only now that this structure holds a dossier of theirs.
    dossier = Dossier.objects.select_related("jeune", "structure").get(pk=dossier.pk)
    if (complet := completude(dossier)) != dossier.completude:
        dossier.completude = complet
        dossier.save(update_fields=["completude", "modifie_le"])
    if premier:
        signaler_ouverture(agent, dossier)
    elif dossier.referent_id != referent.pk:
        attribuer(agent, {dossier.pk: Attribution(referent.pk, le)}, [dossier])
    return dossier, colonnes | copier_les_lignes(dossier, releve)


def _numero() -> int:
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval('dossiers_numero_seq')")
        return int(curseur.fetchone()[0])
