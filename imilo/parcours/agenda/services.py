"""Appointments: taken, moved, cancelled, and whether the person came. And the act with the next appointment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Affectation, Agent, Site
from imilo.acteurs.profils import Profil, peut
from imilo.journal.services import consigner
from imilo.parcours.agenda.horaires import instant
from imilo.parcours.agenda.models import RendezVous, StatutRendezVous
from imilo.parcours.agenda.selectors import chevauchements
from imilo.parcours.dossiers.models import Acte, Dossier, Statut
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.dossiers.services.suivi import saisir_acte
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee

CHAMPS = {"rendez_vous_duree": "duree"}
HORIZON = timedelta(days=730)
RECOIVENT = tuple(p for p in Profil if peut(p, "agenda.gerer"))
TRANSITIONS: Mapping[str, frozenset[str]] = {
    StatutRendezVous.PLANIFIE: frozenset(StatutRendezVous.values) - {StatutRendezVous.PLANIFIE},
    # A presence noted by mistake can be corrected; what was moved or cancelled stays so.
    StatutRendezVous.PRESENT: frozenset({StatutRendezVous.ABSENT}),
    StatutRendezVous.ABSENT: frozenset({StatutRendezVous.PRESENT}),
    StatutRendezVous.REPORTE: frozenset(),
    StatutRendezVous.ANNULE: frozenset(),
}


@dataclass(frozen=True)
class Creneau:
    """An appointment as a form says it: day and hour on the structure's clock, `duree` in minutes.

    `malgre_chevauchement`: whoever takes it saw that the agent is already taken then.
    """

    avec: Agent
    jour: date
    heure: time
    modalite: str
    duree: int = 30
    objet: str = ""
    site: Site | None = None
    malgre_chevauchement: bool = False


def _verifier_agent(dossier: Dossier, creneau: Creneau) -> None:
    place = Affectation.objects.en_cours(le=creneau.jour).filter(
        agent=creneau.avec, structure_id=dossier.structure_id, profil__in=RECOIVENT
    )
    if not creneau.avec.is_active or not place.exists():
        raise RegleViolee(f"{creneau.avec} ne reçoit pas dans cette structure ce jour-là.", "avec")
    if creneau.site is not None and creneau.site.structure_id != dossier.structure_id:
        raise RegleViolee("Ce site n'est pas de votre structure.", "site")


def _verifier(dossier: Dossier, creneau: Creneau, *, sauf: int | None = None) -> datetime:
    """The instant of the appointment. Raises `RegleViolee` at the field."""
    if dossier.statut == Statut.FIN:
        raise RegleViolee("L'accompagnement a pris fin : réactivez le dossier avant de prendre un rendez-vous.", "jour")
    debut = instant(creneau.jour, creneau.heure, dossier.structure.zone)
    maintenant = timezone.now()
    if debut < maintenant:
        raise RegleViolee("Ce moment est déjà passé.", "heure" if debut > maintenant - timedelta(days=1) else "jour")
    if debut > maintenant + HORIZON:
        raise RegleViolee("Un rendez-vous se prend au plus deux ans à l'avance.", "jour")
    if creneau.modalite not in dict(codes(Liste.MODALITE_ACTE, creneau.jour)):
        raise RegleViolee("Choisissez dans la liste.", "modalite")
    _verifier_agent(dossier, creneau)
    pris = chevauchements(avec=creneau.avec, structure=dossier.structure, debut=debut, duree=creneau.duree, sauf=sauf)
    if (autre := pris.first()) is not None and not creneau.malgre_chevauchement:
        ici = autre.debut.astimezone(dossier.structure.zone)
        raise RegleViolee(
            f"{creneau.avec} a déjà un rendez-vous à {ici:%H:%M} ({autre.duree} minutes). "
            "Choisissez une autre heure, ou cochez la case pour le prendre quand même.",
            "malgre_chevauchement",
        )
    return debut


def _ecrire(dossier: Dossier, creneau: Creneau, debut: datetime) -> RendezVous:
    nouveau = RendezVous(
        dossier=dossier,
        structure_id=dossier.structure_id,
        agent=creneau.avec,
        site=creneau.site,
        debut=debut,
        duree=creneau.duree,
        modalite=creneau.modalite,
        objet=creneau.objet.strip(),
    )
    enregistrer(nouveau, champs=CHAMPS, premier=True)
    return nouveau


@transaction.atomic
def prendre_rendez_vous(agent: Agent, dossier: Dossier, *, creneau: Creneau) -> RendezVous:
    """Plan an appointment. Fact `rendez_vous.pris`. Raises `RegleViolee` at the field."""
    nouveau = _ecrire(dossier, creneau, _verifier(dossier, creneau))
    consigner(agent, "rendez_vous.pris", nouveau, avec=creneau.avec.pk)
    return nouveau


def _changer(rendez_vous: RendezVous, *, version: int, statut: str) -> RendezVous:
    stocke = reprendre(rendez_vous, version=version)
    stocke.dossier = rendez_vous.dossier
    if statut not in TRANSITIONS[stocke.statut]:
        raise RegleViolee(f"Ce rendez-vous est « {stocke.get_statut_display().lower()} » : ce n'est plus possible.")
    stocke.statut = statut
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    return stocke


@transaction.atomic
def deplacer(agent: Agent, rendez_vous: RendezVous, *, version: int, creneau: Creneau) -> RendezVous:
    """Move a planned appointment: it stays, *reporté*, and a new one is planned, which is returned.

    Fact `rendez_vous.modifie`. Raises `RegleViolee`, `VersionPerimee`.
    """
    ancien = _changer(rendez_vous, version=version, statut=StatutRendezVous.REPORTE)
    debut = _verifier(rendez_vous.dossier, creneau, sauf=ancien.pk)
    nouveau = _ecrire(rendez_vous.dossier, creneau, debut)
    consigner(agent, "rendez_vous.modifie", nouveau, ancien=ancien.pk, avec=creneau.avec.pk)
    return nouveau


@transaction.atomic
def annuler(agent: Agent, rendez_vous: RendezVous, *, version: int) -> RendezVous:
    """Cancel a planned appointment, for good. Fact `rendez_vous.annule`. Raises `RegleViolee`, `VersionPerimee`."""
    annule = _changer(rendez_vous, version=version, statut=StatutRendezVous.ANNULE)
    consigner(agent, "rendez_vous.annule", annule)
    return annule


@transaction.atomic
def noter_presence(agent: Agent, rendez_vous: RendezVous, *, version: int, present: bool) -> RendezVous:
    """Note whether the person came, from the day of the appointment on; it can be corrected.

    Facts `rendez_vous.honore`, `rendez_vous.manque`. Raises `RegleViolee`, `VersionPerimee`.
    """
    zone = rendez_vous.dossier.structure.zone
    if rendez_vous.debut.astimezone(zone).date() > timezone.now().astimezone(zone).date():
        raise RegleViolee("La présence se note à partir du jour du rendez-vous.")
    statut = StatutRendezVous.PRESENT if present else StatutRendezVous.ABSENT
    note = _changer(rendez_vous, version=version, statut=statut)
    consigner(agent, "rendez_vous.honore" if present else "rendez_vous.manque", note)
    return note


@transaction.atomic
def saisir_entretien(
    agent: Agent,
    dossier: Dossier,
    *,
    prochain_rendez_vous: Creneau | None = None,
    rendez_vous: RendezVous | None = None,
    **acte: Any,
) -> Acte:
    """Record an act (arguments of `saisir_acte`) with the next appointment, and mark the one it comes from honoured.

    All in one transaction, with the one fact `acte.saisi`. Raises `RegleViolee`; the fields of the appointment
    are told with the prefix `rdv-`.
    """

    def prendre(ecrit: Acte) -> Mapping[str, int]:
        assert prochain_rendez_vous is not None
        try:
            debut = _verifier(dossier, prochain_rendez_vous)
            return {"rendez_vous": _ecrire(dossier, prochain_rendez_vous, debut).pk}
        except RegleViolee as erreur:
            raise RegleViolee(erreur.message, f"rdv-{erreur.champ}" if erreur.champ else None) from erreur

    def honorer(ecrit: Acte) -> Mapping[str, int]:
        assert rendez_vous is not None
        if rendez_vous.statut != StatutRendezVous.PLANIFIE:
            return {}
        _changer(rendez_vous, version=rendez_vous.version, statut=StatutRendezVous.PRESENT)
        return {"honore": rendez_vous.pk}

    suites: Sequence[Any] = [
        *([honorer] if rendez_vous is not None else []),
        *([prendre] if prochain_rendez_vous is not None else []),
    ]
    return saisir_acte(agent, dossier, suites=suites, **acte)
