"""What a source says of people: many at once cost no more questions than one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imilo.acteurs.models import Structure
from imilo.parcours.arrivees.models import Arrivee, Connu, Source
from imilo.parcours.arrivees.signalements import Signalement, accueillir
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
LETTRES = "abcdefghij"


def dit(n: int, **champs: Any) -> Signalement:
    prenom = "Ines" + "".join(LETTRES[int(c)] for c in str(n))
    commun = {"nom": "Belkacem", "prenom": prenom, "naissance": date(2009, 3, 12), "depuis": date(2026, 6, 30)}
    return Signalement(**({"cle": f"E{n}"} | commun | champs))


def requetes(structure: Structure, dits: list[Signalement]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as vues:
        accueillir(structure, Source.DECROCHEURS, dits)
    return len(vues)


def test_deux_cents_personnes_sont_cherchees_et_ecrites_d_un_coup(structure: Structure) -> None:
    fabriques.dossier(
        structure, jeune_nom_naissance="BELKACEM", jeune_prenom="Inesj", jeune_naissance=date(2009, 3, 12)
    )
    une = requetes(structure, [dit(1_000)])
    assert requetes(structure, [dit(n) for n in range(200)]) <= une + 1  # who of the perimeter is known: one more
    assert Arrivee.objects.count() == 201
    probables = Arrivee.objects.filter(connu=Connu.PROBABLE).values_list("cle", flat=True)
    assert "E9" in probables
    assert requetes(structure, [dit(n) for n in range(200)]) < une  # nothing changed: nobody is looked for


def test_une_cle_deux_fois_met_a_jour_ce_qu_elle_a_fait(structure: Structure) -> None:
    dits = [dit(1), dit(2), dit(1, prenom="Autre"), dit(1, prenom="Autre"), dit(1)]
    effets = accueillir(structure, Source.DECROCHEURS, dits)
    assert [e.genre for e in effets] == ["creee", "creee", "modifiee", "inchangee", "modifiee"]
    assert [e.version for e in effets] == [1, 1, 2, 2, 3]
    assert effets[2].avant["prenom"] == "Inesb"
    assert list(Arrivee.objects.order_by("cle").values_list("prenom", "version", "mots")) == [
        ("Inesb", 3, "belkacem inesb"),
        ("Inesc", 1, "belkacem inesc"),
    ]


def test_chacun_recoit_sa_propre_reponse(structure: Structure) -> None:
    fabriques.dossier(structure, jeune_nom_naissance="Durand", jeune_prenom="Léo", jeune_naissance=date(2008, 1, 2))
    fabriques.dossier(structure, telephone="+33612000001", jeune_prenom="Maël", jeune_nom_naissance="Autre")
    accueillir(
        structure,
        Source.LISTE,
        [
            dit(1),
            dit(2, nom="DURAND", prenom="Leo", naissance=date(2008, 1, 2)),
            dit(3),
            dit(4, prenom="Mael", telephone_2="+33612000001"),
        ],
    )
    connus = Arrivee.objects.filter(connu=Connu.PROBABLE).order_by("cle").values_list("cle", flat=True)
    assert list(connus) == ["E2", "E4"]
