"""Declared activities: told by the young person or by a counsellor, accepted or refused, one by one or many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.parcours.activites.models import ActiviteDeclaree, EtatDeclaration
from imilo.parcours.activites.reglages import reglages
from imilo.parcours.contrats.models import ActionPrevue, ContratEngagement
from imilo.parcours.dossiers.models import Document, Dossier, Statut
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.socle.erreurs import NonHabilite, RegleViolee

CHAMPS = {"activite_duree": "minutes", "activite_examen": "motif_refus"}
EXAMINER = "activite.examiner"
LOT_MAX = 500


@dataclass(frozen=True)
class ActiviteSaisie:
    """What a form says was done. `minutes` of a day; `heure` on the structure's clock, when it is known."""

    jour: date
    minutes: int
    categorie: str
    intitule: str
    heure: time | None = None
    action: ActionPrevue | None = None
    document: Document | None = None


def _verifier(dossier: Dossier, saisie: ActiviteSaisie) -> None:
    le, zone = aujourd_hui(dossier.structure), dossier.structure.zone
    if saisie.jour > le:
        raise RegleViolee("Une activité se déclare une fois faite : choisissez aujourd'hui ou un jour passé.", "jour")
    limite = reglages().declaration_jours
    if saisie.jour < le - timedelta(days=limite):
        raise RegleViolee(f"Une activité se déclare dans les {limite} jours : celle-ci est trop ancienne.", "jour")
    if saisie.jour < dossier.premier_accueil:
        raise RegleViolee("Ce jour est avant le premier accueil à la mission locale.", "jour")
    premier = ContratEngagement.objects.conclus().filter(dossier=dossier).aggregate(debut=Min("debut"))["debut"]
    if premier is not None and saisie.jour < premier:
        raise RegleViolee(f"Le contrat commence le {premier:%d/%m/%Y} : ce qui le précède n'y compte pas.", "jour")
    if dossier.statut == Statut.FIN and dossier.fin_le is not None and saisie.jour > dossier.fin_le:
        raise RegleViolee(f"L'accompagnement a pris fin le {dossier.fin_le:%d/%m/%Y}.", "jour")
    if saisie.heure is not None:
        fini = datetime.combine(saisie.jour, saisie.heure, tzinfo=zone) + timedelta(minutes=saisie.minutes)
        if fini > timezone.now():
            raise RegleViolee(
                "Cette activité n'est pas encore finie à cette heure : corrigez l'heure ou la durée.", "heure"
            )
    for objet, champ in ((saisie.action, "action"), (saisie.document, "document")):
        if objet is not None and objet.dossier_id != dossier.pk:
            raise RegleViolee("Choisissez dans la liste.", champ)


def _deja_declaree(dossier: Dossier, saisie: ActiviteSaisie) -> bool:
    """The same thing on the same day at the same hour: told twice, it counts once."""
    pareilles = ActiviteDeclaree.objects.filter(
        dossier=dossier, jour=saisie.jour, heure=saisie.heure, intitule__iexact=saisie.intitule.strip()
    )
    return pareilles.exclude(etat=EtatDeclaration.REFUSEE).exists()


@transaction.atomic
def declarer_activite(
    agent: Agent | None, dossier: Dossier, *, saisie: ActiviteSaisie, acteur: str | None = None
) -> ActiviteDeclaree:
    """Write what was done; by a counsellor it is accepted at once, by the young person (`agent` None) it waits.
    `acteur` is then the personal link that they used.

    Fact `activite.declaree`. Raises `RegleViolee` at the field; the same activity told twice is refused.
    """
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    _verifier(dossier, saisie)
    if "\0" not in saisie.intitule and _deja_declaree(dossier, saisie):
        raise RegleViolee("Cette activité est déjà déclarée pour ce jour : elle ne compte qu'une fois.", "intitule")
    activite = ActiviteDeclaree(
        dossier=dossier,
        structure_id=dossier.structure_id,
        jour=saisie.jour,
        heure=saisie.heure,
        minutes=saisie.minutes,
        categorie=saisie.categorie,
        intitule=saisie.intitule.strip(),
        action=saisie.action,
        document=saisie.document,
        par_le_jeune=agent is None,
        agent=agent,
    )
    if agent is not None:
        activite.etat, activite.examine_par, activite.examine_le = EtatDeclaration.ACCEPTEE, agent, timezone.now()
        activite.lot = uuid4()  # an examination of its own: it can be gone back on
    enregistrer(activite, champs=CHAMPS, premier=True)
    qui = None if agent is not None else acteur or f"jeune:{dossier.jeune_id}"
    consigner(agent, "activite.declaree", activite, acteur=qui)
    return activite


