"""The flat monthly amount of the allowance (D. 5131-19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import age, delais, francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    Precision,
    verifier_choix,
    verifier_choix_facultatif,
    verifier_jour,
    verifier_jour_facultatif,
)
from imilo.droit.montants import ZERO, Montant, arrondir
from imilo.droit.registre import Redaction, regle

Foyer = Literal["non_imposable", "premiere_tranche", "au_dela"]
"""The fiscal household that the young person is, or is attached to."""

AutonomieFiscale = Literal["aucune", "rupture_familiale", "detachement_annonce"]
"""Why the young person is taken for a household of their own, if they are."""


REVISION = "D. 5131-19 V"


@dataclass(frozen=True, slots=True)
class FaitsForfait:
    """Age, household and place. `foyer` is the household retained: the young person's
    own when `autonomie_fiscale` says why, or when they declare alone.

    When it changed under the contract, `foyer_avant` is the one of the signature: the amount follows `foyer` once the
    young person asked, or the counsellor took it up, on `revision_demandee_le` (D. 5131-19 V).
    """

    date_naissance: Annotated[date, Fait("date de naissance")]
    foyer: Annotated[Foyer, Fait("foyer fiscal retenu : celui du jeune ou celui auquel il est rattaché")]
    mayotte: Annotated[bool, Fait("le jeune vit à Mayotte")]
    autonomie_fiscale: Annotated[AutonomieFiscale, Fait("pourquoi le jeune compte seul pour le foyer fiscal")] = (
        "aucune"
    )
    precision_naissance: Annotated[
        Precision, Fait("part connue de la date de naissance ; le reste de la date est ignoré")
    ] = "jour"

    emancipe: Annotated[bool, Fait("le jeune est, ou était avant sa majorité, un mineur émancipé")] = False
    foyer_avant: Annotated[Foyer | None, Fait("foyer fiscal retenu avant un changement de situation")] = None
    changement_le: Annotated[date | None, Fait("jour du changement de situation")] = None
    revision_demandee_le: Annotated[date | None, Fait("jour où le jeune ou le conseiller demande la révision")] = None

    def __post_init__(self) -> None:
        verifier_jour("date_naissance", self.date_naissance)
        verifier_choix("foyer", self.foyer, Foyer)
        verifier_choix("autonomie_fiscale", self.autonomie_fiscale, AutonomieFiscale)
        verifier_choix("precision_naissance", self.precision_naissance, Precision)
        if not isinstance(self.mayotte, bool):
            raise FaitInvalide("mayotte", "Indiquez si le jeune vit à Mayotte.")
        if not isinstance(self.emancipe, bool):
            raise FaitInvalide("emancipe", "Indiquez si le jeune est un mineur émancipé.")
        verifier_choix_facultatif("foyer_avant", self.foyer_avant, Foyer)
        for champ in ("changement_le", "revision_demandee_le"):
            verifier_jour_facultatif(champ, getattr(self, champ))
            if self.foyer_avant is None and getattr(self, champ) is not None:
                raise FaitInvalide("foyer_avant", "Indiquez le foyer fiscal retenu avant le changement.")
        if self.foyer_avant is not None and self.changement_le is None:
            raise FaitInvalide("changement_le", "Indiquez le jour du changement de situation.")


class ResultatForfait(TypedDict):
    """`forfait` in euros a month, 0.00 when `ouvert` is False; `majeur` on the day, by age alone."""

    ouvert: bool
    forfait: Montant
    majeur: bool


@regle("cej.forfait", version="1")
def forfait(faits: FaitsForfait, le: date, redaction: Redaction) -> ResultatForfait:
    """Give the flat amount on the day `le`, by age, household and place."""
    majeur = _majeur(faits, le, redaction)
    if faits.autonomie_fiscale != "aucune":
        _autonomie(faits, redaction)
    foyer = _foyer_retenu(faits, le, redaction)
    if foyer == "au_dela":
        redaction.motif(
            "foyer_fiscal",
            False,
            "Le foyer fiscal est imposable au-delà de la première tranche : l'allocation n'est "
            "pas ouverte. Le contrat et l'accompagnement le restent.",
            "D. 5131-19 I",
        )
        return ResultatForfait(ouvert=False, forfait=ZERO, majeur=majeur)
    redaction.motif(
        "foyer_fiscal",
        True,
        "Le foyer fiscal n'est pas imposable."
        if foyer == "non_imposable"
        else "Le foyer fiscal est imposable, dans la première tranche seulement.",
        "D. 5131-19 I",
    )
    nom = f"majeur_{foyer}" if majeur or _comme_un_majeur(faits, redaction) else "mineur"
    lieu = "mayotte." if faits.mayotte else ""
    montant = arrondir(redaction.valeur(f"cej.forfait.{lieu}{nom}", le))
    redaction.etape("Montant forfaitaire d'un mois", francais.nombre(montant), montant)
    return ResultatForfait(ouvert=True, forfait=montant, majeur=majeur)


def _comme_un_majeur(faits: FaitsForfait, redaction: Redaction) -> bool:
    """Say by the reading chosen whether emancipation gives a minor the amount of those of age."""
    if not faits.emancipe:
        return False
    comme = redaction.lecture("cej.mineur_emancipe") == "montant_des_majeurs"
    phrase = (
        "Vous êtes mineur(e) émancipé(e) : vous avez pourtant le montant des majeurs."
        if comme
        else "Vous êtes mineur(e) émancipé(e) : le montant reste celui des mineurs, qui dépend de l'âge."
    )
    redaction.motif("mineur_emancipe", True, phrase, "D. 5131-19 I")
    return comme


def _foyer_retenu(faits: FaitsForfait, le: date, redaction: Redaction) -> Foyer:
    """Write whether a change of household changes the amount on the day `le`; return the household that sets it."""
    demande, changement = faits.revision_demandee_le, faits.changement_le
    if faits.foyer_avant is None or changement is None:
        return faits.foyer
    jour = francais.jour(changement)
    verbe = "a changé" if changement <= le else "change"
    if demande is None:
        phrase = (
            f"Votre situation {verbe} le {jour} : le montant sera révisé sur votre demande, ou par votre conseiller."
        )
        redaction.motif("revision", False, phrase, REVISION)
        return faits.foyer_avant
    acquis = max(changement, demande)  # what is asked ahead of a change doesn't count before it
    depart = {
        "mois_du_changement": changement,
        "mois_de_la_demande": acquis,
        "mois_suivant": delais.mois_plus(acquis, 1),
    }[redaction.lecture("cej.effet_revision")]
    effet = delais.debut_du_mois(depart)
    revise = effet <= le
    redaction.etape(
        "Premier jour du montant révisé",
        f"changement du {jour}, révision demandée le {francais.jour(demande)} : {francais.jour(effet)}",
        effet,
    )
    debut = "compte" if revise else "comptera"
    phrase = f"Votre situation {verbe} le {jour} : elle {debut} pour le montant à partir du {francais.jour(effet)}."
    redaction.motif("revision", revise, phrase, REVISION)
    return faits.foyer if revise else faits.foyer_avant


def _majeur(faits: FaitsForfait, le: date, redaction: Redaction) -> bool:
    plus_tot, plus_tard = age.naissance_possible(faits.date_naissance, faits.precision_naissance)
    if plus_tot > le:
        raise FaitInvalide(
            "date_naissance", f"La date de naissance vient après le {francais.jour(le)}, jour où l'âge est compté."
        )
    majorite = redaction.entier("age.majorite", le)
    depuis = delais.anniversaire(plus_tard, majorite)
    majeur = depuis <= le
    phrase = (
        f"Au {francais.jour(le)}, vous avez {majorite} ans ou plus (depuis le {francais.jour(depuis)}) : "
        "montant des majeurs."
        if majeur
        else f"Au {francais.jour(le)}, vous avez moins de {majorite} ans ({majorite} ans le {francais.jour(depuis)}) : "
        "montant des mineurs."
    )
    redaction.motif("tranche_age", True, phrase, "D. 5131-19 I")
    age.expliquer_29_fevrier(plus_tard, redaction)
    if not majeur and delais.anniversaire(plus_tot, majorite) <= le:
        redaction.avertir(
            "La date de naissance n'est pas connue au jour près : le montant des mineurs est "
            f"appliqué jusqu'au {francais.jour(delais.veille(depuis))}, faute de certitude."
        )
    return majeur


def _autonomie(faits: FaitsForfait, redaction: Redaction) -> None:
    rupture = faits.autonomie_fiscale == "rupture_familiale"
    redaction.motif(
        "autonomie_fiscale",
        True,
        "En raison d'une rupture avec votre famille, vous comptez seul(e) pour le foyer fiscal."
        if rupture
        else "Vous annoncez une déclaration à votre nom : vous comptez seul(e) pour le foyer fiscal.",
        "D. 5131-19 II",
    )
    redaction.avertir(
        "Si la prochaine déclaration de revenus vous rattache encore à vos parents, le trop-perçu sera à rembourser."
    )
