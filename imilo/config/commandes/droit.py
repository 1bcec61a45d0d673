"""`imilo droit`: the law on the command line, JSON in and out. Neither Django nor a database, but to replay a decision
that the database keeps."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from imilo.config.commandes.sortie import erreurs, resultats

if TYPE_CHECKING:
    from imilo.droit.lectures import Lectures
    from imilo.droit.porte import Champ

app = typer.Typer(help="Interroger le droit : règles, décisions, rejeu.", no_args_is_help=True)
OptionLecture = Annotated[
    list[str] | None,
    typer.Option("--lecture", help="Prendre une autre lecture du texte : question=choix (répétable)."),
]
CE_N_EST_PAS_DU_JSON = 2


@app.command("regles")
def regles(
    nom: Annotated[str, typer.Argument(help="Une seule règle, ou le début de son nom.")] = "",
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Lister les règles, leurs articles et leurs faits."""
    from imilo.droit import porte
    from imilo.droit.registre import regles as toutes

    dernieres = {regle.nom: regle for regle in toutes() if regle.nom.startswith(nom)}
    decrites = [
        {
            "regle": regle.nom,
            "version": regle.version,
            "question": regle.fiche.question,
            "depuis": regle.fiche.depuis.isoformat(),
            "articles": list(regle.fiche.articles),
            "faits": [_fait_en_json(champ) for champ in porte.champs(regle.type_faits)],
        }
        for regle in dernieres.values()
    ]
    if en_json:
        typer.echo(json.dumps(decrites, ensure_ascii=False, indent=1))
        return
    if not decrites:
        erreurs.print(f"Aucune règle ne commence par « {nom} ».", style="bold red", markup=False)
        raise typer.Exit(1)
    for decrite in decrites:
        _afficher_regle(decrite)


@app.command("lectures")
def lectures(en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False) -> None:
    """Lister les questions que le texte laisse ouvertes, et la lecture prise par défaut."""
    from imilo.droit.lectures import questions

    if en_json:
        ouvertes = [
            {
                "question": q.nom,
                "texte": q.question,
                "articles": list(q.articles),
                "choix": dict(q.choix),
                "defaut": q.defaut,
                "pourquoi": q.pourquoi,
            }
            for q in questions().values()
        ]
        typer.echo(json.dumps(ouvertes, ensure_ascii=False, indent=1))
        return
    for q in questions().values():
        resultats.print(f"[bold]{q.nom}[/] {q.question} ({', '.join(q.articles)})")
        for choix, ce_qu_il_donne in q.choix.items():
            resultats.print(f"  {'→' if choix == q.defaut else ' '} {choix} : {ce_qu_il_donne}", markup=False)


@app.command("evaluer")
def evaluer(
    complet: Annotated[bool, typer.Option(help="Ajouter les faits : la réponse peut alors être rejouée.")] = False,
    lecture: OptionLecture = None,
) -> None:
    """Décider sur un objet JSON, ou une liste, lus sur l'entrée standard.

    Un élément faux devient {"erreur": {"champ", "message"}}, les autres reçoivent leur réponse, dans le même ordre.
    """
    from imilo.droit import porte

    choisies = _lectures(lecture)
    demandes = _lire(sys.stdin.read())

    def repondre(demande: object) -> dict[str, Any]:
        return porte.repondre(demande, choisies, avec_faits=complet)

    reponses = [repondre(une) for une in demandes] if isinstance(demandes, list) else repondre(demandes)
    typer.echo(json.dumps(reponses, ensure_ascii=False))


