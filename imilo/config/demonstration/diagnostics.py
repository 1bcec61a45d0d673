"""Shared assessments of the demonstration: what is in them, the links sent to read them, what people answered."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from random import Random

from imilo.acteurs.models import Agent
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.parcours.diagnostics import grille
from imilo.parcours.diagnostics.models import Diagnostic
from imilo.parcours.diagnostics.services import AppreciationSaisie, ContrainteSaisie, commenter, marquer_vu
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.liens.models import LienPersonnel
from imilo.parcours.liens.services import envoyer_code, envoyer_lien, utiliser, verifier_code
from imilo.parcours.messagerie.models import MessageSortant
from imilo.parcours.messagerie.selectors import adresses
from imilo.parcours.messagerie.services import partir
from imilo.socle.perimetre import perimetre

AVIS = (
    ("oui", "C'est bien ça. J'ai trouvé un stage de deux jours la semaine prochaine !"),
    ("en_partie", "Pour le permis : j'ai eu mon code mardi, ce n'est plus à faire."),
)


def contraintes(hasard: Random) -> list[ContrainteSaisie]:
    """One to three constraints of the grid, the first of which is to be dealt with first."""
    codes = hasard.sample(list(grille.contraintes()), hasard.choice((1, 1, 2, 3)))
    saisies = []
    for rang, code in enumerate(codes):
        connue = grille.contraintes()[code]
        saisies.append(
            ContrainteSaisie(
                code,
                "oui" if rang < 2 else "cloturee",
                hasard.choice(("fort", "moyen", "faible")),
                prioritaire=rang == 0,
                situations={hasard.choice(list(connue.situations)): "oui"},
                objectifs={hasard.choice(list(connue.objectifs)): "en_cours" if rang < 2 else "realise"},
            )
        )
    return saisies


def appreciations(hasard: Random) -> list[AppreciationSaisie]:
    return [AppreciationSaisie(code, hasard.choice(list(s.echelle))) for code, s in grille.sujets().items()]


def diagnostics(equipe: dict[str, Agent], territoires: dict[str, Territoire], *, jour: date) -> None:
    """In each structure three people are sent their assessment: one whose answer was read, one to read, one silent."""
    hier = datetime.combine(jour - timedelta(days=1), time(18), tzinfo=territoires[TOURS].structure.zone)
    for departement, nom in ((TOURS, "camille.larivaud"), (REUNION, "marie.payetal")):
        agent, structure = equipe[nom], territoires[departement].structure
        with perimetre(structure.pk):
            faits = _joignables(agent)[:3]
            for rang, diagnostic in enumerate(faits):
                with a_l_instant(hier + timedelta(minutes=7 * rang)):
                    lien = envoyer_lien(agent, diagnostic.dossier, genre="diagnostic", objet_id=diagnostic.pk)
                    _envoyer_ce_qui_attend(structure.pk)
                if rang < len(AVIS):
                    with a_l_instant(hier + timedelta(hours=1, minutes=9 * rang)):
                        _repondre(lien, diagnostic, *AVIS[rang])
            with a_l_instant(hier + timedelta(hours=2)):
                marquer_vu(agent, faits[0])


def _joignables(agent: Agent) -> list[Diagnostic]:
    """The last assessment of people of the agent who have a mobile telephone or an e-mail, by dossier."""
    siens = Dossier.objects.filter(referent=agent, statut=Statut.ACTIF).order_by("numero")
    derniers = Diagnostic.objects.filter(dossier__in=siens).select_related("dossier__jeune", "dossier__structure")
    par_dossier = {d.dossier_id: d for d in derniers.order_by("etabli_le", "pk")}
    return [d for _, d in sorted(par_dossier.items()) if adresses(d.dossier)]


def _repondre(lien: LienPersonnel, diagnostic: Diagnostic, accord: str, texte: str) -> None:
    """As the person would: ask for the code, give it, answer."""
    envoyer_code(lien)
    message = MessageSortant.objects.filter(dossier_id=lien.dossier_id, genre="code").recents()[0]
    recu = re.match(r"\d+", message.corps)
    assert recu is not None
    assert verifier_code(lien, recu[0]).session
    commenter(diagnostic, accord=accord, texte=texte, acteur=lien.acteur, lien_id=lien.pk)
    utiliser(lien)
    _envoyer_ce_qui_attend(lien.structure_id)


def _envoyer_ce_qui_attend(structure_id: int) -> None:
    """What the worker would do within a second."""
    for message_id in list(MessageSortant.objects.filter(etat="en_attente").values_list("pk", flat=True)):
        partir(message_id, structure_id)
