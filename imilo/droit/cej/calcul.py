"""The allowance of one month: flat amount less resources.

Articles: R. 5131-20 to R. 5131-22, D. 5131-23, R. 5131-24, R. 5131-25 I. The computation
is exact until the end and rounded once, to the cent, half up. Scales are those in force
on the first day of the month: they all change on such a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, TypedDict

from imilo.droit import delais, francais
from imilo.droit.cej.forfaits import (
    AUCUN,
    AutonomieFiscale,
    FaitsForfait,
    Foyer,
    forfait,
)
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import CENTIME, Precision, verifier_jour_facultatif
from imilo.droit.registre import Redaction, regle
from imilo.droit.ressources import Ressource, nature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imilo.droit.ressources import Traitement


@dataclass(frozen=True, slots=True)
class FaitsAllocation:
    """A month (`AAAA-MM`), what was received in it, and what sets the flat amount.

    `contrat_debut` is the day of signature, `contrat_fin` the last day; without them the
    month is taken as covered by the contract, and the decision says so.
    """

    date_naissance: date
    foyer: Foyer
    mayotte: bool
    mois: str
    ressources: tuple[Ressource, ...] = ()
    contrat_debut: date | None = None
    contrat_fin: date | None = None
    autonomie_fiscale: AutonomieFiscale = "aucune"
    precision_naissance: Precision = "jour"

    def __post_init__(self) -> None:
        try:
            delais.premier_jour_du_mois_ecrit(self.mois)
        except (TypeError, ValueError):
            raise FaitInvalide(
                "mois", "Indiquez un mois, par exemple 2025-06."
            ) from None
        object.__setattr__(self, "ressources", tuple(self.ressources))
        if not all(isinstance(ressource, Ressource) for ressource in self.ressources):
            raise FaitInvalide(
                "ressources", "Chaque ressource a une nature et un montant."
            )
        for champ in ("contrat_debut", "contrat_fin"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        if self.contrat_fin is not None:
            if self.contrat_debut is None:
                raise FaitInvalide(
                    "contrat_debut", "Indiquez aussi le début du contrat."
                )
            if self.contrat_fin < self.contrat_debut:
                raise FaitInvalide(
                    "contrat_fin", "La fin du contrat vient avant son début."
                )
        self.pour_le_forfait()

    @property
    def premier_jour(self) -> date:
        """The first day of the month."""
        return delais.premier_jour_du_mois_ecrit(self.mois)

    def pour_le_forfait(self) -> FaitsForfait:
        """Return the facts that set the flat amount."""
        return FaitsForfait(
            date_naissance=self.date_naissance,
            foyer=self.foyer,
            mayotte=self.mayotte,
            autonomie_fiscale=self.autonomie_fiscale,
            precision_naissance=self.precision_naissance,
        )


class ResultatAllocation(TypedDict):
    """`montant` and `forfait` in euros; `due`: an allowance is open for this month (its
    amount may still be 0.00, when the resources take it all)."""

    montant: Decimal
    forfait: Decimal
    due: bool


@regle("cej.allocation", version="1")
def allocation(
    faits: FaitsAllocation, le: date, redaction: Redaction
) -> ResultatAllocation:
    """Compute the allowance of the month of the facts, decided on the day `le`."""
    premier = faits.premier_jour
    if le <= delais.fin_du_mois(premier):
        redaction.avertir(
            f"Le mois {francais.du_mois(premier)} n'est pas fini : le montant changera si les "
            "ressources changent."
        )
    couvert = _mois_couvert(faits, premier, redaction)
    base = forfait(faits.pour_le_forfait(), _jour_de_reference(faits, premier))
    redaction.reprendre(base)
    plafond = base.resultat["forfait"]
    cumul = _cumul_permis(faits, redaction)
    if not (couvert and base.resultat["ouvert"] and cumul):
        redaction.etape("Allocation du mois", "aucune", AUCUN)
        return ResultatAllocation(montant=AUCUN, forfait=plafond, due=False)
    montant = _calculer(faits, plafond, premier, redaction)
    return ResultatAllocation(montant=montant, forfait=plafond, due=True)


def _jour_de_reference(faits: FaitsAllocation, premier: date) -> date:
    """Return the first day of the month, or of the contract when it starts in it."""
    debut = faits.contrat_debut
    if debut is not None and delais.debut_du_mois(debut) == premier:
        return debut
    return premier


def _mois_couvert(faits: FaitsAllocation, premier: date, redaction: Redaction) -> bool:
    debut, fin = faits.contrat_debut, faits.contrat_fin
    texte = francais.mois(premier)
    if debut is None:
        redaction.avertir(
            "Les dates du contrat ne sont pas indiquées : le mois est compté comme couvert."
        )
        redaction.citer("R. 5131-25 I")
        return True
    couvert = delais.debut_du_mois(debut) <= premier and (fin is None or premier <= fin)
    redaction.motif(
        "mois_couvert",
        couvert,
        f"Votre contrat couvre {texte} : un mois commencé compte en entier."
        if couvert
        else f"Votre contrat ne couvre pas {texte}.",
        "R. 5131-25 I",
    )
    return couvert


def _cumul_permis(faits: FaitsAllocation, redaction: Redaction) -> bool:
    exclues = [
        nature(ressource.nature)
        for ressource in faits.ressources
        if ressource.montant > 0
        and nature(ressource.nature).traitement == "non_cumulable"
    ]
    for exclue in dict.fromkeys(exclues):
        redaction.motif(
            f"non_cumulable.{exclue.code}",
            False,
            f"« {exclue.libelle} » ne se cumule pas avec l'allocation : elle n'est pas versée ce "
            "mois-ci.",
            exclue.article,
        )
    return not exclues


def _montants(faits: FaitsAllocation, traitement: Traitement) -> list[Decimal]:
    return [
        r.montant for r in faits.ressources if nature(r.nature).traitement == traitement
    ]


def _total(libelle: str, montants: Iterable[Decimal], redaction: Redaction) -> Decimal:
    liste = list(montants)
    total = sum(liste, AUCUN)
    formule = francais.somme(liste)
    if len(liste) > 1:
        formule = f"{formule} = {francais.nombre(total)}"
    redaction.etape(libelle, formule, total)
    return total


def _calculer(
    faits: FaitsAllocation, plafond: Decimal, premier: date, redaction: Redaction
) -> Decimal:
    """Write the computation and return the amount, rounded once."""
    n = francais.nombre
    redaction.citer("R. 5131-20")
    entieres = _total(
        "Ressources retirées en entier", _montants(faits, "deductible"), redaction
    )
    partielles = _total(
        "Revenus d'activité et assimilés", _montants(faits, "partielle"), redaction
    )
    seuil = redaction.valeur("cej.abattement_ressources_partielles", premier)
    formule, exact = n(plafond), plafond - entieres
    if entieres:
        formule += f" {francais.MOINS} {n(entieres)}"
    if partielles > seuil:
        exces = partielles - seuil
        part = redaction.valeur("cej.part_smic_degressivite", premier)
        smic = _smic_mensuel(premier, redaction)
        assiette = part * smic - seuil
        redaction.etape(
            f"Revenus au-delà de {n(seuil)}, seuls comptés",
            f"{n(partielles)} {francais.MOINS} {n(seuil)} = {n(exces)}",
            exces,
        )
        redaction.etape(
            "Diviseur du coefficient de dégressivité",
            f"{n(part)} × {n(smic)} {francais.MOINS} {n(seuil)} = {n(assiette)}",
            assiette,
        )
        exact -= exces * plafond / assiette
        formule += (
            f" {francais.MOINS} ({n(partielles)} {francais.MOINS} {n(seuil)}) × {n(plafond)}"
            f" / ({n(part)} × {n(smic)} {francais.MOINS} {n(seuil)})"
        )
    return _arrondir(exact, formule, redaction)


def _smic_mensuel(premier: date, redaction: Redaction) -> Decimal:
    horaire = redaction.valeur("smic.horaire_brut", premier)
    heures = redaction.valeur("smic.heures_hebdomadaires", premier)
    semaines = redaction.valeur("smic.semaines_par_an", premier)
    mois = redaction.valeur("smic.mois_par_an", premier)
    mensuel = (horaire * heures * semaines / mois).quantize(CENTIME, ROUND_HALF_UP)
    redaction.etape(
        "SMIC mensuel brut, au centime comme il est publié",
        f"{francais.nombre(horaire)} × {francais.entier(heures)} × {francais.entier(semaines)}"
        f" / {francais.entier(mois)} = {francais.nombre(mensuel)}",
        mensuel,
    )
    return mensuel


def _arrondir(exact: Decimal, formule: str, redaction: Redaction) -> Decimal:
    montant = max(AUCUN, exact).quantize(CENTIME, ROUND_HALF_UP)
    if exact < 0:
        libelle = "Allocation du mois : les ressources la dépassent"
        resultat = f"{francais.approche(exact)}, donc {francais.nombre(montant)}"
    else:
        libelle = "Allocation du mois, arrondie une seule fois, au centime (demi-centime au-dessus)"
        resultat = francais.nombre(montant)
    redaction.etape(libelle, f"{formule} = {resultat}", montant)
    return montant
