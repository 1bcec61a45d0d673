"""The bootstrap of a bare machine: each thing that is missing gets a sentence, each fallback is taken."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.amorce import RACINE

VIEUX = """#!/bin/sh
case "$1" in --version) echo "Python 3.9.2";; *) exit 1;; esac
"""
# A Python that answers what it is told: whether it has venv, pip, and what they do.
FAUX = """#!/bin/sh
case "$1 $2" in
    "-c "*version_info*) exit 0;;
    "-c "*) echo "$0"; exit 0;;
    "-m venv") {venv};;
    "-m pip") {pip};;
esac
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs with only what POSIX gives."""
    programmes = tmp_path / "bin"
    programmes.mkdir()
    for nom in ("sh", "rm", "id", "mkdir", "printf", "cat", "cp", "chmod"):
        (programmes / nom).symlink_to(shutil.which(nom) or f"/bin/{nom}")
    return programmes


def ecrire(programmes: Path, nom: str, texte: str) -> None:
    (programmes / nom).write_text(texte)
    (programmes / nom).chmod(0o755)


def lancer(programmes: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", *arguments],
        env={"PATH": str(programmes)},
        cwd=programmes.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def uv(programmes: Path) -> subprocess.CompletedProcess[str]:
    return lancer(programmes, str(RACINE / "outils" / "uv.sh"), "python3", "outils", "1.2.3")


def test_python_trop_vieux(machine: Path) -> None:
    ecrire(machine, "python3", VIEUX)
    resultat = uv(machine)
    assert resultat.returncode == 1
    assert "Python 3.11 ou plus récent (trouvé : Python 3.9.2)" in resultat.stderr
    assert "make run PYTHON=" in resultat.stderr


def test_sans_python(machine: Path) -> None:
    resultat = uv(machine)
    assert resultat.returncode == 1
    assert "Python 3.11 ou plus récent" in resultat.stderr


def test_un_python_recent_sous_un_autre_nom(machine: Path) -> None:
    ecrire(machine, "python3", VIEUX)
    ecrire(machine, "python3.12", FAUX.format(venv='mkdir -p "$3/bin"; cp "$0" "$3/bin/python"', pip="exit 0"))
    resultat = uv(machine)
    assert resultat.returncode == 0, resultat.stderr
    assert (machine.parent / "outils" / "python").read_text() == str(machine / "python3.12")


def test_sans_venv_pip_suffit(machine: Path) -> None:
    ecrire(machine, "python3", FAUX.format(venv="exit 1", pip='mkdir -p outils; printf "%s\\n" "$@" > demande'))
    resultat = uv(machine)
    assert resultat.returncode == 0, resultat.stderr
    assert "uv==1.2.3" in (machine.parent / "demande").read_text()
    assert "--target" in (machine.parent / "demande").read_text()


def test_ni_venv_ni_pip(machine: Path) -> None:
    ecrire(machine, "python3", FAUX.format(venv="exit 1", pip="exit 1"))
    resultat = uv(machine)
    assert resultat.returncode == 1
    assert "sudo apt install python3-venv" in resultat.stderr
    assert not (machine.parent / "outils").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
def test_root_installe_venv_de_debian(machine: Path) -> None:
    ecrire(
        machine,
        "python3",
        FAUX.format(venv='[ -e present ] && mkdir -p "$3/bin" && cp "$0" "$3/bin/python"', pip="[ -e present ]"),
    )
    ecrire(machine, "apt-get", '#!/bin/sh\ncase "$*" in *python3-venv*) printf x > present;; esac\n')
    resultat = uv(machine)
    assert resultat.returncode == 0, resultat.stderr


def test_index_muet(machine: Path) -> None:
    ecrire(machine, "python3", FAUX.format(venv='mkdir -p "$3/bin"; cp "$0" "$3/bin/python"', pip="exit 1"))
    resultat = uv(machine)
    assert resultat.returncode == 1
    assert "index de paquets" in resultat.stderr


# --- Chromium --------------------------------------------------------------------------------------


def chromium(programmes: Path) -> subprocess.CompletedProcess[str]:
    return lancer(programmes, str(RACINE / "outils" / "chromium.sh"), str(programmes))


def test_chromium_deja_la(machine: Path) -> None:
    ecrire(machine, "chromium", "#!/bin/sh\nexit 0\n")
    assert chromium(machine).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
def test_chromium_de_la_distribution(machine: Path) -> None:
    ecrire(machine, "python", "#!/bin/sh\nexit 1\n")
    installe = f'#!/bin/sh\ncase "$*" in *chromium*) cp {machine}/modele {machine}/chromium;; esac\n'
    ecrire(machine, "modele", "#!/bin/sh\nexit 0\n")
    ecrire(machine, "apt-get", installe)
    assert chromium(machine).returncode == 0


def test_chromium_de_playwright(machine: Path) -> None:
    """No package manager, or a package that is an empty shell: Playwright's own."""
    ecrire(machine, "python", "#!/bin/sh\n[ -e telecharge ]\n")
    ecrire(machine, "playwright", "#!/bin/sh\nprintf x > telecharge\n")
    ecrire(machine, "chromium-browser", "#!/bin/sh\nexit 1\n")
    assert chromium(machine).returncode == 0


def test_chromium_introuvable(machine: Path) -> None:
    ecrire(machine, "python", "#!/bin/sh\nexit 1\n")
    ecrire(machine, "playwright", "#!/bin/sh\nexit 1\n")
    resultat = chromium(machine)
    assert resultat.returncode == 1
    assert "sudo apt install chromium" in resultat.stderr


# --- the recipe ------------------------------------------------------------------------------------


def test_make_help_dit_les_commandes() -> None:
    resultat = subprocess.run(["make", "-C", RACINE, "help"], capture_output=True, text=True, check=True)
    for cible in ("run", "test", "lint", "bench"):
        assert f"make {cible} " in resultat.stdout
