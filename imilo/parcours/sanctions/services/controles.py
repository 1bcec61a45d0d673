"""The random controls of a month: drawn once, in a way that anybody can draw again; then what each found."""

from __future__ import annotations

import secrets
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import controle
from imilo.droit.decision import Decision, vers_json
from imilo.droit.delais import debut_du_mois, fin_du_mois
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.journal.services import consigner
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.sanctions.models import (
    ControleAleatoire,
    Procedure,
    ReglageControles,
    ResultatControle,
    TirageControle,
)
from imilo.parcours.sanctions.selectors import controlables
from imilo.parcours.sanctions.services.commun import exiger_texte, verrouiller
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

CHAMPS = {"tirage_controle_unique": "mois"}


@transaction.atomic
def tirer_controles(
    agent: Agent | None, *, structure: Structure, mois: date, part: Decimal, graine: str | None = None
) -> TirageControle:
    """Draw the dossiers to control in `mois` (its first day), among those whose contract runs today, or ran on the
    last day of a month that is over.

    `part` is a fraction, the structure's choice (the law gives no figure). The seed is drawn once the list is closed,
    and kept. Without an agent, it is the worker's own draw of the month. Fact `controle.tire`. Raises `RegleViolee`.
    """
    le = aujourd_hui(structure)
    dossiers = {str(d): d for d in controlables(structure=structure, le=min(le, fin_du_mois(mois)))}
    if not dossiers:
        raise RegleViolee("Aucun contrat n'est en cours : il n'y a rien à tirer au sort.")
    decision = _tirage_de_la_loi(
        le,
        mois=f"{mois:%Y-%m}",
        structure=structure.code,
        graine=graine or secrets.token_hex(16),
        part=part,
        dossiers=tuple(dossiers),
    )
    tirage = TirageControle(
        structure=structure,
        mois=debut_du_mois(mois),
        part=part,
        effectif=decision.resultat["effectif"],
        decision=vers_json(decision),
        tire_le=le,
        tire_par=agent,
    )
    enregistrer(tirage, champs=CHAMPS, premier=True)
    ControleAleatoire.objects.bulk_create(
        ControleAleatoire(tirage=tirage, dossier=dossiers[numero], structure=structure, rang=rang)
        for rang, numero in enumerate(decision.resultat["retenus"], start=1)
    )
    consigner(agent, "controle.tire", tirage, mois=tirage.code, nombre=decision.resultat["nombre"])
    return tirage


def _tirage_de_la_loi(le: date, **faits: Any) -> Decision[controle.ResultatControleAleatoire]:
    """The draw by `controle.aleatoire` on its facts. Raises `RegleViolee` at the field that is wrong."""
    try:
        decision = appliquer(controle.aleatoire, controle.FaitsControleAleatoire(**faits), le)
    except FaitInvalide as erreur:
        raise RegleViolee(erreur.message, erreur.champ) from erreur
    except HorsPeriode as erreur:
        raise RegleViolee(str(erreur), "mois") from erreur
    if not decision.resultat["conforme"]:
        raise RegleViolee("La loi veut une part de contrôles au hasard : choisissez une part plus grande.", "part")
    return decision


@transaction.atomic
def regler_part(agent: Agent, *, structure: Structure, part: Decimal) -> ReglageControles:
    """Set the share of dossiers that is drawn each month. Fact `reglage.controles`. Raises `RegleViolee`."""
    if not 0 < part <= 1:
        raise RegleViolee("La part va de 1 % à 100 %.", "pourcentage")
    reglage, _ = ReglageControles.objects.update_or_create(structure=structure, defaults={"part": part})
    consigner(agent, "reglage.controles", reglage)
    return reglage


@transaction.atomic
def noter_controle(
    agent: Agent,
    controle_tire: ControleAleatoire,
    *,
    version: int,
    resultat: str,
    constat: str,
    procedure: Procedure | None = None,
) -> ControleAleatoire:
    """Keep what a control found. Fact `controle.fait`. Raises `RegleViolee`, `VersionPerimee`."""
    dossier = verrouiller(controle_tire.dossier)
    stocke = reprendre(controle_tire, version=version)
    if resultat not in ResultatControle.values:
        raise RegleViolee("Choisissez un résultat.", "resultat")
    stocke.constat = exiger_texte(constat, "constat", "Dites ce que vous avez vérifié.")
    stocke.resultat, stocke.controle_le, stocke.controle_par = resultat, aujourd_hui(dossier.structure), agent
    stocke.procedure = procedure or stocke.procedure
    stocke.version += 1
    enregistrer(stocke, champs={})
    consigner(agent, "controle.fait", stocke, resultat=resultat)
    return stocke
