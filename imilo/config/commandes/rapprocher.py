"""`imilo rapprocher`: who, in a list of persons, is already in another one or in the dossiers."""

from __future__ import annotations

import gc
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imilo.config.commandes.sortie import erreurs, explique, repondre

if TYPE_CHECKING:
    from imilo.jeunes.rapprochement.fichiers import Avancer, Bilan, Demande
    from imilo.jeunes.rapprochement.moteurs import Moteur

DOSSIERS = "dossiers"
MEMOIRE = re.compile(r"[1-9][0-9]{0,5} ?[MG]i?B")


Colonnes = Annotated[str, typer.Option("--colonnes", help="Colonnes des listes : nom=surname,naissance=date_of_birth…")]
Entrainer = Annotated[
    bool, typer.Option("--entrainer", help="Apprendre le modèle sur ces deux listes, sans étiquettes.")
]
Modele = Annotated[
    Path | None, typer.Option("--modele", dir_okay=False, help="Le modèle à lire (à écrire, avec --entrainer).")
]
Plusieurs = Annotated[bool, typer.Option("--plusieurs", help="Une même personne peut répondre à plusieurs lignes.")]


class NomDeMoteur(StrEnum):
    DUCKDB = "duckdb"
    SPARK = "spark"


@explique
def rapprocher(
    liste: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="La liste des personnes (CSV).")],
    contre: Annotated[str, typer.Option("--contre", help="« dossiers », ou le fichier CSV d'une autre liste.")],
    sortie: Annotated[Path, typer.Option("--sortie", dir_okay=False, help="Où écrire le résultat (CSV).")],
    *,
    moteur: Annotated[NomDeMoteur, typer.Option("--moteur", help="Le moteur de calcul.")] = NomDeMoteur.DUCKDB,
    colonnes: Colonnes = "",
    entrainer: Entrainer = False,
    modele: Modele = None,
    plusieurs: Plusieurs = False,
    memoire: Annotated[str, typer.Option("--memoire", help="Mémoire laissée à la base de calcul.")] = "2GB",
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Rapprocher une liste de personnes d'une autre liste, ou des dossiers.

    Chaque ligne sort une fois, dans l'ordre, avec son statut (sur, a_verifier, nouveau, illisible), le dossier, la
    probabilité et les preuves.
    """
    from imilo.jeunes.rapprochement.colonnes import ColonnesInconnues, lire_option
    from imilo.jeunes.rapprochement.fichiers import Demande
    from imilo.jeunes.rapprochement.modele import ModeleIllisible
    from imilo.socle.lecture_csv import FichierIllisible

    autre = None if contre == DOSSIERS else Path(contre)
    _verifier(liste, autre, sortie, memoire)
    try:
        demande = Demande(
            liste=liste, sortie=sortie, contre=autre, colonnes=lire_option(colonnes), moteur=_moteur(moteur),
            modele=modele, entrainer=entrainer, un_a_un=not plusieurs, memoire=memoire,
        )  # fmt: skip
        bilan = _executer(demande, en_json=en_json)
    except (ColonnesInconnues, FichierIllisible, ModeleIllisible) as refus:
        erreurs.print(str(refus), style="bold red", markup=False)
        raise typer.Exit(1) from None
    for remarque in bilan.remarques:
        erreurs.print(remarque, style="yellow", markup=False)
    repondre(asdict(bilan), en_json=en_json, texte=_texte(bilan, sortie))


def _verifier(liste: Path, autre: Path | None, sortie: Path, memoire: str) -> None:
    if not MEMOIRE.fullmatch(memoire):
        raise typer.BadParameter("Écrivez par exemple 2GB, ou 500MB.", param_hint="--memoire")
    if autre is not None and not autre.is_file():
        raise typer.BadParameter(f"« {autre} » n'est ni « {DOSSIERS} », ni un fichier.", param_hint="--contre")
    if not sortie.parent.is_dir():
        raise typer.BadParameter(f"Le dossier « {sortie.parent} » n'existe pas.", param_hint="--sortie")
    if sortie.exists() and any(sortie.samefile(lu) for lu in (liste, autre) if lu is not None):
        raise typer.BadParameter("Le résultat écraserait une des listes : donnez un autre nom.", param_hint="--sortie")


def _moteur(nom: NomDeMoteur) -> Moteur | None:
    if nom is NomDeMoteur.DUCKDB:
        return None
    from imilo.jeunes.rapprochement.moteur_spark import Spark

    return Spark()


def _executer(demande: Demande, *, en_json: bool) -> Bilan:
    """Without a database between two files: it needn't even run."""
    from imilo.jeunes.rapprochement.fichiers import rapprocher_fichier

    with _arret_propre(), _sans_ramassage(), _progression(cachee=en_json) as avancer:
        if demande.contre is not None:
            return rapprocher_fichier(demande, avancer)
        from imilo.config.base_de_donnees import base_disponible, django
        from imilo.socle.urls_base import Role

        with base_disponible():
            django(Role.LOTS)
            return rapprocher_fichier(demande, avancer)


@contextmanager
def _arret_propre() -> Iterator[None]:
    """Asked to stop, the command leaves by the door: what holds personal data is removed on the way out."""
    avant = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, avant)


@contextmanager
def _sans_ramassage() -> Iterator[None]:
    """A run that ends makes many objects and no cycle: they aren't gone over again and again in search of one."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _progression(*, cachee: bool) -> Iterator[Avancer]:
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    colonnes = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*colonnes, console=erreurs, transient=True, disable=cachee) as barre:
        taches: dict[str, TaskID] = {}

        def avancer(etape: str, fait: int, total: int) -> None:
            if etape not in taches:
                taches[etape] = barre.add_task(etape, total=total or None)
            barre.update(taches[etape], completed=fait)

        yield avancer


def _texte(bilan: Bilan, sortie: Path) -> str:
    dits = {"sur": "sûres", "a_verifier": "à vérifier", "nouveau": "nouvelles", "illisible": "illisibles"}
    comptes = ", ".join(f"{nombre} {dits[statut]}" for statut, nombre in bilan.statuts.items())
    ou = str(sortie).replace("[", r"\[")
    return (
        f"{bilan.lignes} lignes comparées à {bilan.base} personnes en {bilan.secondes:.1f} s : {comptes}.\n"
        f"Résultat dans {ou}"
    )
