"""The adversarial procedure before a sanction (R. 5412-7, R. 5412-7-1).

It holds for every sanction of the section, the warning among them. A late decision isn't said to be void: the text
sets the delay without saying what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypedDict, get_args

from imilo.droit import francais
from imilo.droit.delais import Echeance
from imilo.droit.registre import Redaction, regle
from imilo.droit.sanction.faits_procedure import EN_FRANCAIS, FaitsProcedure, MentionDecision, MentionNotification

Etat = Literal["a_notifier", "observations", "audition", "a_decider", "decidee", "notifiee"]
AVANT = "R. 5412-7"
APRES = "R. 5412-7-1"
DUREE = "duree_radiation"
REPRESENTANTS = "sanction.notification_representants"


class ResultatProcedure(TypedDict):
    """Where the procedure stands on the day: to notify, ten days running, hearing to hold, to decide, decided, told.

    `audition`: a hearing asked is still to hold, or the ten days in which it was held have to end (by the reading).

    `limite_decision` is by what is known: None while a hearing asked in time hasn't been held. `jours_restants`: whole
    days to the limit that runs, 0 on the last one and after. `peut_decider`: the decision may be taken that day.
    `en_retard`: the fifteen days are over, or were when it was decided. `conforme`: nothing is missing, early nor late,
    None while something is still to come. All are None where `a_completer` could change them.
    """

    etat: Etat | None
    limite_observations: Echeance | None
    limite_decision: Echeance | None
    jours_restants: int | None
    peut_decider: bool | None
    en_retard: bool | None
    conforme: bool | None
    representants: bool | None
    mentions_manquantes: tuple[str, ...]
    a_completer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cours:
    """The steps known on the day `jusque`: the day asked, or that of the decision; what comes after mends nothing."""

    jusque: date
    decidee: bool
    limite_observations: Echeance | None = None
    audition_demandee_le: date | None = None
    audition_le: date | None = None
    limite_decision: Echeance | None = None

    @property
    def a_entendre(self) -> bool:
        """Whether a hearing was asked within the ten days."""
        demandee, limite = self.audition_demandee_le, self.limite_observations
        return demandee is not None and limite is not None and demandee <= limite

    def acquis(self, fait: bool) -> bool | None:
        """Return yes once it is done; while it isn't, None before the decision and no after it."""
        return True if fait else False if self.decidee else None


@regle("sanction.procedure", version="1")
def procedure(faits: FaitsProcedure, le: date, redaction: Redaction) -> ResultatProcedure:
    """Say where the procedure stands on the day `le`, what is late and what is missing; later facts are ignored."""
    avis = _notifies((faits.notifiee_le, faits.representants_notifies_le), faits.decidee_le, le)
    finale = _notifies((faits.decision_notifiee_le, faits.decision_representants_le), None, le)
    if faits.represente is None and any((*avis, *finale)):
        return _a_preciser(faits, redaction)
    cours = _cours(faits, _depart(avis, faits, redaction), le, redaction)
    manquantes = (*_absentes_de_la_notification(faits, cours), *_absentes_de_la_decision(faits, cours))
    notifiee = _decision_notifiee(finale, faits, cours, redaction)
    attend = _attend(cours, redaction)
    reponses = (
        _notification(cours, _reste_a_notifier(avis, faits, redaction), redaction),
        _mentions_notification(faits, cours, redaction),
        _audition(cours, redaction) if cours.a_entendre else _observations(faits, cours, redaction),
        _attente(cours, redaction) if attend else True,
        _delai_de_decision(cours, redaction),
        _mentions_decision(faits, cours, redaction),
        notifiee,
    )
    etat = _etat(cours, attend, notifiee)
    limite = {"observations": cours.limite_observations, "a_decider": cours.limite_decision}.get(etat)
    return ResultatProcedure(
        etat=etat,
        limite_observations=cours.limite_observations,
        limite_decision=cours.limite_decision,
        jours_restants=None if limite is None else max(0, (limite - le).days),
        peut_decider=etat == "a_decider",
        en_retard=cours.limite_decision is not None and cours.jusque > cours.limite_decision,
        conforme=False if False in reponses else None if None in reponses else True,
        representants=faits.represente,
        mentions_manquantes=manquantes,
        a_completer=_a_completer(faits, cours),
    )


