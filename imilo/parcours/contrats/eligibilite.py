"""Eligibility to a CEJ: what the dossier, the counsellor and the country say, then what the law answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from imilo.droit.cej import FaitsEligibilite, ResultatEligibilite, eligibilite
from imilo.droit.decision import Decision
from imilo.parcours.contrats.models import ExamenCEJ
from imilo.parcours.contrats.selectors import DroitsNationaux, droits_nationaux
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Categorie, Dossier
from imilo.parcours.dossiers.selectors.suivi import situation_courante
from imilo.socle.lois import appliquer

EligibiliteCEJ = Decision[ResultatEligibilite]


@dataclass(frozen=True)
class Reponses:
    """What the counsellor answers with the young person; None: not answered yet."""

    etudiant: bool | None = None
    en_formation: bool | None = None
    difficulte_emploi_durable: bool | None = None
    difficulte_appreciation: str = ""
    circonstances_particulieres: bool = False
    engagements_respectes: bool | None = None
    difficultes_specifiques: bool | None = None
    circonstances_texte: str = ""


def reponses_de(examen: ExamenCEJ) -> Reponses:
    """The answers kept in an examination."""
    return Reponses(**{champ: getattr(examen, champ) for champ in Reponses.__dataclass_fields__})


def reponses_connues(dossier: Dossier, *, le: date) -> Reponses:
    """What the current situation already tells: nothing is asked twice."""
    situation = situation_courante(dossier=dossier, le=le)
    if situation is None:
        return Reponses()
    if situation.categorie == Categorie.SCOLARITE:
        return Reponses(etudiant=True)
    if situation.categorie in (Categorie.FORMATION, Categorie.ALTERNANCE):
        return Reponses(en_formation=True)
    return Reponses()


def faits(dossier: Dossier, reponses: Reponses, droits: DroitsNationaux, *, le: date) -> FaitsEligibilite:
    """The facts of the rule: identity and RQTH from the dossier, earlier contracts from the country."""
    jeune = dossier.jeune
    return FaitsEligibilite(
        date_naissance=jeune.naissance,
        precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
        # No recognition in the dossier isn't a no: the rule asks when it would change the answer.
        rqth=True if dossier.rqth(le=le) else None,
        etudiant=reponses.etudiant,
        en_formation=reponses.en_formation,
        difficulte_emploi_durable=reponses.difficulte_emploi_durable,
        cej_precedent="en_cours" if droits.en_cours else "termine" if droits.derniere_fin else "aucun",
        fin_cej_precedent=None if droits.en_cours else droits.derniere_fin,
        circonstances_particulieres=reponses.circonstances_particulieres,
        engagements_respectes=reponses.engagements_respectes,
        difficultes_specifiques=reponses.difficultes_specifiques,
    )


def decider(dossier: Dossier, reponses: Reponses, *, le: date) -> EligibiliteCEJ:
    """What the law says of these answers on the day `le`. Raises `FaitInvalide`."""
    droits = droits_nationaux(dossier=dossier, le=le)
    return appliquer(eligibilite, faits(dossier, reponses, droits, le=le), le)


def ou_completer(dossier: Dossier, fait: str) -> Lien | None:
    """Where the dossier is completed for a fact that the examination's own form doesn't hold."""
    numero = str(dossier)
    return {
        "date_naissance": Lien("dossier-identite", (numero,), "Compléter l'identité", "identite.modifier"),
        "rqth": Lien("dossier-coordonnees", (numero,), "Indiquer la RQTH dans le dossier", "identite.modifier"),
    }.get(fait)
