"""Run as a program beside the application: one structure, one counsellor, one dossier. Prints them as JSON."""

from __future__ import annotations

import json

from imilo.config.base_de_donnees import django
from imilo.socle.urls_base import Role


def semer() -> dict[str, object]:
    django(Role.LOTS)
    from imilo.socle.perimetre import perimetre
    from tests import fabriques

    structure = fabriques.structure()
    agent = fabriques.agent(structure, courriel="camille@demo.imilo.example", sub="bac-a-sable-essai")
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
    return {"agent": agent.pk, "numero": str(dossier.numero), "dossier": dossier.pk}


if __name__ == "__main__":
    print(json.dumps(semer()))
