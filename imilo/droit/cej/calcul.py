"""The allowance of one month: the flat amount less the resources.

Articles: R. 5131-20 to R. 5131-22, D. 5131-23, R. 5131-24, R. 5131-25 I. The computation is exact until the end
and rounded once, to the cent, half up. Scales are those of the first day of the month: they all change on such a
day. The resources are those that the caller counts for this month, as received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, TypedDict

from imilo.droit import age, delais, francais
from imilo.droit.baremes import bareme
from imilo.droit.cej.forfaits import AutonomieFiscale, FaitsForfait, Foyer, forfait
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, Precision, verifier_jour_facultatif
from imilo.droit.montants import ZERO, Montant, arrondir
from imilo.droit.registre import Redaction, regle
from imilo.droit.ressources import Ressource, Traitement, nature


@dataclass(frozen=True, slots=True)
class FaitsAllocation:
    """A month (`AAAA-MM`), what was received in it, and what sets the flat amount.

    `contrat_debut` is the day of signature, `contrat_fin` the last day; without them the month is taken as covered
    by the contract, and the decision says so.
    """

    date_naissance: Annotated[date, Fait("date de naissance")]
    foyer: Annotated[Foyer, Fait("foyer fiscal retenu : celui du jeune ou celui auquel il est rattaché")]
    mayotte: Annotated[bool, Fait("le jeune vit à Mayotte")]
    mois: Annotated[str, Fait("mois de l'allocation", "AAAA-MM")]
    ressources: Annotated[tuple[Ressource, ...], Fait("ressources reçues dans le mois ; aucune se dit aussi")]
    contrat_debut: Annotated[
        date | None, Fait("jour de la signature du contrat ; sans lui, le mois est compté comme couvert")
    ] = None
    contrat_fin: Annotated[date | None, Fait("dernier jour du contrat, s'il est connu")] = None
    autonomie_fiscale: Annotated[AutonomieFiscale, Fait("pourquoi le jeune compte seul pour le foyer fiscal")] = (
        "aucune"
    )
    precision_naissance: Annotated[
        Precision, Fait("part connue de la date de naissance ; le reste de la date est ignoré")
    ] = "jour"
    emancipe: Annotated[bool, Fait("le jeune est, ou était avant sa majorité, un mineur émancipé")] = False

    def __post_init__(self) -> None:
        try:
            delais.premier_jour_du_mois_ecrit(self.mois)
        except (TypeError, ValueError):
            raise FaitInvalide("mois", "Indiquez un mois, par exemple 2025-06.") from None
        object.__setattr__(self, "ressources", tuple(self.ressources))
        if not all(isinstance(ressource, Ressource) for ressource in self.ressources):
            raise FaitInvalide("ressources", "Chaque ressource a une nature et un montant.")
        for champ in ("contrat_debut", "contrat_fin"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        if self.contrat_fin is not None:
            if self.contrat_debut is None:
                raise FaitInvalide("contrat_debut", "Indiquez aussi le début du contrat.")
            if self.contrat_fin < self.contrat_debut:
                raise FaitInvalide("contrat_fin", "La fin du contrat vient avant son début.")
        self.pour_le_forfait()  # the same checks, on the same names of fields

    @property
    def premier_jour(self) -> date:
        """The first day of the month."""
        return delais.premier_jour_du_mois_ecrit(self.mois)

    @property
    def jour_de_reference(self) -> date:
        """The day that decides of the age: the first of the month, or the signature when it comes in the month.

        D. 5131-19 V sets the flat amount at the signature; R. 5131-25 I counts whole civil months.
        """
        premier, debut = self.premier_jour, self.contrat_debut
        return debut if debut is not None and delais.debut_du_mois(debut) == premier else premier

    def montants(self, traitement: Traitement) -> list[Decimal]:
        """Return the sums of the resources that the law treats so, in the order given."""
        return [r.montant for r in self.ressources if r.montant and nature(r.nature).traitement == traitement]

    def pour_le_forfait(self) -> FaitsForfait:
        """Return the facts that set the flat amount."""
        return FaitsForfait(
            date_naissance=self.date_naissance,
            foyer=self.foyer,
            mayotte=self.mayotte,
            autonomie_fiscale=self.autonomie_fiscale,
            precision_naissance=self.precision_naissance,
            emancipe=self.emancipe,
        )


class ResultatAllocation(TypedDict):
    """`montant` and `forfait` in euros, `0 <= montant <= forfait`.

    `due`: an allowance is open for this month; its amount may still be 0.00, when the resources take it all.
    """

    montant: Montant
    forfait: Montant
    due: bool


@regle("cej.allocation", version="1")
def allocation(faits: FaitsAllocation, le: date, redaction: Redaction) -> ResultatAllocation:
    """Compute the allowance of the month of the facts, decided on the day `le`.

    Who may sign isn't decided here (`cej.eligibilite`): an age at which nobody does brings a warning.
    """
    _avertir_du_mois(faits, le, redaction)
    couvert = _mois_couvert(faits, redaction)
    base = forfait(faits.pour_le_forfait(), _jour_du_forfait(faits, redaction), lectures=redaction.lectures)
    redaction.reprendre(base)
    cumul = _cumul_permis(faits, redaction)
    plafond = base.resultat["forfait"]
    due = couvert and base.resultat["ouvert"] and cumul
    if due:
        montant = _calculer(faits, plafond, redaction)
    else:
        montant = ZERO
        redaction.etape("Allocation du mois", f"pas d'allocation ce mois-ci = {francais.nombre(ZERO)}", ZERO)
    _avertir_de_la_duree(faits, redaction)
    _avertir_de_l_age(faits, redaction)
    return ResultatAllocation(montant=montant, forfait=plafond, due=due)


def _avertir_du_mois(faits: FaitsAllocation, le: date, redaction: Redaction) -> None:
    """Warn of a month to come or running: what was received in it may still change."""
    premier = faits.premier_jour
    if le < premier:
        redaction.avertir(
            f"Le mois {francais.du_mois(premier)} n'a pas commencé : c'est une prévision, rien n'est encore dû."
        )
    elif le <= delais.fin_du_mois(premier):
        redaction.avertir(
            f"Le mois {francais.du_mois(premier)} n'est pas fini : le montant changera si les ressources changent."
        )


def _avertir_de_la_duree(faits: FaitsAllocation, redaction: Redaction) -> None:
    """Warn of a month that a contract without known end doesn't reach unless it is prolonged."""
    premier, debut = faits.premier_jour, faits.contrat_debut
    if debut is None or faits.contrat_fin is not None:
        return
    duree = int(bareme("cej.duree.maximum", premier).valeur)
    if delais.terme(debut, duree) < premier:
        redaction.citer("R. 5131-16")
        redaction.avertir(
            f"Sans prolongation, un contrat dure {duree} mois au plus : indiquez le dernier jour de celui-ci."
        )


