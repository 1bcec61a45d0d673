"""`cej.allocation` for a whole month and many people in one call, from columns.

To the cent what the one-by-one rule says on the same rows, in whole numbers from end to end: amounts are cents, the
degressive part is a fraction, and the one rounding (half a cent upwards) is an integer division. The scales are those
of `imilo.droit.baremes`, the readings those of `imilo.droit.lectures`.

    lues = ColonnesAllocation(
        mois="2025-06",
        date_naissance=np.array(["2003-05-20", "2008-06-30"], "M8[D]"),
        foyer=coder("foyer", ["non_imposable", "premiere_tranche"]),
        mayotte=np.array([False, False]),
        ressource_ligne=np.array([0]),
        ressource_nature=coder("ressource_nature", ["salaire"]),
        ressource_centimes=np.array([60000]),
    )
    allocation(lues).montant        # array([41406, 22468])

It is the one module of the law that knows NumPy, and nothing of the law imports it: one decision never waits for it.
An Arrow column goes in by `to_numpy()`; a dictionary column by its indices, put in the order of `CODES`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from imilo.droit import delais
from imilo.droit.baremes import BaremeApplique, bareme
from imilo.droit.cej import AutonomieFiscale, Foyer
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import CHIFFRES_MAXIMUM, Precision
from imilo.droit.lectures import PAR_DEFAUT, Lectures
from imilo.droit.montants import CENTIME, CONTEXTE, Montant, arrondir
from imilo.droit.ressources import NATURES

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    Entiers = npt.NDArray[np.int64]
    Codes = npt.NDArray[np.int8]
    Booleens = npt.NDArray[np.bool_]
    Jours = npt.NDArray[np.datetime64]

CODES: dict[str, tuple[str, ...]] = {
    "foyer": get_args(Foyer),
    "autonomie_fiscale": get_args(AutonomieFiscale),
    "precision_naissance": get_args(Precision),
    "ressource_nature": tuple(nature.code for nature in NATURES),
}
"""The words of each coded column; a code is the rank of its word. Files keep words, never codes: the list may grow."""

STATUTS = ("entiere", "diminuee", "epuisee", "non_cumulable", "foyer_au_dela", "hors_contrat")
"""What happened to each row. The first three are due: whole, less the resources, brought to zero by them. The others
are not, for the reason named; a row with several takes the last of this list."""

_ENTIERE, _DIMINUEE, _EPUISEE, _NON_CUMULABLE, _FOYER_AU_DELA, _HORS_CONTRAT = range(len(STATUTS))
_FOYERS, _PRECISIONS = CODES["foyer"], CODES["precision_naissance"]
_TRAITEMENTS = ("cumulable", "deductible", "partielle", "non_cumulable")
_TRAITEMENT_DE = np.array([_TRAITEMENTS.index(nature.traitement) for nature in NATURES], np.int8)
_AU_DELA = _FOYERS.index("au_dela")
_NON_REPONDU = np.iinfo(np.int64).min  # how NumPy writes NaT
_LIMITE_CENTIMES = int(Decimal(1).scaleb(CHIFFRES_MAXIMUM) / CENTIME)


class LigneInvalide(FaitInvalide):
    """Rows that can't be used: `champ` is the column, `lignes` the rank of each in that column, from 0."""

    def __init__(self, champ: str, lignes: Collection[int], raison: str) -> None:
        premiere, *autres = lignes
        suite = f" (et {len(autres)} autres)" if autres else ""
        super().__init__(champ, f"Colonne « {champ} », ligne {premiere}{suite} : {raison}")
        self.lignes, self.raison = tuple(lignes), raison

    def __reduce__(self) -> tuple[type[LigneInvalide], tuple[str, tuple[int, ...], str]]:  # type: ignore[override]  # rebuilt from its own three arguments
        return type(self), (self.champ, self.lignes, self.raison)


