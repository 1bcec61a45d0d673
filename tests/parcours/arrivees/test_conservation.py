"""What the night closes and what it is to erase; erasing takes the batch role (tests/config)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.journal.models import Fait
from imilo.parcours.arrivees.conservation import _a_oublier, clore_les_perimees
from imilo.parcours.arrivees.models import Arrivee, Etat, Issue, Source
from imilo.parcours.arrivees.signalements import Signalement, accueillir
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
UN_JOUR = timedelta(days=1)


def ans(n: int, jours: int = 0) -> date:
    """Born so that they are `n` today, less so many days."""
    le = timezone.localdate()
    return date(le.year - n, le.month, min(le.day, 28)) + timedelta(days=jours)


def arriver(structure: Structure, cle: str, *, age_de_la_ligne: int = 0, **champs: Any) -> Arrivee:
    etat = champs.pop("etat", Etat.A_CONTACTER)
    dossier = champs.pop("dossier", None)
    commun = {"nom": "Belkacem", "prenom": "Inès", "naissance": ans(20), "depuis": None}
    accueillir(structure, Source.LISTE, [Signalement(**({"cle": cle} | commun | champs))])
    issue = Issue.AUTRE if etat == Etat.CLOSE else ""
    change = timezone.now() - timedelta(days=age_de_la_ligne)
    Arrivee.objects.filter(cle=cle).update(etat=etat, issue=issue, modifie_le=change, dossier=dossier)
    return Arrivee.objects.get(cle=cle)


def test_sans_nouvelles_trop_longtemps(structure: Structure) -> None:
    limite = settings.ARRIVEES_EXPIRATION_JOURS
    arriver(structure, "vieille", age_de_la_ligne=limite + 1)
    arriver(structure, "recente", age_de_la_ligne=limite - 1)
    arriver(structure, "suivie", age_de_la_ligne=limite + 1, dossier=fabriques.dossier(structure))
    assert clore_les_perimees(structure) == (1, 0)
    assert dict(Arrivee.objects.values_list("cle", "issue")) == {"vieille": "expiree", "recente": "", "suivie": ""}
    assert Fait.objects.get(genre="arrivee.expiree").identifiants["issue"] == "expiree"
    assert clore_les_perimees(structure) == (0, 0)


def test_qui_n_a_plus_l_age(structure: Structure) -> None:
    """L. 5314-2: 25 completed years, that is until the day before the twenty-sixth birthday; 29 with a disability."""
    arriver(structure, "26", naissance=ans(26))
    arriver(structure, "demain", naissance=ans(26, 1))
    arriver(structure, "rqth", naissance=ans(29), rqth=True)
    arriver(structure, "rqth30", naissance=ans(30), rqth=True)
    assert clore_les_perimees(structure) == (0, 2)
    assert set(Arrivee.objects.filter(issue=Issue.HORS_AGE).values_list("cle", flat=True)) == {"26", "rqth30"}


def test_ce_qui_est_a_effacer(structure: Structure) -> None:
    """Closed for longer than the setting; or past the term of the age, were it still open: 25 + 2 years."""
    garde = settings.ARRIVEES_GARDE_JOURS
    a_effacer = [
        arriver(structure, "close", etat=Etat.CLOSE, age_de_la_ligne=garde + 1),
        arriver(structure, "trop vieille", naissance=ans(29)),
    ]
    arriver(structure, "close hier", etat=Etat.CLOSE, age_de_la_ligne=garde - 1)
    arriver(structure, "27 ans", naissance=ans(27))
    arriver(structure, "ouverte", age_de_la_ligne=garde + 1)
    dossier = fabriques.dossier(structure)
    arriver(structure, "suivie", etat=Etat.CLOSE, age_de_la_ligne=garde + 1, dossier=dossier, naissance=ans(29))
    assert _a_oublier(structure, timezone.localdate()) == sorted(a.pk for a in a_effacer)
