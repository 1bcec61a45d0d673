"""What the dossier tells the law of a failing, and what the law answers: facts in, decisions of `droit` out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar, get_args

from django.db import connection

from imilo.droit import sanction
from imilo.droit.decision import Decision
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.sanction.faits_procedure import MentionDecision, MentionNotification
from imilo.droit.textes import fiche
from imilo.parcours.sanctions.models import Nature, Procedure
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

R = TypeVar("R")


@dataclass(frozen=True)
class Mesure:
    """A measure to think of, or to pronounce. `part` is a fraction of the allowance, `fin_le` a warning's delay."""

    nature: str
    part: Decimal | None = None
    mois: int | None = None
    fin_le: date | None = None

    @classmethod
    def envisagee(cls, procedure: Procedure) -> Mesure:
        p = procedure
        return cls(p.envisagee_nature, p.envisagee_part, p.envisagee_mois, p.envisagee_fin_le)

    @classmethod
    def decidee(cls, procedure: Procedure) -> Mesure:
        return cls(procedure.nature, procedure.part, procedure.mois, procedure.fin_le)


def _demander(question: Callable[[], R], champs: dict[str, str] | None = None) -> R:
    """Ask the law; a fact it can't use is told at the form field that gave it. Raises `RegleViolee`."""
    try:
        return question()
    except FaitInvalide as erreur:
        raise RegleViolee(erreur.message, (champs or {}).get(erreur.champ, erreur.champ)) from erreur
    except HorsPeriode as erreur:
        raise RegleViolee(str(erreur)) from erreur


def _precedentes(procedure: Procedure) -> tuple[sanction.SanctionPrecedente, ...]:
    """Sanctions of this person already notified, in whatever structure; before the decree, they don't count.

    Those withdrawn are left out. R. 5412-3-4 counts from the decision on the person's first failing, whoever took it:
    they are read through the narrow function `sanctions_nationales` (not where, nor the facts).
    """
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT manquement, constate_le, recue_le, fin_le FROM sanctions_nationales(%s)"
            " WHERE id IS DISTINCT FROM %s AND recue_le >= %s ORDER BY id",
            [procedure.dossier.jeune_id, procedure.pk, fiche("sanction.rang").depuis],
        )
        recues = curseur.fetchall()
    return tuple(
        sanction.SanctionPrecedente(
            manquement=manquement,
            constate_le=constate_le,
            notifiee_le=recue,
            # Lifted before it was received: it ends on the day it is received.
            fin_le=None if fin is None else max(fin, recue),
        )
        for manquement, constate_le, recue, fin in recues
    )


def nouvelle_orientation_le(procedure: Procedure) -> date | None:
    """The last decision of orientation that followed another one, known when the failing was noted (R. 5412-3-4).

    Whichever structure noted them: the person who moves keeps their rank until they are oriented anew.
    """
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT max(decidee_le), count(*) FROM orientations_nationales(%s, %s)",
            [procedure.dossier.jeune_id, procedure.constate_le],
        )
        derniere: date | None
        derniere, nombre = curseur.fetchone()
    return derniere if nombre > 1 else None


def verifier_constat(procedure: Procedure, *, le: date) -> None:
    """Raises `RegleViolee` for what the law doesn't know as a failing: before the decree, or of too few refusals."""
    quantum = decider_quantum(procedure, rang="premier", le=le)
    trop_peu = next((m for m in quantum.motifs if m.code == "refus" and m.satisfait is False), None)
    if trop_peu is not None:
        raise RegleViolee(f"{trop_peu.phrase} ({trop_peu.article})", "refus")


def decider_rang(procedure: Procedure, *, le: date) -> Decision[sanction.ResultatRang]:
    """Is it a first failing, one that persists, one repeated. Raises `RegleViolee`."""

    def question() -> Decision[sanction.ResultatRang]:
        faits = sanction.FaitsRang(
            manquement=procedure.manquement,  # type: ignore[arg-type]  # its choices are the law's
            constate_le=procedure.constate_le,
            precedentes=_precedentes(procedure),
            se_poursuit=procedure.se_poursuit,
            nouvelle_orientation_le=nouvelle_orientation_le(procedure),
        )
        return appliquer(sanction.rang, faits, le)

    return _demander(question)


