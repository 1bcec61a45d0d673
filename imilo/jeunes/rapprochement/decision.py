"""From scored pairs to one answer per line: who is taken, what is sure, and why not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from imilo.jeunes.rapprochement.comparaisons import COMPARAISONS
from imilo.jeunes.rapprochement.moteurs import Paire
from imilo.jeunes.rapprochement.resultat import Resultat, Statut

PROBABILITE_SURE, PROBABILITE_A_VERIFIER = 0.99, 0.5
MARGE = math.log2(100)
"""How much likelier (log2) the one taken must be than any other candidate, of the line or of the dossier."""
PRENOM_CONNU = 8
"""Records under one spelling from which it is a first name of its own, and no slip of the keyboard."""


OU_JOINDRE = ("domicile", "telephone", "courriel")


@dataclass(frozen=True)
class Jugement:
    """What our rules say of one pair: can it be proposed, can it be sure, and why not (French)."""

    possible: bool
    sure: bool
    raison: str = ""


@cache
def codes(niveaux: tuple[int, ...]) -> dict[str, str]:
    """The level of each comparison: "egal", "proche"…; "" where one side isn't known. Thousands of pairs share one."""
    lus = zip(COMPARAISONS, niveaux, strict=True)
    return {c.nom: niveau.code if (niveau := c.niveau(gamma)) else "" for c, gamma in lus}


def juger(paire: Paire) -> Jugement:
    """Rules beyond the sum of weights, which takes each comparison as independent of the others."""
    return _juger(paire.niveaux, prenoms_connus=paire.prenom_rare >= PRENOM_CONNU)


@cache
def _juger(niveaux: tuple[int, ...], *, prenoms_connus: bool) -> Jugement:
    """Twins share everything but the first name and perhaps the sex: another first name is another person,
    whatever agrees besides. Only a number of their own that is equal asks for a look.
    """
    dits = codes(niveaux)
    prenom, naissance, identifiant = dits["prenom"], dits["naissance"], dits["identifiant"]
    meme_identifiant = identifiant == "egal"
    if prenom == "autre":
        return Jugement(
            meme_identifiant,
            sure=False,
            raison="autre prénom" if meme_identifiant else "autre prénom : frère, sœur ou jumeau ?",
        )
    if dits["sexe"] == "autre" and prenom != "egal":
        return Jugement(meme_identifiant, sure=False, raison="autre sexe et autre prénom")
    if identifiant == "autre":
        return Jugement(possible=True, sure=False, raison="les identifiants diffèrent : à vous de décider")
    if naissance in ("autre", "annee"):
        return Jugement(possible=True, sure=False, raison="la date de naissance diffère")
    raison = "" if meme_identifiant else _doute(dits, prenoms_connus=prenoms_connus)
    return Jugement(possible=True, sure=not raison, raison=raison)


def _contact(dits: dict[str, str]) -> bool:
    return "egal" in (dits["telephone"], dits["courriel"])


def _chez_soi(dits: dict[str, str]) -> bool:
    return dits["domicile"] in ("egal", "proche")


def _doute(dits: dict[str, str], *, prenoms_connus: bool) -> str:
    """Why a pair without a common identifier isn't sure; "" when it may be."""
    nom, prenom, naissance = dits["nom"], dits["prenom"], dits["naissance"]
    contact, chez_soi = _contact(dits), _chez_soi(dits)
    if "autre" in (dits["telephone"], dits["courriel"]) and not contact and not chez_soi:
        return "même identité, mais ni l'adresse ni le téléphone ni le courriel ne concordent : homonyme ?"
    # Twins share a home, never a first name: with both, a sex that differs was mistyped.
    sexe = "" if prenom == "egal" and (contact or chez_soi) else dits["sexe"]
    if doute := _doute_du_prenom(prenom, sexe, prenoms_connus=prenoms_connus):
        return doute
    if nom == "autre" and not contact:
        return "le nom diffère"
    if naissance in ("deux_parts", "partiel") and not contact:
        return "la date de naissance ne concorde qu'en partie"
    if not naissance and not contact:
        return "la date de naissance manque"
    proches = (
        nom in ("tres_proche", "proche", "commun"),
        prenom in ("tres_proche", "proche"),
        naissance in ("inverse", "un_chiffre"),
    )
    if sum(proches) >= 2 and not contact and not chez_soi:
        return "plusieurs différences à la fois"
    if dits["lieu_naissance"] == "autre" and not contact and not chez_soi:
        return "le lieu de naissance diffère"
    return ""


