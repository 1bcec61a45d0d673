"""Every link that the path names leads to a page: a name that no room opens would vanish in silence."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

from django.urls import get_resolver

import imilo
from imilo.acteurs.profils import ACTIONS
from imilo.parcours.fiche.rubriques_du_dossier import DU_DOSSIER
from tests.code.sources import arbre


def _liens() -> list[tuple[str, str, str]]:
    """(file, name of the view, action) of each `Lien("…", …)` written in the path, and of the declared sections."""
    trouves = [(r.code, r.vue, "identite.modifier") for r in DU_DOSSIER]
    for fichier in sorted((Path(imilo.__file__).parent / "parcours").rglob("*.py")):
        for noeud in ast.walk(arbre(fichier)):
            if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name) and noeud.func.id == "Lien":
                if isinstance(noeud.args[0], ast.Attribute):  # a section's own view, above
                    continue
                constantes = [a.value if isinstance(a, ast.Constant) else "" for a in noeud.args]
                if len(noeud.args) > 3 and isinstance(noeud.args[3], ast.Name):  # a constant of the room
                    actions = [vars(import_module(_module(fichier)))[noeud.args[3].id]]
                else:
                    actions = [constantes[3] if len(constantes) > 3 else "dossier.lire"]
                trouves += [(f"{fichier.name}:{noeud.lineno}", str(constantes[0]), str(action)) for action in actions]
    return trouves


def _module(fichier: Path) -> str:
    return ".".join(fichier.relative_to(Path(imilo.__file__).parents[1]).with_suffix("").parts)


def test_every_link_names_a_page_and_an_action() -> None:
    liens = _liens()
    assert len(liens) > 5
    espace = get_resolver().namespace_dict["web"][1]
    connues = {nom for nom in espace.reverse_dict if isinstance(nom, str)}
    actions = {action for profil in ACTIONS.values() for action in profil}
    perdus = [lien for lien in liens if lien[1] not in connues or lien[2] not in actions]
    assert not perdus, perdus
