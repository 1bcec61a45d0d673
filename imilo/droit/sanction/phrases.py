"""The sentences of the measures, of who pronounces them and of who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imilo.droit import francais
from imilo.droit.sanction.modele import SANS_RESSOURCE, Autorite, Information, Mesure

if TYPE_CHECKING:
    from imilo.droit.registre import Redaction

_NATURES = {"suspension": "Suspension", "suppression": "Suppression"}
_CONDITIONS = {
    "si_suppression_totale_maximale": ", si ce que vous recevez est supprimé en totalité pendant toute cette durée",
    "si_suspension_totale_maximale": ", si ce que vous recevez est suspendu en totalité pendant toute cette durée",
}
_SUR = {
    "allocation": "votre allocation",
    "revenu_remplacement": "votre allocation de chômage",
    "rsa": "votre RSA",
    "inscription": "votre inscription",
}
LOI = "L. 5426-1 I"
_PROPOSANTS: dict[Autorite | None, str] = {
    "mission_locale": "La mission locale",
    "conseil_departemental": "Le président du conseil départemental",
}
_COMPETENCES: dict[Autorite, tuple[str, str]] = {
    "mission_locale": ("au représentant légal de la mission locale, ou à la personne qu'il a habilitée", "R. 5412-4"),
    "france_travail": ("au directeur régional de France Travail", "R. 5412-4"),
    "conseil_departemental": ("au président du conseil départemental", LOI),
}


def ecrire_mesure(mesure: Mesure, redaction: Redaction) -> None:
    """Write one measure as a reason, `nature_objet`."""
    code = f"{mesure['nature']}_{mesure['objet']}"
    redaction.motif(code, True, _phrase(mesure), mesure["article"])


def ecrire_competences(mesures: tuple[Mesure, ...], rsa: bool, redaction: Redaction) -> tuple[Information, ...]:
    """Write who pronounces and who proposes; return who has to be informed, by whom (L. 5426-1 I)."""
    for autorite, (qui, article) in _COMPETENCES.items():
        siennes = [mesure for mesure in mesures if mesure["competent"] == autorite]
        if siennes:
            # R. 5412-4 gives the striking off of R. 5412-3-3 to the mission locale: France Travail has it by the law.
            par_la_loi = any(m["proposee_par"] and m["article"].startswith(SANS_RESSOURCE) for m in siennes)
            phrase = f"La décision {_de_quoi(siennes)} revient {qui}."
            redaction.motif(f"competence_{autorite}", True, phrase, LOI if par_la_loi else article)
    for proposant in {mesure["proposee_par"]: None for mesure in mesures if mesure["proposee_par"]}:
        phrase = f"{_PROPOSANTS[proposant]} propose la radiation, France Travail décide."
        redaction.motif("proposition_radiation", True, phrase, LOI)
        if rsa:
            redaction.avertir(
                "Anomalie du texte : pour un bénéficiaire du RSA que la mission locale accompagne, le L. 5426-1 I "
                "fait proposer la radiation par la mission locale et par le président du conseil départemental ; "
                f"cette décision retient : {_PROPOSANTS[proposant]}."
            )
    if rsa and mesures:
        redaction.avertir(
            "Le RSA et ses sanctions relèvent du code de l'action sociale et des familles, que cette règle ne lit pas "
            "; le président du conseil départemental peut aussi proposer une radiation (L. 5426-1 I)."
        )
    _dire_l_anomalie(mesures, redaction)
    return _informations(mesures, rsa, redaction)


def _de_quoi(mesures: list[Mesure]) -> str:
    if all(mesure["nature"] == "avertissement" for mesure in mesures):
        return "de vous avertir"
    objets = {mesure["objet"] for mesure in mesures}
    return "sur " + " et ".join(nom for objet, nom in _SUR.items() if objet in objets)


def _dire_l_anomalie(mesures: tuple[Mesure, ...], redaction: Redaction) -> None:
    """Who strikes off a person without any benefit: the two texts differ, the reading chosen is said."""
    radiations = [m for m in mesures if m["nature"] == "radiation" and m["article"].startswith(SANS_RESSOURCE)]
    for radiation in radiations:
        if "mission_locale" not in (radiation["competent"], radiation["proposee_par"]):
            continue
        suite = (
            "cette décision suit le règlement : la mission locale prononce."
            if radiation["competent"] == "mission_locale"
            else "cette décision suit la loi : la mission locale propose."
        )
        redaction.avertir(
            "Anomalie du texte : pour la radiation d'une personne sans allocation, la mission locale propose selon le "
            f"L. 5426-1, et prononce selon le R. 5412-4 ; {suite}"
        )


def _informations(mesures: tuple[Mesure, ...], rsa: bool, redaction: Redaction) -> tuple[Information, ...]:
    informations = []
    if any(m["competent"] == "mission_locale" and m["objet"] == "allocation" for m in mesures):
        informations.append(Information(destinataire="france_travail", par="mission_locale"))
        phrase = "La mission locale informe France Travail de sa décision."
        redaction.motif("information_france_travail", True, phrase, LOI)
    if rsa and any(m["competent"] == "france_travail" for m in mesures):
        informations.append(Information(destinataire="conseil_departemental", par="france_travail"))
        phrase = "France Travail informe le président du conseil départemental de sa décision."
        redaction.motif("information_conseil_departemental", True, phrase, LOI)
    return tuple(informations)


def _phrase(mesure: Mesure) -> str:
    if mesure["nature"] == "avertissement":
        return "Avertissement, avec une date limite : vous devez avoir mis fin au manquement d'ici là."
    if mesure["nature"] == "radiation":
        return (
            f"Radiation de la liste des demandeurs d'emploi : {_duree(mesure)}{_CONDITIONS.get(mesure['quand'], '')}."
        )
    debut, part = f"{_NATURES[mesure['nature']]} de {_SUR[mesure['objet']]}", mesure["part_minimale"]
    if part is None:
        return f"{debut}, selon les règles propres au RSA."
    combien = "en totalité" if part == mesure["part_maximale"] else f"de {francais.pourcentage(part)} à la totalité"
    return f"{debut} : {combien}, {_duree(mesure)}."


def _duree(mesure: Mesure) -> str:
    minimum, maximum = mesure["mois_minimum"], mesure["mois_maximum"]
    if minimum is None:
        return "sans durée fixée"
    return f"pendant {minimum} mois" if minimum == maximum else f"pendant {minimum} à {maximum} mois"
