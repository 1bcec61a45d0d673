"""Collective acts: entered once, an act for each person present, an absence for each one absent.

The hours of each are counted from their own act (docs/decisions/0012): nothing is typed twice, nothing counted twice.
One fact for the collective act, and one for each dossier: whoever reads a dossier's journal finds it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Site, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.activites.models import Absence, MotifAbsence
from imilo.parcours.activites.selectors.collectifs import PARTAGES, Participant, participants
from imilo.parcours.activites.services.absences import (
    AbsenceSaisie,
    modifier_absence,
    noter_absence,
    retirer_absence,
)
from imilo.parcours.dossiers.models import Acte, ActeCollectif, Dossier
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.dossiers.services.suivi import modifier_acte, retirer_acte, saisir_acte, verifier_code
from imilo.referentiels.models import Liste
from imilo.socle.erreurs import RegleViolee

SAISIR = "acte.saisir"
PERSONNES_MAX = 100
TROP = f"Un acte collectif compte {PERSONNES_MAX} personnes au plus."
CHAMPS = {"acte_collectif_duree": "duree", "acte_collectif_sujet": "intitule"}
FERME = (
    "Une personne de cet acte collectif n'est pas lisible pour vous (dossier réservé ou effacé) : quelqu'un qui les "
    "voit toutes peut le corriger ou l'annuler."
)
REPRIS = "ce qui la concerne a été repris depuis dans son dossier : corrigez-le là"


@dataclass(frozen=True)
class CollectifSaisi:
    """What all share: `duree` in minutes, codes of the lists of acts, a site of the structure or another place."""

    intitule: str
    le: date
    heure: time
    duree: int
    type: str
    modalite: str
    theme: str
    agent: Agent
    site: Site | None = None
    lieu: str = ""


@dataclass(frozen=True)
class PersonneSaisie:
    """One person: `motif` of an absence, `mot` their own line of account. `version`: that of the line corrected."""

    numero: int
    present: bool
    motif: str = MotifAbsence.AUCUN
    mot: str = ""
    version: int | None = None

    @property
    def champ(self) -> str:
        return champ_de(self.numero)


def champ_de(numero: int) -> str:
    """Where a form shows what is refused of that person."""
    return f"personne-{numero}"


@transaction.atomic
def saisir_collectif(
    agent: Agent, *, structure: Structure, saisi: CollectifSaisi, personnes: Sequence[PersonneSaisie]
) -> ActeCollectif:
    """Record it with the act or the absence of each person. Facts: `collectif.saisi`, and one for each dossier.

    Raises `RegleViolee` at a field, or at a person (`champ_de`): unknown here, closed to this agent, ended.
    """
    collectif = ActeCollectif(structure=structure)
    _remplir(collectif, saisi)
    dossiers = _dossiers(agent, structure, personnes)
    _compter(collectif, personnes)
    enregistrer(collectif, champs=CHAMPS, premier=True)
    for personne in personnes:
        _noter(agent, collectif, dossiers[personne.numero], personne)
    _clore(collectif)
    consigner(agent, "collectif.saisi", collectif, presents=collectif.presents, absents=collectif.absents)
    return collectif


@transaction.atomic
def corriger_collectif(
    agent: Agent,
    collectif: ActeCollectif,
    *,
    version: int,
    saisi: CollectifSaisi,
    personnes: Sequence[PersonneSaisie],
) -> int:
    """Correct what is shared and who was there; each act and absence keeps its history. Returns how many acts kept
    an hour, a duration or a kind of their own: what was corrected alone in a dossier stays so.

    `personnes` is who was expected, in whole: one left out wasn't. Facts: `collectif.corrige`, and one for each
    dossier that changes. Raises `RegleViolee` at a field or a person, `VersionPerimee`.
    """
    stocke, lus = _reprendre(agent, collectif, version)
    avant = {c: getattr(stocke, c) for c in PARTAGES}
    dossiers = _dossiers(agent, stocke.structure, personnes)
    _remplir(stocke, saisi)
    _compter(stocke, personnes)
    voulues = {p.numero: p for p in personnes}
    for lu in lus:
        voulue = voulues.get(lu.dossier.numero)
        if voulue is None or voulue.present != (lu.acte is not None):
            _retirer(agent, lu)
        else:
            _corriger(agent, lu, voulues.pop(lu.dossier.numero), avant, stocke)
    for personne in voulues.values():
        _noter(agent, stocke, dossiers[personne.numero], personne)
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    consigner(agent, "collectif.corrige", stocke, presents=stocke.presents, absents=stocke.absents)
    return sum(lu.a_part for lu in participants(agent=agent, collectif=stocke)[0])


@transaction.atomic
def annuler_collectif(agent: Agent, collectif: ActeCollectif, *, version: int) -> None:
    """Take it back with all its acts and absences, while nothing was built on any. Facts: `collectif.annule`, and one
    for each dossier. Raises `RegleViolee`, `VersionPerimee`."""
    stocke, lus = _reprendre(agent, collectif, version)
    for lu in lus:
        _retirer(agent, lu)
    stocke.annule_le, stocke.annule_par = timezone.now(), agent
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    consigner(agent, "collectif.annule", stocke, presents=stocke.presents, absents=stocke.absents)


def _reprendre(agent: Agent, collectif: ActeCollectif, version: int) -> tuple[ActeCollectif, list[Participant]]:
    stocke = reprendre(collectif, version=version)
    if stocke.annule_le is not None:
        raise RegleViolee("Cet acte collectif est annulé.")
    lus, fermes = participants(agent=agent, collectif=stocke)
    if fermes:
        raise RegleViolee(FERME)
    return stocke, lus


def _dossiers(agent: Agent, structure: Structure, personnes: Sequence[PersonneSaisie]) -> Mapping[int, Dossier]:
    """The dossiers named, by number, locked. Raises `RegleViolee` for none, too many, one twice, one not open here."""
    numeros = [p.numero for p in personnes]
    if not numeros:
        raise RegleViolee("Ajoutez les personnes qui étaient attendues.", "personnes")
    if len(numeros) > PERSONNES_MAX:
        raise RegleViolee(TROP, "personnes")
    if len(set(numeros)) < len(numeros):
        raise RegleViolee("Une même personne y est deux fois : retirez-la une fois.", "personnes")
    visibles = dossiers_visibles(agent=agent, structure=structure).filter(numero__in=numeros)
    relies = visibles.select_related("jeune", "structure").defer("jeune__nir", "piece_numero")
    # Locked in one order: absences lock their dossier, and two collective acts may share persons.
    trouves = {d.numero: d for d in relies.select_for_update(of=("self",)).order_by("pk")}
    for numero in numeros:
        if numero not in trouves:
            message = f"Le dossier {numero:07d} n'est pas ouvert dans votre structure : retirez-le."
            raise RegleViolee(message, champ_de(numero))
    return trouves


def _remplir(collectif: ActeCollectif, saisi: CollectifSaisi) -> None:
    """Put in the row what is shared. Raises `RegleViolee` at its field."""
    structure, le = collectif.structure, aujourd_hui(collectif.structure)
    if saisi.le > le:
        raise RegleViolee("Un acte ne se saisit pas d'avance.", "le")
    verifier_code(Liste.TYPE_ACTE, saisi.type, saisi.le, "type")
    verifier_code(Liste.MODALITE_ACTE, saisi.modalite, saisi.le, "modalite")
    verifier_code(Liste.THEME_DEMANDE, saisi.theme, saisi.le, "theme")
    if saisi.site is not None and saisi.site.structure_id != structure.pk:
        raise RegleViolee("Choisissez un de vos sites.", "site")
    change = collectif.pk is None or collectif.agent_id != saisi.agent.pk
    if change and not agents_qui_peuvent(SAISIR, structure=structure, le=le).filter(pk=saisi.agent.pk).exists():
        raise RegleViolee(f"{saisi.agent} ne saisit pas d'actes dans votre structure.", "agent")
    for champ in CollectifSaisi.__dataclass_fields__:
        setattr(collectif, champ, getattr(saisi, champ))
    collectif.intitule, collectif.lieu = saisi.intitule.strip(), saisi.lieu.strip()


def _compter(collectif: ActeCollectif, personnes: Sequence[PersonneSaisie]) -> None:
    collectif.presents = sum(p.present for p in personnes)
    collectif.absents = len(personnes) - collectif.presents


def _clore(collectif: ActeCollectif) -> None:
    """Date it after its lines: what is saved later was worked on since (`Participant.reprise`)."""
    collectif.save(update_fields=["modifie_le"])


@contextmanager
def _pour(personne: PersonneSaisie, dossier: Dossier) -> Iterator[None]:
    """What is refused of one person names them, at their place."""
    try:
        with transaction.atomic():
            yield
    except RegleViolee as erreur:
        raise RegleViolee(f"{dossier.jeune.nom_complet} : {erreur.message}", personne.champ) from erreur


def _noter(agent: Agent, collectif: ActeCollectif, dossier: Dossier, personne: PersonneSaisie) -> None:
    with _pour(personne, dossier):
        if personne.present:
            partages = {c: getattr(collectif, c) for c in PARTAGES if c != "agent_id"}
            saisir_acte(agent, dossier, **partages, compte_rendu=personne.mot, collectif=collectif)
        else:
            saisie = AbsenceSaisie(collectif.le, collectif.le, personne.motif, personne.mot.strip())
            noter_absence(agent, dossier, saisie=saisie, collectif=collectif)


def _retirer(agent: Agent, lu: Participant) -> None:
    qui = f"{lu.dossier.jeune.nom_complet} : "
    if lu.reprise:
        raise RegleViolee(f"{qui}{REPRIS}.", champ_de(lu.dossier.numero))
    with _pour(PersonneSaisie(lu.dossier.numero, present=False), lu.dossier):
        if isinstance(lu.ligne, Acte):
            retirer_acte(agent, lu.ligne)
        else:
            retirer_absence(agent, lu.ligne)


def _corriger(
    agent: Agent, lu: Participant, voulue: PersonneSaisie, avant: Mapping[str, Any], collectif: ActeCollectif
) -> None:
    """Give the line what changed of what is shared, and its own words. Nothing changed: nothing is written."""
    with _pour(voulue, lu.dossier):
        if voulue.version is not None and voulue.version != lu.ligne.version:
            raise RegleViolee(f"{REPRIS}, ou rouvrez cette page.")
        if isinstance(lu.ligne, Acte):
            _corriger_acte(agent, lu.ligne, voulue, avant, collectif)
        else:
            _corriger_absence(agent, lu.ligne, voulue, avant["le"], collectif)


def _corriger_acte(
    agent: Agent, acte: Acte, voulue: PersonneSaisie, avant: Mapping[str, Any], collectif: ActeCollectif
) -> None:
    actuel = {c: getattr(acte, c) for c in PARTAGES}
    nouveau = {c: getattr(collectif, c) if v == avant[c] else v for c, v in actuel.items()}
    if nouveau == actuel and voulue.mot.strip() == acte.compte_rendu:
        return
    auteur = collectif.agent if nouveau.pop("agent_id") == collectif.agent_id else None
    modifier_acte(agent, acte, version=acte.version, **nouveau, compte_rendu=voulue.mot, auteur=auteur)


def _corriger_absence(
    agent: Agent, absence: Absence, voulue: PersonneSaisie, avant: date, collectif: ActeCollectif
) -> None:
    du, au = (collectif.le if jour == avant else jour for jour in (absence.du, absence.au))
    mot = voulue.mot.strip()
    if (du, au, voulue.motif, mot) == (absence.du, absence.au, absence.motif, absence.precision):
        return
    gardes = {c: getattr(absence, c) for c in ("reconnue", "rendez_vous", "document")}
    saisie = AbsenceSaisie(du, au, voulue.motif, mot, **gardes)
    modifier_absence(agent, absence, version=absence.version, saisie=saisie)
