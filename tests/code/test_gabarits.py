"""Templates: used, linted, with nothing inline, and forms that are protected."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.code.sources import GABARITS, IMILO, RACINE, gabarits, modules, nom

EN_LIGNE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=[\"']|[\"']javascript:", re.IGNORECASE)
FORMULAIRE = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.IGNORECASE | re.DOTALL)


def test_no_template_is_unused() -> None:
    textes = {g: g.read_text(encoding="utf-8") for g in gabarits()}
    code = "\n".join(m.read_text(encoding="utf-8") for m in modules("imilo"))
    # The page of an error is named by its status.
    code += "".join(f'"web/erreurs/{statut}.html"' for statut in (400, 403, 404, 409, 500))
    inutiles = []
    for gabarit in textes:
        cle = str(gabarit.relative_to(GABARITS))
        ailleurs = any(f'"{cle}"' in t for autre, t in textes.items() if autre != gabarit)
        # A view may put the folder before, and the suffix after, the name of one page or another.
        compose = f'f"{cle.rpartition("/")[0]}/{{' in code and f'"{gabarit.stem}"' in code
        if not re.search(rf'["/]{re.escape(gabarit.name)}"', code) and not ailleurs and not compose:
            inutiles.append(cle)
    assert inutiles == []


def test_nothing_is_inline() -> None:
    """The content security policy would refuse it: the page would be broken, not only ugly."""
    fautes = [(nom(g), m[0]) for g in gabarits() for m in EN_LIGNE.finditer(g.read_text(encoding="utf-8"))]
    assert fautes == []


def test_nothing_comes_from_elsewhere() -> None:
    externe = re.compile(r"(?:src|href)=\"(?:https?:)?//", re.IGNORECASE)
    ressources = re.compile(r"<(?:script|img|link|iframe)\b[^>]*", re.IGNORECASE)
    fautes = [
        (nom(g), balise)
        for g in gabarits()
        for balise in ressources.findall(g.read_text(encoding="utf-8"))
        if externe.search(balise)
    ]
    assert fautes == []


def test_every_form_that_writes_is_protected() -> None:
    fautes = [
        nom(gabarit)
        for gabarit in gabarits()
        for formulaire in FORMULAIRE.findall(gabarit.read_text(encoding="utf-8"))
        if "csrf_token" not in formulaire and "debut_formulaire.html" not in formulaire
    ]
    assert fautes == []


def test_templates_pass_djlint() -> None:
    commande = [sys.executable, "-m", "djlint", "--quiet", "--lint", str(IMILO / "web" / "templates")]
    resultat = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, check=False)
    assert resultat.returncode == 0, resultat.stdout


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    feuilles = (IMILO / "web" / "static").rglob("*.css")
    assert [nom(f) for f in feuilles if re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", f.read_text())] == []
