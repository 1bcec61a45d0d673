"""Fixtures of the domain: a structure, its people, its perimeter (loaded with `-p` by pyproject)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from imilo.acteurs.models import Agent, Structure


@pytest.fixture
def structure(db: None) -> Structure:
    from tests import fabriques

    return fabriques.structure()


@pytest.fixture
def autre_structure(db: None) -> Structure:
    from tests import fabriques

    return fabriques.structure()


@pytest.fixture
def agent(structure: Structure) -> Agent:
    """A conseiller of `structure`."""
    from tests import fabriques

    return fabriques.agent(structure)


@pytest.fixture
def directrice(structure: Structure) -> Agent:
    """The legal representative of `structure`: may sign in the State's name."""
    from imilo.acteurs.profils import Profil
    from tests import fabriques

    return fabriques.agent(structure, Profil.DIRECTION, representant_legal=True)


@pytest.fixture
def connecte(agent: Agent) -> Client:
    """The browser of `agent`, signed in."""
    from django.test import Client

    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def dans_perimetre(structure: Structure) -> Iterator[Structure]:
    """The test runs in the perimeter of `structure`."""
    from imilo.socle.perimetre import perimetre

    with perimetre(structure.pk):
        yield structure
