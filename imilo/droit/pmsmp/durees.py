"""How long an immersion may last, and how many there may be in one place (L. 5135-5, D. 5135-3).

A month is from date to date, whether the person comes every day or not. A renewal belongs to its agreement: the text
counts agreements by two, and days over all of them. The place is whatever the caller names it by, the same text
for the same place, spaces and capitals aside (its SIRET number, for instance).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_choix, verifier_jour, verifier_oui_non
from imilo.droit.logique import et, non
from imilo.droit.pmsmp.comptes import accorde, conventions_sur_la_periode, fin_de_date_a_date, jours_sur_la_periode
from imilo.droit.registre import Redaction, regle

Objet = Literal["decouvrir_metier", "confirmer_projet", "initier_recrutement"]
"""What the immersion is for (L. 5135-1)."""

ARTICLE = "D. 5135-3"


@dataclass(frozen=True, slots=True)
class Renouvellement:
    """The days of a renewal, after those of its agreement."""

    debut: Annotated[date, Fait("premier jour du renouvellement")]
    fin: Annotated[date, Fait("dernier jour du renouvellement")]

    def __post_init__(self) -> None:
        _verifier_bornes(self.debut, self.fin)


@dataclass(frozen=True, slots=True)
class Convention:
    """Another agreement of the same person, past or to come, in any place."""

    structure: Annotated[str, Fait("structure d'accueil, par exemple son SIRET")]
    objet: Annotated[Objet, Fait("objet de la convention")]
    conclue_le: Annotated[date, Fait("jour où la convention est conclue")]
    debut: Annotated[date, Fait("premier jour de la période")]
    fin: Annotated[date, Fait("dernier jour de la période")]
    renouvellements: Annotated[tuple[Renouvellement, ...], Fait("renouvellements de la convention")] = ()
    memes_objectifs: Annotated[bool | None, Fait("ses objectifs sont ceux de la convention examinée")] = None
    jours_presence: Annotated[tuple[date, ...] | None, Fait("jours de présence, si la lecture choisie les compte")] = (
        None
    )

    def __post_init__(self) -> None:
        _verifier_convention(self)
        verifier_oui_non("memes_objectifs", self.memes_objectifs)


@dataclass(frozen=True, slots=True)
class FaitsDuree:
    """The agreement examined, its renewals, and the other ones; None means *not known yet*."""

    structure: Annotated[str, Fait("structure d'accueil, par exemple son SIRET")]
    objet: Annotated[Objet, Fait("objet de la convention")]
    conclue_le: Annotated[date, Fait("jour où la convention est conclue")]
    debut: Annotated[date, Fait("premier jour de la période")]
    fin: Annotated[date, Fait("dernier jour de la période")]
    renouvellements: Annotated[tuple[Renouvellement, ...], Fait("renouvellements de la convention")] = ()
    objectifs_atteints: Annotated[bool | None, Fait("les objectifs sont atteints à la fin de la période")] = None
    renouvellement_identique: Annotated[
        bool | None, Fait("le renouvellement garde le même objet et les mêmes objectifs")
    ] = None
    autres_conventions: Annotated[
        tuple[Convention, ...] | None, Fait("autres conventions de la même personne, ici ou ailleurs")
    ] = None
    jours_presence: Annotated[tuple[date, ...] | None, Fait("jours de présence, si la lecture choisie les compte")] = (
        None
    )

    def __post_init__(self) -> None:
        _verifier_convention(self)
        verifier_oui_non("objectifs_atteints", self.objectifs_atteints)
        verifier_oui_non("renouvellement_identique", self.renouvellement_identique)
        if self.autres_conventions is None:
            return
        object.__setattr__(self, "autres_conventions", tuple(self.autres_conventions))
        if not all(isinstance(autre, Convention) for autre in self.autres_conventions):
            raise FaitInvalide(
                "autres_conventions", "Donnez pour chaque convention sa structure, son objet, ses jours."
            )


class ResultatDuree(TypedDict):
    """`dernier_jour_possible`: of the agreement; `dernier_jour_renouvellement`: of the last renewal given, if any.

    `conventions_comptees` and `jours_comptes`: the most there are in this place over one period of twelve months, with
    the agreement examined; None while a fact is missing. `jours_restants`: left under the total, never below 0.
    `conforme` is None while a fact named in `a_completer` could change it.
    """

    conforme: bool | None
    dernier_jour_possible: Echeance
    dernier_jour_renouvellement: Echeance | None
    conventions_comptees: int | None
    jours_comptes: int | None
    jours_restants: int | None
    a_completer: tuple[str, ...]


@regle("pmsmp.duree", version="1")
def duree(faits: FaitsDuree, le: date, redaction: Redaction) -> ResultatDuree:
    """Say whether the agreement is as short, and as rare in its place, as the law asks on the day `le`."""
    mois = redaction.entier("pmsmp.duree.convention", le)
    _conclusion(faits, redaction)
    limite = _un_mois("duree_convention", faits, mois, redaction)
    limite_renouvellement = _renouvellement(faits, mois, le, redaction)
    conventions = _conventions(faits, le, redaction)
    jours = _jours(faits, le, redaction)
    plafond = redaction.entier("pmsmp.duree.jours", le)
    return ResultatDuree(
        conforme=et(*(motif.satisfait for motif in redaction.motifs)),
        dernier_jour_possible=limite,
        dernier_jour_renouvellement=limite_renouvellement,
        conventions_comptees=conventions,
        jours_comptes=jours,
        jours_restants=None if jours is None else max(0, plafond - jours),
        a_completer=_manquants(faits, redaction),
    )


def _manquants(faits: FaitsDuree, redaction: Redaction) -> tuple[str, ...]:
    presence = _compte_la_presence(redaction)
    manquants: list[str] = []
    if faits.renouvellements:
        champs = ("objectifs_atteints", "renouvellement_identique")
        manquants.extend(champ for champ in champs if getattr(faits, champ) is None)
    if faits.autres_conventions is None:
        manquants.append("autres_conventions")
    if any(motif.code == "objets_differents" and motif.satisfait is None for motif in redaction.motifs):
        manquants.append("autres_conventions.memes_objectifs")
    if presence and faits.jours_presence is None:
        manquants.append("jours_presence")
    if presence and any(autre.jours_presence is None for autre in _dans_la_structure(faits)):
        manquants.append("autres_conventions.jours_presence")
    return tuple(manquants)


def _compte_la_presence(redaction: Redaction) -> bool:
    return redaction.lecture("pmsmp.jours_comptes") == "jours_de_presence"


def _verifier_bornes(debut: date, fin: date) -> None:
    verifier_jour("debut", debut)
    verifier_jour("fin", fin)
    if fin < debut:
        raise FaitInvalide("fin", "Le dernier jour vient avant le premier.")
    if fin > delais.terme(debut, delais.MOIS_PAR_AN):
        raise FaitInvalide("fin", "Une immersion ne dure pas plus d'un an : vérifiez les dates.")


def _verifier_convention(convention: Convention | FaitsDuree) -> None:
    if not isinstance(convention.structure, str) or not convention.structure.strip():
        raise FaitInvalide("structure", "Indiquez la structure d'accueil, par exemple par son SIRET.")
    verifier_choix("objet", convention.objet, Objet)
    verifier_jour("conclue_le", convention.conclue_le)
    _verifier_bornes(convention.debut, convention.fin)
    object.__setattr__(convention, "renouvellements", tuple(convention.renouvellements))
    precedente = convention.fin
    for renouvellement in convention.renouvellements:
        if not isinstance(renouvellement, Renouvellement):
            raise FaitInvalide("renouvellements", "Chaque renouvellement a un premier et un dernier jour.")
        if renouvellement.debut <= precedente:
            raise FaitInvalide("renouvellements", "Un renouvellement commence après la période qu'il prolonge.")
        precedente = renouvellement.fin
    if convention.jours_presence is None:
        return
    object.__setattr__(convention, "jours_presence", tuple(convention.jours_presence))
    for jour in convention.jours_presence:
        verifier_jour("jours_presence", jour)
        if not any(debut <= jour <= fin for debut, fin in _periodes(convention)):
            raise FaitInvalide("jours_presence", "Un jour de présence est hors de la convention.")
    if len(set(convention.jours_presence)) != len(convention.jours_presence):
        raise FaitInvalide("jours_presence", "Un jour de présence est écrit deux fois.")


def _periodes(convention: Convention | FaitsDuree) -> list[tuple[date, date]]:
    return [(convention.debut, convention.fin), *((r.debut, r.fin) for r in convention.renouvellements)]


def _conclusion(faits: FaitsDuree, redaction: Redaction) -> None:
    conclue, debut = francais.jour(faits.conclue_le), francais.jour(faits.debut)
    a_temps = faits.conclue_le <= faits.debut
    phrase = (
        f"La convention est conclue le {conclue}, au plus tard le premier jour."
        if a_temps
        else f"La convention est conclue le {conclue}, alors que la période commence le {debut} : elle vient avant."
    )
    redaction.motif("convention_prealable", a_temps, phrase, "L. 5135-4")


def _un_mois(code: str, periode: FaitsDuree | Renouvellement, mois: int, redaction: Redaction) -> Echeance:
    """Write one duration from date to date; return the last day it may have."""
    sujet = "Le renouvellement" if isinstance(periode, Renouvellement) else "La période"
    limite = fin_de_date_a_date(periode.debut, mois, redaction)
    redaction.etape(
        f"{sujet} : dernier jour possible",
        f"{mois} mois de date à date à partir du {francais.jour(periode.debut)} compris = {francais.jour(limite)}",
        limite,
    )
    respecte = periode.fin <= limite
    verbe = "ne dépasse pas" if respecte else "dépasse"
    redaction.motif(code, respecte, f"{sujet} {verbe} le {francais.jour(limite)}, dernier jour possible.", ARTICLE)
    return limite


def _renouvellement(faits: FaitsDuree, mois: int, le: date, redaction: Redaction) -> Echeance | None:
    """Write the conditions of a renewal; return the last day that the last one given may have."""
    if not faits.renouvellements:
        return None
    permis = redaction.entier("pmsmp.duree.renouvellements", le)
    nombre = len(faits.renouvellements)
    phrase = f"La convention est renouvelée {nombre} fois, pour {permis} au plus."
    redaction.motif("renouvellement_unique", nombre <= permis, phrase, ARTICLE)
    phrase = {
        None: "Il faut dire si les objectifs sont atteints : on ne renouvelle que s'ils ne le sont pas.",
        True: "Les objectifs sont atteints : la convention ne peut pas être renouvelée.",
        False: "Les objectifs ne sont pas atteints : la convention peut être renouvelée pour les mêmes.",
    }[faits.objectifs_atteints]
    redaction.motif("objectifs_non_atteints", non(faits.objectifs_atteints), phrase, ARTICLE)
    phrase = {
        None: "Il faut dire si le renouvellement garde le même objet et les mêmes objectifs.",
        True: "Le renouvellement garde le même objet et les mêmes objectifs.",
        False: "Le renouvellement doit garder le même objet et les mêmes objectifs.",
    }[faits.renouvellement_identique]
    redaction.motif("renouvellement_identique", faits.renouvellement_identique, phrase, ARTICLE)
    _suite(faits, redaction)
    limites = [
        _un_mois("duree_renouvellement", renouvellement, mois, redaction) for renouvellement in faits.renouvellements
    ]
    return limites[-1]


def _suite(faits: FaitsDuree, redaction: Redaction) -> None:
    """Write whether each renewal follows its period at once, when the reading asks for it."""
    if redaction.lecture("pmsmp.suite_du_renouvellement") == "a_tout_moment":
        return
    periodes = _periodes(faits)
    a_la_suite = all(
        suivante[0] == delais.lendemain(precedente[1]) for precedente, suivante in itertools.pairwise(periodes)
    )
    phrase = (
        "Le renouvellement commence le lendemain de la période qu'il prolonge."
        if a_la_suite
        else "Le renouvellement doit commencer le lendemain de la période qu'il prolonge."
    )
    redaction.motif("renouvellement_a_la_suite", a_la_suite, phrase, ARTICLE)


def _dans_la_structure(faits: FaitsDuree) -> list[Convention]:
    lieu = _sans_espaces(faits.structure)
    return [autre for autre in faits.autres_conventions or () if _sans_espaces(autre.structure) == lieu]


def _sans_espaces(structure: str) -> str:
    return "".join(structure.split()).casefold()


def _conventions(faits: FaitsDuree, le: date, redaction: Redaction) -> int | None:
    """Write the number of agreements and what tells them apart; return the number."""
    if faits.autres_conventions is None:
        phrase = "Il faut savoir si vous avez fait d'autres immersions dans cette structure."
        redaction.motif("nombre_de_conventions", None, phrase, ARTICLE)
        return None
    autres = _dans_la_structure(faits)
    permises, mois = redaction.entier("pmsmp.duree.conventions", le), redaction.entier("pmsmp.duree.periode", le)
    compte = conventions_sur_la_periode(faits.conclue_le, [a.conclue_le for a in autres], mois, redaction)
    proches = [autre for autre, proche in zip(autres, compte.proches, strict=True) if proche]
    redaction.motif(
        "nombre_de_conventions",
        compte.nombre <= permises,
        f"Dans cette structure, sur {mois} mois de suite : {accorde(compte.nombre, 'convention')}, "
        f"pour {permises} au plus.",
        ARTICLE,
    )
    if proches:
        differents = et(*(_differente(faits, autre) for autre in proches))
        phrase = {
            None: "Il faut dire si les autres conventions dans cette structure ont les mêmes objectifs.",
            True: "Les conventions dans cette structure ont des objets ou des objectifs différents.",
            False: "Une autre convention dans cette structure a le même objet et les mêmes objectifs.",
        }[differents]
        redaction.motif("objets_differents", differents, phrase, ARTICLE)
    return compte.nombre


def _differente(faits: FaitsDuree, autre: Convention) -> bool | None:
    return True if autre.objet != faits.objet else non(autre.memes_objectifs)


def _jours(faits: FaitsDuree, le: date, redaction: Redaction) -> int | None:
    """Write the days counted in the place; return the most there are over one period."""
    presence = _compte_la_presence(redaction)
    plafond, mois = redaction.entier("pmsmp.duree.jours", le), redaction.entier("pmsmp.duree.periode", le)
    conventions: list[Convention | FaitsDuree] = [faits, *_dans_la_structure(faits)]
    listes = [convention.jours_presence if presence else _calendaires(convention) for convention in conventions]
    connues = [liste for liste in listes if liste is not None]
    examines = listes[0]
    if examines is None:
        redaction.motif("total_des_jours", None, "Il faut les jours de présence de cette convention.", ARTICLE)
        return None
    total = jours_sur_la_periode(examines, [jour for liste in connues for jour in liste], mois, redaction)
    complet = len(connues) == len(listes) and faits.autres_conventions is not None
    respecte = False if total > plafond else True if complet else None
    redaction.motif("total_des_jours", respecte, _phrase_jours(total, plafond, mois, complet=complet), ARTICLE)
    return total if complet else None


def _phrase_jours(total: int, plafond: int, mois: int, *, complet: bool) -> str:
    debut = "Dans cette structure" if complet else "D'après ce qui est connu, dans cette structure"
    return f"{debut}, sur {mois} mois de suite : {accorde(total, 'jour')}, pour {plafond} au plus."


def _calendaires(convention: Convention | FaitsDuree) -> tuple[date, ...]:
    jours = []
    for debut, fin in _periodes(convention):
        jour = debut
        while jour <= fin:
            jours.append(jour)
            jour = delais.lendemain(jour)
    return tuple(jours)
