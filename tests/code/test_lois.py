"""Only the law makes an amount or a deadline, and it is asked with the readings of this server."""

from __future__ import annotations

import ast
import importlib
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps

import imilo
from imilo.droit.registre import Regle
from imilo.socle.champs import ChampEcheance, ChampMontant
from tests.code.sources import arbre

RACINE = Path(imilo.__file__).parent
MODULES = [
    chemin
    for chemin in sorted(RACINE.rglob("*.py"))
    if "migrations" not in chemin.parts and chemin.relative_to(RACINE).parts[0] != "droit"
]
CHAMPS = "imilo.socle.champs"  # what a rule made, read back from the database
DES_MOIS = {
    "debut_du_mois",
    "fin_du_mois",
    "mois_plus",
    "premier_jour_du_mois_ecrit",
    "veille",
    "mois_echu",
    "Echeance",
}


def _nom(chemin: Path) -> str:
    return ".".join(("imilo", *chemin.relative_to(RACINE).with_suffix("").parts)).removesuffix(".__init__")


def _objet(module: ModuleType, noeud: ast.expr) -> Any:
    """What a name, or an attribute of a name, stands for in a module; None when it isn't known."""
    if isinstance(noeud, ast.Name):
        return getattr(module, noeud.id, None)
    if isinstance(noeud, ast.Attribute):
        return getattr(_objet(module, noeud.value), noeud.attr, None)
    return None


def _appels_de_regles(module: ModuleType, lu: ast.Module) -> list[int]:
    return [
        noeud.lineno
        for noeud in ast.walk(lu)
        if isinstance(noeud, ast.Call) and isinstance(_objet(module, noeud.func), Regle)
    ]


def _fabrications(lu: ast.Module) -> list[int]:
    """Calls of `Montant(…)`, `Echeance(…)`, `Echeance.du(…)`, and of what rounds an amount."""
    fabriques = {"Montant", "Echeance", "du", "arrondir", "terme", "terme_en_jours", "dernier_jour", "Calendrier"}
    return [
        noeud.lineno
        for noeud in ast.walk(lu)
        if isinstance(noeud, ast.Call)
        and (noeud.func.id if isinstance(noeud.func, ast.Name) else getattr(noeud.func, "attr", "")) in fabriques
    ]


@pytest.mark.parametrize("chemin", MODULES, ids=_nom)
def test_la_loi_est_demandee_avec_les_lectures_du_serveur(chemin: Path) -> None:
    if "imilo.droit" not in chemin.read_text(encoding="utf-8"):
        return
    assert _appels_de_regles(importlib.import_module(_nom(chemin)), arbre(chemin)) == []


ARITHMETIQUE = ("imilo.droit.delais", "imilo.droit.montants")


def _modules_du_droit(lu: ast.Module) -> set[str]:
    """What the modules of that arithmetic are called in a module: `delais`, `d`, `imilo.droit.delais`."""
    noms = set()
    for noeud in ast.walk(lu):
        if isinstance(noeud, ast.ImportFrom):
            noms |= {a.asname or a.name for a in noeud.names if f"{noeud.module}.{a.name}" in ARITHMETIQUE}
        elif isinstance(noeud, ast.Import):
            noms |= {a.asname or a.name for a in noeud.names if a.name in ARITHMETIQUE}
    return noms


def _du_droit(lu: ast.Module) -> set[str]:
    """Return the names that a module takes from the arithmetic of delays and amounts, by `from` or by an attribute."""
    modules = _modules_du_droit(lu)
    importes = {
        alias.name
        for noeud in ast.walk(lu)
        if isinstance(noeud, ast.ImportFrom) and noeud.module in ARITHMETIQUE
        for alias in noeud.names
    }
    attributs = {
        noeud.attr for noeud in ast.walk(lu) if isinstance(noeud, ast.Attribute) and ast.unparse(noeud.value) in modules
    }
    return importes | attributs


@pytest.mark.parametrize("chemin", [c for c in MODULES if _nom(c) != CHAMPS], ids=_nom)
def test_seul_le_droit_fait_un_montant_ou_une_echeance(chemin: Path) -> None:
    lu = arbre(chemin)
    importes = _du_droit(lu)
    assert importes <= DES_MOIS | {"Montant", "ZERO"}
    if importes & {"Montant", "Echeance"}:
        assert _fabrications(lu) == []


