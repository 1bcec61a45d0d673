"""A suspension that ends early: what the person has to do is agreed with their counsellor, then they did it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import vers_json
from imilo.journal.services import consigner
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import GenreDocument
from imilo.parcours.sanctions import faits, pdf
from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.models import GenreMessage, Nature, Procedure
from imilo.parcours.sanctions.services.commun import (
    exiger_pouvoir,
    exiger_texte,
    garder,
    passer,
    reprendre_procedure,
    verifier_passe,
)
from imilo.parcours.sanctions.services.messages import ecrire_message
from imilo.socle.erreurs import RegleViolee


@transaction.atomic
def definir_conditions(agent: Agent, procedure: Procedure, *, version: int, conditions: str) -> Procedure:
    """Keep what was agreed with the person for the suspension to end (R. 5412-1). Fact `sanction.conditions`.

    Raises `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.DECIDEE, Etat.EXECUTOIRE))
    _exiger_suspension(stockee)
    stockee.conditions = exiger_texte(
        conditions, "conditions", "Écrivez ce que la personne doit faire, convenu avec elle."
    )
    stockee.conditions_le = aujourd_hui(stockee.dossier.structure)
    consigner(agent, "sanction.conditions", stockee)
    return garder(stockee)


@transaction.atomic
def lever_suspension(agent: Agent, procedure: Procedure, *, version: int, conforme_le: date) -> Procedure:
    """End a suspension on the day the commitments were resumed, with its letter. Fact `sanction.levee`.

    Raises `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.EXECUTOIRE,))
    le = aujourd_hui(stockee.dossier.structure)
    exiger_pouvoir(agent, stockee, le=le)
    _exiger_suspension(stockee)
    verifier_passe(conforme_le, le, "conforme_le", "Une reprise")
    assert stockee.decidee_le is not None
    if conforme_le < stockee.decidee_le:
        raise RegleViolee(
            "Ce jour précède la décision : ce qui s'est passé avant se dit dans ses motifs.", "conforme_le"
        )
    levee = faits.decider_levee(stockee, conforme_le=conforme_le, le=le)
    if not levee.resultat["levee"]:
        raise RegleViolee(" ".join(m.phrase for m in levee.motifs if not m.satisfait), "conforme_le")
    stockee.conforme_le, stockee.levee = conforme_le, vers_json(levee)
    stockee.levee_le, stockee.levee_par = levee.resultat["levee_le"], agent
    stockee.levee_document = enregistrer_document(
        agent,
        dossier=stockee.dossier,
        genre=GenreDocument.SANCTION,
        titre=pdf.objet_de_la_levee(stockee),
        contenu=pdf.courrier_de_levee(stockee, le=le, a=timezone.now()),
        type_mime=PDF,
    )
    passer(stockee, Etat.LEVEE)
    garder(stockee)
    ecrire_message(stockee, GenreMessage.LEVEE, le=le)
    consigner(agent, "sanction.levee", stockee)
    return stockee


def _exiger_suspension(procedure: Procedure) -> None:
    if procedure.nature != Nature.SUSPENSION:
        raise RegleViolee("Seule une suspension peut finir avant son terme (R. 5412-1).")