def _doute_du_prenom(prenom: str, sexe: str, *, prenoms_connus: bool) -> str:
    if sexe == "autre":
        return "le sexe diffère"
    if prenom in ("tres_proche", "proche") and prenoms_connus:
        return "deux prénoms proches qui existent tous les deux"
    if prenom == "second":
        return "un second prénom en commun seulement : frère, sœur ou jumeau ?"
    return "" if prenom else "le prénom manque"


def _jumeau(prise: Paire, autres: Iterable[Paire]) -> str:
    """Why somebody else of the same name and day, a twin perhaps, makes a pair unsure; "" when nobody does.

    A line that bears one twin's first name, mistyped by a letter, is the other twin. And whoever shares the home or
    the telephone of somebody born that day is rather their unknown twin than a homonym known to live elsewhere.
    """
    pris = codes(prise.niveaux)
    if pris["identifiant"] == "egal":
        return ""
    ailleurs = () if _contact(pris) or _chez_soi(pris) else tuple(c for c in OU_JOINDRE if pris[c])
    for paire in autres:
        dits = codes(paire.niveaux)
        if paire.autre == prise.autre or (dits["nom"], dits["naissance"]) != ("egal", "egal"):
            continue
        presque = dits["prenom"] in ("tres_proche", "proche") or (paire.une_lettre and dits["prenom"] != "egal")
        if presque and not (pris["sexe"] == "egal" and dits["sexe"] == "autre"):
            return "une autre personne née le même jour porte presque ce prénom : jumeau ?"
        if any(dits[c] in ("egal", "proche") for c in ailleurs):
            return "une autre personne du même nom, née le même jour, a cette adresse ou ce téléphone : jumeau ?"
    return ""


@cache
def _preuves(niveaux: tuple[int, ...]) -> tuple[str, ...]:
    dites: dict[str, list[str]] = {"accord": [], "proche": [], "ecart": []}
    for comparaison, gamma in zip(COMPARAISONS, niveaux, strict=True):
        niveau = comparaison.niveau(gamma)
        if niveau and niveau.phrase and niveau.phrase not in dites[niveau.sens]:
            dites[niveau.sens].append(niveau.phrase)
    return (*dites["accord"], *dites["proche"], *dites["ecart"])


def preuves(paire: Paire) -> tuple[str, ...]:
    """What matches, then what is near, then what differs, in French."""
    return _preuves(paire.niveaux)


@dataclass
class _Ligne:
    """The candidates of one line, the heaviest first, and what was refused."""

    candidats: list[tuple[Paire, Jugement]]
    ecartes: list[tuple[Paire, Jugement]]

    def jumeau(self, prise: Paire) -> str:
        if len(self.candidats) == 1 and not self.ecartes:
            return ""
        return _jumeau(prise, (paire for paire, _ in (*self.candidats, *self.ecartes)))


