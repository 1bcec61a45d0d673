"""A collective information of last week in each structure: who came, who didn't and why, its duration put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pghistory

from imilo.acteurs.models import Structure
from imilo.config.demonstration.horloge import a_l_instant
from imilo.parcours.activites import services
from imilo.parcours.activites.models import MotifAbsence
from imilo.parcours.activites.semaines import lundi_de
from imilo.parcours.activites.services import CollectifSaisi, PersonneSaisie
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier

ATTENDUS, PARMI = 8, 500
MOTS = ("A demandé un rendez-vous à l'auto-école sociale.", "", "Code à repasser.", "")


def information_collective(structure: Structure, jour: date) -> None:
    """On the Thursday before `jour`'s week, young people under contract first. In the perimeter."""
    jeudi = lundi_de(jour) - timedelta(days=4)
    conclus = ContratEngagement.objects.conclus().filter(structure=structure, debut__lte=jeudi)
    sous_contrat = {c.dossier_id for c in conclus if c.fin >= jeudi}
    suivis = Dossier.objects.actifs().filter(structure=structure, premier_accueil__lte=jeudi, referent__isnull=False)
    lus = suivis.select_related("referent").defer("piece_numero").order_by("numero")[:PARMI]
    attendus = sorted(lus, key=lambda d: (d.pk not in sous_contrat, d.numero))[:ATTENDUS]
    if len(attendus) < 2 or (agent := attendus[0].referent) is None:
        return
    saisi = CollectifSaisi(
        "Le permis de conduire et ses aides", jeudi, time(14), 90, "INFORMATION", "INFO_COLLECTIVE", "MOBILITE", agent,
        lieu="Salle de la médiathèque",
    )  # fmt: skip
    numeros = [d.numero for d in attendus]
    personnes = [PersonneSaisie(n, present=True, mot=MOTS[rang % len(MOTS)]) for rang, n in enumerate(numeros[:-1])]
    personnes.append(PersonneSaisie(numeros[-1], present=False, motif=MotifAbsence.TRANSPORT))
    with pghistory.context(agent=agent.pk, structure=structure.pk):
        with a_l_instant(datetime.combine(jeudi, time(17), tzinfo=structure.zone)):
            collectif = services.saisir_collectif(agent, structure=structure, saisi=saisi, personnes=personnes)
        with a_l_instant(datetime.combine(jeudi, time(17, 10), tzinfo=structure.zone)):
            services.corriger_collectif(
                agent, collectif, version=1, saisi=replace(saisi, duree=120), personnes=personnes
            )
