"""Write docs/droit/regles/ and docs/droit/lectures.md from the code of the law and its worked examples.

Run `python -m outils.documenter_droit` after a change of the rules; a test compares.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

from imilo.droit import francais, porte, serialisation
from imilo.droit.decision import Decision
from imilo.droit.lectures import questions
from imilo.droit.registre import Regle, regles
from tests.droit.exemples_yaml import Exemple, exemples

DOCS = Path(__file__).parents[1] / "docs" / "droit"
EXEMPLES_EN_ENTIER = 2
INTRODUCTION = """Chaque question a une lecture par défaut. `IMILO_LECTURES` en prend une autre pour tout un serveur,
`--lecture` pour une ligne de commande, et chaque décision garde celles qui l'ont faite.
"""
AVIS = "<!-- Page écrite par outils/documenter_droit.py : ne pas la modifier à la main. -->\n"


def pages() -> dict[Path, str]:
    """Return the text of every generated page, by path."""
    dernieres = {regle.nom: regle for regle in regles()}
    par_regle: dict[str, list[Exemple]] = {nom: [] for nom in dernieres}
    for exemple in exemples():
        par_regle[exemple.brut["regle"]].append(exemple)
    ecrites = {DOCS / "regles" / f"{nom}.md": _page(r, par_regle[nom]) for nom, r in dernieres.items()}
    ecrites[DOCS / "regles" / "README.md"] = _sommaire(dernieres, par_regle)
    ecrites[DOCS / "lectures.md"] = _lectures()
    return ecrites


def _sommaire(dernieres: dict[str, Regle[Any, Any]], par_regle: dict[str, list[Exemple]]) -> str:
    total = sum(len(siens) for siens in par_regle.values())
    lignes = [AVIS, "# Les règles\n", f"{len(dernieres)} règles, {total} exemples travaillés.\n"]
    lignes += ["| règle | question | articles | connue depuis le | exemples |", "|---|---|---|---|---|"]
    lignes += [
        f"| [`{nom}`]({nom}.md) | {r.fiche.question} | {', '.join(r.fiche.articles)} "
        f"| {francais.jour(r.fiche.depuis)} | {len(par_regle[nom])} |"
        for nom, r in dernieres.items()
    ]
    return "\n".join(lignes) + "\n"


def _lectures() -> str:
    lignes = [
        AVIS,
        "# Là où le texte laisse un choix\n",
        INTRODUCTION,
    ]
    for q in questions().values():
        lignes += [f"## `{q.nom}`\n", f"{q.question} ({', '.join(q.articles)})\n"]
        for choix, ce_qu_il_donne in q.choix.items():
            lignes.append(
                f"- {f'**`{choix}`** (par défaut)' if choix == q.defaut else f'`{choix}`'} : {ce_qu_il_donne}"
            )
        lignes.append(f"\n{q.pourquoi}\n")
    return "\n".join(lignes)


def _page(regle: Regle[Any, Any], siens: list[Exemple]) -> str:
    rendues = [(e, _decider(regle, e)) for e in siens if "resultat" in e.brut]
    lignes = [
        AVIS,
        f"# `{regle.nom}`\n",
        f"**{regle.fiche.question}**\n",
        f"Version {regle.version}. Articles : {', '.join(regle.fiche.articles)}. "
        f"Connue depuis le {francais.jour(regle.fiche.depuis)}. {regle.fiche.pourquoi}".rstrip()
        + "\n",
        "## Faits\n",
        "| fait | forme | description | défaut |",
        "|---|---|---|---|",
        *_faits(porte.champs(regle.type_faits), ""),
        "\n## Résultat\n",
        *_resultat(regle.type_resultat),
        *_consultes(
            "Lectures consultées", {f"[`{x.question}`](../lectures.md)" for _, d in rendues for x in d.lectures}
        ),
        *_consultes("Barèmes lus", {f"`{bareme.nom}` ({bareme.article})" for _, d in rendues for bareme in d.baremes}),
        *_consultes("Motifs", {f"`{motif.code}` ({motif.article})" for _, d in rendues for motif in d.motifs}),
        "\n## Exemples\n",
    ]
    for exemple, rendue in rendues[:EXEMPLES_EN_ENTIER]:
        lignes += _exemple_entier(exemple, rendue)
    lignes += ["### Tous les exemples\n", *(f"- {_un_exemple(exemple)}" for exemple in siens)]
    return "\n".join(lignes) + "\n"


def _decider(regle: Regle[Any, Any], exemple: Exemple) -> Decision[Any]:
    return regle(exemple.faits(), exemple.le, lectures=exemple.lectures())


def _faits(champs: tuple[porte.Champ, ...], retrait: str) -> Iterator[str]:
    for champ in champs:
        forme = ", ".join(f"`{choix}`" for choix in champ.choix) if champ.choix else champ.forme
        unite = f" ({champ.unite})" if champ.unite else ""
        defaut = "obligatoire" if champ.obligatoire else f"`{champ.defaut}`"
        yield f"| {retrait}`{champ.nom}` | {forme}{unite} | {champ.description} | {defaut} |"
        yield from _faits(champ.champs, f"{retrait}&nbsp;&nbsp;")


def _resultat(type_resultat: type) -> Iterator[str]:
    yield "| champ | forme |"
    yield "|---|---|"
    for nom, attendu in get_type_hints(type_resultat).items():
        yield f"| `{nom}` | {porte.forme(attendu)} |"
    yield f"\n{inspect.cleandoc(type_resultat.__doc__ or '')}"


def _consultes(titre: str, noms: set[str]) -> list[str]:
    return [f"\n## {titre}\n", *(f"- {nom}" for nom in sorted(noms))] if noms else []


def _exemple_entier(exemple: Exemple, rendue: Decision[Any]) -> Iterator[str]:
    demande = {"regle": rendue.regle, "le": rendue.le.isoformat(), "faits": exemple.en_json()}
    yield f"### {exemple.brut['nom']}\n"
    yield f"```json\n{json.dumps(demande, ensure_ascii=False)}\n```\n"
    yield f"```json\n{json.dumps(serialisation.encoder(rendue.resultat), ensure_ascii=False)}\n```\n"
    yield from (f"- {motif.phrase} ({motif.article})" for motif in rendue.motifs)
    yield from (f"- {etape.libelle} : {etape.formule}" for etape in rendue.etapes)
    yield ""


def _un_exemple(exemple: Exemple) -> str:
    if "erreur" in exemple.brut:
        return f"{exemple.brut['nom']} : `{exemple.brut['erreur']}` refusé"
    if "hors_periode" in exemple.brut:
        return f"{exemple.brut['nom']} : hors de la période connue"
    attendu = json.dumps(serialisation.encoder(exemple.brut["resultat"]), ensure_ascii=False, default=str)
    return f"{exemple.brut['nom']} : `{attendu}`"


if __name__ == "__main__":
    anciennes = set((DOCS / "regles").glob("*.md"))
    for chemin, texte in pages().items():
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")
    for perimee in anciennes - set(pages()):
        perimee.unlink()
