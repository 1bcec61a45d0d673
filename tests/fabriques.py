"""Objects for tests. Functions that write through the services where one exists, else the plainest rows.

Every row bound to a dossier needs a perimeter: open one (`perimetre(structure.pk)`, or the fixture
`dans_perimetre`) before calling `dossier` and what follows.
"""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from django.db import connection

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.droit import age
from imilo.droit.decision import vers_json
from imilo.jeunes.models import Jeune, Sexe
from imilo.parcours.dossiers.models import Dossier

_suite = itertools.count(1)


def structure(**champs: Any) -> Structure:
    n = next(_suite)
    return Structure.objects.create(
        **{
            "code": f"{n:05d}S00",
            "nom_officiel": f"{n:02d}-ML ESSAI",
            "nom_usuel": f"Mission locale d'essai {n}",
            "code_departement": "37",
            "fuseau": "Europe/Paris",
            "telephone": "+33247000000",
            **champs,
        }
    )


def agent(chez: Structure | None = None, profil: Profil = Profil.CONSEILLER, **champs: Any) -> Agent:
    """An agent; with `chez`, assigned there today with `profil` (`representant_legal=True` makes them sign)."""
    n = next(_suite)
    representant = champs.pop("representant_legal", False)
    nouveau = Agent.objects.create(
        **{"courriel": f"agent{n}@essai.example", "nom": f"Nom{n}", "prenom": "Camille", "sub": f"sub-{n}", **champs}
    )
    if chez is not None:
        affectation(nouveau, chez, profil, representant_legal=representant)
    return nouveau


def affectation(qui: Agent, chez: Structure, profil: Profil = Profil.CONSEILLER, **champs: Any) -> Affectation:
    return Affectation.objects.create(
        **{"agent": qui, "structure": chez, "profil": profil, "du": date(2020, 1, 1), "principale": True, **champs}
    )


def jeune(**champs: Any) -> Jeune:
    n = next(_suite)
    nouveau = Jeune(
        **{
            "nom_naissance": f"Essai{n}",
            "prenom": "Dominique",
            "sexe": Sexe.FEMME,
            "naissance": date(2004, 5, 1),
            **champs,
        }
    )
    nouveau.save(force_insert=True)
    return nouveau


def dossier(chez: Structure, referent: Agent | None = None, **champs: Any) -> Dossier:
    """A dossier of `chez`, in its perimeter; `jeune_…` fields go to the person."""
    identite = {cle[6:]: champs.pop(cle) for cle in list(champs) if cle.startswith("jeune_")}
    personne = champs.pop("jeune", None) or jeune(**identite)
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval('dossiers_numero_seq')")
        numero = curseur.fetchone()[0]
    return Dossier.objects.create(
        **{
            "numero": numero,
            "jeune": personne,
            "structure": chez,
            "referent": referent,
            "premier_accueil": date(2025, 1, 6),
            **champs,
        }
    )


def decision_du_droit() -> dict[str, Any]:
    """Any decision of the law, as it is stored."""
    return vers_json(age.revolu(age.FaitsAge(date(2004, 5, 1)), date(2026, 1, 1)))
