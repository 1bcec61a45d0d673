"""May this young person sign a CEJ: each criterion on its own, with its article.

Articles: L. 5131-6, R. 5131-15, R. 5131-16.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypedDict

from imilo.droit import age, delais, francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Precision,
    verifier_choix,
    verifier_choix_facultatif,
    verifier_jour,
    verifier_jour_facultatif,
    verifier_oui_non,
)
from imilo.droit.registre import Redaction, regle

CejPrecedent = Literal["aucun", "termine", "en_cours"]


@dataclass(frozen=True, slots=True)
class FaitsEligibilite:
    """What the law looks at; None means *not known yet*.

    `cej_precedent` and `fin_cej_precedent` (the day it ended, whatever the reason) are
    those of the last CEJ in any structure. `circonstances_particulieres` is the decision
    of the structure's representative not to wait; it needs `engagements_respectes` and
    `difficultes_specifiques`.
    """

    date_naissance: date
    rqth: bool | None = None
    etudiant: bool | None = None
    en_formation: bool | None = None
    difficulte_emploi_durable: bool | None = None
    cej_precedent: CejPrecedent | None = None
    fin_cej_precedent: date | None = None
    circonstances_particulieres: bool = False
    engagements_respectes: bool | None = None
    difficultes_specifiques: bool | None = None
    precision_naissance: Precision = "jour"

    def __post_init__(self) -> None:
        verifier_jour("date_naissance", self.date_naissance)
        verifier_choix("precision_naissance", self.precision_naissance, Precision)
        for champ in (
            "rqth",
            "etudiant",
            "en_formation",
            "difficulte_emploi_durable",
            "engagements_respectes",
            "difficultes_specifiques",
        ):
            verifier_oui_non(champ, getattr(self, champ))
        verifier_choix_facultatif("cej_precedent", self.cej_precedent, CejPrecedent)
        verifier_jour_facultatif("fin_cej_precedent", self.fin_cej_precedent)
        if self.fin_cej_precedent is not None and self.cej_precedent in (None, "aucun"):
            raise FaitInvalide(
                "fin_cej_precedent",
                "Une date de fin suppose un CEJ précédent : indiquez-le.",
            )


class ResultatEligibilite(TypedDict):
    """`eligible` is None while `a_completer` (names of facts) could change the answer.

    `a_partir_du` and `jusqu_au`: the days between which age and waiting time allow a
    CEJ to be signed; None where a missing fact leaves them open.
    """

    eligible: bool | None
    a_completer: tuple[str, ...]
    a_partir_du: date | None
    jusqu_au: date | None


class _Examen:
    """The criteria seen so far, and the facts still missing."""

    def __init__(self, faits: FaitsEligibilite, le: date, redaction: Redaction) -> None:
        self.faits, self.le, self.redaction = faits, le, redaction
        self.a_completer: list[str] = []

    def point(
        self,
        code: str,
        satisfait: bool | None,
        phrase: str,
        article: str,
        *manquants: str,
    ) -> None:
        """Write one criterion; the facts it misses are noted when it can't be decided."""
        self.redaction.motif(code, satisfait, phrase, article)
        if satisfait is None:
            self.a_completer.extend(m for m in manquants if m not in self.a_completer)


@regle("cej.eligibilite", version="1")
def eligibilite(
    faits: FaitsEligibilite, le: date, redaction: Redaction
) -> ResultatEligibilite:
    """Say whether a CEJ may be signed on the day `le`, point by point."""
    examen = _Examen(faits, le, redaction)
    seize_ans = _age_minimum(examen)
    limite = _age_maximum(examen)
    _etudes(examen)
    _formation(examen)
    _emploi(examen)
    attente = _attente(examen)
    reponses = [motif.satisfait for motif in redaction.motifs]
    return ResultatEligibilite(
        eligible=False if False in reponses else None if None in reponses else True,
        a_completer=tuple(examen.a_completer),
        a_partir_du=None if attente is None else max(seize_ans, attente),
        jusqu_au=limite,
    )


def _age_minimum(examen: _Examen) -> date:
    """Write the lower age; return the day from which it is certainly reached."""
    faits, le = examen.faits, examen.le
    minimum = examen.redaction.entier("cej.age.minimum", le)
    plus_tot, plus_tard = age.naissance_possible(
        faits.date_naissance, faits.precision_naissance
    )
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


