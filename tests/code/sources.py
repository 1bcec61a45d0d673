"""The repository's own files, for tests about the code."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent.parent
IMILO = RACINE / "imilo"
GABARITS = IMILO / "web" / "templates"


@cache
def suivis() -> tuple[Path, ...]:
    """Files that git tracks or would; every file of the source folders when this isn't a git checkout."""
    commande = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        sortie = subprocess.run(commande, cwd=RACINE, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return tuple(p for d in ("imilo", "tests", "docs") for p in (RACINE / d).rglob("*") if p.is_file())
    return tuple(p for nom in sortie.split("\0") if nom and (p := RACINE / nom).is_file())


@cache
def modules(dossier: str) -> tuple[Path, ...]:
    """Python files under a folder of the repository, migrations aside."""
    racine = RACINE / dossier
    return tuple(p for p in suivis() if p.suffix == ".py" and racine in p.parents and "migrations" not in p.parts)


@cache
def arbre(chemin: Path) -> ast.Module:
    return ast.parse(chemin.read_text(encoding="utf-8"), filename=str(chemin))


def gabarits() -> tuple[Path, ...]:
    return tuple(sorted(p for p in suivis() if GABARITS in p.parents and p.suffix == ".html"))


def nom(chemin: Path) -> str:
    return str(chemin.relative_to(RACINE))