def decider(paires: Iterable[Paire], lignes: int, *, un_a_un: bool = True) -> Iterator[Resultat]:
    """One result per line 0…`lignes`-1, in order; `personne` is the place of the other record, `dossier` isn't filled.

    With `un_a_un` a record of the base is taken once: pairs are taken in the order of their weights, over the
    whole list, so that none takes a record that suits another line better.
    """
    par_ligne: dict[int, _Ligne] = {}
    par_autre: dict[int, list[Paire]] = {}
    for paire in paires:
        ligne = par_ligne.setdefault(paire.ligne, _Ligne([], []))
        jugement = juger(paire)
        if jugement.possible:
            ligne.candidats.append((paire, jugement))
            par_autre.setdefault(paire.autre, []).append(paire)
        else:
            ligne.ecartes.append((paire, jugement))
    prises, prise_par = _prendre(par_ligne, un_a_un=un_a_un)
    for rang in range(lignes):
        ligne = par_ligne.get(rang, _Ligne([], []))
        if rang in prises:
            paire, jugement = prises[rang]
            if jugement.sure and (jumeau := ligne.jumeau(paire)):
                jugement = replace(jugement, sure=False, raison=jumeau)
            yield _retenue(rang, paire, jugement, _rivale(paire, ligne, par_autre[paire.autre]))
        else:
            yield _nouvelle(rang, ligne, prise_par)


def _prendre(
    par_ligne: dict[int, _Ligne], *, un_a_un: bool
) -> tuple[dict[int, tuple[Paire, Jugement]], dict[int, int]]:
    """The pair taken for each line, and the line that took each record: the heaviest pair first."""
    toutes = [c for ligne in par_ligne.values() for c in ligne.candidats if c[0].probabilite >= PROBABILITE_A_VERIFIER]
    toutes.sort(key=lambda c: (-c[0].poids, c[0].ligne, c[0].autre))
    prises: dict[int, tuple[Paire, Jugement]] = {}
    prise_par: dict[int, int] = {}
    for paire, jugement in toutes:
        if paire.ligne in prises or (un_a_un and paire.autre in prise_par):
            continue
        prises[paire.ligne] = (paire, jugement)
        prise_par[paire.autre] = paire.ligne
    return prises, prise_par


def _rivale(paire: Paire, ligne: _Ligne, autres: list[Paire]) -> Paire | None:
    """The heaviest other pair of the same line or of the same record."""
    if len(ligne.candidats) == len(autres) == 1:
        return None
    rivales = [p for p, _ in ligne.candidats if p.autre != paire.autre] + [p for p in autres if p.ligne != paire.ligne]
    return max(rivales, key=lambda p: p.poids, default=None)


def _retenue(rang: int, paire: Paire, jugement: Jugement, rivale: Paire | None) -> Resultat:
    statut: Statut = "a_verifier"
    if not jugement.sure:
        raison = jugement.raison
    elif paire.probabilite < PROBABILITE_SURE:
        raison = "trop peu concorde pour être sûr"
    elif rivale is not None and paire.poids - rivale.poids < MARGE:
        meme_ligne = rivale.ligne == paire.ligne
        raison = (
            "une autre personne convient presque autant" if meme_ligne else "une autre ligne convient presque autant"
        )
    else:
        statut, raison = "sur", ""
    return Resultat(rang, statut, "", paire.autre, paire.probabilite, preuves(paire), raison)


def _nouvelle(rang: int, ligne: _Ligne, prise_par: dict[int, int]) -> Resultat:
    """Nobody was taken: a line whose only candidate went to another line is for a person to look at."""
    if ligne.candidats and ligne.candidats[0][0].probabilite >= PROBABILITE_SURE:
        paire = max((p for p, _ in ligne.candidats), key=lambda p: p.poids)
        if paire.autre in prise_par:
            raison = f"même personne que la ligne {prise_par[paire.autre] + 1} de la liste ?"
            return Resultat(rang, "a_verifier", "", None, paire.probabilite, preuves(paire), raison)
    if ligne.ecartes:
        paire, jugement = max(ligne.ecartes, key=lambda e: e[0].poids)
        if paire.probabilite >= PROBABILITE_A_VERIFIER:
            return Resultat(rang, "nouveau", preuves=preuves(paire), raison=jugement.raison)
    return Resultat(rang, "nouveau")
