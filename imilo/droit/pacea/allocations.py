"""The one-off allowance of the PACEA: who may have it for a month, and up to how much.

Articles: L. 5131-5, R. 5131-8, D. 5131-9, and D. 5131-19 for the amount. Scales are those of the month's first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from imilo.droit import delais, francais, textes
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.faits import (
    Fait,
    Precision,
    montant,
    verifier_choix,
    verifier_choix_facultatif,
    verifier_jour,
    verifier_oui_non,
)
from imilo.droit.logique import et, non
from imilo.droit.montants import ZERO, Montant, arrondir
from imilo.droit.pacea.ages import tranche_age_du_mois
from imilo.droit.pacea.versements import Versement, annee_du_plafond, premier_jour, reste
from imilo.droit.registre import Redaction, regle

Accompagnement = Literal["pacea", "suivi_france_travail", "cej", "aucun"]
NatureSomme = Literal["emploi", "stage", "autre_allocation"]
Demandeur = Literal["mission_locale", "france_travail"]
Payeur = Literal["asp", "france_travail"]
NOM = "pacea.allocation"
ALLOCATION, CONDITIONS, PLAFONDS = "L. 5131-5", "R. 5131-8", "D. 5131-9"


@dataclass(frozen=True, slots=True)
class SommePercue:
    """A sum received in the month, for work, a training period or another allowance."""

    nature: Annotated[NatureSomme, Fait("ce que la somme rémunère")]
    montant: Annotated[Decimal, Fait("montant reçu dans le mois", "euros")]

    def __post_init__(self) -> None:
        verifier_choix("nature", self.nature, NatureSomme)
        object.__setattr__(self, "montant", montant("montant", self.montant))


@dataclass(frozen=True, slots=True)
class FaitsAllocation:
    """A month, who asks, what was received in it, and what was granted before; None means *not known yet*."""

    date_naissance: Annotated[date, Fait("date de naissance")]
    mois: Annotated[str, Fait("mois pour lequel l'allocation est demandée, AAAA-MM")]
    montant: Annotated[Decimal | None, Fait("montant envisagé ; sans lui, seul le maximum est donné", "euros")] = None
    accompagnement: Annotated[Accompagnement | None, Fait("accompagnement du jeune ce mois-là")] = None
    besoin_constate: Annotated[bool | None, Fait("sa situation et ses besoins justifient une aide")] = None
    sommes: Annotated[
        tuple[SommePercue, ...] | None, Fait("sommes reçues dans le mois : emploi, stage, autre allocation")
    ] = None
    versements: Annotated[
        tuple[Versement, ...] | None, Fait("allocations PACEA déjà accordées, ici ou ailleurs, ce mois compris")
    ] = None
    suspendue: Annotated[bool | None, Fait("une décision suspend ou supprime toute l'allocation ce mois-là")] = None
    suspendue_en_partie: Annotated[bool, Fait("une décision n'en suspend ou supprime qu'une part ce mois-là")] = False
    inscrite_au_contrat: Annotated[bool, Fait("le contrat mentionne l'allocation et son montant")] = False
    demandeur: Annotated[Demandeur, Fait("qui accorde l'allocation, au nom de l'État")] = "mission_locale"
    mayotte: Annotated[bool, Fait("le jeune vit à Mayotte")] = False
    precision_naissance: Annotated[Precision, Fait("part connue de la date de naissance")] = "jour"

    def __post_init__(self) -> None:
        verifier_jour("date_naissance", self.date_naissance)
        premier_jour("mois", self.mois)
        if self.montant is not None:
            object.__setattr__(self, "montant", montant("montant", self.montant))
            if self.montant == ZERO:
                raise FaitInvalide("montant", "Indiquez un montant au-dessus de zéro, ou aucun.")
        verifier_choix_facultatif("accompagnement", self.accompagnement, Accompagnement)
        verifier_choix("demandeur", self.demandeur, Demandeur)
        verifier_choix("precision_naissance", self.precision_naissance, Precision)
        for champ in ("besoin_constate", "suspendue"):
            verifier_oui_non(champ, getattr(self, champ))
        for champ in ("suspendue_en_partie", "inscrite_au_contrat", "mayotte"):
            if not isinstance(getattr(self, champ), bool):
                raise FaitInvalide(champ, "Répondez par oui ou par non.")
        if self.suspendue and self.suspendue_en_partie:
            raise FaitInvalide("suspendue_en_partie", "L'allocation est suspendue en totalité, ou en partie.")
        _verifier_liste(self, "sommes", SommePercue)
        _verifier_liste(self, "versements", Versement)


class ResultatAllocation(TypedDict):
    """`accordable` is None while a fact named in `a_completer` could change it.

    `maximum`: most that may still be granted for the month, in euros; 0.00 when nothing may, None while it isn't known
    whether anything may. `montant_accordable` says so of the amount asked, None without one or not yet known.
    `annee_du` and `annee_au`: the months of the yearly ceiling (AAAA-MM), None when they depend on what isn't known.
    """

    accordable: bool | None
    montant_accordable: bool | None
    maximum: Montant | None
    plafond_mensuel: Montant
    plafond_annuel: Montant
    reste_annuel: Montant | None
    annee_du: str | None
    annee_au: str | None
    payeur: Payeur
    a_completer: tuple[str, ...]


@regle(NOM, version="1")
def allocation(faits: FaitsAllocation, le: date, redaction: Redaction) -> ResultatAllocation:
    """Say whether an allowance may be granted for the month of the facts, decided on the day `le`, and up to what."""
    mois = premier_jour("mois", faits.mois)
    if mois < textes.fiche(NOM).depuis:
        raise HorsPeriode(NOM, mois, textes.fiche(NOM).depuis)
    if le <= delais.fin_du_mois(mois):
        redaction.avertir(
            f"Le mois {francais.du_mois(mois)} n'est pas fini : les sommes reçues peuvent encore changer."
        )
    tranche = tranche_age_du_mois(faits.date_naissance, faits.precision_naissance, mois, redaction)
    _accompagnement(faits, redaction)
    _besoin(faits.besoin_constate, redaction)
    _sommes(faits, mois, redaction)
    _suspension(faits, redaction)
    mensuel, annuel = _plafonds(faits, mois, redaction)
    resultat = ResultatAllocation(
        accordable=None,
        montant_accordable=None,
        maximum=None,
        plafond_mensuel=mensuel,
        plafond_annuel=annuel,
        reste_annuel=None,
        annee_du=None,
        annee_au=None,
        payeur="asp" if faits.demandeur == "mission_locale" else "france_travail",
        a_completer=_manquants(faits, tranche.incertaine),
    )
    disponible = _disponible(faits, mois, resultat, redaction)
    resultat["accordable"] = et(*(motif.satisfait for motif in redaction.motifs))
    resultat["maximum"] = {True: disponible, False: ZERO, None: None}[resultat["accordable"]]
    resultat["montant_accordable"] = _montant_accordable(faits.montant, disponible, resultat, redaction)
    return resultat


def _manquants(faits: FaitsAllocation, age_incertain: bool) -> tuple[str, ...]:
    champs = ("accompagnement", "besoin_constate", "sommes", "versements", "suspendue")
    manquants = tuple(champ for champ in champs if getattr(faits, champ) is None)
    return ("date_naissance", *manquants) if age_incertain else manquants


def _verifier_liste(faits: FaitsAllocation, champ: str, attendu: type) -> None:
    valeurs = getattr(faits, champ)
    if valeurs is None:
        return
    object.__setattr__(faits, champ, tuple(valeurs))
    if not all(isinstance(valeur, attendu) for valeur in valeurs):
        raise FaitInvalide(champ, "Donnez une liste, avec un montant pour chaque ligne.")


def _accompagnement(faits: FaitsAllocation, redaction: Redaction) -> None:
    phrase = {
        None: "Il faut dire si vous êtes en PACEA, en CEJ ou suivi(e) par France Travail.",
        "pacea": "Vous êtes engagé(e) dans un PACEA.",
        "suivi_france_travail": "Vous êtes suivi(e) par France Travail.",
        "cej": "Vous avez un CEJ : il a sa propre allocation, celle-ci n'est pas pour vous.",
        "aucun": "Cette allocation suppose un PACEA, ou un suivi par France Travail.",
    }[faits.accompagnement]
    admis = None if faits.accompagnement is None else faits.accompagnement in ("pacea", "suivi_france_travail")
    redaction.motif("accompagnement", admis, phrase, ALLOCATION)
    if faits.accompagnement == "pacea" and not faits.inscrite_au_contrat:
        redaction.citer("R. 5131-12")
        redaction.avertir(
            "Le contrat d'engagement doit mentionner l'allocation et son montant : pensez à le compléter."
        )


def _besoin(constate: bool | None, redaction: Redaction) -> None:
    phrase = {
        None: "Votre conseiller doit apprécier avec vous vos besoins.",
        True: "Votre situation et vos besoins justifient une aide.",
        False: "D'après votre situation, une aide n'est pas nécessaire ce mois-ci.",
    }[constate]
    redaction.motif("besoin", constate, phrase, CONDITIONS)


def _sommes(faits: FaitsAllocation, mois: date, redaction: Redaction) -> None:
    seuil = arrondir(redaction.valeur("pacea.allocation.plafond_ressources", mois))
    if faits.sommes is None:
        phrase = f"Il faut dire ce que vous avez reçu en {francais.mois(mois)} : emploi, stage, autre allocation."
        redaction.motif("sommes_percues", None, phrase, CONDITIONS)
        return
    montants = [somme.montant for somme in faits.sommes]
    total = arrondir(sum(montants, ZERO))
    detail = f"{francais.somme(montants)} = {francais.nombre(total)}" if montants else francais.nombre(ZERO)
    redaction.etape("Sommes reçues dans le mois", detail, total)
    phrase = (
        f"Vous avez reçu {francais.euros(total)} ce mois-là, plus que {francais.euros(seuil)}."
        if total > seuil
        else f"Vous avez reçu {francais.euros(total)} ce mois-là, pas plus que {francais.euros(seuil)}."
    )
    redaction.motif("sommes_percues", total <= seuil, phrase, CONDITIONS)


def _suspension(faits: FaitsAllocation, redaction: Redaction) -> None:
    phrase = {
        None: "Il faut vérifier qu'aucune décision ne suspend votre allocation.",
        True: "Une décision suspend ou supprime votre allocation ce mois-là.",
        False: "Aucune décision ne suspend votre allocation.",
    }[faits.suspendue]
    if faits.suspendue is False and faits.suspendue_en_partie:
        phrase = "Une décision suspend ou supprime une part de votre allocation ce mois-là : le reste peut être versé."
    redaction.motif("pas_de_suspension", non(faits.suspendue), phrase, ALLOCATION)


def _plafonds(faits: FaitsAllocation, mois: date, redaction: Redaction) -> tuple[Montant, Montant]:
    """Write the ceilings of the month and of the year; return both."""
    lieu = ""
    if faits.mayotte and redaction.lecture("pacea.plafond_a_mayotte") == "montant_de_mayotte":
        lieu = "mayotte."
    mensuel = arrondir(redaction.valeur(f"cej.forfait.{lieu}majeur_non_imposable", mois))
    fois = redaction.valeur("pacea.allocation.mensualites_par_an", mois)
    annuel = arrondir(fois * mensuel)
    redaction.citer(PLAFONDS)
    redaction.etape("Plafond du mois", francais.nombre(mensuel), mensuel)
    redaction.etape(
        "Plafond de l'année",
        f"{francais.entier(fois)} × {francais.nombre(mensuel)} = {francais.nombre(annuel)}",
        annuel,
    )
    return mensuel, annuel


def _disponible(
    faits: FaitsAllocation, mois: date, resultat: ResultatAllocation, redaction: Redaction
) -> Montant | None:
    """Write what both ceilings leave for the month; fill in the year that was counted."""
    versements = faits.versements
    if versements is None:
        phrase = "Il faut savoir ce qui vous a déjà été accordé, ici ou dans une autre mission locale."
        redaction.motif("plafonds", None, phrase, PLAFONDS)
        return None
    annee = annee_du_plafond(mois, versements, redaction)
    resultat["annee_du"], resultat["annee_au"] = (f"{jour:%Y-%m}" for jour in (annee.premier_mois, annee.dernier_mois))
    reste_annuel = arrondir(reste(annee, versements, resultat["plafond_annuel"], redaction))
    resultat["reste_annuel"] = reste_annuel
    ce_mois = sum((v.montant for v in versements if v.mois == faits.mois), ZERO)
    plafond = resultat["plafond_mensuel"]
    disponible = arrondir(max(ZERO, min(plafond - ce_mois, reste_annuel)))
    redaction.etape(
        "Maximum pour ce mois",
        f"le plus petit de {francais.nombre(plafond)} − {francais.nombre(ce_mois)} et {francais.nombre(reste_annuel)}"
        f", sans passer sous zéro = {francais.nombre(disponible)}",
        disponible,
    )
    phrase = (
        f"Il reste jusqu'à {francais.euros(disponible)} pour ce mois."
        if disponible
        else "Vous avez déjà reçu le plus que l'on puisse accorder pour ce mois ou pour cette année."
    )
    redaction.motif("plafonds", disponible > ZERO, phrase, PLAFONDS)
    return disponible


def _montant_accordable(
    demande: Decimal | None, disponible: Montant | None, resultat: ResultatAllocation, redaction: Redaction
) -> bool | None:
    """Answer for the amount asked; what is above the ceilings never may be granted, whatever is missing."""
    if demande is None:
        return None
    plafond = resultat["plafond_mensuel"] if disponible is None else disponible
    if demande > plafond:
        voulu, permis = francais.euros(arrondir(demande)), francais.euros(plafond)
        phrase = f"Le montant demandé, {voulu}, est au-dessus du maximum, {permis}."
        redaction.motif("montant", False, phrase, PLAFONDS)
        return False
    return resultat["accordable"]