def _avertir_de_l_age(faits: FaitsAllocation, redaction: Redaction) -> None:
    """Warn of an age, at the signature or else in the month, at which a CEJ isn't signed."""
    jour = faits.contrat_debut or faits.premier_jour
    minimum, maximum, rqth = (
        int(bareme(f"cej.age.{borne}", faits.premier_jour).valeur)
        for borne in ("minimum", "maximum_revolu", "maximum_revolu_rqth")
    )
    plus_tot, plus_tard = age.naissance_possible(faits.date_naissance, faits.precision_naissance)
    jeune, vieux = age.annees(min(plus_tard, jour), jour), age.annees(plus_tot, jour)
    if plus_tot > jour or (minimum <= vieux and jeune <= maximum):
        return
    redaction.citer("L. 5131-6")
    redaction.avertir(
        f"Un CEJ se signe de {minimum} à {maximum} ans révolus ({rqth} ans pour un travailleur handicapé reconnu), et "
        f"la personne a {francais.ans(jeune)} le {francais.jour(jour)} : vérifiez son contrat."
    )


def _jour_du_forfait(faits: FaitsAllocation, redaction: Redaction) -> date:
    """Return the day whose age and amounts count for the month, by the reading of D. 5131-19 V."""
    choix = redaction.lecture("cej.jour_du_forfait")
    if choix == "signature" and faits.contrat_debut is not None:
        return faits.contrat_debut
    return delais.fin_du_mois(faits.premier_jour) if choix == "dernier_du_mois" else faits.jour_de_reference


def _mois_couvert(faits: FaitsAllocation, redaction: Redaction) -> bool:
    premier, debut, fin = faits.premier_jour, faits.contrat_debut, faits.contrat_fin
    mois = francais.mois(premier)
    couvert: bool | None = None
    if debut is None:
        phrase = f"Les dates de votre contrat ne sont pas indiquées : {mois} est compté comme couvert."
        redaction.avertir("Les dates du contrat ne sont pas indiquées : le mois est compté comme couvert.")
    elif delais.debut_du_mois(debut) <= premier and (fin is None or premier <= fin):
        couvert, phrase = (
            True,
            f"Votre contrat court en {mois} : le mois compte en entier, même commencé ou interrompu.",
        )
    else:
        couvert, phrase = False, f"Votre contrat ne court pas en {mois}."
    redaction.motif("mois_couvert", couvert, phrase, "R. 5131-25 I")
    return couvert is not False


def _cumul_permis(faits: FaitsAllocation, redaction: Redaction) -> bool:
    natures = dict.fromkeys(nature(ressource.nature) for ressource in faits.ressources if ressource.montant)
    exclues = [une for une in natures if une.traitement == "non_cumulable"]
    for exclue in exclues:
        redaction.motif(
            f"non_cumulable.{exclue.code}",
            False,
            f"« {exclue.libelle} » ne se cumule pas avec l'allocation : elle n'est pas versée ce mois-ci.",
            exclue.article,
        )
    if not exclues:
        phrase = "Rien de ce que vous avez reçu n'exclut l'allocation."
        redaction.motif("cumul_permis", True, phrase, "R. 5131-24")
    for une in natures:
        redaction.citer(une.article)
    return not exclues