@app.command("rejouer")
def rejouer(
    fichier: Annotated[
        str,
        typer.Argument(
            help="La décision en JSON, telle qu'elle est gardée (- : entrée standard) ; ou la référence d'une décision "
            "d'allocation de la base : son numéro, ALLOC-…, PACEA-…"
        ),
    ] = "-",
) -> None:
    """Reprendre une décision gardée : identique, ou ce qui diffère. Code de sortie 1 quand elle diffère."""
    from imilo.config.commandes.decisions_gardees import REFERENCE, rejouer_de_la_base
    from imilo.droit import decision
    from imilo.droit.erreurs import ErreurDroit

    if REFERENCE.fullmatch(fichier) and not Path(fichier).exists():
        reponses = rejouer_de_la_base(fichier)
        typer.echo(json.dumps(reponses, ensure_ascii=False, default=str))
        if not all(r["identique"] for r in reponses.values()):
            raise typer.Exit(1)
        return
    texte = sys.stdin.read() if fichier == "-" else _fichier(fichier)
    _lire(texte)
    try:
        rejeu = decision.rejouer(decision.depuis_json(texte))
    except ErreurDroit as refus:
        erreurs.print(refus.message, style="bold red", markup=False)
        raise typer.Exit(1) from None
    ecarts = [{"champ": e.champ, "avant": e.avant, "apres": e.apres} for e in rejeu.ecarts]
    reponse = {"identique": rejeu.identique, "meme_resultat": rejeu.meme_resultat, "ecarts": ecarts}
    typer.echo(json.dumps(reponse, ensure_ascii=False, default=str))
    if not rejeu.identique:
        raise typer.Exit(1)


def _fichier(nom: str) -> str:
    try:
        return Path(nom).read_text(encoding="utf-8")
    except FileNotFoundError:
        erreurs.print(
            f"« {nom} » n'est ni un fichier, ni la référence d'une décision : un numéro, ALLOC-1000012-2026-03…",
            style="bold red",
            markup=False,
        )
        raise typer.Exit(CE_N_EST_PAS_DU_JSON) from None
    except OSError:
        erreurs.print(f"Le fichier « {nom} » ne se lit pas : vérifiez vos droits.", style="bold red", markup=False)
        raise typer.Exit(CE_N_EST_PAS_DU_JSON) from None


def _lire(texte: str) -> Any:
    from imilo.droit import porte

    try:
        return porte.lire_json(texte)
    except (json.JSONDecodeError, RecursionError) as erreur:
        erreurs.print(f"L'entrée n'est pas du JSON : {erreur}.", style="bold red", markup=False)
        raise typer.Exit(CE_N_EST_PAS_DU_JSON) from None


def _lectures(options: list[str] | None) -> Lectures:
    from imilo.droit.erreurs import LectureInconnue
    from imilo.droit.lectures import Lectures

    try:
        return Lectures.depuis_texte(",".join(options or ()))
    except LectureInconnue as refus:
        raise typer.BadParameter(refus.message, param_hint="--lecture") from None


def _fait_en_json(champ: Champ) -> dict[str, Any]:
    decrit: dict[str, Any] = {"nom": champ.nom, "forme": champ.forme, "description": champ.description}
    if champ.unite:
        decrit["unite"] = champ.unite
    if champ.choix:
        decrit["choix"] = list(champ.choix)
    if champ.champs:
        decrit["faits"] = [_fait_en_json(interieur) for interieur in champ.champs]
    decrit["obligatoire"] = champ.obligatoire
    if not champ.obligatoire:
        decrit["defaut"] = json.loads(champ.defaut)
    return decrit


def _afficher_regle(decrite: dict[str, Any]) -> None:
    resultats.print(f"\n[bold]{decrite['regle']}[/] {decrite['question']}")
    resultats.print(
        f"{', '.join(decrite['articles'])} ; connue depuis le {decrite['depuis']}", style="dim", markup=False
    )
    table = Table("fait", "forme", "description", "défaut", box=None, pad_edge=False, padding=(0, 2, 0, 2))
    _lignes(table, decrite["faits"], "")
    resultats.print(table)


def _lignes(table: Table, faits: list[dict[str, Any]], retrait: str) -> None:
    for fait in faits:
        forme = ", ".join(fait["choix"]) if "choix" in fait else fait["forme"]
        unite = f" ({fait['unite']})" if "unite" in fait else ""
        defaut = "" if fait["obligatoire"] else json.dumps(fait["defaut"], ensure_ascii=False)
        table.add_row(retrait + fait["nom"], forme + unite, fait["description"], defaut)
        _lignes(table, fait.get("faits", []), retrait + "  ")