def _age_maximum(examen: _Examen) -> date | None:
    """Write the upper age; return the last day that it certainly allows."""
    faits, le, redaction = examen.faits, examen.le, examen.redaction
    commun = redaction.entier("cej.age.maximum_revolu", le)
    rqth = redaction.entier("cej.age.maximum_revolu_rqth", le)
    plus_tot, plus_tard = age.naissance_possible(
        faits.date_naissance, faits.precision_naissance
    )

    def encore(maximum: int) -> bool | None:
        tard = age.dernier_jour_revolu(plus_tard, maximum)
        return _accord(le <= age.dernier_jour_revolu(plus_tot, maximum), le <= tard)

    if faits.rqth is None and encore(commun) is not True and encore(rqth) is not False:
        examen.point(
            "age_maximum",
            None,
            f"Vous avez passé {commun} ans : le CEJ ne reste ouvert que si vous êtes reconnu(e) "
            f"travailleur handicapé, jusqu'à {rqth} ans révolus.",
            "L. 5131-6",
            "rqth",
        )
        return None
    maximum = rqth if faits.rqth else commun
    limite = age.dernier_jour_revolu(plus_tot, maximum)
    if age.ne_un_29_fevrier(plus_tot):
        redaction.etape(
            "Naissance un 29 février",
            "les années sans 29 février, l'âge suivant commence le 1er mars",
            None,
        )
    suite = " (travailleur handicapé reconnu)" if faits.rqth else ""
    phrase = {
        True: f"Vous avez {maximum} ans révolus au plus{suite} : le CEJ vous reste ouvert "
        f"jusqu'au {francais.jour(limite)} inclus.",
        False: f"Le CEJ était ouvert jusqu'au {francais.jour(limite)}, veille de vos "
        f"{maximum + 1} ans{suite}.",
        None: f"Pour savoir si vous avez passé {maximum} ans, il faut votre date de naissance "
        "exacte.",
    }[encore(maximum)]
    redaction.etape(
        "Dernier jour où un CEJ peut être signé",
        f"veille des {maximum + 1} ans = {francais.jour(limite)}",
        limite,
    )
    examen.point("age_maximum", encore(maximum), phrase, "L. 5131-6", "date_naissance")
    return limite


def _etudes(examen: _Examen) -> None:
    phrase = {
        None: "Il faut indiquer si vous êtes étudiant(e).",
        True: "Le CEJ n'est pas ouvert aux étudiants : il le sera à la fin de vos études.",
        False: "Vous n'êtes pas étudiant(e).",
    }[examen.faits.etudiant]
    examen.point(
        "pas_etudiant", _non(examen.faits.etudiant), phrase, "L. 5131-6", "etudiant"
    )


def _formation(examen: _Examen) -> None:
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


def _emploi(examen: _Examen) -> None:
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


def _attente(examen: _Examen) -> date | None:
    """Write the wait since the last CEJ; return the first day it allows a new one."""
    faits, le, redaction = examen.faits, examen.le, examen.redaction
    mois = redaction.entier("cej.delai_nouveau_contrat", le)
    code, article = "delai_depuis_dernier_cej", "R. 5131-16"
    if faits.cej_precedent is None:
        phrase = "Il faut vérifier si vous avez déjà eu un CEJ, ici ou ailleurs."
        examen.point(code, None, phrase, article, "cej_precedent")
        return None
    if faits.cej_precedent == "aucun":
        examen.point(code, True, "Vous n'avez jamais eu de CEJ.", article)
        return date.min
    fin = faits.fin_cej_precedent
    if faits.cej_precedent == "en_cours" or (fin is not None and fin >= le):
        phrase = "Vous avez déjà un CEJ en cours : un autre ne peut pas commencer."
        examen.point(code, False, phrase, article)
        return None
    if fin is None:
        phrase = "Il faut la date de fin de votre dernier CEJ."
        examen.point(code, None, phrase, article, "fin_cej_precedent")
        return None
    limite = delais.terme(fin, mois)
    premier = delais.lendemain(limite)
    redaction.etape(
        f"Fin de l'attente de {mois} mois après le dernier CEJ",
        f"{francais.jour(fin)} + {mois} mois = {francais.jour(limite)}",
        limite,
    )
    if premier <= le:
        phrase = f"Votre dernier CEJ a pris fin il y a plus de {mois} mois."
        examen.point(code, True, phrase, article)
        return premier
    return _derogation(examen, premier, mois)


def _derogation(examen: _Examen, premier: date, mois: int) -> date:
    """Write the exception to the wait; return the first day on which one may sign."""
    faits = examen.faits
    code, article = "delai_depuis_dernier_cej", "R. 5131-16"
    conditions = ("engagements_respectes", "difficultes_specifiques")
    manquants = [champ for champ in conditions if getattr(faits, champ) is None]
    if not faits.circonstances_particulieres:
        phrase = (
            f"Votre dernier CEJ a moins de {mois} mois : un nouveau peut être signé à partir du "
            f"{francais.jour(premier)}, sauf circonstances particulières."
        )
        examen.point(code, False, phrase, article)
        return premier
    if faits.engagements_respectes is False or faits.difficultes_specifiques is False:
        phrase = (
            f"L'attente de {mois} mois ne peut être levée que si vous avez tenu vos engagements "
            "et rencontrez des difficultés particulières."
        )
        examen.point(code, False, phrase, article)
        return premier
    if manquants:
        phrase = (
            f"Pour lever l'attente de {mois} mois, il faut dire si vous avez tenu vos "
            "engagements et quelles difficultés vous rencontrez."
        )
        examen.point(code, None, phrase, article, *manquants)
        return premier
    phrase = (
        f"L'attente de {mois} mois est levée : vous avez tenu vos engagements et rencontrez "
        "des difficultés particulières."
    )
    examen.point(code, True, phrase, article)
    return examen.le


def _accord(une: bool, autre: bool) -> bool | None:
    """Return what two readings of a date of birth agree on, None when they differ."""
    return une if une == autre else None


def _non(reponse: bool | None) -> bool | None:
    return None if reponse is None else not reponse
