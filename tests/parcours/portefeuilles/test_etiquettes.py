"""A tag posed on many dossiers at once, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Fait
from imilo.parcours.fiche.lots import DEJA, RETIREE
from imilo.parcours.fiche.models import Etiquette, EtiquettePosee
from imilo.parcours.portefeuilles.models import LigneDeLot
from imilo.parcours.portefeuilles.services import lots
from imilo.socle.erreurs import RegleViolee
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]


def test_a_tag_is_posed_where_it_wasn_t_and_taken_back(agent: Agent, structure: Structure) -> None:
    permis = Etiquette.objects.create(structure=structure, nom="Permis")
    libre, portee, reprise = dossiers = [fabriques.dossier(structure, agent) for _ in range(3)]
    deja = EtiquettePosee.objects.create(dossier=portee, structure=structure, etiquette=permis, agent=agent)
    versions = {d.numero: d.version for d in dossiers}
    quoi: dict[str, Any] = {"structure": structure, "action": "etiquette", "valeur": str(permis.pk)}
    vu = lots.examiner(agent, numeros=list(versions), **quoi)
    assert (vu.libelle, [e.refus for e in vu.examens]) == ("Poser « Permis »", ["", DEJA, ""])
    lot = lots.appliquer(agent, versions=versions, **quoi)
    assert (lot.faits, lot.refuses) == (2, 1)
    assert EtiquettePosee.objects.filter(etiquette=permis).count() == 3
    # Taken out, then posed again by hand: it isn't the batch's any more.
    EtiquettePosee.objects.filter(dossier=reprise).delete()
    a_la_main = EtiquettePosee.objects.create(dossier=reprise, structure=structure, etiquette=permis, agent=agent)
    assert lots.annuler(agent, lot).rendus == 1
    assert set(EtiquettePosee.objects.filter(etiquette=permis)) == {deja, a_la_main}
    assert LigneDeLot.objects.get(lot=lot, dossier=reprise).laisse == RETIREE
    assert [f.genre for f in Fait.objects.order_by("id")] == ["portefeuille.lot", "portefeuille.lot_annule"]
    assert not EtiquettePosee.objects.filter(dossier=libre).exists()


def test_a_closed_tag_isn_t_offered(agent: Agent, structure: Structure) -> None:
    close = Etiquette.objects.create(structure=structure, nom="Ancienne", active=False)
    dossier = fabriques.dossier(structure, agent)
    with pytest.raises(RegleViolee, match="Choisissez"):
        lots.examiner(agent, structure=structure, action="etiquette", valeur=str(close.pk), numeros=[dossier.numero])