class _Soustraction:
    """The operation as it is written on paper, and its exact value."""

    def __init__(self, depart: Decimal) -> None:
        self.exact, self.formule = depart, francais.nombre(depart)

    def retirer(self, valeur: Decimal, ecrite: str) -> None:
        """Take `valeur` off, written `ecrite`."""
        self.exact -= valeur
        self.formule += f" {francais.MOINS} {ecrite}"


def _calculer(faits: FaitsAllocation, plafond: Decimal, redaction: Redaction) -> Montant:
    """Write the computation and return the amount, rounded once (R. 5131-20)."""
    redaction.citer("R. 5131-20")
    operation = _Soustraction(plafond)
    conservees = faits.montants("cumulable")
    if conservees:
        _total("Ressources sans effet sur l'allocation", conservees, redaction)
    entieres = faits.montants("deductible")
    if entieres:
        total = _total("Ressources retirées en entier", entieres, redaction)
        operation.retirer(total, francais.nombre(total))
    partielles = faits.montants("partielle")
    if partielles:
        total = _total("Revenus d'activité et assimilés", partielles, redaction)
        _retirer_en_partie(operation, faits, plafond, total, redaction)
    montant = arrondir(max(ZERO, operation.exact))
    if operation.exact < 0:
        libelle = "Allocation du mois : les ressources dépassent le montant forfaitaire"
        egal = f"moins de zéro, donc {francais.nombre(montant)}"
    else:
        libelle = "Allocation du mois, arrondie une seule fois, au centime (le demi-centime compte pour un)"
        egal = francais.nombre(montant)
    redaction.etape(libelle, f"{operation.formule} = {egal}", montant)
    return montant


def _total(libelle: str, montants: list[Decimal], redaction: Redaction) -> Decimal:
    total = sum(montants, ZERO)
    formule = francais.somme(montants)
    redaction.etape(libelle, formule if len(montants) == 1 else f"{formule} = {francais.nombre(total)}", total)
    return total


def _retirer_en_partie(
    operation: _Soustraction, faits: FaitsAllocation, plafond: Decimal, total: Decimal, redaction: Redaction
) -> None:
    """Take off the part above the threshold, weighted (R. 5131-20 I 2°, D. 5131-23)."""
    n, moins, premier = francais.nombre, francais.MOINS, faits.premier_jour
    seuil = redaction.valeur("cej.abattement_ressources_partielles", premier)
    if total <= seuil:
        redaction.etape(f"Revenus conservés en entier jusqu'à {n(seuil)}", f"{n(total)} ≤ {n(seuil)}", None)
        return
    part = redaction.valeur("cej.part_smic_degressivite", premier)
    smic = _smic_mensuel(faits, redaction)
    exces, etendue = total - seuil, part * smic - seuil
    retrait = exces * plafond / etendue
    redaction.etape(f"Part des revenus au-delà de {n(seuil)}", f"{n(total)} {moins} {n(seuil)} = {n(exces)}", exces)
    redaction.etape(
        f"Étendue sur laquelle l'allocation décroît : de {n(seuil)} à {n(part)} SMIC mensuel",
        f"{n(part)} × {n(smic)} {moins} {n(seuil)} = {n(etendue)}",
        etendue,
    )
    redaction.etape(
        "À retirer pour ces revenus (écrit ici avec quatre décimales, non arrondi dans le calcul)",
        f"{n(exces)} × {n(plafond)} / {n(etendue)} ≈ {francais.approche(retrait)}",
        None,
    )
    operation.retirer(
        retrait, f"({n(total)} {moins} {n(seuil)}) × {n(plafond)} / ({n(part)} × {n(smic)} {moins} {n(seuil)})"
    )


def _smic_mensuel(faits: FaitsAllocation, redaction: Redaction) -> Decimal:
    """Write the monthly gross minimum wage, to the cent as it is published (L. 3232-3)."""
    premier = faits.premier_jour
    horaire = redaction.valeur("smic.horaire_brut", premier)
    heures = redaction.valeur("smic.heures_hebdomadaires", premier)
    semaines = redaction.valeur("smic.semaines_par_an", premier)
    mois = redaction.valeur("smic.mois_par_an", premier)
    mensuel = arrondir(horaire * heures * semaines / mois)
    redaction.etape(
        "SMIC mensuel brut, arrondi au centime comme il est publié",
        f"{francais.nombre(horaire)} × {francais.entier(heures)} × {francais.entier(semaines)}"
        f" / {francais.entier(mois)} = {francais.nombre(mensuel)}",
        mensuel,
    )
    if faits.mayotte:
        redaction.avertir(
            "Le calcul utilise le SMIC national : Mayotte a un SMIC qui lui est propre, plus bas, qui donnerait "
            "une allocation moindre. À vérifier avant de décider."
        )
    return mensuel