@dataclass(frozen=True, slots=True, eq=False)
class ColonnesAllocation:
    """One month (`AAAA-MM`) of n people, and their m resources in long form.

    The columns mean what the fields of the same name mean in `cej.FaitsAllocation`:

    - `date_naissance` datetime64[D] (n,), `foyer` codes (n,), `mayotte` bool (n,);
    - `ressource_ligne` integers (m,): the rank of the person, from 0, in any order; `ressource_nature` codes (m,);
      `ressource_centimes` integers (m,): cents received for the month;
    - `contrat_debut`, `contrat_fin` datetime64[D] (n,), NaT where unknown; None when no row has one;
    - `autonomie_fiscale`, `precision_naissance` codes (n,); None for `aucune` and `jour` everywhere. The first changes
      no amount: `foyer` is already the household retained;
    - `emancipe` bool (n,), who is or was an emancipated minor; None for nobody.

    Codes are integers, ranks in `CODES[column]` (`coder` makes them from words). Checked when built: LigneInvalide
    names the column and its rows, FaitInvalide the column alone when its form is wrong. The arrays aren't copied.
    """

    mois: str
    date_naissance: Jours
    foyer: Codes
    mayotte: Booleens
    ressource_ligne: Entiers
    ressource_nature: Codes
    ressource_centimes: Entiers
    contrat_debut: Jours | None = None
    contrat_fin: Jours | None = None
    autonomie_fiscale: Codes | None = None
    precision_naissance: Codes | None = None
    emancipe: Booleens | None = None

    def __post_init__(self) -> None:
        try:
            delais.premier_jour_du_mois_ecrit(self.mois)
        except (TypeError, ValueError):
            raise FaitInvalide("mois", "Indiquez un mois, par exemple 2025-06.") from None
        for champ in (champ.name for champ in fields(self) if champ.name != "mois"):
            if getattr(self, champ) is not None:
                self._verifier_forme(champ)
        _verifier_jours(self, "date_naissance", facultatif=False)
        for champ in ("contrat_debut", "contrat_fin"):
            if getattr(self, champ) is not None:
                _verifier_jours(self, champ, facultatif=True)
        _verifier_contrat(self)
        _verifier_bornes("ressource_ligne", self.ressource_ligne, len(self), "aucune personne n'a ce rang.")
        _verifier_bornes(
            "ressource_centimes", self.ressource_centimes, _LIMITE_CENTIMES, "un montant négatif, ou trop grand."
        )

    def __len__(self) -> int:
        return len(self.date_naissance)

    def _verifier_forme(self, champ: str) -> None:
        """Check kind and length, and keep the column in the type that the computation uses."""
        colonne = getattr(self, champ)
        if type(colonne) is not np.ndarray or colonne.ndim != 1:  # nor a subclass: a mask would be lost
            raise FaitInvalide(champ, f"Colonne « {champ} » : un tableau NumPy à une dimension était attendu.")
        attendue = len(self.ressource_ligne) if champ.startswith("ressource_") else len(self)
        if len(colonne) != attendue:
            raise FaitInvalide(champ, f"Colonne « {champ} » : {len(colonne)} lignes au lieu de {attendue}.")
        if champ in CODES:
            _verifier_genre(champ, colonne, "iu", "des codes entiers")
            _verifier_bornes(champ, colonne, len(CODES[champ]), "ce code n'est pas prévu.")
            colonne = colonne.astype(np.int8, copy=False)
        elif champ.startswith("ressource_"):
            _verifier_genre(champ, colonne, "iu", "des nombres entiers")
            _verifier_bornes(champ, colonne, np.iinfo(np.int64).max, "un nombre négatif, ou trop grand.")
            colonne = colonne.astype(np.int64, copy=False)
        elif champ in ("mayotte", "emancipe"):
            _verifier_genre(champ, colonne, "b", "des booléens")
        elif colonne.dtype != np.dtype("M8[D]"):
            raise FaitInvalide(champ, f"Colonne « {champ} » : des jours, sans heure, étaient attendus (datetime64[D]).")
        object.__setattr__(self, champ, colonne)


