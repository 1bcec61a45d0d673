"""How long a PACEA may last, and what each of its phases needs (R. 5131-11 to R. 5131-13)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypedDict

from imilo.droit import francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_jour, verifier_jour_facultatif, verifier_oui_non
from imilo.droit.logique import et
from imilo.droit.registre import Redaction, regle

PHASE, CONTRAT, DUREE = "R. 5131-11", "R. 5131-12", "R. 5131-13"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the path, done or planned; its goals are set with the young person, and evaluated at its end."""

    debut: Annotated[date, Fait("premier jour de la phase")]
    fin: Annotated[date | None, Fait("dernier jour de la phase, s'il est fixé")] = None
    objectifs_definis: Annotated[bool | None, Fait("les objectifs sont définis avec le jeune")] = None
    evaluee_le: Annotated[date | None, Fait("jour de l'évaluation, si elle est faite")] = None

    def __post_init__(self) -> None:
        verifier_jour("debut", self.debut)
        verifier_oui_non("objectifs_definis", self.objectifs_definis)
        for champ in ("fin", "evaluee_le"):
            valeur = getattr(self, champ)
            verifier_jour_facultatif(champ, valeur)
            if valeur is not None and valeur < self.debut:
                raise FaitInvalide(champ, "Ce jour vient avant le début de la phase.")


@dataclass(frozen=True, slots=True)
class FaitsDuree:
    """The day of signature, the phases in their order, and the last day written, prolongations included.

    `phases` is None while they aren't known, and empty when none is set.
    """

    signe_le: Annotated[date, Fait("jour de signature du contrat d'engagement")]
    phases: Annotated[
        tuple[Phase, ...] | None, Fait("phases du parcours, de la première à la dernière ; liste vide : aucune")
    ] = None
    fin_prevue: Annotated[date | None, Fait("dernier jour prévu, prolongations comprises")] = None

    def __post_init__(self) -> None:
        verifier_jour("signe_le", self.signe_le)
        verifier_jour_facultatif("fin_prevue", self.fin_prevue)
        if self.fin_prevue is not None and self.fin_prevue < self.signe_le:
            raise FaitInvalide("fin_prevue", "Ce jour vient avant la signature.")
        if self.phases is None:
            return
        object.__setattr__(self, "phases", tuple(self.phases))
        self._verifier_phases(self.phases)

    def _verifier_phases(self, phases: tuple[Phase, ...]) -> None:
        if not all(isinstance(phase, Phase) for phase in phases):
            raise FaitInvalide("phases", "Chaque phase a un début, et une fin si elle est fixée.")
        debuts = [phase.debut for phase in phases]
        if debuts != sorted(debuts):
            raise FaitInvalide("phases", "Rangez les phases de la première à la dernière.")
        for phase, suivante in itertools.pairwise(phases):
            if phase.fin is not None and suivante.debut <= phase.fin:
                raise FaitInvalide("phases", "Une phase commence avant la fin de la précédente.")
        derniere = max((phase.fin or phase.debut for phase in phases), default=None)
        if self.fin_prevue is not None and derniere is not None and self.fin_prevue < derniere:
            raise FaitInvalide("fin_prevue", "Une phase va au-delà de ce jour.")

    @property
    def premiere_phase_le(self) -> date | None:
        """The first day of the path; None while no phase is known."""
        return self.phases[0].debut if self.phases else None


class ResultatDuree(TypedDict):
    """`premiere_phase_limite`: last day to begin the first phase; `dernier_jour_possible`: None while it isn't known
    from when the months run. `conforme`: None while a fact named in `a_completer`, or time, could change it.

    `jours_restants`: whole days to the end written, else to the last possible day. `phases_a_evaluer`: numbers of the
    phases that are over without an evaluation, from 1.
    """

    premiere_phase_limite: Echeance
    dernier_jour_possible: Echeance | None
    conforme: bool | None
    jours_restants: int | None
    phases_a_evaluer: tuple[int, ...]
    a_completer: tuple[str, ...]


@regle("pacea.duree", version="1")
def duree(faits: FaitsDuree, le: date, redaction: Redaction) -> ResultatDuree:
    """Say until when the path may last, and whether its phases are what the law asks on the day `le`."""
    premiere_limite = _premiere_phase(faits, le, redaction)
    limite = derniere_limite(faits.signe_le, faits.premiere_phase_le, redaction)
    _duree_determinee(faits, redaction)
    _duree_maximale(faits, limite, redaction)
    _objectifs(faits, redaction)
    a_evaluer = _evaluations(faits, le, redaction)
    fin = faits.fin_prevue or limite
    return ResultatDuree(
        premiere_phase_limite=premiere_limite,
        dernier_jour_possible=limite,
        conforme=et(*(motif.satisfait for motif in redaction.motifs)),
        jours_restants=None if fin is None else max(0, (fin - le).days),
        phases_a_evaluer=a_evaluer,
        a_completer=_manquants(faits),
    )


def derniere_limite(signe_le: date, premiere_phase_le: date | None, redaction: Redaction) -> Echeance | None:
    """Write the longest duration; return its last day, None while the first phase that starts it isn't known."""
    depart = signe_le if redaction.lecture("pacea.depart_duree") == "signature" else premiere_phase_le
    if depart is None:
        return None
    mois = redaction.entier("pacea.duree.maximum", depart)
    limite = redaction.dernier_jour(depart, mois)
    redaction.etape(
        "Dernier jour possible du parcours",
        f"{mois} mois de suite à partir du {francais.jour(depart)} compris = {francais.jour(limite)}",
        limite,
    )
    return limite


