"""Who decides the orientation, and what puts a person on the list it starts from.

Articles: L. 5411-1, L. 5411-5-1 II, L. 5314-2, R. 5411-8-1. The exception of L. 5411-1 2° for who has reached the age
of a full pension isn't asked: a mission locale receives nobody of that age.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import age, francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    Precision,
    verifier_choix,
    verifier_choix_facultatif,
    verifier_jour,
    verifier_oui_non,
)
from imilo.droit.logique import est, et, non, ou
from imilo.droit.orientation.notification import MoyenNotification, notifier
from imilo.droit.orientation.organismes import NOMS, Decideur, Rsa, beneficiaire_du_rsa
from imilo.droit.registre import Redaction, regle

Sollicite = Literal["mission_locale", "cap_emploi", "france_travail", "aucun"]


@dataclass(frozen=True, slots=True)
class FaitsCompetence:
    """Who the person is, whom they came to, and what they receive; None means *not known yet*."""

    date_naissance: Annotated[date, Fait("date de naissance")]
    sollicite: Annotated[
        Sollicite | None, Fait("organisme à qui la personne demande un accompagnement ou son inscription")
    ] = None
    recherche_emploi: Annotated[bool | None, Fait("la personne cherche un emploi")] = None
    rsa: Annotated[Rsa | None, Fait("situation de la personne au regard du RSA")] = None
    deja_inscrite: Annotated[bool | None, Fait("déjà inscrite sur la liste des demandeurs d'emploi")] = None
    delegation: Annotated[
        bool | None, Fait("le département a délégué par convention à France Travail l'orientation des personnes au RSA")
    ] = None
    situation_handicap: Annotated[bool | None, Fait("la personne est en situation de handicap")] = None
    rqth: Annotated[bool | None, Fait("la qualité de travailleur handicapé est reconnue")] = None
    invalidite: Annotated[
        bool | None, Fait("invalidité de 2e ou 3e catégorie (code de la sécurité sociale, L. 341-4)")
    ] = None
    moyen_notification: Annotated[MoyenNotification | None, Fait("moyen par lequel la décision est notifiée")] = None
    precision_naissance: Annotated[Precision, Fait("ce qui est connu de la date de naissance")] = "jour"

    def __post_init__(self) -> None:
        verifier_jour("date_naissance", self.date_naissance)
        verifier_choix("precision_naissance", self.precision_naissance, Precision)
        verifier_choix_facultatif("sollicite", self.sollicite, Sollicite)
        verifier_choix_facultatif("rsa", self.rsa, Rsa)
        verifier_choix_facultatif("moyen_notification", self.moyen_notification, MoyenNotification)
        for champ in (
            "recherche_emploi",
            "deja_inscrite",
            "delegation",
            "situation_handicap",
            "rqth",
            "invalidite",
        ):
            verifier_oui_non(champ, getattr(self, champ))
        if self.rqth and self.situation_handicap is False:
            raise FaitInvalide(
                "situation_handicap", "Une personne reconnue travailleur handicapé est en situation de handicap."
            )

    @property
    def handicap(self) -> bool | None:
        """Whether the person has a handicap: a recognised one says so."""
        return True if self.rqth else self.situation_handicap


class ResultatCompetence(TypedDict):
    """`inscrite`: the person is, or is put, on the list of L. 5411-1. `competent`: the mission locale decides.

    `decideur`: who decides, `aucun` for a person who isn't on the list; both None while `a_completer` could change
    them. `notification_valable`: None while nothing is notified.
    """

    inscrite: bool | None
    competent: bool | None
    decideur: Decideur | Literal["aucun"] | None
    notification_valable: bool | None
    a_completer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Points:
    """The answers that the rule combines, each yes, no or not known yet."""

    voies: dict[str, bool | None]
    inscrite: bool | None
    departement: bool | None
    dans_l_age: bool | None
    rqth_utile: bool


@regle("orientation.competence", version="1")
def competence(faits: FaitsCompetence, le: date, redaction: Redaction) -> ResultatCompetence:
    """Say who decides the orientation of this person on the day `le`."""
    dans_l_age, rqth_utile = _age(faits, le, redaction)
    voies = _voies(faits, dans_l_age)
    points = _Points(
        voies=voies,
        inscrite=et(non(faits.invalidite), ou(*voies.values())),
        departement=beneficiaire_du_rsa(faits.rsa, redaction),
        dans_l_age=dans_l_age,
        rqth_utile=rqth_utile,
    )
    _dire_inscription(faits, points, redaction)
    _dire_conditions(faits, points, redaction)
    decideur = _decideur(faits, points)
    _dire_decideur(decideur, points.departement, redaction)
    return ResultatCompetence(
        inscrite=points.inscrite,
        competent=et(
            points.inscrite, non(points.departement), est(faits.sollicite, "mission_locale"), points.dans_l_age
        ),
        decideur=decideur,
        notification_valable=None if decideur == "aucun" else notifier(faits.moyen_notification, redaction),
        a_completer=_a_completer(faits, points) if decideur is None else (),
    )


def _age(faits: FaitsCompetence, le: date, redaction: Redaction) -> tuple[bool | None, bool]:
    """Say whether L. 5314-2 speaks of this person, and whether a recognised handicap could change it.

    Write it unless they came to another organism.
    """
    minimum = redaction.entier("orientation.age.minimum", le)
    maximum = redaction.entier("orientation.age.maximum_revolu", le)
    dans = _entre(faits, le, minimum, maximum)
    handicap_compte = (
        dans is not True and faits.rqth is not False and redaction.lecture("orientation.age_rqth") == "comme_le_cej"
    )
    rqth_utile = False
    if handicap_compte:
        etendu = redaction.entier("cej.age.maximum_revolu_rqth", le)
        reconnu = _entre(faits, le, minimum, etendu)
        if faits.rqth:
            dans, maximum = reconnu, etendu
        else:
            rqth_utile = dans != reconnu
            dans = None if rqth_utile else dans
    bornes = f"de {minimum} à {francais.ans(maximum)} révolus"
    phrase = {
        True: f"Vous avez l'âge d'être accompagné(e) par une mission locale, {bornes}.",
        False: f"Une mission locale accompagne les jeunes {bornes} : vous n'êtes pas dans cet âge.",
        None: f"Une mission locale accompagne les jeunes {bornes} : il manque un renseignement sur votre âge.",
    }[dans]
    if dans is False and faits.rqth and not handicap_compte:
        phrase = f"La mission locale peut vous accompagner, mais elle n'oriente que les jeunes {bornes}."
    if faits.sollicite in (None, "mission_locale"):
        redaction.motif("age_mission_locale", dans, phrase, "L. 5314-2")
    return dans, rqth_utile


def _entre(faits: FaitsCompetence, le: date, minimum: int, maximum: int) -> bool | None:
    """Say whether the age in whole years is between two, None when what is known of the birth allows both."""
    plus_tot, plus_tard = age.naissance_possible(faits.date_naissance, faits.precision_naissance)
    if plus_tot > le:
        raise FaitInvalide("date_naissance", "La date de naissance est dans l'avenir.")
    possibles = (age.annees(plus_tot, le), age.annees(min(plus_tard, le), le))
    reponses = [minimum <= possible <= maximum for possible in possibles]
    return reponses[0] if reponses[0] == reponses[1] else None


def _voies(faits: FaitsCompetence, dans_l_age: bool | None) -> dict[str, bool | None]:
    """The ways of L. 5411-1 that put the person on the list, by article."""
    cherche = faits.recherche_emploi
    return {
        "L. 5411-1 3°": et(cherche, est(faits.sollicite, "mission_locale"), dans_l_age),
        "L. 5411-1 4°": est(faits.sollicite, "cap_emploi"),
        "L. 5411-1 2°": non(est(faits.rsa, "non")),
        "L. 5411-1 1°": et(cherche, est(faits.sollicite, "france_travail")),
        "L. 5411-1": faits.deja_inscrite,
    }


INSCRIPTIONS = {
    "L. 5411-1 3°": "Vous cherchez un emploi et demandez l'aide de la mission locale : cela vous inscrit à "
    "France Travail.",
    "L. 5411-1 4°": "Vous demandez l'aide de Cap emploi : cela vous inscrit à France Travail.",
    "L. 5411-1 2°": "La demande de RSA de votre foyer vous inscrit à France Travail.",
    "L. 5411-1 1°": "Vous cherchez un emploi et demandez votre inscription à France Travail.",
    "L. 5411-1": "Vous êtes déjà inscrit(e) à France Travail.",
}


def _dire_inscription(faits: FaitsCompetence, points: _Points, redaction: Redaction) -> None:
    article = "L. 5411-1"
    if faits.invalidite:
        phrase = "Votre invalidité vous laisse en dehors de la liste des demandeurs d'emploi."
    elif points.inscrite:
        article = next(voie for voie, ouverte in points.voies.items() if ouverte)
        phrase = INSCRIPTIONS[article]
    elif points.inscrite is None:
        phrase = "Il manque un renseignement pour savoir si vous êtes inscrit(e) à France Travail."
    elif faits.recherche_emploi is False:
        phrase = "Rien ne vous inscrit à France Travail : il faut chercher un emploi pour demander son inscription."
    else:
        phrase = "Rien ne vous inscrit encore à France Travail : vous pouvez demander votre inscription."
    redaction.motif("inscription", points.inscrite, phrase, article)


def _dire_conditions(faits: FaitsCompetence, points: _Points, redaction: Redaction) -> None:
    phrase = {
        True: "Vous êtes au RSA : ce n'est pas la mission locale qui décide votre orientation.",
        False: "L'orientation des bénéficiaires du RSA ne vous concerne pas.",
        None: "Il faut dire si vous recevez le RSA.",
    }[points.departement]
    redaction.motif("hors_rsa", non(points.departement), phrase, "L. 5411-5-1 II 2°")
    chez_nous = est(faits.sollicite, "mission_locale")
    phrase = {
        True: "Vous demandez l'aide de la mission locale.",
        False: "Vous ne demandez pas l'aide de la mission locale.",
        None: "Il faut dire à quel organisme vous demandez de l'aide.",
    }[chez_nous]
    redaction.motif("mission_locale_sollicitee", chez_nous, phrase, "L. 5411-5-1 II 3°")


def _decideur(faits: FaitsCompetence, points: _Points) -> Decideur | Literal["aucun"] | None:
    """Return who decides, when everything that isn't known leads to the same one."""
    if points.inscrite is not True:
        return None if points.inscrite is None else "aucun"
    possibles: set[Decideur] = set()
    if points.departement is not False:
        possibles |= {"france_travail"} if faits.delegation is not False else set()
        possibles |= {"departement"} if faits.delegation is not True else set()
    if points.departement is not True:
        speciaux: dict[Decideur, bool | None] = {
            "mission_locale": et(est(faits.sollicite, "mission_locale"), points.dans_l_age),
            "cap_emploi": et(est(faits.sollicite, "cap_emploi"), faits.handicap),
        }
        possibles |= {organisme for organisme, ouvert in speciaux.items() if ouvert is not False}
        possibles |= set() if ou(*speciaux.values()) else {"france_travail"}
    return possibles.pop() if len(possibles) == 1 else None