@dataclass(frozen=True, slots=True, eq=False)
class ResultatColonnes:
    """`montant` and `forfait` in cents, int64 (n,); `statut` codes (n,), ranks in `STATUTS`.

    `baremes` are the values read: `revalorisation_due_le` says which should have changed and haven't been entered.
    """

    montant: Entiers
    forfait: Entiers
    statut: Codes
    baremes: tuple[BaremeApplique, ...]

    @property
    def due(self) -> Booleens:
        """Say of each row whether an allowance is open for the month, be it brought to zero by the resources."""
        return self.statut < _NON_CUMULABLE

    def en_euros(self, ligne: int) -> Montant:
        """Return the amount of a row as the one-by-one rule gives it."""
        return arrondir(int(self.montant[ligne]) * CENTIME)


def coder(colonne: str, mots: Collection[str]) -> Codes:
    """Turn words into the codes of a column, int8 (len(mots),); LigneInvalide for a word that isn't listed."""
    rangs = {mot: rang for rang, mot in enumerate(CODES[colonne])}
    codes = np.fromiter((rangs.get(mot, -1) for mot in mots), np.int8, len(mots))
    _refuser(colonne, codes < 0, f"ce mot n'est pas prévu. Choix possibles : {', '.join(rangs)}.")
    return codes


def allocation(colonnes: ColonnesAllocation, *, lectures: Lectures = PAR_DEFAUT) -> ResultatColonnes:
    """Compute the allowance of the month for every row (R. 5131-20 to -22, D. 5131-23, R. 5131-24, R. 5131-25 I).

    `lectures` are the readings of the operator, as for the rule. Raises LigneInvalide for a birth after the day that
    decides of the age, HorsPeriode when that day comes before the first scale.
    """
    premier = delais.premier_jour_du_mois_ecrit(colonnes.mois)
    lus = _Baremes(premier)
    deductible, partielle, exclue = _totaux(colonnes)
    forfait = _forfaits(colonnes, _jours_du_forfait(colonnes, premier, lectures), lus, lectures)
    montant = _deduire(forfait, deductible, partielle, lus)
    statut = (montant != forfait).view(np.int8)  # _ENTIERE or _DIMINUEE; then the last reason of the list wins
    for rang, touchees in (
        (_EPUISEE, montant == 0),
        (_NON_CUMULABLE, exclue),
        (_FOYER_AU_DELA, colonnes.foyer == _AU_DELA),
        (_HORS_CONTRAT, _hors_contrat(colonnes, premier)),
    ):
        np.maximum(statut, touchees.view(np.int8) * np.int8(rang), out=statut)
    montant *= statut < _NON_CUMULABLE
    return ResultatColonnes(montant, forfait, statut, tuple(lus.baremes))


class _Baremes:
    """The scales, of the first day of the month unless told, and a note of each one read."""

    def __init__(self, premier: date) -> None:
        self.premier = premier
        self.baremes: list[BaremeApplique] = []

    def valeur(self, nom: str, le: date | None = None) -> Decimal:
        lu = bareme(nom, le or self.premier)
        if lu not in self.baremes:
            self.baremes.append(lu)
        return lu.valeur

    def centimes(self, nom: str, le: date | None = None) -> int:
        return int(arrondir(self.valeur(nom, le)) / CENTIME)

    def smic_mensuel(self) -> int:
        """Return the monthly gross minimum wage in cents, as it is published (L. 3232-3)."""
        with localcontext(CONTEXTE):
            annuel = (
                self.valeur("smic.horaire_brut")
                * self.valeur("smic.heures_hebdomadaires")
                * self.valeur("smic.semaines_par_an")
            )
            return int(arrondir(annuel / self.valeur("smic.mois_par_an")) / CENTIME)

    def forfaits(self, le: date) -> Entiers:
        """Return the flat amounts in cents, by place, age and household; nothing beyond the first bracket."""
        return np.array(
            [
                [[self._forfait(lieu, majeur, foyer, le) for foyer in _FOYERS] for majeur in (False, True)]
                for lieu in ("", "mayotte.")
            ],
            np.int64,
        )

    def _forfait(self, lieu: str, majeur: bool, foyer: str, le: date) -> int:
        if foyer == "au_dela":
            return 0
        return self.centimes(f"cej.forfait.{lieu}majeur_{foyer}" if majeur else f"cej.forfait.{lieu}mineur", le)


