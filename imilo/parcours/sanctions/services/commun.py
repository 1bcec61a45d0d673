"""What the services of sanctions share: the row locked with its dossier, the power to decide, the days."""

from __future__ import annotations

from datetime import date

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import Pouvoir, aujourd_hui
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.sanctions import faits
from imilo.parcours.sanctions.etats import Etat, peut_devenir
from imilo.parcours.sanctions.models import Procedure
from imilo.parcours.sanctions.selectors import pouvoir_de_sanctionner
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import NonHabilite, RegleViolee

CHAMPS = {
    "sanction_une_par_manquement": "constate_le",
    "sanction_recue_apres_le_courrier": "personne_le",
    "sanction_decision_recue": "personne_le",
    "sanction_close_motivee": "raison",
    "sanction_retard_motive": "raison",
}


def verrouiller(dossier: Dossier) -> Dossier:
    """The dossier, locked: one writer of its sanctions at a time."""
    return (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("jeune", "structure", "adresse_commune")
        .get(pk=dossier.pk)
    )


def reprendre_procedure(procedure: Procedure, *, version: int, dans: tuple[Etat, ...]) -> Procedure:
    """The stored procedure, locked, when its state is among `dans`. Raises `RegleViolee`, `VersionPerimee`."""
    dossier = verrouiller(procedure.dossier)
    stockee = reprendre(procedure, version=version)
    if Etat(stockee.etat) not in dans:
        raise RegleViolee(
            f"Cette procédure est « {Etat(stockee.etat).label.lower()} » : cette étape n'est plus possible."
        )
    stockee.dossier = dossier
    return stockee


def passer(procedure: Procedure, vers: Etat) -> None:
    """Move to the next state, by the one table."""
    assert peut_devenir(procedure.etat, vers), (procedure.etat, vers)
    procedure.etat = vers


def garder(procedure: Procedure) -> Procedure:
    """Save a step: the version moves on, the limits follow what is now known."""
    if procedure.etat == Etat.NOTIFIEE or procedure.decidee_le is not None:
        suivre(procedure)
    procedure.version += 1
    enregistrer(procedure, champs=CHAMPS)
    return procedure


def suivre(procedure: Procedure) -> None:
    """Write the limits that the law gives to what is noted."""
    resultat = faits.derouler(procedure, le=aujourd_hui(procedure.dossier.structure)).resultat
    procedure.limite_observations = resultat["limite_observations"]
    procedure.limite_decision = resultat["limite_decision"]


def exiger_pouvoir(agent: Agent, procedure: Procedure, *, le: date) -> Pouvoir:
    """Raises `NonHabilite`."""
    pouvoir = pouvoir_de_sanctionner(agent=agent, structure=procedure.dossier.structure, le=le)
    if pouvoir is None:
        raise NonHabilite(
            "Cette étape revient au représentant légal de la structure, ou à la personne à qui il a délégué sa "
            "signature pour les sanctions (R. 5412-4)."
        )
    return pouvoir


def verifier_moyen(moyen: str, le: date, champ: str = "moyen") -> None:
    """A means that gives a certain day (R. 5412-7). Raises `RegleViolee`."""
    if moyen not in dict(codes(Liste.NOTIFICATION, le)):
        raise RegleViolee("Choisissez un moyen de la liste : il donne une date de réception certaine.", champ)


def verifier_passe(jour: date | None, le: date, champ: str, quoi: str) -> None:
    """Raises `RegleViolee` at `champ` for a day that hasn't come."""
    if jour is not None and jour > le:
        raise RegleViolee(f"{quoi} ne se note pas d'avance.", champ)


def exiger_texte(texte: str, champ: str, message: str) -> str:
    """The text without the spaces around it. Raises `RegleViolee` at `champ` when there is none."""
    if not texte.strip():
        raise RegleViolee(message, champ)
    return texte.strip()
