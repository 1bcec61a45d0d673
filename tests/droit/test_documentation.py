"""The guide of the law says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from imilo.droit import porte
from imilo.droit.decision import Decision
from imilo.droit.registre import Regle, regles
from outils import documenter_droit

GUIDE = (Path(__file__).parents[2] / "docs" / "droit" / "README.md").read_text(encoding="utf-8")


def test_l_exemple_du_guide_donne_ce_qu_il_dit() -> None:
    bloc = re.search(r"```python\n(.+?)```", GUIDE, re.DOTALL)
    assert bloc is not None
    *_, formule, rejeu = lignes = bloc[1].splitlines()
    noms: dict[str, Any] = {}
    exec(bloc[1], noms)
    rendue = noms["rendue"]
    assert isinstance(rendue, Decision)
    assert repr(rendue.resultat) == next(ligne for ligne in lignes if "# {" in ligne).split("# ")[1]
    assert rendue.etapes[-1].formule.replace("\u202f", " ") == formule.split("# ")[1]
    assert repr(eval(rejeu.split("#")[0], noms)) == rejeu.split("# ")[1]


@pytest.mark.parametrize("nom", re.findall(r"`(test_\w+)`", GUIDE))
def test_le_guide_nomme_des_tests_qui_existent(nom: str) -> None:
    sources = "".join(chemin.read_text(encoding="utf-8") for chemin in Path(__file__).parent.glob("test_*.py"))
    assert f"def {nom}(" in sources


def test_les_pages_ecrites_sont_a_jour() -> None:
    """`python -m outils.documenter_droit` writes them again."""
    attendues = documenter_droit.pages()
    assert set((documenter_droit.DOCS / "regles").glob("*.md")) <= set(attendues)
    perimees = [c.name for c, texte in attendues.items() if not c.exists() or c.read_text(encoding="utf-8") != texte]
    assert perimees == []


@pytest.mark.parametrize("regle", {r.nom: r for r in regles()}.values(), ids=repr)
def test_chaque_fait_est_decrit(regle: Regle[Any, Any]) -> None:
    """A description in French, the unit of each number that isn't euros to guess, the codes of each closed list."""

    def verifier(champs: tuple[porte.Champ, ...]) -> None:
        for champ in champs:
            assert champ.description, f"{regle.nom}: {champ.nom}"
            assert champ.unite or "nombre" not in champ.forme, f"{regle.nom}: {champ.nom}"
            assert champ.choix or "code" not in champ.forme
            verifier(champ.champs)

    verifier(porte.champs(regle.type_faits))