def _totaux(colonnes: ColonnesAllocation) -> tuple[Entiers, Entiers, Booleens]:
    """Return per person, in cents, what is taken off in full and in part, and whether anything can't be cumulated."""
    traitement = _TRAITEMENT_DE.take(colonnes.ressource_nature)
    totaux = {}
    for nom in ("deductible", "partielle"):
        totaux[nom] = np.zeros(len(colonnes), np.int64)
        choisies = np.flatnonzero(traitement == _TRAITEMENTS.index(nom))
        np.add.at(totaux[nom], colonnes.ressource_ligne.take(choisies), colonnes.ressource_centimes.take(choisies))
    exclues = (traitement == _TRAITEMENTS.index("non_cumulable")) & (colonnes.ressource_centimes > 0)
    exclue = np.zeros(len(colonnes), np.bool_)
    exclue[colonnes.ressource_ligne[exclues]] = True
    return totaux["deductible"], totaux["partielle"], exclue


def _jours_du_forfait(colonnes: ColonnesAllocation, premier: date, lectures: Lectures) -> tuple[list[date], Entiers]:
    """Return days, and for each person the rank of the one whose age and amounts count (`cej.jour_du_forfait`)."""
    choix, fin = lectures.sur("cej.jour_du_forfait"), delais.fin_du_mois(premier)
    if choix == "dernier_du_mois" or colonnes.contrat_debut is None:
        return [fin if choix == "dernier_du_mois" else premier], np.zeros(len(colonnes), np.int64)
    debut = colonnes.contrat_debut.view(np.int64)
    if choix == "signature":
        retenus = np.where(debut == _NON_REPONDU, _rang(premier), debut)
        jours, rangs = np.unique(retenus, return_inverse=True)
        return jours.view("M8[D]").tolist(), rangs
    dans_le_mois = (debut >= _rang(premier)) & (debut <= _rang(fin))
    du_mois = [premier.replace(day=jour) for jour in range(1, fin.day + 1)]
    return du_mois, np.where(dans_le_mois, debut - _rang(premier), 0)


def _forfaits(
    colonnes: ColonnesAllocation, du_forfait: tuple[list[date], Entiers], lus: _Baremes, lectures: Lectures
) -> Entiers:
    """Return the flat amount of each person in cents, by day, place, age and household (D. 5131-19)."""
    jours, rangs = du_forfait
    par_mois = {mois: lus.forfaits(mois) for mois in {delais.debut_du_mois(jour) for jour in jours}}
    table = np.array([par_mois[delais.debut_du_mois(jour)] for jour in jours])
    _, lieux, ages, foyers = table.shape
    majeur = _majeurs(colonnes, jours, rangs, int(lus.valeur("age.majorite")))
    if colonnes.emancipe is not None and lectures.sur("cej.mineur_emancipe") == "montant_des_majeurs":
        majeur = majeur | colonnes.emancipe
    rang = ((rangs * lieux + colonnes.mayotte) * ages + majeur) * foyers + colonnes.foyer
    forfait: Entiers = table.ravel().take(rang)
    return forfait


def _majeurs(colonnes: ColonnesAllocation, jours: list[date], rangs: Entiers, majorite: int) -> Booleens:
    """Say who is of age: born, for the day that counts, on the last birth that makes of age on it or before."""
    plus_tot, plus_tard = _naissances(colonnes)
    dernieres = np.array([_rang(delais.terme(jour, -majorite * delais.MOIS_PAR_AN)) for jour in jours])
    futur = plus_tot > np.array([_rang(jour) for jour in jours]).take(rangs)
    _refuser("date_naissance", futur, "la date de naissance vient après le jour où l'âge est compté.")
    majeur: Booleens = plus_tard <= dernieres.take(rangs)
    return majeur


