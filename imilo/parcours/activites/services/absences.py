"""Absences: noted with the reason given, recognised or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.activites.models import Absence
from imilo.parcours.agenda.models import RendezVous, StatutRendezVous
from imilo.parcours.dossiers.models import ActeCollectif, Document, Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.socle.erreurs import RegleViolee

CHAMPS = {"absence_dates": "au", "absence_reconnue_motivee": "motif"}
DUREE_MAX = timedelta(days=366)


@dataclass(frozen=True)
class AbsenceSaisie:
    """What a form says of an absence. `reconnue`: None while the reason isn't judged."""

    du: date
    au: date
    motif: str
    precision: str = ""
    reconnue: bool | None = None
    rendez_vous: RendezVous | None = None
    document: Document | None = None


def _verifier(dossier: Dossier, saisie: AbsenceSaisie, *, collective: bool, sauf: int | None = None) -> None:
    if saisie.au < saisie.du:
        raise RegleViolee("La fin de l'absence précède son début.", "au")
    if saisie.du < dossier.premier_accueil:
        raise RegleViolee("Ce jour est avant le premier accueil à la mission locale.", "du")
    if saisie.au > aujourd_hui(dossier.structure) + DUREE_MAX:
        raise RegleViolee("Cette date est trop lointaine : vérifiez l'année.", "au")
    rdv = saisie.rendez_vous
    if rdv is not None:
        if rdv.dossier_id != dossier.pk or rdv.statut != StatutRendezVous.ABSENT:
            raise RegleViolee("Choisissez un rendez-vous manqué de ce dossier.", "rendez_vous")
        if Absence.objects.filter(rendez_vous=rdv).exclude(pk=sauf or 0).exists():
            raise RegleViolee("La raison de cette absence est déjà notée : modifiez-la.", "rendez_vous")
        jour = rdv.debut.astimezone(dossier.structure.zone).date()
        if not saisie.du <= jour <= saisie.au:
            raise RegleViolee(f"Ce rendez-vous était le {jour:%d/%m/%Y} : l'absence doit couvrir ce jour.", "du")
    elif not collective:
        _verifier_sans_recouvrement(dossier, saisie, sauf=sauf)
    if saisie.document is not None and saisie.document.dossier_id != dossier.pk:
        raise RegleViolee("Choisissez dans la liste.", "document")


def _verifier_sans_recouvrement(dossier: Dossier, saisie: AbsenceSaisie, *, sauf: int | None) -> None:
    """The same days twice are one absence. That of a missed appointment or collective act is told apart, and may fall
    within another."""
    autres = Absence.objects.filter(dossier=dossier, rendez_vous=None, collectif=None).exclude(pk=sauf or 0)
    autre = autres.filter(du__lte=saisie.au, au__gte=saisie.du).order_by("du", "pk").first()
    if autre is not None:
        raise RegleViolee(
            f"Une absence est déjà notée du {autre.du:%d/%m/%Y} au {autre.au:%d/%m/%Y} : modifiez-la, ou choisissez "
            "d'autres jours.",
            "du",
        )


@transaction.atomic
def noter_absence(
    agent: Agent, dossier: Dossier, *, saisie: AbsenceSaisie, collectif: ActeCollectif | None = None
) -> Absence:
    """Note an absence, if need be from a collective act. Fact `absence.notee`. Raises `RegleViolee` at the field."""
    _verrouiller(dossier)
    _verifier(dossier, saisie, collective=collectif is not None)
    colonnes = _colonnes(saisie) | {"collectif": collectif}
    absence = Absence(dossier=dossier, structure_id=dossier.structure_id, agent=agent, **colonnes)
    enregistrer(absence, champs=CHAMPS, premier=True)
    consigner(agent, "absence.notee", absence)
    return absence


@transaction.atomic
def modifier_absence(agent: Agent, absence: Absence, *, version: int, saisie: AbsenceSaisie) -> Absence:
    """Correct an absence, or judge its reason. Fact `absence.modifiee`. Raises `RegleViolee`, `VersionPerimee`."""
    _verrouiller(absence.dossier)
    stockee = reprendre(absence, version=version)
    _verifier(absence.dossier, saisie, collective=stockee.collectif_id is not None, sauf=stockee.pk)
    for champ, valeur in _colonnes(saisie).items():
        setattr(stockee, champ, valeur)
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "absence.modifiee", stockee)
    return stockee


@transaction.atomic
def retirer_absence(agent: Agent, absence: Absence) -> None:
    """Take an absence back: its history keeps it. Fact `absence.retiree`. Raises `RegleViolee` once it was judged."""
    stockee = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    if stockee.reconnue is not None:
        raise RegleViolee("Cette absence a été appréciée : elle ne se retire plus.")
    consigner(agent, "absence.retiree", stockee)
    stockee.delete()


def _verrouiller(dossier: Dossier) -> None:
    """Two people who note the same days wait for each other: the second one is told."""
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)


def _colonnes(saisie: AbsenceSaisie) -> dict[str, object]:
    # asdict would copy the rows that it holds.
    return {nom: getattr(saisie, nom) for nom in AbsenceSaisie.__dataclass_fields__}