def _connu(jour: date | None, le: date) -> date | None:
    return jour if jour is not None and jour <= le else None


def _notifies(jours: tuple[date | None, ...], decidee_le: date | None, le: date) -> tuple[date | None, ...]:
    """Return the days known of a notification, to the person then to the representatives."""
    jusque = _connu(decidee_le, le) or le
    return tuple(_connu(jour, jusque) for jour in jours)


def _a_preciser(faits: FaitsProcedure, redaction: Redaction) -> ResultatProcedure:
    phrase = "Il faut dire si la personne est mineure ou protégée : ses représentants sont alors notifiés aussi."
    redaction.motif("notification_prealable", None, phrase, AVANT)
    return ResultatProcedure(
        etat=None,
        limite_observations=None,
        limite_decision=None,
        jours_restants=None,
        peut_decider=None,
        en_retard=None,
        conforme=None,
        representants=None,
        mentions_manquantes=(),
        a_completer=tuple(champ for champ in ("mineur", "protege") if getattr(faits, champ) is None),
    )


def _attendus(jours: tuple[date | None, ...], faits: FaitsProcedure, redaction: Redaction) -> dict[str, date | None]:
    """Return who has to be notified, and when they were, by the reading chosen when there are representatives."""
    a_notifier = dict(zip(_A_QUI, jours, strict=True))
    if not faits.represente:
        del a_notifier[_A_QUI[1]]
    elif redaction.lecture(REPRESENTANTS) == "representants_seuls":
        del a_notifier[_A_QUI[0]]
    return a_notifier


_A_QUI = ("à vous-même", "à vos représentants légaux")


def _reste_a_notifier(jours: tuple[date | None, ...], faits: FaitsProcedure, redaction: Redaction) -> str:
    """Say to whom it remains to notify; nothing when everybody was."""
    if faits.represente is None:
        return f"{_A_QUI[0]}, et {_A_QUI[1]} si vous êtes mineur(e) ou protégé(e)"
    return " et ".join(qui for qui, jour in _attendus(jours, faits, redaction).items() if jour is None)


def _depart(avis: tuple[date | None, ...], faits: FaitsProcedure, redaction: Redaction) -> date | None:
    """Return the day from which the ten days run, None while somebody is still to be notified."""
    attendus = _attendus(avis, faits, redaction)
    recus = [jour for jour in attendus.values() if jour is not None]
    if len(recus) < len(attendus):
        return None
    premier, *_ = recus
    a_l_interesse = faits.represente and redaction.lecture(REPRESENTANTS) == "aux_deux_a_l_interesse"
    return premier if a_l_interesse else max(recus)


def _cours(faits: FaitsProcedure, depart: date | None, le: date, redaction: Redaction) -> Cours:
    decidee = _connu(faits.decidee_le, le)
    cours = Cours(decidee or le, decidee is not None)
    if depart is None:
        return cours
    cours = replace(
        cours,
        limite_observations=_limite(depart, "observations", redaction),
        audition_demandee_le=_connu(faits.audition_demandee_le, cours.jusque),
    )
    if cours.a_entendre:
        cours = replace(cours, audition_le=_connu(faits.audition_le, cours.jusque))
    expiration = cours.audition_le if cours.a_entendre else cours.limite_observations
    limite = None if expiration is None else _limite(expiration, "decision", redaction)
    return replace(cours, limite_decision=limite)


def _limite(evenement: date, delai: str, redaction: Redaction) -> Echeance:
    jours = redaction.entier(f"sanction.procedure.{delai}_jours", evenement)
    fin = redaction.terme_en_jours(evenement, jours)
    redaction.etape(_LIBELLES[delai], f"{francais.jour(evenement)} + {jours} jours = {francais.jour(fin)}", fin)
    return fin


_LIBELLES = {
    "observations": "Dernier jour pour présenter des observations",
    "decision": "Dernier jour pour se prononcer",
}