@dataclass(frozen=True)
class Examen:
    """What examining many declarations did: how many, those left as they were, and the key to undo it."""

    lot: UUID
    faites: int
    laissees: int


@transaction.atomic
def examiner(
    agent: Agent, *, structure: Structure, versions: Mapping[int, int], accepter: bool, motif: str = ""
) -> Examen:
    """Accept or refuse declarations (key to the version that was looked at), in one go that can be undone.

    One that somebody else examined or changed meanwhile is left. Fact `activite.examinee`. Raises `RegleViolee`
    (a refusal without its reason, nothing to examine), `NonHabilite`.
    """
    _habiliter(agent, structure)
    if not accepter and not motif.strip():
        raise RegleViolee("Dites pourquoi ces heures ne sont pas comptées : la personne le lira.", "motif")
    if len(versions) > LOT_MAX:
        raise RegleViolee(f"Examinez {LOT_MAX} déclarations au plus à la fois.")
    trouvees = _verrouiller(agent, structure, list(versions))
    prises = [a for a in trouvees if a.etat == EtatDeclaration.DECLAREE and a.version == versions[a.pk]]
    if not prises:
        raise RegleViolee("Ces déclarations ont déjà été examinées, ou n'existent plus : rechargez la page.")
    lot = uuid4()
    for activite in prises:
        activite.etat = EtatDeclaration.ACCEPTEE if accepter else EtatDeclaration.REFUSEE
        activite.motif_refus = "" if accepter else motif.strip()
        activite.examine_par, activite.examine_le, activite.lot = agent, timezone.now(), lot
        activite.version += 1
        enregistrer(activite, champs=CHAMPS)
    genre = "activite.acceptee" if accepter else "activite.refusee"
    seule = prises[0] if len(prises) == 1 else None
    consigner(agent, genre, seule, structure=structure, nombre=len(prises), lot=lot.hex)
    return Examen(lot, len(prises), len(versions) - len(prises))


@transaction.atomic
def annuler_examen(agent: Agent, *, structure: Structure, lot: UUID, seule: int | None = None) -> int:
    """Give back to examination what was examined together and hasn't changed since, or one of it (`seule`, its key).

    Returns how many. Fact `activite.examen_annule`. Raises `RegleViolee` when nothing is left to undo, `NonHabilite`.
    """
    _habiliter(agent, structure)
    cles = list(ActiviteDeclaree.objects.filter(structure=structure, lot=lot).values_list("pk", flat=True))
    cles = [cle for cle in cles if seule in (None, cle)]
    prises = [a for a in _verrouiller(agent, structure, cles) if a.lot == lot]
    if not prises:
        raise RegleViolee("Cet examen a déjà été annulé.")
    for activite in prises:
        activite.etat, activite.motif_refus = EtatDeclaration.DECLAREE, ""
        activite.examine_par = activite.examine_le = activite.lot = None
        activite.version += 1
        enregistrer(activite, champs=CHAMPS)
    objet = prises[0] if len(prises) == 1 else None
    consigner(agent, "activite.examen_annule", objet, structure=structure, nombre=len(prises), lot=lot.hex)
    return len(prises)


def _habiliter(agent: Agent, structure: Structure) -> None:
    if not habilite(agent=agent, structure=structure, action=EXAMINER, le=aujourd_hui(structure)):
        raise NonHabilite("Votre profil ne permet pas d'examiner les activités déclarées.")


def _verrouiller(agent: Agent, structure: Structure, cles: list[int]) -> list[ActiviteDeclaree]:
    visibles = dossiers_visibles(agent=agent, structure=structure)
    voulues = ActiviteDeclaree.objects.filter(pk__in=cles, dossier__in=visibles)
    return list(voulues.select_for_update(of=("self",)).order_by("pk"))