def test_la_recherche_trouve_ce_qu_elle_cherche() -> None:
    source = (
        "from imilo.droit.delais import Echeance, terme\nx = Echeance.du(jour)\ny = Montant('1')\nz = revolu(f, le)\n"
    )
    lu = ast.parse(source)
    assert _du_droit(lu) == {"Echeance", "terme"}
    assert _fabrications(lu) == [2, 3]
    for importe, appel in (
        ("from imilo.droit import delais", "delais.Echeance.du(jour)"),
        ("from imilo.droit import delais as d", "d.Echeance.du(jour)"),
        ("import imilo.droit.delais", "imilo.droit.delais.Echeance.du(jour)"),
        ("from imilo.droit import montants", "montants.Montant('1')"),
    ):
        lu = ast.parse(f"{importe}\nx = {appel}\n")
        assert _du_droit(lu) in ({"Echeance"}, {"Montant"}), importe
        assert _fabrications(lu) == [2]
    from imilo.droit import age

    assert _appels_de_regles(age, ast.parse("revolu(f, le)")) == [1]


RECITS = [
    c for c in MODULES if c.stem.startswith(("sources", "passation", "mois", "a_revoir")) and "parcours" in c.parts
]


@cache
def _colonnes_du_droit() -> frozenset[str]:
    """Names of the columns that hold an amount or a deadline of the law."""
    return frozenset(
        champ.name
        for modele in apps.get_models()
        for champ in modele._meta.local_concrete_fields
        if isinstance(champ, ChampMontant | ChampEcheance)
    )


def _dits_sans_garde(lu: ast.Module) -> list[int]:
    """Lines where a stored amount or deadline is written by a format, or by `francais`, instead of `socle.mots`."""
    colonnes = _colonnes_du_droit()

    def en_vient(noeud: ast.AST, noms: frozenset[str] = frozenset()) -> bool:
        attribut = isinstance(noeud, ast.Attribute) and noeud.attr in colonnes
        return attribut or (isinstance(noeud, ast.Name) and noeud.id in noms)

    lignes = []
    for fonction in (n for n in ast.walk(lu) if isinstance(n, ast.FunctionDef)):
        noms = frozenset(
            cible.id
            for affectation in ast.walk(fonction)
            if isinstance(affectation, ast.Assign)
            for cible in affectation.targets
            if isinstance(cible, ast.Name)
            and en_vient(affectation.value.body if isinstance(affectation.value, ast.IfExp) else affectation.value)
        )
        for noeud in ast.walk(fonction):
            formate = isinstance(noeud, ast.FormattedValue) and en_vient(noeud.value, noms)
            dit = (
                isinstance(noeud, ast.Call)
                and ast.unparse(noeud.func).startswith("francais.")
                and any(en_vient(argument, noms) for argument in noeud.args)
            )
            if formate or dit:
                lignes.append(noeud.lineno)
    return lignes


@pytest.mark.parametrize("chemin", RECITS, ids=_nom)
def test_une_phrase_ne_dit_un_montant_ou_une_echeance_que_par_le_droit(chemin: Path) -> None:
    """Alerts, *Ma journée*, the timeline: `socle.mots` refuses what the law didn't make, as templates do."""
    assert _dits_sans_garde(arbre(chemin)) == []


def test_la_recherche_trouve_une_phrase_sans_garde() -> None:
    assert len(RECITS) > 8
    source = (
        "def f(c, o):\n"
        "    limite = o.a_signer_avant_le if o else None\n"
        "    a = f'{c.fin_prevue:%d/%m/%Y}'\n"
        "    b = f'{limite:%d/%m/%Y}'\n"
        "    d = francais.euros(c.montant)\n"
        "    return f'{mots.echeance(c.fin_prevue)} {mots.montant(c.montant)} {c.signe_le:%d/%m/%Y}'\n"
    )
    assert sorted(_dits_sans_garde(ast.parse(source))) == [3, 4, 5]
