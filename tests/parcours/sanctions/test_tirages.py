"""The draw of each month by the worker: once, whoever draws at the same instant; the structure's own share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.journal.models import Fait
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.sanctions import selectors, services
from imilo.parcours.sanctions.models import ControleAleatoire, TirageControle
from imilo.parcours.sanctions.tirages import tirer_partout
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej as cej

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(structure: Structure, agent: Agent) -> Structure:
    """Three contracts that run."""
    directrice = fabriques.agent(structure, "direction", representant_legal=True)
    with perimetre(structure.pk):
        for _ in range(3):
            cej.signer(directrice, cej.preparer(agent, fabriques.dossier(structure, agent)))
    return structure


def tires(structure: Structure) -> list[TirageControle]:
    with perimetre(structure.pk):
        return list(selectors.tirages(structure=structure))


def test_chaque_mois_une_fois(scene: Structure, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    vide = fabriques.structure()  # no contract runs there: nothing to draw, and no error
    assert tirer_partout([scene, vide]) == 1
    assert tirer_partout([scene, vide]) == 0
    (tirage,) = tires(scene)
    # 3 running contracts x 5 % = 0.15, rounded up to 1
    assert (tirage.mois, tirage.tire_par_id, tirage.part) == (debut_du_mois(aujourd_hui(scene)), None, Decimal("0.05"))
    with perimetre(scene.pk):
        assert rejouer(depuis_json(tirage.decision)).ecarts == ()
        assert ControleAleatoire.objects.count() == 1
        assert Fait.objects.filter(genre="controle.tire").count() == 1
        with pytest.raises(RegleViolee, match="1 % à 100 %"):
            services.regler_part(agent, structure=scene, part=Decimal("1.5"))
        services.regler_part(agent, structure=scene, part=Decimal("0.50"))
        ContratEngagement.objects.update(fin_prevue=aujourd_hui(scene) + timedelta(days=200))
    suivant = mois_plus(debut_du_mois(aujourd_hui(scene)), 1)
    le_2 = datetime(suivant.year, suivant.month, 2, 12, tzinfo=scene.zone)  # the worker was stopped on the first
    monkeypatch.setattr(timezone, "now", lambda: le_2)
    assert tirer_partout([scene]) == 1
    dernier = tires(scene)[0]
    # 3 x 50 % = 1.5, rounded up to 2
    assert (dernier.mois, dernier.part, dernier.nombre) == (suivant, Decimal("0.50"), 2)  # type: ignore[attr-defined]  # annotated


def test_deux_travailleurs_a_la_fois(scene: Structure) -> None:
    """Neither sees the other's draw when it begins; one draw stays, and the other takes it for done."""
    depart = Barrier(2)

    def tirer(_: int) -> int:
        try:
            depart.wait(timeout=20)
            return tirer_partout([scene])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        assert sum(fils.map(tirer, range(2))) == 1
    assert len(tires(scene)) == 1
    with perimetre(scene.pk):
        assert ControleAleatoire.objects.count() == 1