ARTICLES_DU_DECIDEUR = {
    "france_travail": "L. 5411-5-1 II 1°",
    "departement": "L. 5411-5-1 II 2°",
    "mission_locale": "L. 5411-5-1 II 3°",
    "cap_emploi": "L. 5411-5-1 II 4°",
}


def _dire_decideur(
    decideur: Decideur | Literal["aucun"] | None, departement: bool | None, redaction: Redaction
) -> None:
    if decideur is None:
        redaction.motif("decideur", None, "Il manque un renseignement pour savoir qui décide.", "L. 5411-5-1 II")
    elif decideur == "aucun":
        phrase = "Aucune orientation n'est à décider : vous n'êtes pas sur la liste des demandeurs d'emploi."
        redaction.motif("decideur", False, phrase, "L. 5411-5-1 I")
    elif decideur == "france_travail" and departement:
        phrase = "France Travail décide qui vous accompagne, à la place du département."
        redaction.motif("decideur", True, phrase, ARTICLES_DU_DECIDEUR["departement"])
    else:
        nom = NOMS[decideur]
        phrase = f"{nom[0].upper()}{nom[1:]} décide qui vous accompagne."
        redaction.motif("decideur", True, phrase, ARTICLES_DU_DECIDEUR[decideur])


def _a_completer(faits: FaitsCompetence, points: _Points) -> tuple[str, ...]:
    """Name the facts that are missing and could change who decides."""
    chez_nous, cap = faits.sollicite == "mission_locale", faits.sollicite == "cap_emploi"
    inconnue = points.inscrite is None
    hors_rsa = points.departement is not True
    par_la_voie = inconnue and ou(*points.voies.values()) is None
    utiles = {
        "invalidite": inconnue,
        "deja_inscrite": par_la_voie,
        "sollicite": par_la_voie or hors_rsa,
        "recherche_emploi": par_la_voie and not cap and faits.sollicite != "aucun",
        "rsa": True,
        "delegation": points.departement is not False,
        "situation_handicap": hors_rsa and cap and faits.handicap is None,
        "rqth": points.rqth_utile and hors_rsa and chez_nous,
    }
    manquants = [champ for champ, utile in utiles.items() if utile and getattr(faits, champ) is None]
    if chez_nous and points.dans_l_age is None and faits.precision_naissance != "jour":
        manquants.append("date_naissance")
    return tuple(manquants)
