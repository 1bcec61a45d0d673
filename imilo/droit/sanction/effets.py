"""What a sanction leaves of each month's allowance, and what a striking off forbids (R. 5412-1 to R. 5412-5).

The allowance is monthly: a sanction of so many months is on so many months of it, one after the other from the first,
be their amount zero. R. 5412-6, which puts the rest of a suppression off, is for the unemployment benefit alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Annotated, Literal, TypedDict

from imilo.droit import delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    montant,
    verifier_choix,
    verifier_jour,
    verifier_jour_facultatif,
    verifier_nombre_de_mois,
)
from imilo.droit.montants import CENTIME, ZERO, Montant, arrondir
from imilo.droit.registre import Redaction, regle
from imilo.droit.sanction.bornes import avertir_sanction
from imilo.droit.sanction.faits_quantum import SanctionEnvisagee
from imilo.droit.sanction.modele import ARTICLES, verifier_en_vigueur, verifier_mois, verifier_part

RADIATION = "R. 5412-5"
ManquementTouchant = Literal["engagements", "refus_offres", "fraude", "activite_breve"]


@dataclass(frozen=True, slots=True)
class MoisAlloue:
    """What is due for a month before any sanction."""

    mois: Annotated[str, Fait("mois", "AAAA-MM")]
    montant: Annotated[Decimal, Fait("montant dû sans sanction", "euros")]

    def __post_init__(self) -> None:
        verifier_mois("mois", self.mois)
        object.__setattr__(self, "montant", montant("montant", self.montant))


@dataclass(frozen=True, slots=True)
class Radiation:
    """A striking off pronounced."""

    debut: Annotated[date, Fait("premier jour de la radiation")]
    mois: Annotated[int, Fait("durée de la radiation", "mois")]

    def __post_init__(self) -> None:
        verifier_jour("debut", self.debut)
        verifier_nombre_de_mois("mois", self.mois)


@dataclass(frozen=True, slots=True)
class FaitsEffet:
    """A sanction pronounced, and the months of allowance to apply it to; the striking off, if there is one."""

    mois: Annotated[tuple[MoisAlloue, ...], Fait("mois d'allocation")]
    manquement: Annotated[
        ManquementTouchant,
        Fait("manquement sanctionné, de ceux qui touchent l'allocation"),
    ]
    nature: Annotated[Literal["suspension", "suppression"], Fait("ce qui a été prononcé")]
    part: Annotated[Decimal, Fait("part suspendue ou supprimée", "fraction, 1 pour la totalité")]
    premier_mois: Annotated[str, Fait("premier mois touché", "AAAA-MM")]
    duree: Annotated[int | None, Fait("nombre de mois touchés ; vide pour une suppression sans durée", "mois")]
    levee_le: Annotated[date | None, Fait("jour où la suspension a pris fin avant son terme")] = None
    radiation: Annotated[Radiation | None, Fait("radiation de la liste des demandeurs d'emploi")] = None
    rsa_demande_le: Annotated[date | None, Fait("jour où la personne a demandé le RSA")] = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "mois", tuple(self.mois))
        if not all(isinstance(mois, MoisAlloue) for mois in self.mois):
            raise FaitInvalide("mois", "Chaque mois a un montant.")
        ecrits = [mois.mois for mois in self.mois]
        if ecrits != sorted(set(ecrits)):
            raise FaitInvalide("mois", "Les mois vont du premier au dernier, chacun une fois.")
        verifier_choix("manquement", self.manquement, ManquementTouchant)
        verifier_choix("nature", self.nature, Literal["suspension", "suppression"])
        if self.nature == "suspension" and self.manquement != "engagements":
            raise FaitInvalide("nature", "Ce manquement ne se sanctionne pas par une suspension.")
        verifier_part("part", self.part)
        verifier_mois("premier_mois", self.premier_mois)
        self._verifier_fin()
        if self.radiation is not None and not isinstance(self.radiation, Radiation):
            raise FaitInvalide("radiation", "Une radiation a un premier jour et une durée.")
        verifier_jour_facultatif("rsa_demande_le", self.rsa_demande_le)

    def _verifier_fin(self) -> None:
        if self.duree is not None:
            verifier_nombre_de_mois("duree", self.duree)
        elif self.manquement != "fraude":
            raise FaitInvalide("duree", "Seule la suppression pour fraude peut être sans durée.")
        verifier_jour_facultatif("levee_le", self.levee_le)
        if self.levee_le is not None and self.nature == "suppression":
            raise FaitInvalide("levee_le", "Une suppression va jusqu'à son terme.")
        premier = verifier_mois("premier_mois", self.premier_mois)
        verifier_en_vigueur("premier_mois", premier, "sanction.effet_allocation")
        # A measure that starts in a month ends, date to date, in the one after its last month of allowance.
        fin = delais.mois_plus(premier, (self.duree or 0) + 1)
        if self.levee_le is not None and self.levee_le >= fin:
            raise FaitInvalide("levee_le", "La suspension était déjà finie.")


class MoisSanctionne(TypedDict):
    """One month: `du` + `retenu` is what was due without the sanction; `touche`: the sanction runs that month."""

    mois: str
    touche: bool
    du: Montant
    retenu: Montant


class ResultatEffet(TypedDict):
    """Each month given, in order; `retenu_total`: withheld in all of them; `a_reverser`: of it, given back when the
    suspension was lifted (by the reading chosen).

    `inscription_possible_le`: first day on which the person may be registered again, the day of the request of RSA
    if it comes in the period; `inscription_empechee`: they may not on the day asked. None without a striking off.
    """

    mois: tuple[MoisSanctionne, ...]
    retenu_total: Montant
    a_reverser: Montant
    inscription_possible_le: Echeance | None
    inscription_empechee: bool | None


@regle("sanction.effet_allocation", version="1")
def effet_allocation(faits: FaitsEffet, le: date, redaction: Redaction) -> ResultatEffet:
    """Say what the sanction leaves of each month, and until when a striking off forbids to register, on `le`."""
    levee = faits.levee_le if faits.levee_le is not None and faits.levee_le <= le else None
    fin = _dernier_mois(faits, levee, redaction)
    mois = tuple(_appliquer(alloue, faits, fin, levee, redaction) for alloue in faits.mois)
    total = sum((m["retenu"] for m in mois), ZERO)
    _ecrire(faits, levee, redaction)
    avertir_sanction(
        faits.manquement,
        SanctionEnvisagee(faits.nature, part=faits.part, mois=faits.duree),
        None if faits.radiation is None else faits.radiation.mois,
        verifier_mois("premier_mois", faits.premier_mois),
        redaction,
    )
    possible = _inscription(faits, le, redaction)
    return ResultatEffet(
        mois=mois,
        retenu_total=arrondir(total),
        a_reverser=_a_reverser(total, levee, redaction),
        inscription_possible_le=possible,
        inscription_empechee=None
        if faits.radiation is None or possible is None
        else faits.radiation.debut <= le < possible,
    )


def _dernier_mois(faits: FaitsEffet, levee: date | None, redaction: Redaction) -> date | None:
    """Return the first day of the last month touched, in full or in part; None when there is no last one.

    It comes before the first month when nothing is touched.
    """
    premier = verifier_mois("premier_mois", faits.premier_mois)
    prononce = None if faits.duree is None else delais.mois_plus(premier, faits.duree - 1)
    if levee is None or prononce is None:
        return prononce
    touche = redaction.lecture("sanction.mois_de_levee") == "au_prorata"
    dernier = delais.debut_du_mois(levee) if touche else delais.mois_plus(levee, -1)
    return min(prononce, dernier)


def _appliquer(
    alloue: MoisAlloue, faits: FaitsEffet, fin: date | None, levee: date | None, redaction: Redaction
) -> MoisSanctionne:
    jour = verifier_mois("mois", alloue.mois)
    commence = jour >= verifier_mois("premier_mois", faits.premier_mois)
    jours = delais.fin_du_mois(jour).day
    suspendus = jours if levee is None else min(jours, max(0, (levee - jour).days))
    touche = commence and (fin is None or jour <= fin) and suspendus > 0
    if not touche:
        return MoisSanctionne(mois=alloue.mois, touche=False, du=arrondir(alloue.montant), retenu=ZERO)
    retenu = _retenir(alloue.montant * faits.part * suspendus / jours, redaction)
    du = arrondir(alloue.montant - retenu)
    calcul = f"{francais.nombre(alloue.montant)} × {francais.pourcentage(faits.part)}"
    if suspendus < jours:
        calcul = f"{calcul} × {suspendus} / {jours}"
    redaction.etape(f"Retenue {francais.du_mois(jour)}", f"{calcul} = {francais.nombre(retenu)}", retenu)
    reste = f"{francais.nombre(alloue.montant)} − {francais.nombre(retenu)} = {francais.nombre(du)}"
    redaction.etape(f"Reste dû {francais.du_mois(jour)}", reste, du)
    return MoisSanctionne(mois=alloue.mois, touche=True, du=du, retenu=retenu)


def _retenir(exact: Decimal, redaction: Redaction) -> Montant:
    if redaction.lecture("sanction.arrondi") == "au_plus_pres":
        return arrondir(exact)
    return Montant(exact.quantize(CENTIME, ROUND_FLOOR))


def _ecrire(faits: FaitsEffet, levee: date | None, redaction: Redaction) -> None:
    premier = francais.du_mois(verifier_mois("premier_mois", faits.premier_mois))
    nom = {"suspension": "suspendue", "suppression": "supprimée"}[faits.nature]
    part = "en totalité" if faits.part == 1 else f"à {francais.pourcentage(faits.part)}"
    duree = "sans durée fixée," if faits.duree is None else f"pendant {faits.duree} mois"
    phrase = f"Votre allocation est {nom} {part} {duree} à partir {premier}."
    redaction.motif("sanction", True, phrase, ARTICLES[faits.manquement])
    if levee is not None:
        phrase = f"La suspension a pris fin le {francais.jour(levee)} : l'allocation est due de nouveau."
        redaction.motif("suspension_levee", True, phrase, ARTICLES[faits.manquement])


def _a_reverser(total: Decimal, levee: date | None, redaction: Redaction) -> Montant:
    if levee is None or redaction.lecture("sanction.sommes_suspendues") == "non_reversees":
        return ZERO
    return arrondir(total)


def _inscription(faits: FaitsEffet, le: date, redaction: Redaction) -> Echeance | None:
    """R. 5412-5: the first day on which the person may be registered again."""
    if faits.radiation is None:
        return None
    debut, mois, demande = faits.radiation.debut, faits.radiation.mois, faits.rsa_demande_le
    fin = redaction.dernier_jour(debut, mois)
    redaction.etape(
        "Dernier jour de la radiation",
        f"{mois} mois à partir du {francais.jour(debut)} compris = {francais.jour(fin)}",
        fin,
    )
    if demande is not None and demande <= le and debut <= demande <= fin:
        phrase = "Vous avez demandé le RSA : vous êtes de nouveau inscrit(e) sans attendre la fin de la radiation."
        redaction.motif("inscription_apres_radiation", True, phrase, RADIATION)
        return Echeance.du(demande)
    possible = Echeance.du(delais.lendemain(fin))
    phrase = f"Après la radiation, vous pourrez vous inscrire de nouveau à partir du {francais.jour(possible)}."
    redaction.motif("inscription_apres_radiation", le >= possible, phrase, RADIATION)
    return possible
