"""The wait between two CEJ, and its exception (R. 5131-16, last paragraph)."""

from __future__ import annotations

from datetime import date

from imilo.droit import delais, francais
from imilo.droit.cej.examen import Examen
from imilo.droit.erreurs import FaitInvalide

CODE, ARTICLE = "delai_depuis_dernier_cej", "R. 5131-16"


def attente_depuis_le_dernier(examen: Examen) -> date | None:
    """Write the wait since the last CEJ; return the first day it allows a new one, None when unknown."""
    faits, le = examen.faits, examen.le
    mois = examen.redaction.entier("cej.delai_nouveau_contrat", le)
    fin = faits.fin_cej_precedent
    if faits.cej_precedent is None:
        examen.point(
            CODE, None, "Il faut vérifier si vous avez déjà eu un CEJ, ici ou ailleurs.", ARTICLE, "cej_precedent"
        )
        return None
    if faits.cej_precedent == "aucun":
        examen.point(CODE, True, "Vous n'avez jamais eu de CEJ.", ARTICLE)
        return date.min
    if fin is None:
        if faits.cej_precedent == "en_cours":
            examen.point(CODE, False, "Vous avez déjà un CEJ en cours : un autre ne peut pas commencer.", ARTICLE)
        else:
            examen.point(CODE, None, "Il faut la date de fin de votre dernier CEJ.", ARTICLE, "fin_cej_precedent")
        return None
    _verifier_la_fin(examen, fin)
    premier = _premier_jour_apres(examen, _expiration(examen, fin), mois)
    if fin >= le:
        phrase = f"Vous avez un CEJ en cours jusqu'au {francais.jour(fin)} : un autre ne peut pas commencer."
        examen.point(CODE, False, phrase, ARTICLE)
        return premier
    if premier <= le:
        phrase = f"Votre dernier CEJ a pris fin le {francais.jour(fin)} : les {mois} mois d'attente sont passés."
        examen.point(CODE, True, phrase, ARTICLE)
        return premier
    return _circonstances(examen, premier, mois)


def _verifier_la_fin(examen: Examen, fin: date) -> None:
    """Refuse an end that the state of this CEJ contradicts on the day asked; its last day may be said either way."""
    if examen.faits.cej_precedent == "en_cours" and fin < examen.le:
        raise FaitInvalide(
            "fin_cej_precedent", "Ce CEJ est dit en cours, et sa fin est passée : corrigez l'un ou l'autre."
        )
    if examen.faits.cej_precedent == "termine" and fin > examen.le:
        raise FaitInvalide(
            "fin_cej_precedent", "Ce CEJ est dit terminé, et sa fin est à venir : corrigez l'un ou l'autre."
        )


def _expiration(examen: Examen, fin: date) -> date:
    """Return the day that the wait is counted from: the text says *expiration*, and not which."""
    terme = examen.faits.terme_cej_precedent
    if terme is None or examen.redaction.lecture("cej.expiration") == "fin_reelle":
        return fin
    return max(fin, terme)


def _premier_jour_apres(examen: Examen, fin: date, mois: int) -> date:
    limite = delais.terme(fin, mois)
    if examen.redaction.lecture("delais.mois") == "civils":
        limite = delais.fin_du_mois(limite)
    examen.redaction.etape(
        f"Fin de l'attente de {mois} mois après le dernier CEJ",
        f"{francais.jour(fin)} + {mois} mois = {francais.jour(limite)}",
        limite,
    )
    return delais.lendemain(limite)


def _circonstances(examen: Examen, premier: date, mois: int) -> date:
    """Write the exception; return the first day on which one may sign."""
    faits = examen.faits
    conditions = {
        "engagements_respectes": faits.engagements_respectes,
        "difficultes_specifiques": faits.difficultes_specifiques,
    }
    manquants = [champ for champ, reponse in conditions.items() if reponse is None]
    satisfait: bool | None = False
    if not faits.circonstances_particulieres:
        phrase = (
            f"Un nouveau CEJ peut être signé à partir du {francais.jour(premier)}, {mois} mois après le dernier, "
            "sauf circonstances particulières."
        )
    elif False in conditions.values():
        phrase = (
            f"L'attente de {mois} mois ne peut être levée que si vous avez tenu vos engagements et rencontrez des "
            "difficultés particulières."
        )
    elif manquants:
        satisfait = None
        phrase = (
            f"Pour lever l'attente de {mois} mois, il faut dire si vous avez tenu vos engagements et si vous "
            "rencontrez des difficultés particulières."
        )
    else:
        satisfait = True
        phrase = (
            f"L'attente de {mois} mois est levée : vous avez tenu vos engagements et rencontrez des difficultés "
            "particulières."
        )
    examen.point(CODE, satisfait, phrase, ARTICLE, *manquants)
    return examen.le if satisfait else premier
