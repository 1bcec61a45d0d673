"""The workshop holds personal data: it is private, and goes with the run, killed or not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from imilo.jeunes.rapprochement.atelier import PREFIXE, Atelier


@pytest.fixture
def temporaire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nobody_else_reads_it_and_it_goes(temporaire: Path) -> None:
    with Atelier() as atelier:
        atelier.prendre_liste([{"nom": "Dupont", "prenom": "Léa"}])
        (dossier,) = temporaire.iterdir()
        assert dossier.stat().st_mode & 0o777 == 0o700
        assert list(dossier.iterdir()) == []  # while memory is enough, nothing is written
    assert list(temporaire.iterdir()) == []


def test_an_error_leaves_nothing(temporaire: Path) -> None:
    with pytest.raises(ZeroDivisionError), Atelier():
        raise ZeroDivisionError
    assert list(temporaire.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next(temporaire: Path) -> None:
    mort = subprocess.Popen([sys.executable, "-c", ""])
    mort.wait()
    restes = temporaire / f"{PREFIXE}{mort.pid}-abc", temporaire / f"{PREFIXE}{os.getppid()}-abc", temporaire / "autre"
    for reste in restes:
        reste.mkdir()
        (reste / "atelier.duckdb").write_text("personnes")
    with Atelier():
        assert [reste.exists() for reste in restes] == [False, True, True]
