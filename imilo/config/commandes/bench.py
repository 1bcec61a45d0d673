"""`imilo bench`: measures on a database of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from imilo.config.commandes.sortie import dire, explique, repondre

app = typer.Typer(help="Mesurer, sur une base à part.", no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Mesurer, sur une base à part, remplie de personnes inventées."""


@app.command("recherche")
@explique
def recherche(
    dossiers: Annotated[int, typer.Option("--dossiers", min=1000, help="Combien de dossiers inventer.")] = 200_000,
    *,
    demandes: Annotated[int, typer.Option("--demandes", min=40, help="Combien de recherches mesurer.")] = 1000,
    pg_trgm: Annotated[
        int, typer.Option("--pg-trgm", min=0, help="Combien de recherches par pg_trgm, la référence (0 : aucune).")
    ] = 60,
    home: Annotated[
        Path | None, typer.Option("--home", help="Où mettre la base de mesure (par défaut IMILO_HOME/bench).")
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Chercher des personnes mal orthographiées parmi N dossiers : temps, rappel, taille et coût des index."""
    from imilo.config.mesures.base_de_recherche import base_mesuree
    from imilo.socle.chemins import dossier_imilo

    lieu = (home or dossier_imilo() / "bench").resolve()
    dire(f"Base de mesure : {dossiers} dossiers, dans {lieu}")
    with base_mesuree(lieu, dossiers, dire) as base:
        from imilo.config.mesures.recherche import mesurer

        mesures = mesurer(base, dire, demandes=demandes, pg_trgm=pg_trgm)
    repondre(mesures, en_json=en_json, texte=_phrases(mesures))


def _phrases(mesures: dict[str, Any]) -> str:
    lignes = [f"{mesures['dossiers']} dossiers"]
    for nom in ("fautif_avec_annee", "fautif_sans_annee", "exact", "debuts", "pg_trgm"):
        if nom in mesures:
            m = mesures[nom]
            lignes.append(
                f"{nom:18} p50 {m['base_p50']:8.2f} ms  p95 {m['base_p95']:8.2f} ms  dans les dix premiers "
                f"{m['rappel']:.4f}, homonymes à part {m['rappel_sans_homonymes']:.4f}"
            )
    if "rapport_p50" in mesures:
        lignes.append(
            f"pg_trgm met {mesures['rapport_p50']:.0f} fois plus de temps (p50), "
            f"{mesures['rapport_moyenne']:.0f} fois en moyenne"
        )
    lignes += [f"{nom} : {debit} par seconde" for nom, debit in mesures["ecritures"].items()]
    lignes += [
        f"{nom} : {octets / 1e6:.1f} Mo" for nom, octets in mesures["tailles_octets"].items() if "diff" not in nom
    ]
    return "\n".join(lignes)
