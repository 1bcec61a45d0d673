"""Our second factor: once, not too often, within half a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.utils import timezone

from imilo.acteurs import second_facteur as totp
from imilo.acteurs.models import Agent
from imilo.acteurs.second_facteur import Verdict
from tests import fabriques

pytestmark = pytest.mark.django_db
MIDI = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


@pytest.fixture
def a_midi(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the clock: `a_midi(seconds)` after noon."""

    def regler(secondes: float = 0) -> datetime:
        instant = MIDI + timedelta(seconds=secondes)
        monkeypatch.setattr(timezone, "now", lambda: instant)
        return instant

    regler()
    return regler


@pytest.fixture
def agent(a_midi: Any) -> Agent:
    agent = fabriques.agent(fabriques.structure())
    assert (
        totp.enroler(
            agent,
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").at(MIDI - timedelta(minutes=5)),
        )
        is False
    )
    assert totp.enroler(agent, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", code(MIDI))
    agent.refresh_from_db()
    return agent


def code(instant: datetime) -> str:
    return str(pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").at(instant))


def test_the_secret_is_encrypted_in_the_database(agent: Agent) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT totp_secret FROM acteurs_agent WHERE id = %s", [agent.pk])
        assert b"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" not in bytes(curseur.fetchone()[0])


def test_a_code_serves_once_and_the_next_one_is_accepted(agent: Agent, a_midi: Any) -> None:
    assert totp.verifier(agent, code(MIDI)) is Verdict.DEJA_SERVI
    instant = a_midi(30)
    assert totp.verifier(agent, code(instant)[:3] + " " + code(instant)[3:]) is Verdict.ACCEPTE
    assert totp.verifier(agent, code(instant)) is Verdict.DEJA_SERVI
    assert totp.verifier(agent, code(MIDI)) is Verdict.DEJA_SERVI


@pytest.mark.parametrize(("retard", "verdict"), [(30, Verdict.ACCEPTE), (90, Verdict.FAUX), (-30, Verdict.ACCEPTE)])
def test_clocks_may_drift_by_one_step(agent: Agent, a_midi: Any, retard: int, verdict: Verdict) -> None:
    instant = a_midi(600)
    assert totp.verifier(agent, code(instant - timedelta(seconds=retard))) is verdict


def test_too_many_wrong_codes_block_longer_and_longer(agent: Agent, a_midi: Any) -> None:
    for _ in range(5):
        assert totp.verifier(agent, "000000") is Verdict.FAUX
    instant = a_midi(60)
    assert totp.verifier(agent, code(instant)) is Verdict.BLOQUE
    a_midi(5 * 60 + 1)
    for _ in range(5):
        assert totp.verifier(agent, "000000") is Verdict.FAUX
    assert totp.verifier(agent, code(a_midi(14 * 60))) is Verdict.BLOQUE
    assert totp.verifier(agent, code(a_midi(16 * 60))) is Verdict.ACCEPTE
    agent.refresh_from_db()
    assert agent.totp_echecs == 0


@pytest.mark.parametrize("saisi", ["", "abc", "12345", "1234567", "٠٠٠٠٠٠", "0" * 4000])
def test_what_is_no_code_is_wrong(agent: Agent, saisi: str) -> None:
    assert totp.verifier(agent, saisi) is Verdict.FAUX


def test_nobody_enrols_over_an_enrolled_factor(agent: Agent, a_midi: Any) -> None:
    instant = a_midi(120)
    assert (
        totp.enroler(
            agent, "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU", str(pyotp.TOTP("KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU").at(instant))
        )
        is False
    )
