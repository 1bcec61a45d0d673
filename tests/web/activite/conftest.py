"""A Friday evening of June 2026, and a young person under contract since the first of the month."""

from __future__ import annotations

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests.web.activite.objets import MAINTENANT, regler, sous_contrat


@pytest.fixture
def horloge(monkeypatch: pytest.MonkeyPatch) -> None:
    regler(monkeypatch, MAINTENANT)


@pytest.fixture
def dossier(monkeypatch: pytest.MonkeyPatch, structure: Structure, agent: Agent, directrice: Agent) -> Dossier:
    with perimetre(structure.pk):
        return sous_contrat(monkeypatch, structure, agent, directrice, "Abel")