def _naissances(colonnes: ColonnesAllocation) -> tuple[Entiers, Entiers]:
    """Return the earliest and the latest day of birth that what is known allows, as ranks of days."""
    jours, precision = colonnes.date_naissance.view(np.int64), colonnes.precision_naissance
    if precision is None or not precision.any():
        return jours, jours
    plus_tot, plus_tard = jours.copy(), jours.copy()
    for mot, unite in (("mois", "M8[M]"), ("annee", "M8[Y]")):
        lignes = np.flatnonzero(precision == _PRECISIONS.index(mot))
        periode = colonnes.date_naissance[lignes].astype(unite)
        plus_tot[lignes] = periode.astype("M8[D]").view(np.int64)
        plus_tard[lignes] = (periode + 1).astype("M8[D]").view(np.int64) - 1
    return plus_tot, plus_tard


def _deduire(forfait: Entiers, deductible: Entiers, partielle: Entiers, lus: _Baremes) -> Entiers:
    """Take the resources off the flat amount, and round once, half a cent upwards.

    With the share of the minimum wage as a fraction a / b, the range on which the allowance decreases is
    (a × SMIC − b × threshold) / b: everything is multiplied by that numerator, and divided by it in the end. What
    exceeds the range takes all, so it needs not be counted further: no product can overflow.
    """
    seuil = lus.centimes("cej.abattement_ressources_partielles")
    haut, bas = lus.valeur("cej.part_smic_degressivite").as_integer_ratio()
    etendue = haut * lus.smic_mensuel() - bas * seuil
    exces = np.clip(partielle - seuil, 0, etendue)
    reste = np.maximum(forfait - deductible, 0) * etendue - exces * (forfait * bas)
    reste = np.maximum(reste, 0)
    montant: Entiers = (reste + reste + etendue) // (etendue + etendue)
    return montant


def _hors_contrat(colonnes: ColonnesAllocation, premier: date) -> Booleens:
    """Say which contracts don't run in the month (R. 5131-25 I); without a date, the month is taken as covered."""
    hors = np.zeros(len(colonnes), np.bool_)
    if colonnes.contrat_debut is not None:
        hors |= colonnes.contrat_debut.view(np.int64) > _rang(delais.fin_du_mois(premier))
    if colonnes.contrat_fin is not None:
        fin = colonnes.contrat_fin.view(np.int64)
        hors |= (fin < _rang(premier)) & (fin != _NON_REPONDU)
    return hors


def _rang(jour: date) -> int:
    """Return the rank of a day in a datetime64[D] column."""
    return int(np.datetime64(jour, "D").astype(np.int64))


def _verifier_genre(champ: str, colonne: npt.NDArray[Any], genres: str, attendu: str) -> None:
    if colonne.dtype.kind not in genres:
        raise FaitInvalide(champ, f"Colonne « {champ} » : {attendu} étaient attendus, pas {colonne.dtype}.")


def _verifier_bornes(champ: str, colonne: npt.NDArray[Any], limite: int, raison: str) -> None:
    """Refuse what isn't in [0, limite)."""
    if len(colonne) and not 0 <= int(colonne.min()) <= int(colonne.max()) < limite:
        _refuser(champ, (colonne < 0) | (colonne >= limite), raison)


def _verifier_jours(colonnes: ColonnesAllocation, champ: str, *, facultatif: bool) -> None:
    """Refuse the days that a date can't write, and NaT where an answer is needed."""
    jours = getattr(colonnes, champ).view(np.int64)
    fautes = (jours < _rang(date.min)) | (jours > _rang(date.max))
    _refuser(champ, fautes & (jours != _NON_REPONDU) if facultatif else fautes, "indiquez une date, sans heure.")


def _verifier_contrat(colonnes: ColonnesAllocation) -> None:
    if colonnes.contrat_fin is None:
        return
    fin = colonnes.contrat_fin.view(np.int64)
    finie = fin != _NON_REPONDU
    if colonnes.contrat_debut is None:
        _refuser("contrat_debut", finie, "indiquez aussi le début du contrat.")
        return
    debut = colonnes.contrat_debut.view(np.int64)
    _refuser("contrat_debut", finie & (debut == _NON_REPONDU), "indiquez aussi le début du contrat.")
    _refuser("contrat_fin", finie & (fin < debut), "la fin du contrat vient avant son début.")


def _refuser(champ: str, fautes: Booleens, raison: str) -> None:
    if fautes.any():
        raise LigneInvalide(champ, np.flatnonzero(fautes).tolist(), raison)
