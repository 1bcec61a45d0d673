"""What a datum of the file was before each change: of one row, of a whole section with what was taken out of it, and
of the sections kept on the dossier and on the person. The database's triggers keep it (docs/decisions/0004)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import models

from imilo.acteurs.models import Agent
from imilo.acteurs.politique import Visibilite, visibilite_du_champ
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.presentation import MASQUE, en_mots, titre_et_faits
from imilo.parcours.fiche.rubriques import Rubrique
from imilo.parcours.fiche.rubriques_du_dossier import RubriqueDuDossier
from imilo.socle.chiffrement import ChampChiffre

IGNORES = frozenset({"id", "cree_le", "modifie_le", "version", "dossier", "structure"})
# What says where a row comes from: told on its line, and of no use in what was taken out.
PROVENANCE = frozenset({"origine", "origine_precision", "confirme_le", "confirme_par"})
SUPPRESSION = "avant_suppression"  # the label that `historiser` gives to the last state of a row


@dataclass(frozen=True)
class Changement:
    """One change: by whom, when, and (label, before, after) of each field. `sujet` names the row where there are
    several; `retire`: it was taken out, and `ecarts` say what it was."""

    quand: datetime
    auteur: str
    ecarts: tuple[tuple[str, str, str], ...]
    sujet: str = ""
    retire: bool = False


def historique(ligne: models.Model) -> list[Changement]:
    """Every change of a row since it was made, the last first. Two queries, whatever their number."""
    modele = type(ligne)
    return _recents(_suite(modele, [*_evenements(modele, pgh_obj_id=ligne.pk), ligne]))


def historique_de_la_rubrique(dossier: Dossier, rubrique: Rubrique, *, le: date) -> list[Changement]:
    """Every change of the rows of a section, the last first, with those that were taken out."""
    modele = rubrique.modele
    vivantes = {x.pk: x for x in modele._default_manager.filter(dossier=dossier)}
    etats: dict[int, list[Any]] = {}
    for evenement in _evenements(modele, dossier_id=dossier.pk):
        etats.setdefault(evenement.pgh_obj_id, []).append(evenement)
    changements: list[Changement] = []
    for pk, suite in etats.items():
        actuelle = vivantes.get(pk)
        dernier: Any = actuelle or suite[-1]
        ligne = actuelle or modele(**{c.attname: getattr(dernier, c.attname) for c in _gardes(modele, dernier)})
        sujet, _ = titre_et_faits(ligne, rubrique, le=le)
        lus = _suite(modele, [*suite, actuelle] if actuelle else suite)
        changements += [replace(c, sujet=sujet) for c in lus]
        if actuelle is None and dernier.pgh_label == SUPPRESSION:
            changements.append(_retrait(modele, dernier, sujet))
    return _recents(changements)


def historique_du_dossier(dossier: Dossier, rubrique: RubriqueDuDossier, *, profil: str) -> list[Changement]:
    """Every change of a section kept on the dossier and on the person, as far as this profile sees its fields."""
    lus: list[Changement] = []
    for objet, champs in _tenues(dossier, rubrique):
        vus = [c for c in champs if visibilite_du_champ(profil, f"{objet._meta.label}.{c}") != Visibilite.CACHE]
        if vus:
            lus += _suite(type(objet), [*_evenements(type(objet), pgh_obj_id=objet.pk), objet], vus)
    return _recents(lus)


def _tenues(dossier: Dossier, rubrique: RubriqueDuDossier) -> tuple[tuple[models.Model, tuple[str, ...]], ...]:
    """The two rows that hold such a section, with its fields on each."""
    return (dossier, rubrique.champs), (dossier.jeune, rubrique.champs_de_la_personne)


def derniers_changements(dossier: Dossier, rubriques: Iterable[RubriqueDuDossier]) -> dict[str, Changement]:
    """The last change of each section kept on the dossier, by code; none for what was never changed. Three queries."""
    etats: dict[type[models.Model], list[Any]] = {
        type(o): [*_evenements(type(o), pgh_obj_id=o.pk), o] for o in (dossier, dossier.jeune)
    }
    derniers: dict[str, Any] = {}
    for rubrique in rubriques:
        laisses = [_dernier(etats[type(o)], o, champs) for o, champs in _tenues(dossier, rubrique)]
        trouves = [etat for etat in laisses if etat is not None]
        if trouves:
            derniers[rubrique.code] = max(trouves, key=lambda etat: etat.pgh_created_at)
    noms = _noms(derniers.values())
    return {c: Changement(e.pgh_created_at, noms.get(_agent(e), ""), ()) for c, e in derniers.items()}


def _evenements(modele: type[models.Model], **filtre: Any) -> list[Any]:
    """The former states that history keeps, the oldest first."""
    return list(modele.pgh_event_model.objects.filter(**filtre).order_by("pgh_id"))  # type: ignore[attr-defined]  # made by pghistory


def _dernier(etats: Sequence[Any], objet: models.Model, champs: Collection[str]) -> Any:
    """The state that the last change of these fields left; None when none of them ever changed."""
    noms = [c.attname for c in objet._meta.concrete_fields if c.name in champs]
    passages = reversed(list(pairwise(etats)))
    return next((a for a, b in passages if any(getattr(a, n) != getattr(b, n) for n in noms)), None)


def _suite(modele: type[models.Model], etats: Sequence[Any], champs: Collection[str] = ()) -> Iterator[Changement]:
    """What changed from each state of a row to the next; of these fields, or of all."""
    noms = _noms(etats[:-1])
    for avant, apres in pairwise(etats):
        if ecarts := _ecarts(modele, avant, apres, champs):
            yield Changement(avant.pgh_created_at, noms.get(_agent(avant), ""), ecarts)


def _recents(changements: Iterable[Changement]) -> list[Changement]:
    # Sorted, then turned round: two of the same instant, given the oldest first, are turned round too.
    return sorted(changements, key=lambda c: c.quand)[::-1]


def _gardes(modele: type[models.Model], etat: Any) -> list[Any]:
    """The columns of a row that history keeps: not those that are derived."""
    return [c for c in modele._meta.concrete_fields if hasattr(etat, c.attname)]


def _retrait(modele: type[models.Model], etat: Any, sujet: str) -> Changement:
    champs = [c for c in _gardes(modele, etat) if c.name not in IGNORES | PROVENANCE]
    dits = ((str(c.verbose_name), _dit(c, getattr(etat, c.attname)), "") for c in champs)
    ecarts = tuple(e for e in dits if e[1] != "vide")
    return Changement(etat.pgh_created_at, _noms([etat]).get(_agent(etat), ""), ecarts, sujet, retire=True)


def _noms(evenements: Iterable[Any]) -> dict[int, str]:
    auteurs = {_agent(e) for e in evenements} - {0}
    return {a.pk: str(a) for a in Agent.objects.filter(pk__in=auteurs)} if auteurs else {}


def _agent(evenement: Any) -> int:
    return int((evenement.pgh_context or {}).get("agent") or 0)


def _ecarts(
    modele: type[models.Model], avant: Any, apres: Any, champs: Collection[str]
) -> tuple[tuple[str, str, str], ...]:
    trouves = []
    for champ in _gardes(modele, avant):
        if champ.name in IGNORES or (champs and champ.name not in champs):
            continue
        a, b = getattr(avant, champ.attname), getattr(apres, champ.attname)
        if a != b:
            trouves.append((str(champ.verbose_name), _dit(champ, a), _dit(champ, b)))
    return tuple(trouves)


def _dit(champ: models.Field[Any, Any], valeur: Any) -> str:
    if isinstance(champ, ChampChiffre):
        return MASQUE if valeur else "vide"
    if champ.is_relation:
        modele: Any = champ.related_model
        rien = "personne" if modele is Agent else "vide"
        return str(modele._default_manager.filter(pk=valeur).first() or rien) if valeur else rien
    return en_mots(champ, valeur) or "vide"
