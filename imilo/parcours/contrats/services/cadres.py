"""What each frame asks of a contract through the law: the right to it, its days, its allowance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from imilo.droit import francais, pacea
from imilo.droit.cej import FaitsDuree, FaitsForfait, duree, forfait
from imilo.droit.decision import Decision, vers_json
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.faits import montant
from imilo.droit.montants import Montant
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import Logement, PhasePacea, Soutien
from imilo.parcours.contrats.selectors import droits_nationaux, pacea_en_cours
from imilo.parcours.contrats.services.commun import au_champ
from imilo.parcours.contrats.services.saisies import ContratSaisi, PhaseSaisie
from imilo.parcours.diagnostics.selectors import dernier_diagnostic
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

MAYOTTE = "976"


@dataclass(frozen=True)
class Jours:
    """The decision on the days, and the last one, chosen within what the law allows; a PACEA has one on its end too."""

    decision: dict[str, Any]
    fin: Echeance
    decision_fin: dict[str, Any] | None = None


def jours(dossier: Dossier, saisi: ContratSaisi, phases: Sequence[PhaseSaisie]) -> Jours:
    """The days of the contract as its frame allows them. Raises `RegleViolee` at its field."""
    if saisi.cadre == Cadre.CEJ:
        return _jours_du_cej(saisi)
    if saisi.cadre == Cadre.PACEA:
        return _jours_du_pacea(dossier, saisi, phases)
    return _jours_du_commun(dossier, saisi)


def _jours_du_cej(saisi: ContratSaisi) -> Jours:
    """Twelve months at most (R. 5131-16)."""
    try:
        decision = appliquer(duree, FaitsDuree(debut=saisi.debut, fin=saisi.fin_prevue), saisi.debut)
    except FaitInvalide as erreur:
        raise au_champ(erreur, {"fin": "fin_prevue"}) from erreur
    limite = decision.resultat["dernier_jour_possible"]
    if decision.resultat["conforme"] is not True or limite is None:
        motif = decision.motifs[-1]
        raise RegleViolee(f"{motif.phrase} ({motif.article})", "fin_prevue")
    return Jours(vers_json(decision), limite.au_plus_tard(saisi.fin_prevue))


def en_phases(phases: Sequence[PhaseSaisie | PhasePacea]) -> tuple[pacea.Phase, ...]:
    """The phases as the law reads them; their goals are written, or the form refused them."""
    return tuple(
        pacea.Phase(p.debut, p.fin, objectifs_definis=True, evaluee_le=getattr(p, "evaluee_le", None)) for p in phases
    )


def duree_du_pacea(
    *, signe_le: date, phases: Sequence[PhaseSaisie | PhasePacea], fin: date, le: date
) -> Decision[pacea.ResultatDuree]:
    """The decision `pacea.duree`. Raises `RegleViolee` at what is wrong: `fin_prevue`, or a field as `phases.2.fin`."""
    _verifier_l_ordre(phases, fin)
    try:
        return appliquer(pacea.duree, pacea.FaitsDuree(signe_le, en_phases(phases), fin), le)
    except FaitInvalide as erreur:
        champ = "phases" if erreur.champ.startswith("phases") else "fin_prevue"
        raise RegleViolee(erreur.message, champ) from erreur


def _verifier_l_ordre(phases: Sequence[PhaseSaisie | PhasePacea], fin: date) -> None:
    """Each phase ends after it begins, and follows the one before. Raises `RegleViolee` at its own field.

    The law says the same of the whole, without saying which line: here somebody is about to correct it.
    """
    precedente = None
    for n, phase in enumerate(phases, start=1):
        if phase.fin < phase.debut:
            raise RegleViolee(f"La phase {n} finit avant son premier jour.", f"phases.{n}.fin")
        if precedente is not None and phase.debut <= precedente.fin:
            dernier = f"{precedente.fin:%d/%m/%Y}"
            raise RegleViolee(
                f"La phase {n} commence avant la fin de la précédente, le {dernier}.", f"phases.{n}.debut"
            )
        if phase.fin > fin:
            raise RegleViolee(
                f"La phase {n} va au-delà de la fin prévue du parcours, le {fin:%d/%m/%Y}.", f"phases.{n}.fin"
            )
        precedente = phase


# Of what the law says of the days of a PACEA, what is read at the first phase; the rest is at the end written.
_A_LA_PREMIERE = {
    "premiere_phase": "phases.1.debut",
    "contrat_prealable": "phases.1.debut",
    "objectifs_des_phases": "phases.1.objectifs",
    "evaluations": "phases",
}


def _jours_du_pacea(dossier: Dossier, saisi: ContratSaisi, phases: Sequence[PhaseSaisie]) -> Jours:
    """Phases that begin within a month, up to twenty-four months, never beyond 26 years (R. 5131-11 to 13)."""
    if not phases:
        raise RegleViolee("Décrivez au moins la première phase du parcours (R. 5131-12 1°).", "phases")
    decision = duree_du_pacea(signe_le=saisi.debut, phases=phases, fin=saisi.fin_prevue, le=saisi.debut)
    if decision.resultat["conforme"] is False:
        motif = next(m for m in decision.motifs if m.satisfait is False)
        raise RegleViolee(f"{motif.phrase} ({motif.article})", _A_LA_PREMIERE.get(motif.code, "fin_prevue"))
    decision_fin, fin = fin_du_pacea(dossier, saisi.debut, phases, saisi.fin_prevue)
    return Jours(vers_json(decision), fin, decision_fin)


def fin_du_pacea(
    dossier: Dossier, signe_le: date, phases: Sequence[PhaseSaisie | PhasePacea], fin_prevue: date
) -> tuple[dict[str, Any], Echeance]:
    """The decision `pacea.fin`, and the last day asked, when R. 5131-13 allows it. Raises `RegleViolee`."""
    jeune = dossier.jeune
    faits = pacea.FaitsFin(
        date_naissance=jeune.naissance,
        precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
        signe_le=signe_le,
        premiere_phase_le=phases[0].debut,
        fin_prevue=fin_prevue,
    )
    try:
        fin = appliquer(pacea.fin, faits, signe_le)
    except FaitInvalide as erreur:
        raise au_champ(erreur, {}) from erreur
    dernier = fin.resultat["dernier_jour"]
    if dernier is None:
        raise RegleViolee("La date de naissance n'est pas assez connue pour dire jusqu'où va le PACEA.", "fin_prevue")
    if fin_prevue > dernier:
        motif = fin.motifs[0]
        raise RegleViolee(f"{motif.phrase} ({motif.article})", "fin_prevue")
    return vers_json(fin), dernier.au_plus_tard(fin_prevue)


def _jours_du_commun(dossier: Dossier, saisi: ContratSaisi) -> Jours:
    """The law sets no term to a common contract: it stays within the accompaniment itself (L. 5131-3, L. 5314-2)."""
    faits = _faits_pacea(
        dossier, en_difficulte=saisi.en_difficulte, risque_exclusion=saisi.risque_exclusion, en_cours=None
    )
    decision = appliquer(pacea.eligibilite, faits, saisi.debut)
    exiger_l_age(decision)
    limite = decision.resultat["jusqu_au"]
    if saisi.fin_prevue > limite:
        raise RegleViolee(
            f"L'accompagnement par la mission locale va jusqu'au {limite:%d/%m/%Y} au plus tard (L. 5131-3).",
            "fin_prevue",
        )
    return Jours(vers_json(decision), limite.au_plus_tard(saisi.fin_prevue))


def exiger_l_age(decision: Decision[pacea.ResultatEligibilite]) -> None:
    """A mission locale accompanies from sixteen on (L. 5131-3, L. 5314-2). Raises `RegleViolee` at `debut`."""
    motif = decision.motif("age_minimum")
    if motif.satisfait is not True:
        raise RegleViolee(f"{motif.phrase} ({motif.article})", "debut")


def exiger_l_age_au(dossier: Dossier, *, le: date) -> None:
    """The same of a day: that of the signature, whatever the one on which the contract begins."""
    faits = _faits_pacea(dossier, en_difficulte=None, risque_exclusion=None, en_cours=None)
    exiger_l_age(appliquer(pacea.eligibilite, faits, le))


def _faits_pacea(
    dossier: Dossier, *, en_difficulte: bool | None, risque_exclusion: bool | None, en_cours: str | None
) -> pacea.FaitsEligibilite:
    diagnostic = dernier_diagnostic(dossier=dossier)
    return pacea.FaitsEligibilite(
        date_naissance=dossier.jeune.naissance,
        precision_naissance=dossier.jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
        en_difficulte=en_difficulte,
        risque_exclusion=risque_exclusion,
        diagnostic_le=diagnostic.etabli_le if diagnostic else None,
        parcours_en_cours=en_cours,  # type: ignore[arg-type]  # one of the three values of the rule
    )


def droit_au_pacea(
    dossier: Dossier, *, en_difficulte: bool | None, risque_exclusion: bool | None, le: date
) -> Decision[pacea.ResultatEligibilite]:
    """The law's answer on the entry in a PACEA on the day `le` (L. 5131-3), with the contracts of the whole country."""
    droits = droits_nationaux(dossier=dossier, le=le)
    en_cours = "cej" if droits.en_cours else "pacea" if pacea_en_cours(dossier=dossier, le=le) else "aucun"
    faits = _faits_pacea(dossier, en_difficulte=en_difficulte, risque_exclusion=risque_exclusion, en_cours=en_cours)
    return appliquer(pacea.eligibilite, faits, le)


