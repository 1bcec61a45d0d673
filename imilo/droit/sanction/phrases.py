"""The sentences of the measures, of who pronounces them and of who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imilo.droit import francais
from imilo.droit.sanction.modele import Autorite, Information, Mesure

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
_COMPETENCES: dict[Autorite, tuple[str, str]] = {
    "mission_locale": ("au représentant légal de la mission locale, ou à la personne qu'il a habilitée", "R. 5412-4"),
    "france_travail": ("au directeur régional de France Travail", "R. 5412-4"),
    "conseil_departemental": ("au président du conseil départemental", "L. 5426-1 I"),
}


def ecrire_mesure(mesure: Mesure, redaction: Redaction) -> None:
    """Write one measure as a reason, `nature_objet`."""
    code = f"{mesure['nature']}_{mesure['objet']}"
    redaction.motif(code, True, _phrase(mesure), mesure["article"])


def ecrire_competences(mesures: tuple[Mesure, ...], rsa: bool, redaction: Redaction) -> tuple[Information, ...]:
    """Write who pronounces and who proposes; return who has to be informed, by whom (L. 5426-1 I)."""
    for autorite, (qui, article) in _COMPETENCES.items():
        siennes = {mesure["objet"] for mesure in mesures if mesure["competent"] == autorite}
        if siennes:
            objets = " et ".join(nom for objet, nom in _SUR.items() if objet in siennes)
            redaction.motif(f"competence_{autorite}", True, f"La décision sur {objets} revient {qui}.", article)
    if any(mesure["proposee_par"] == "mission_locale" for mesure in mesures):
        phrase = "La mission locale propose la radiation, France Travail décide."
        redaction.motif("proposition_radiation", True, phrase, "L. 5426-1 I")
    if rsa and mesures:
        redaction.avertir(
            "Le RSA et ses sanctions relèvent du code de l'action sociale et des familles, que cette règle ne lit pas."
        )
    _dire_l_anomalie(mesures, redaction)
    return _informations(mesures, rsa, redaction)


def _dire_l_anomalie(mesures: tuple[Mesure, ...], redaction: Redaction) -> None:
    """Who strikes off a person without any benefit: the two texts differ, the reading chosen is said."""
    radiations = [m for m in mesures if m["nature"] == "radiation" and m["article"].startswith("R. 5412-3-3")]
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
        redaction.motif("information_france_travail", True, phrase, "L. 5426-1 I")
    if rsa and any(m["competent"] == "france_travail" for m in mesures):
        informations.append(Information(destinataire="conseil_departemental", par="france_travail"))
        phrase = "France Travail informe le président du conseil départemental de sa décision."
        redaction.motif("information_conseil_departemental", True, phrase, "L. 5426-1 I")
    return tuple(informations)


def _phrase(mesure: Mesure) -> str:
    if mesure["nature"] == "avertissement":
        return "Avertissement, qui fixe le délai où vous pouvez mettre fin au manquement."
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
