"""May this young person sign a CEJ: each criterion on its own, with its article.

Articles: L. 5131-6, L. 5314-2, R. 5131-15, R. 5131-16.
"""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from imilo.droit import age, delais, francais
from imilo.droit.baremes import parametre
from imilo.droit.cej.attente import attente_depuis_le_dernier
from imilo.droit.cej.examen import Examen, FaitsEligibilite
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.registre import Redaction, regle


class ResultatEligibilite(TypedDict):
    """`eligible` is None while `a_completer` (names of facts) could change the answer.

    `a_partir_du` and `jusqu_au`: first and last day on which age and waiting time allow a CEJ to be signed; None
    where a missing fact leaves them open.
    """

    eligible: bool | None
    a_completer: tuple[str, ...]
    a_partir_du: delais.Echeance | None
    jusqu_au: date | None


@regle("cej.eligibilite", version="1")
def eligibilite(faits: FaitsEligibilite, le: date, redaction: Redaction) -> ResultatEligibilite:
    """Say whether a CEJ may be signed on the day `le`, point by point."""
    examen = Examen(faits, le, redaction)
    seize_ans = _age_minimum(examen)
    limite = _age_maximum(examen)
    _etudes(examen)
    _formation(examen)
    _emploi(examen)
    attente = attente_depuis_le_dernier(examen)
    a_partir_du = None if attente is None else delais.Echeance.du(max(seize_ans, attente))
    if a_partir_du is not None and limite is not None and le <= limite < a_partir_du:
        redaction.avertir(
            f"Un CEJ ne pourrait être signé qu'à partir du {francais.jour(a_partir_du)}, après la limite d'âge du "
            f"{francais.jour(limite)}."
        )
    reponses = [motif.satisfait for motif in redaction.motifs]
    return ResultatEligibilite(
        eligible=False if False in reponses else None if None in reponses else True,
        a_completer=tuple(examen.a_completer),
        a_partir_du=a_partir_du,
        jusqu_au=limite,
    )


def _age_minimum(examen: Examen) -> date:
    """Write the lower age; return the day from which it is certainly reached."""
    faits, le = examen.faits, examen.le
    minimum = examen.redaction.entier("cej.age.minimum", le)
    plus_tot, plus_tard = age.naissance_possible(faits.date_naissance, faits.precision_naissance)
    if plus_tot > le:
        raise FaitInvalide("date_naissance", "La date de naissance est dans l'avenir.")
    certain = delais.anniversaire(plus_tard, minimum)
    atteint = _accord(delais.anniversaire(plus_tot, minimum) <= le, certain <= le)
    phrase = {
        True: f"Vous avez au moins {minimum} ans.",
        False: f"Vous aurez {minimum} ans le {francais.jour(certain)} : il faut attendre ce jour.",
        None: f"Pour savoir si vous avez {minimum} ans, il faut votre date de naissance exacte.",
    }[atteint]
    examen.point("age_minimum", atteint, phrase, "L. 5131-6", "date_naissance")
    return certain


def _age_maximum(examen: Examen) -> date | None:
    """Write the upper age; return the last day that it certainly allows."""
    faits, le, redaction = examen.faits, examen.le, examen.redaction
    commun = redaction.entier("cej.age.maximum_revolu", le)
    rqth = redaction.entier("cej.age.maximum_revolu_rqth", le)
    plus_tot, plus_tard = age.naissance_possible(faits.date_naissance, faits.precision_naissance)

    def encore(maximum: int) -> bool | None:
        tard = age.dernier_jour_revolu(plus_tard, maximum)
        return _accord(le <= age.dernier_jour_revolu(plus_tot, maximum), le <= tard)

    if faits.rqth is None and encore(commun) is not True and encore(rqth) is not False:
        passe = "Vous avez" if encore(commun) is False else "Vous avez peut-être"
        phrase = (
            f"{passe} {commun + 1} ans ou plus : le CEJ ne vous reste ouvert, avant {rqth + 1} ans, que si vous êtes "
            "reconnu(e) travailleur handicapé."
        )
        examen.point("age_maximum", None, phrase, "L. 5131-6", "rqth")
        return None
    maximum, suite = (rqth, " et vous êtes reconnu(e) travailleur handicapé") if faits.rqth else (commun, "")
    if faits.rqth:
        redaction.citer("L. 5314-2")
    limite = age.dernier_jour_revolu(plus_tot, maximum)
    ouverture = parametre("cej.age.maximum_revolu").valeurs[0].a_compter_du
    if limite < ouverture:
        phrase = f"Vous avez {maximum + 1} ans ou plus : le CEJ, créé le {francais.jour(ouverture)}, se signe avant."
        examen.point("age_maximum", False, phrase, "L. 5131-6")
        return limite
    age.expliquer_29_fevrier(plus_tot, redaction)
    phrase = {
        True: f"Vous avez moins de {maximum + 1} ans{suite} : le CEJ vous est ouvert jusqu'au "
        f"{francais.jour(limite)} inclus.",
        False: f"Le CEJ vous était ouvert jusqu'au {francais.jour(limite)}, veille de vos {maximum + 1} ans.",
        None: f"Pour savoir si vous avez moins de {maximum + 1} ans, il faut votre date de naissance exacte.",
    }[encore(maximum)]
    redaction.etape(
        "Dernier jour où un CEJ peut être signé",
        f"veille des {maximum + 1} ans = {francais.jour(limite)}",
        limite,
    )
    examen.point("age_maximum", encore(maximum), phrase, "L. 5131-6", "date_naissance")
    return limite


def _etudes(examen: Examen) -> None:
    phrase = {
        None: "Il faut indiquer si vous êtes étudiant(e).",
        True: "Vous êtes étudiant(e) : le CEJ ne peut pas être signé pendant vos études.",
        False: "Vous n'êtes pas étudiant(e).",
    }[examen.faits.etudiant]
    examen.point("pas_etudiant", _non(examen.faits.etudiant), phrase, "L. 5131-6", "etudiant")


def _formation(examen: Examen) -> None:
    phrase = {
        None: "Il faut indiquer si vous suivez une formation.",
        True: "Vous suivez une formation : le CEJ pourra être signé quand elle sera finie.",
        False: "Vous ne suivez pas de formation.",
    }[examen.faits.en_formation]
    examen.point(
        "pas_en_formation",
        _non(examen.faits.en_formation),
        phrase,
        "L. 5131-6",
        "en_formation",
    )


def _emploi(examen: Examen) -> None:
    phrase = {
        None: "Votre conseiller doit apprécier avec vous vos difficultés d'accès à l'emploi durable.",
        True: "Vous rencontrez des difficultés pour accéder à un emploi durable.",
        False: "D'après votre situation, l'accès à un emploi durable ne pose pas de difficulté.",
    }[examen.faits.difficulte_emploi_durable]
    examen.point(
        "difficulte_emploi_durable",
        examen.faits.difficulte_emploi_durable,
        phrase,
        "R. 5131-15",
        "difficulte_emploi_durable",
    )


def _accord(une: bool, autre: bool) -> bool | None:
    """Return what two readings of a date of birth agree on, None when they differ."""
    return une if une == autre else None


def _non(reponse: bool | None) -> bool | None:
    return None if reponse is None else not reponse