def _manquants(faits: FaitsDuree) -> tuple[str, ...]:
    manquants = [] if faits.phases else ["phases"]
    if any(phase.objectifs_definis is None for phase in faits.phases or ()):
        manquants.append("phases.objectifs_definis")
    if faits.fin_prevue is None:
        manquants.append("fin_prevue")
    return tuple(manquants)


def _premiere_phase(faits: FaitsDuree, le: date, redaction: Redaction) -> Echeance:
    """Write the order of contract and first phase, and the delay between them; return its last day."""
    mois = redaction.entier("pacea.delai_premiere_phase", faits.signe_le)
    limite = redaction.terme(faits.signe_le, mois)
    redaction.etape(
        "Dernier jour pour commencer la première phase",
        f"{francais.jour(faits.signe_le)} + {mois} mois = {francais.jour(limite)}",
        limite,
    )
    debut = faits.premiere_phase_le
    if debut is None:
        redaction.motif("premiere_phase", *_sans_phase(faits, le, limite), CONTRAT)
        return limite
    prealable = debut >= faits.signe_le
    phrase = (
        "Le contrat est signé avant l'entrée dans le parcours."
        if prealable
        else f"Le contrat devait être signé avant le début du parcours, le {francais.jour(debut)}."
    )
    redaction.motif("contrat_prealable", prealable, phrase, "L. 5131-4")
    a_temps = debut <= limite
    phrase = (
        f"La première phase commence le {francais.jour(debut)}, dans le délai."
        if a_temps
        else f"La première phase commence le {francais.jour(debut)}, après le {francais.jour(limite)}."
    )
    redaction.motif("premiere_phase", a_temps, phrase, CONTRAT)
    return limite


def _sans_phase(faits: FaitsDuree, le: date, limite: Echeance) -> tuple[bool | None, str]:
    """Whether the first phase is late, and in words, when the days of no phase are known."""
    jour = francais.jour(limite)
    if le <= limite:
        return None, f"La première phase doit commencer au plus tard le {jour}."
    if faits.phases is None:
        return None, f"Il faut dire si une phase a commencé : c'était à faire au plus tard le {jour}."
    return False, f"Aucune phase n'a commencé, et elle devait commencer au plus tard le {jour}."


def _duree_determinee(faits: FaitsDuree, redaction: Redaction) -> None:
    fin = faits.fin_prevue
    if fin is None:
        redaction.motif("duree_determinee", None, "Il faut écrire jusqu'à quand le parcours est prévu.", DUREE)
    else:
        redaction.motif("duree_determinee", True, f"Le parcours est prévu jusqu'au {francais.jour(fin)}.", DUREE)


def _duree_maximale(faits: FaitsDuree, limite: Echeance | None, redaction: Redaction) -> None:
    fins = [fin for fin in (faits.fin_prevue, *(phase.fin for phase in faits.phases or ())) if fin is not None]
    if limite is None:
        redaction.motif(
            "duree_maximale",
            None,
            "La durée se compte à partir de la première phase : il faut son premier jour.",
            DUREE,
        )
        return
    depassee = max(fins, default=faits.signe_le) > limite
    respectee = None if faits.fin_prevue is None and not depassee else not depassee
    phrase = {
        None: f"Le parcours peut durer jusqu'au {francais.jour(limite)} inclus.",
        True: f"Le parcours ne dépasse pas le {francais.jour(limite)}, dernier jour possible.",
        False: f"Le parcours dépasse le {francais.jour(limite)}, dernier jour possible.",
    }[respectee]
    redaction.motif("duree_maximale", respectee, phrase, DUREE)


def _objectifs(faits: FaitsDuree, redaction: Redaction) -> None:
    if not faits.phases:
        return
    definis = et(*(phase.objectifs_definis for phase in faits.phases))
    phrase = {
        None: "Il faut dire si les objectifs de chaque phase sont définis avec vous.",
        True: "Chaque phase a ses objectifs, définis avec vous.",
        False: "Chaque phase doit avoir ses objectifs, définis avec vous : il en manque.",
    }[definis]
    redaction.motif("objectifs_des_phases", definis, phrase, PHASE)


def _evaluations(faits: FaitsDuree, le: date, redaction: Redaction) -> tuple[int, ...]:
    """Write the evaluations; return the numbers of the phases that lack theirs on the day `le`."""
    a_evaluer = tuple(
        numero
        for numero, phase in enumerate(faits.phases or (), start=1)
        if phase.fin is not None and phase.fin < le and (phase.evaluee_le is None or phase.evaluee_le > le)
    )
    if faits.phases:
        numeros = ", ".join(str(numero) for numero in a_evaluer)
        phrase = "Chaque phase finie a été évaluée."
        if a_evaluer:
            pluriel = len(a_evaluer) > 1
            debut, fin = ("Les phases", "sont finies") if pluriel else ("La phase", "est finie")
            phrase = f"{debut} {numeros} {fin} sans avoir été {'évaluées' if pluriel else 'évaluée'}."
        redaction.motif("evaluations", not a_evaluer, phrase, PHASE)
    return a_evaluer