def decider_quantum(
    procedure: Procedure, *, rang: str, le: date, mesure: Mesure | None = None
) -> Decision[sanction.ResultatQuantum]:
    """What the failing may cost on the day `le`, and whether `mesure` is within it. Raises `RegleViolee`."""

    def question() -> Decision[sanction.ResultatQuantum]:
        envisagee = None
        if mesure is not None:
            nature = mesure.nature
            envisagee = sanction.SanctionEnvisagee(nature, mesure.part, mesure.mois, fin_le=mesure.fin_le)  # type: ignore[arg-type]  # its choices are the law's
        faits = sanction.FaitsQuantum(
            manquement=procedure.manquement,  # type: ignore[arg-type]  # its choices are the law's
            rang=rang,  # type: ignore[arg-type]  # what sanction.rang answered
            constate_le=procedure.constate_le,
            allocation=procedure.allocation,
            revenu_remplacement=procedure.revenu_remplacement,
            rsa=procedure.rsa,
            accompagnement_mission_locale=True,
            motif_legitime=procedure.motif_legitime,
            refus=procedure.refus,
            envisagee=envisagee,
        )
        return appliquer(sanction.quantum, faits, le)

    champs = {"envisagee.mois": "mois", "envisagee.fin_le": "fin_le"}
    return _demander(question, champs)


def derouler(procedure: Procedure, *, le: date) -> Decision[sanction.ResultatProcedure]:
    """Where the procedure stands on the day `le`, by what is noted. Our letters always say all that they have to."""

    def question() -> Decision[sanction.ResultatProcedure]:
        prise = procedure.decidee_le is not None
        faits = sanction.FaitsProcedure(
            mineur=procedure.mineur,
            protege=procedure.protege,
            notifiee_le=procedure.notifiee_le,
            representants_notifies_le=procedure.representants_notifies_le,
            mentions_notification=get_args(MentionNotification) if procedure.envisagee_le else None,
            observations_le=procedure.observations_le,
            audition_demandee_le=procedure.audition_demandee_le,
            audition_le=procedure.audition_le,
            decidee_le=procedure.decidee_le,
            radiation=procedure.radiation_mois is not None if prise else None,
            mentions_decision=get_args(MentionDecision) if prise else None,
            decision_notifiee_le=procedure.decision_notifiee_le,
            decision_representants_le=procedure.decision_representants_le,
        )
        return appliquer(sanction.procedure, faits, le)

    return _demander(question)


def decider_levee(procedure: Procedure, *, conforme_le: date | None, le: date) -> Decision[sanction.ResultatLevee]:
    """Until when a suspension or a suppression runs, and whether it ended early. The measure has its first month."""
    assert procedure.premier_mois is not None
    assert procedure.mois is not None
    debut, mois = procedure.premier_mois, procedure.mois

    def question() -> Decision[sanction.ResultatLevee]:
        faits = sanction.FaitsLevee(
            manquement=procedure.manquement,  # type: ignore[arg-type]  # its choices are the law's
            nature=procedure.nature,  # type: ignore[arg-type]  # one that withholds
            debut=debut,
            mois=mois,
            conforme_le=conforme_le,
            conditions_definies=bool(procedure.conditions),
            part=procedure.part,
        )
        return appliquer(sanction.levee, faits, le)

    return _demander(question, {"debut": "premier_mois"})


_DEGRES = (Nature.AVERTISSEMENT, Nature.SUSPENSION, Nature.SUPPRESSION)


def plus_lourde(mesure: Mesure, annoncee: Mesure) -> bool:
    """Whether a measure is heavier than the one that the person was told of and could answer."""
    if Nature.RADIATION in (mesure.nature, annoncee.nature):
        return mesure.nature != annoncee.nature or (mesure.mois or 0) > (annoncee.mois or 0)
    degre, annonce = _DEGRES.index(Nature(mesure.nature)), _DEGRES.index(Nature(annoncee.nature))
    sans_fin = mesure.mois is None and annoncee.mois is not None and mesure.nature == Nature.SUPPRESSION
    duree = sans_fin or (annoncee.mois is not None and (mesure.mois or 0) > annoncee.mois)
    return degre > annonce or (mesure.part or 0) > (annoncee.part or 0) or duree
