"""What the caseload itself can do to many dossiers: give them to a counsellor, put them to sleep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.dossiers.lots import ActionDeLot, Examen, Memoire
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.services.referents import Attribution, attribuer, peuvent_suivre

SUIVRE = "dossier.suivre"
SANS = "sans référent"


def _qui(agents: Mapping[int, Agent], cle: int | None) -> str:
    return SANS if cle is None else str(agents[cle]) if cle in agents else "une personne partie"


def touches_depuis(memoires: Sequence[Memoire], champs: Sequence[str]) -> set[int]:
    """Keys of the dossiers one of whose `champs` (attribute names) moved since the version that the act left.

    Read from the history of the rows: a field that was changed, then put back, has moved. One query.
    """
    versions = {m.dossier.pk: m.version for m in memoires}
    actuels = {m.dossier.pk: tuple(getattr(m.dossier, c) for c in champs) for m in memoires}
    anciens = (
        Dossier.pgh_event_model.objects.filter(pgh_obj_id__in=versions)  # type: ignore[attr-defined]  # made by pghistory
        .order_by("pgh_id")
        .values_list("pgh_obj_id", "version", *champs)
    )
    return {cle for cle, version, *v in anciens if version >= versions[cle] and tuple(v) != actuels[cle]}


# --- Référent ------------------------------------------------------------------------------------------------------


def _equipe(structure: Structure, le: date, equipe: Sequence[Agent]) -> list[tuple[str, str]]:
    return [(str(a.pk), f"Confier à {a}") for a in equipe]


def _examiner_referent(dossiers: Sequence[Dossier], valeur: str, le: date) -> list[Examen]:
    nouveau = Agent.objects.get(pk=int(valeur))
    examens = []
    for d in dossiers:
        refus = ""
        if d.referent_id == nouveau.pk:
            refus = f"{nouveau} est déjà le référent de ce dossier."
        elif d.statut == Statut.FIN:
            refus = "L'accompagnement a pris fin : réactivez d'abord le dossier."
        examens.append(Examen(d, str(d.referent or SANS), str(nouveau), refus))
    return examens


def _confier(agent: Agent, dossiers: Sequence[Dossier], valeur: str, le: date) -> dict[int, dict[str, Any]]:
    avant = {d.pk: {"referent": d.referent_id, "depuis": _iso(d.referent_depuis)} for d in dossiers}
    attribuer(agent, {d.pk: Attribution(int(valeur), le) for d in dossiers}, dossiers)
    return avant


def _iso(jour: date | None) -> str | None:
    return jour.isoformat() if jour else None


def _attribution(memoire: Memoire) -> Attribution:
    depuis = memoire.avant.get("depuis")
    return Attribution(memoire.avant.get("referent"), date.fromisoformat(depuis) if depuis else None)


def _examiner_retour_referent(memoires: Sequence[Memoire], valeur: str) -> list[Examen]:
    if not memoires:
        return []
    touches = touches_depuis(memoires, ("referent_id", "referent_depuis"))
    anciens = {m.avant.get("referent") for m in memoires} | {m.dossier.referent_id for m in memoires}
    agents = Agent.objects.in_bulk([cle for cle in anciens if cle is not None])
    structure = memoires[0].dossier.structure
    presents = peuvent_suivre(list(agents), structure_id=structure.pk, le=aujourd_hui(structure))
    examens = []
    for m in memoires:
        ancien, actuel = m.avant.get("referent"), m.dossier.referent_id
        refus = ""
        if m.dossier.pk in touches or actuel != int(valeur):
            refus = f"Le référent a changé depuis : {_qui(agents, actuel)}."
        elif ancien is not None and ancien not in presents:
            refus = f"{_qui(agents, ancien)} n'accompagne plus de jeunes ici."
        examens.append(Examen(m.dossier, _qui(agents, actuel), _qui(agents, ancien), refus))
    return examens


def _rendre_referent(agent: Agent, memoires: Sequence[Memoire], valeur: str) -> None:
    attribuer(agent, {m.dossier.pk: _attribution(m) for m in memoires}, [m.dossier for m in memoires], retour=True)


# --- En veille -----------------------------------------------------------------------------------------------------


def _sommeil(structure: Structure, le: date, equipe: Sequence[Agent]) -> list[tuple[str, str]]:
    return [("", "Mettre en veille")]


def _examiner_veille(dossiers: Sequence[Dossier], valeur: str, le: date) -> list[Examen]:
    return [
        Examen(
            d,
            d.get_statut_display(),
            Statut.EN_VEILLE.label,
            "" if d.statut == Statut.ACTIF else f"Ce dossier est « {d.get_statut_display()} » : rien à changer.",
        )
        for d in dossiers
    ]


def _ecrire_statut(dossiers: Sequence[Dossier], statut: str) -> None:
    for d in dossiers:
        d.statut, d.version, d.modifie_le = statut, d.version + 1, timezone.now()
    Dossier.objects.bulk_update(dossiers, ["statut", "version", "modifie_le"])


def _endormir(agent: Agent, dossiers: Sequence[Dossier], valeur: str, le: date) -> dict[int, dict[str, Any]]:
    _ecrire_statut(dossiers, Statut.EN_VEILLE)
    return {d.pk: {"statut": Statut.ACTIF.value} for d in dossiers}


def _examiner_retour_veille(memoires: Sequence[Memoire], valeur: str) -> list[Examen]:
    touches = touches_depuis(memoires, ("statut",))
    examens = []
    for m in memoires:
        actuel = m.dossier.get_statut_display()
        change = m.dossier.pk in touches or m.dossier.statut != Statut.EN_VEILLE
        refus = f"Le statut a changé depuis : {actuel}." if change else ""
        examens.append(Examen(m.dossier, actuel, Statut.ACTIF.label, refus))
    return examens


def _reveiller(agent: Agent, memoires: Sequence[Memoire], valeur: str) -> None:
    _ecrire_statut([m.dossier for m in memoires], Statut.ACTIF)


REFERENT = ActionDeLot(
    "referent", "Référent", SUIVRE, _equipe, _examiner_referent, _confier, _examiner_retour_referent, _rendre_referent
)
VEILLE = ActionDeLot(
    "veille",
    "Statut",
    SUIVRE,
    _sommeil,
    _examiner_veille,
    _endormir,
    _examiner_retour_veille,
    _reveiller,
)