def _attend(cours: Cours, redaction: Redaction) -> bool:
    """Whether the ten days have to end, though the person was heard in them."""
    limite, audition = cours.limite_observations, cours.audition_le
    if limite is None or audition is None or audition > limite:
        return False
    return redaction.lecture("sanction.decision_apres_audition") == "apres_les_dix_jours"


def _etat(cours: Cours, attend: bool, notifiee: bool | None) -> Etat:
    if cours.decidee:
        return "notifiee" if notifiee else "decidee"
    if cours.limite_observations is None:
        return "a_notifier"
    if cours.a_entendre:
        avant = cours.audition_le is None or (attend and cours.jusque <= cours.limite_observations)
        return "audition" if avant else "a_decider"
    return "observations" if cours.jusque <= cours.limite_observations else "a_decider"


def _notification(cours: Cours, a_qui: str, redaction: Redaction) -> bool | None:
    satisfait = cours.acquis(cours.limite_observations is not None)
    phrase = {
        None: f"Les faits reprochés et la sanction envisagée restent à notifier {a_qui}, avec une date certaine.",
        True: "Les faits reprochés et la sanction envisagée ont été notifiés à tous ceux qui devaient l'être.",
        False: f"La décision a été prise sans que les faits et la sanction envisagée soient d'abord notifiés {a_qui}.",
    }[satisfait]
    redaction.motif("notification_prealable", satisfait, phrase, AVANT)
    return satisfait


def _absentes_de_la_notification(faits: FaitsProcedure, cours: Cours) -> tuple[str, ...]:
    if cours.limite_observations is None or faits.mentions_notification is None:
        return ()
    return tuple(mention for mention in get_args(MentionNotification) if mention not in faits.mentions_notification)


def _mentions_notification(faits: FaitsProcedure, cours: Cours, redaction: Redaction) -> bool | None:
    if cours.limite_observations is None:
        return None
    absentes = _absentes_de_la_notification(faits, cours)
    satisfait = None if faits.mentions_notification is None else not absentes
    phrase = {
        None: "Il faut dire ce que contient la notification.",
        True: "La notification dit tout ce qu'elle doit dire.",
        False: f"La notification ne dit pas tout ce qu'elle doit dire. Il manque : {_liste(absentes)}.",
    }[satisfait]
    redaction.motif("mentions_notification", satisfait, phrase, AVANT)
    return satisfait


def _liste(mentions: tuple[str, ...]) -> str:
    return ", ".join(EN_FRANCAIS[mention] for mention in mentions)


def _observations(faits: FaitsProcedure, cours: Cours, redaction: Redaction) -> bool | None:
    """Whether the ten days were left to the person; a hearing asked after them isn't due."""
    limite = cours.limite_observations
    if limite is None:
        return None
    texte = francais.jour(limite)
    if cours.audition_demandee_le is not None:
        phrase = f"Vous avez demandé à être entendu(e) après le {texte} : il n'y a pas d'audition obligatoire."
        redaction.motif("audition", False, phrase, AVANT)
    recues = _connu(faits.observations_le, cours.jusque)
    if recues is not None:
        phrase = f"Vous avez écrit vos observations le {francais.jour(recues)}, pour un délai finissant le {texte}."
        redaction.motif("observations", recues <= limite, phrase, AVANT)
    reste = (
        f"Vous avez jusqu'au {texte} inclus pour écrire vos observations ou demander à être entendu(e), "
        "accompagné(e) de la personne de votre choix."
    )
    return _ecoule(cours, limite, reste, redaction)


def _attente(cours: Cours, redaction: Redaction) -> bool | None:
    """Whether the ten days were left to a person heard in them, who may still write."""
    limite = cours.limite_observations
    if limite is None:
        return None
    reste = f"Vous gardez jusqu'au {francais.jour(limite)} inclus pour écrire : la décision ne vient pas avant."
    return _ecoule(cours, limite, reste, redaction)


