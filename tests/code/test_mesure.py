"""What keeps the code readable by the next person: short files, short functions, reasons on exceptions."""

from __future__ import annotations

import ast
import re

from tests.code.sources import RACINE, arbre, modules, nom, suivis

LIGNES, LIGNES_DE_TEST, LIGNES_DE_FONCTION = 400, 600, 40
TEXTES = {".py", ".md", ".html", ".css", ".js", ".toml", ".yaml", ".yml", ".sh", ".typ", ".json", ""}
SANS_RAISON = re.compile(r"#\s*(?:type:\s*ignore(?:\[[^\]]*\])?|noqa(?::\s*[A-Z0-9, ]+)?)\s*$")
# Paths of somebody's machine have nothing to do here (written in two parts: this file is read too).
CHEMINS = re.compile("/wo" + "rk/|/ro" + "ot/|/ho" + "me/[a-z]+/|/Us" + "ers/[A-Za-z]+/")


def test_files_are_short() -> None:
    limites = ((modules("imilo"), LIGNES), (modules("tests"), LIGNES_DE_TEST))
    longs = []
    for fichiers, limite in limites:
        tailles = [(nom(f), len(f.read_text(encoding="utf-8").splitlines())) for f in fichiers]
        longs += [(fichier, nombre) for fichier, nombre in tailles if nombre > limite]
    assert longs == []


def test_functions_are_short() -> None:
    longues = []
    for module in modules("imilo"):
        for noeud in ast.walk(arbre(module)):
            if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
                # The docstring and the signature aside: what there is to follow.
                debut = noeud.body[1] if ast.get_docstring(noeud) and len(noeud.body) > 1 else noeud.body[0]
                lignes = (noeud.end_lineno or 0) - debut.lineno + 1
                if lignes > LIGNES_DE_FONCTION:
                    longues.append((nom(module), noeud.name, lignes))
    assert longues == []


def test_there_is_no_room_without_a_name() -> None:
    assert [nom(p) for p in suivis() if p.stem in {"utils", "util", "helpers", "misc", "common"}] == []


def test_every_exception_to_a_tool_has_its_reason() -> None:
    sans = []
    for module in (*modules("imilo"), *modules("tests")):
        for numero, ligne in enumerate(module.read_text(encoding="utf-8").splitlines(), 1):
            if SANS_RAISON.search(ligne):
                sans.append(f"{nom(module)}:{numero}")
    assert sans == []


def test_no_path_of_a_machine_is_written() -> None:
    fautes = []
    for fichier in suivis():
        if fichier.suffix in TEXTES and fichier != RACINE / "uv.lock":
            texte = fichier.read_text(encoding="utf-8", errors="replace")
            fautes += [(nom(fichier), trouve[0]) for trouve in CHEMINS.finditer(texte)]
    assert fautes == []


def test_public_modules_say_what_they_are() -> None:
    muets = [
        nom(m) for m in modules("imilo") if m.name not in ("__init__.py", "apps.py") and not ast.get_docstring(arbre(m))
    ]
    assert muets == []