def exiger_pacea(
    dossier: Dossier, *, en_difficulte: bool | None, risque_exclusion: bool | None, le: date
) -> dict[str, Any]:
    """The law's answer on the entry in a PACEA, as it is kept. Raises `RegleViolee` unless it is yes."""
    decision = droit_au_pacea(dossier, en_difficulte=en_difficulte, risque_exclusion=risque_exclusion, le=le)
    if decision.resultat["eligible"] is not True:
        manque = [m for m in decision.motifs if m.satisfait is not True and m.code != "contrat_signe"]
        points = [f"{m.phrase} ({m.article})" for m in manque]
        # Under its box when one box is all that is wrong; above the form otherwise.
        champ = manque[0].code if len(manque) == 1 and manque[0].code in ("en_difficulte", "risque_exclusion") else None
        raise RegleViolee(" ".join([f"Un PACEA ne peut pas être signé le {le:%d/%m/%Y}.", *points]), champ)
    return vers_json(decision)


def allocation(dossier: Dossier, saisi: ContratSaisi) -> tuple[dict[str, Any] | None, Montant | None]:
    """The flat amount of a CEJ and the most that its allowance may be (R. 5131-16), None when it isn't open; the
    allowance that a PACEA mentions, if any."""
    if saisi.cadre != Cadre.CEJ:
        mentionne = saisi.allocation_maximum if saisi.cadre == Cadre.PACEA else None
        return None, allocation_mentionnee(dossier, mentionne, le=saisi.debut)
    try:
        faits = FaitsForfait(
            date_naissance=dossier.jeune.naissance,
            precision_naissance=dossier.jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
            foyer=saisi.foyer_fiscal,  # type: ignore[arg-type]  # same values
            autonomie_fiscale=saisi.autonomie_fiscale,  # type: ignore[arg-type]  # same values
            mayotte=_a_mayotte(dossier),
            emancipe=saisi.mineur_emancipe,
        )
        decision = appliquer(forfait, faits, saisi.debut)
    except FaitInvalide as erreur:
        raise au_champ(erreur, {"foyer": "foyer_fiscal"}) from erreur
    soutenu = saisi.logement == Logement.FOYER and saisi.soutien_parental == Soutien.SUFFISANT
    ouvert = decision.resultat["ouvert"] and not soutenu
    return vers_json(decision), decision.resultat["forfait"] if ouvert else None


def _a_mayotte(dossier: Dossier) -> bool:
    commune = dossier.adresse_commune
    return (commune.departement_id if commune else dossier.structure.code_departement) == MAYOTTE


def allocation_mentionnee(dossier: Dossier, somme: Decimal | None, *, le: date) -> Montant | None:
    """The one-off allowance that the contract of a PACEA mentions (R. 5131-12 3°), under its ceiling of a month
    (D. 5131-9); each payment is decided apart. Raises `RegleViolee` at `allocation_maximum`."""
    if somme is None:
        return None
    jeune = dossier.jeune
    try:
        faits = pacea.FaitsAllocation(
            date_naissance=jeune.naissance,
            precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
            mois=f"{le:%Y-%m}",
            montant=somme,
            mayotte=_a_mayotte(dossier),
        )
        plafond = appliquer(pacea.allocation, faits, le).resultat["plafond_mensuel"]
    except (FaitInvalide, HorsPeriode) as erreur:
        raise RegleViolee(erreur.message, "allocation_maximum") from erreur
    if somme > plafond:
        dit = f"Cette allocation est de {francais.euros(plafond)} au plus pour un mois (D. 5131-9)."
        raise RegleViolee(dit, "allocation_maximum")
    return montant("allocation_maximum", somme)
