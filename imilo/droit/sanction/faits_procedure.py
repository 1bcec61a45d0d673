"""The facts of `sanction.procedure`: what was notified, asked, heard and decided, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args

from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_choix, verifier_jour_facultatif, verifier_oui_non
from imilo.droit.sanction.modele import verifier_en_vigueur

MentionNotification = Literal[
    "faits_reproches", "sanction_envisagee", "delai_observations", "droit_audition", "droit_assistance"
]
MentionDecision = Literal["motivation", "duree_radiation", "voies_recours", "delais_recours"]
EN_FRANCAIS: dict[str, str] = {
    "faits_reproches": "les faits reprochés",
    "sanction_envisagee": "la sanction envisagée",
    "delai_observations": "le délai pour présenter vos observations",
    "droit_audition": "le droit d'être entendu(e)",
    "droit_assistance": "le droit de venir avec la personne de votre choix",
    "motivation": "pourquoi elle est prise",
    "duree_radiation": "combien de temps dure la radiation",
    "voies_recours": "comment la contester",
    "delais_recours": "jusqu'à quand la contester",
}


@dataclass(frozen=True, slots=True)
class FaitsProcedure:
    """The steps so far; a day that isn't given hasn't come, a list or an answer that isn't given isn't known yet."""

    mineur: Annotated[bool | None, Fait("la personne est mineure")] = None
    protege: Annotated[bool | None, Fait("la personne fait l'objet d'une mesure de protection juridique")] = None
    notifiee_le: Annotated[
        date | None, Fait("jour, certain, où la personne a reçu la notification des faits et de la sanction envisagée")
    ] = None
    representants_notifies_le: Annotated[
        date | None, Fait("jour, certain, où ses représentants légaux l'ont reçue")
    ] = None
    mentions_notification: Annotated[tuple[MentionNotification, ...] | None, Fait("ce que dit cette notification")] = (
        None
    )
    observations_le: Annotated[date | None, Fait("jour des observations écrites")] = None
    audition_demandee_le: Annotated[date | None, Fait("jour où la personne a demandé à être entendue")] = None
    audition_le: Annotated[
        date | None, Fait("jour où elle a été entendue, ou pour lequel elle était convoquée si elle n'est pas venue")
    ] = None
    decidee_le: Annotated[date | None, Fait("jour de la décision")] = None
    radiation: Annotated[bool | None, Fait("la décision comporte une radiation")] = None
    mentions_decision: Annotated[tuple[MentionDecision, ...] | None, Fait("ce que dit la décision")] = None
    decision_notifiee_le: Annotated[date | None, Fait("jour où la décision a été notifiée à la personne")] = None
    decision_representants_le: Annotated[date | None, Fait("jour où elle l'a été à ses représentants légaux")] = None

    def __post_init__(self) -> None:
        for champ in ("mineur", "protege", "radiation"):
            verifier_oui_non(champ, getattr(self, champ))
        for champ in _JOURS:
            verifier_jour_facultatif(champ, getattr(self, champ))
        for champ in ("notifiee_le", "representants_notifies_le"):
            if (jour := getattr(self, champ)) is not None:
                verifier_en_vigueur(champ, jour, "sanction.procedure")
        for champ, mentions in (("mentions_notification", MentionNotification), ("mentions_decision", MentionDecision)):
            _verifier_mentions(self, champ, mentions)
        self._verifier_ordre()

    def _verifier_ordre(self) -> None:
        premiere = min((jour for jour in (self.notifiee_le, self.representants_notifies_le) if jour), default=None)
        for champ in ("observations_le", "audition_demandee_le"):
            jour = getattr(self, champ)
            if jour is not None and (premiere is None or jour < premiere):
                raise FaitInvalide(champ, "Ce jour vient avant toute notification.")
        _verifier_suite(self, "audition_le", "audition_demandee_le")
        _verifier_suite(self, "decision_notifiee_le", "decidee_le")
        _verifier_suite(self, "decision_representants_le", "decidee_le")

    @property
    def represente(self) -> bool | None:
        """Whether the legal representatives are notified too; None while it isn't known."""
        if self.mineur or self.protege:
            return True
        return None if None in (self.mineur, self.protege) else False


_JOURS = (
    "notifiee_le",
    "representants_notifies_le",
    "observations_le",
    "audition_demandee_le",
    "audition_le",
    "decidee_le",
    "decision_notifiee_le",
    "decision_representants_le",
)


def _verifier_mentions(faits: FaitsProcedure, champ: str, mentions: Any) -> None:
    donnees = getattr(faits, champ)
    if donnees is None:
        return
    if not isinstance(donnees, tuple | list):
        raise FaitInvalide(champ, "Indiquez une liste de mentions.")
    for donnee in donnees:
        verifier_choix(champ, donnee, mentions)
    object.__setattr__(faits, champ, tuple(m for m in get_args(mentions) if m in donnees))


_AVANT = {
    "audition_demandee_le": "le jour où la personne a demandé à être entendue",
    "decidee_le": "le jour de la décision",
}


def _verifier_suite(faits: FaitsProcedure, champ: str, avant: str) -> None:
    jour, precedent = getattr(faits, champ), getattr(faits, avant)
    if jour is not None and (precedent is None or jour < precedent):
        raise FaitInvalide(champ, f"Indiquez d'abord {_AVANT[avant]}, qui ne peut pas venir après ce jour-ci.")