def _ecoule(cours: Cours, limite: Echeance, reste: str, redaction: Redaction) -> bool | None:
    satisfait, texte = cours.acquis(cours.jusque > limite), francais.jour(limite)
    phrase = {
        None: reste,
        True: f"Vous avez eu jusqu'au {texte} inclus pour vous exprimer.",
        False: f"La décision a été prise sans attendre la fin de votre délai, le {texte}.",
    }[satisfait]
    redaction.motif("delai_observations", satisfait, phrase, AVANT)
    return satisfait


def _audition(cours: Cours, redaction: Redaction) -> bool | None:
    satisfait = cours.acquis(cours.audition_le is not None)
    phrase = {
        None: "Vous avez demandé à être entendu(e) : vous pouvez venir avec la personne de votre choix.",
        True: "Vous avez pu être entendu(e) avant la décision.",
        False: "La décision a été prise sans que vous ayez été entendu(e), alors que vous l'aviez demandé à temps.",
    }[satisfait]
    redaction.motif("audition", satisfait, phrase, AVANT)
    return satisfait


def _delai_de_decision(cours: Cours, redaction: Redaction) -> bool | None:
    limite = cours.limite_decision
    if limite is None:
        return None
    a_temps = cours.jusque <= limite
    satisfait = a_temps if cours.decidee or not a_temps else None
    phrase = {
        None: f"La décision doit être prise au plus tard le {francais.jour(limite)}.",
        True: f"La décision a été prise à temps, au plus tard le {francais.jour(limite)}.",
        False: f"La décision devait être prise au plus tard le {francais.jour(limite)}.",
    }[satisfait]
    redaction.motif("delai_decision", satisfait, phrase, APRES)
    if satisfait is False:
        redaction.avertir("Le texte ne dit pas ce que devient une décision prise après ce délai.")
    return satisfait


def _absentes_de_la_decision(faits: FaitsProcedure, cours: Cours) -> tuple[str, ...]:
    """Return what the decision surely lacks: the length of a striking off only when it holds one."""
    if not cours.decidee or faits.mentions_decision is None:
        return ()
    absentes = [mention for mention in get_args(MentionDecision) if mention not in faits.mentions_decision]
    return tuple(mention for mention in absentes if mention != DUREE or faits.radiation)


def _mentions_decision(faits: FaitsProcedure, cours: Cours, redaction: Redaction) -> bool | None:
    if not cours.decidee:
        return None
    absentes = _absentes_de_la_decision(faits, cours)
    satisfait = None if _depend(faits) and not absentes else not absentes
    phrase = {
        None: "Il faut dire ce que contient la décision, et si elle comporte une radiation.",
        True: "La décision dit pourquoi elle est prise, et comment la contester.",
        False: f"La décision ne dit pas tout ce qu'elle doit dire. Il manque : {_liste(absentes)}.",
    }[satisfait]
    redaction.motif("mentions_decision", satisfait, phrase, APRES)
    return satisfait


def _depend(faits: FaitsProcedure) -> bool:
    """Whether what the decision states isn't known enough to say that nothing is missing."""
    mentions = faits.mentions_decision
    return mentions is None or (DUREE not in mentions and faits.radiation is None)


def _decision_notifiee(
    finale: tuple[date | None, ...], faits: FaitsProcedure, cours: Cours, redaction: Redaction
) -> bool | None:
    if not cours.decidee:
        return None
    a_qui = _reste_a_notifier(finale, faits, redaction)
    satisfait = None if a_qui else True
    phrase = {
        None: f"La décision reste à notifier {a_qui}.",
        True: "La décision a été notifiée à tous ceux qui devaient l'être.",
    }[satisfait]
    redaction.motif("decision_notifiee", satisfait, phrase, APRES)
    return satisfait


def _a_completer(faits: FaitsProcedure, cours: Cours) -> tuple[str, ...]:
    champs = []
    if cours.limite_observations is not None and faits.mentions_notification is None:
        champs.append("mentions_notification")
    if cours.decidee and faits.mentions_decision is None:
        champs.append("mentions_decision")
    elif cours.decidee and _depend(faits):
        champs.append("radiation")
    return tuple(champs)
