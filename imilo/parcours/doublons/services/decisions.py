"""Deciding a pair without merging: two persons, or a question to the other structure and its answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.doublons.models import A_TRAITER, Etat, Paire
from imilo.socle.erreurs import RegleViolee

MOT_MIN, MOT_MAX = 5, 300
# What the page of an answer shows of the other person: columns that may be chosen between.
VISIBLES = ("nom_naissance", "nom_usage", "prenom", "autres_prenoms", "naissance")


@transaction.atomic
def dire_differentes(agent: Agent, paire: Paire, *, mot: str = "") -> Paire:
    """Two persons: remembered, never asked again. Fact `doublon.differentes`.

    Raises `RegleViolee` when the pair isn't to decide any more, or waits for this structure's answer.
    """
    tenue = _tenir(paire, {Etat.A_DECIDER})
    tenue.mot = _mot(mot, facultatif=True)
    _decider(agent, tenue, Etat.DIFFERENTES)
    consigner(agent, "doublon.differentes", tenue, autre=tenue.autre)
    return tenue


@transaction.atomic
def reprendre(agent: Agent, paire: Paire) -> Paire:
    """Put back in the queue a pair that was said to be two persons. Fact `doublon.repris`. Raises `RegleViolee`."""
    tenue = _tenir(paire, {Etat.DIFFERENTES})
    _decider(agent, tenue, Etat.A_DECIDER)
    consigner(agent, "doublon.repris", tenue, autre=tenue.autre)
    return tenue


@transaction.atomic
def demander(agent: Agent, paire: Paire, *, mot: str) -> Paire:
    """Ask the other structure whether it is the same person, with a word for it. Fact `doublon.demande`.

    When it had already said that they are two, that is its answer. Raises `RegleViolee`.
    """
    tenue = _tenir(paire, {Etat.A_DECIDER})
    if not tenue.entre_structures:
        raise RegleViolee("Les deux dossiers sont dans votre structure : décidez ici.")
    etat = _appeler("SELECT doublons_demander(%s, %s)", [tenue.pk, _mot(mot)])
    if etat not in (Etat.DEMANDEE, Etat.DIFFERENTES):
        raise RegleViolee("L'autre dossier n'existe plus sous ce numéro : la recherche de la nuit le retrouvera.")
    _signer(agent, tenue)
    consigner(agent, "doublon.demande", tenue, autre=tenue.autre, reponse=etat)
    return tenue


@transaction.atomic
def refuser(agent: Agent, paire: Paire, *, mot: str) -> Paire:
    """Answer the other structure that they are two persons, with a word. Fact `doublon.refuse`.

    Raises `RegleViolee`.
    """
    tenue = _tenir(paire, {Etat.A_REPONDRE})
    _appeler("SELECT doublons_refuser(%s, %s)", [tenue.pk, _mot(mot)])
    _signer(agent, tenue)
    consigner(agent, "doublon.refuse", tenue, autre=tenue.autre)
    return tenue


@transaction.atomic
def reunir(agent: Agent, paire: Paire, *, mot: str, champs: Collection[str] = ()) -> Paire:
    """Answer that it is the same person: one person in the country, the two dossiers stay. Fact `doublon.reuni`.

    `champs`: columns of `VISIBLES` kept as this structure knows them; for the others the asking structure's stand,
    and each fills what the other left blank. Raises `RegleViolee` with what forbids it; nothing is then written.
    """
    tenue = _tenir(paire, {Etat.A_REPONDRE})
    try:
        with transaction.atomic():
            etat = _appeler(
                "SELECT doublons_reunir(%s, %s, %s::text[])",
                [tenue.pk, _mot(mot, facultatif=True), [c for c in VISIBLES if c in champs]],
            )
    except IntegrityError as erreur:
        raise RegleViolee(
            "Chaque structure a un contrat d'engagement jeune pour les mêmes jours : l'une doit d'abord enregistrer "
            "la fin du sien. Appelez l'autre structure."
        ) from erreur
    if etat != Etat.REUNIE:
        raise RegleViolee(_refus(etat))
    _signer(agent, tenue)
    dossier = _recalculer(tenue.dossier_id)
    consigner(agent, "doublon.reuni", tenue, autre=tenue.autre, jeune=dossier.jeune_id)
    return tenue


@transaction.atomic
def separer_les_personnes(agent: Agent, paire: Paire) -> Paire:
    """Undo `reunir`: each structure has again its person, as it was but for what was corrected since.

    Fact `doublon.separe`. Raises `RegleViolee`.
    """
    tenue = _tenir(paire, {Etat.REUNIE})
    etat = _appeler("SELECT doublons_separer(%s)", [tenue.pk])
    if etat == "autre_reunion_depuis":
        raise RegleViolee("Cette personne a été réunie depuis avec une autre : défaites d'abord cette autre réunion.")
    if etat != Etat.A_DECIDER:
        raise RegleViolee(_refus(etat))
    _signer(agent, tenue)
    _recalculer(tenue.dossier_id)
    consigner(agent, "doublon.separe", tenue, autre=tenue.autre)
    return tenue


def _refus(etat: str) -> str:
    if etat.startswith("deux_dossiers:"):
        chez = etat.partition(":")[2]
        return f"{chez} a un dossier de chacune de ces personnes : cette structure doit d'abord fusionner les siens."
    return "Cette question n'est plus posée : l'autre dossier a changé, ou il a été fusionné. Rechargez la page."


def _tenir(paire: Paire, etats: Collection[str]) -> Paire:
    """The stored pair, locked, in one of these states. Raises `RegleViolee` saying where it stands."""
    tenue = Paire.objects.select_for_update(of=("self",)).get(pk=paire.pk)
    if tenue.etat not in etats:
        suite = " Répondez-lui." if tenue.etat in A_TRAITER else ""
        raise RegleViolee(f"Entre-temps, cette paire est devenue : {tenue.get_etat_display().lower()}.{suite}")
    return tenue


def _mot(texte: str, *, facultatif: bool = False) -> str:
    propre = " ".join(texte.split())
    if (propre or not facultatif) and not MOT_MIN <= len(propre) <= MOT_MAX:
        raise RegleViolee(f"Écrivez quelques mots ({MOT_MIN} à {MOT_MAX} caractères).", "mot")
    return propre


def _appeler(requete: str, parametres: list[Any]) -> str:
    with connection.cursor() as curseur:
        curseur.execute(requete, parametres)
        return str(curseur.fetchone()[0])


def _decider(agent: Agent, tenue: Paire, etat: Etat) -> None:
    tenue.etat, tenue.decidee_par, tenue.decidee_le = etat, agent, timezone.now()
    tenue.save()


def _signer(agent: Agent, tenue: Paire) -> None:
    """Who decided; the rest of the row was written by the database, on both sides."""
    Paire.objects.filter(pk=tenue.pk).update(decidee_par=agent, decidee_le=timezone.now())
    tenue.refresh_from_db()


def _recalculer(dossier_id: int) -> Dossier:
    """The search words follow the names that the person now bears."""
    dossier = Dossier.objects.select_related("jeune").get(pk=dossier_id)
    dossier.jeune.save(update_fields=["mots", "nir_empreinte"])
    return dossier
