"""The decisions of a month for a whole network: 20,000 of them, by the command, from its start to its answer.

Run as `python -m bench.lot_allocations preparer` (role of batches), it makes the decisions to take: one contract, one
declaration and one prepared decision copied to as many persons of age, in as many structures as it takes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bench import base

if TYPE_CHECKING:
    from django.db import models

DECISIONS = 20_000
STRUCTURES_MAX = 60
MANQUE_TOLERE = 0.99


@dataclass(frozen=True)
class Prepare:
    """What was made ready: who decides, for what month, where, and how many decisions wait."""

    agent: str
    mois: str
    structures: list[str]
    decisions: int


@dataclass(frozen=True)
class MesureLot:
    """`secondes`: the whole command, its start included; `courrier_ms`: one letter, made by the worker afterwards."""

    decisions: int
    structures: int
    secondes: float
    courrier_ms: float

    @property
    def par_seconde(self) -> float:
        return self.decisions / self.secondes


def mesurer() -> MesureLot:
    """Prepare, then decide. The database is open."""
    prepare = Prepare(**json.loads(_python("-m", "bench.lot_allocations", "preparer")))
    structures = [option for code in prepare.structures for option in ("--structure", code)]
    debut = time.perf_counter()
    reponse = _python(
        "-m", "imilo.config.commandes", "allocations", "lot", "--mois", prepare.mois, "--agent", prepare.agent,
        "--json", "--exceptions", *structures,
    )  # fmt: skip
    secondes = time.perf_counter() - debut
    decidees = sum(bilan["decidees"] for bilan in json.loads(reponse))
    if decidees < MANQUE_TOLERE * prepare.decisions:  # some of the demonstration's own may ask for a document
        raise RuntimeError(f"{decidees} décisions prises sur {prepare.decisions}")
    courrier = float(_python("-m", "bench.lot_allocations", "courriers", prepare.structures[0]))
    return MesureLot(decidees, len(prepare.structures), round(secondes, 2), round(courrier, 1))


def _python(*arguments: str) -> str:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "imilo.config.settings"}
    commande = [sys.executable, *arguments]
    return subprocess.run(commande, env=env, check=True, stdout=subprocess.PIPE, text=True, cwd=base.RACINE).stdout  # noqa: S603  # our own command


def _copier(modele: type[models.Model], modele_id: int, remplace: dict[str, str], cible: str) -> str:
    """SQL that copies the row `modele_id` once for each row of `cible` (alias c), some columns replaced."""
    colonnes = [str(champ.column) for champ in modele._meta.concrete_fields]
    valeurs = [remplace.get(colonne, f"m.{colonne}") for colonne in colonnes]
    table = modele._meta.db_table
    return (
        f"INSERT INTO {table} ({', '.join(colonnes)}) SELECT {', '.join(valeurs)} "  # noqa: S608  # our own names
        f"FROM {table} m CROSS JOIN {cible} c WHERE m.id = {int(modele_id)}"
    )


_CIBLES = """
CREATE TEMP TABLE cibles AS
SELECT d.id AS dossier_id, d.structure_id, d.jeune_id, nextval('contrats_contratengagement_id_seq') AS contrat_id,
    nextval('allocations_declaration_id_seq') AS declaration_id,
    nextval('allocations_decisionallocation_id_seq') AS decision_id
FROM dossiers_dossier d JOIN jeunes_jeune j ON j.id = d.jeune_id
LEFT JOIN referentiels_commune k ON k.code = d.adresse_commune_id
WHERE d.structure_id = ANY(%s) AND j.naissance < %s AND coalesce(k.departement_id, '') <> '976'
    AND NOT EXISTS (SELECT 1 FROM contrats_contratengagement x WHERE x.jeune_id = d.jeune_id)
ORDER BY d.structure_id, d.id LIMIT %s
"""


def preparer() -> Prepare:
    """Make the decisions. Runs as imilo_lots; the triggers of history fire as they would."""
    from django.db import connection, transaction

    from imilo.acteurs.models import Agent
    from imilo.config.demonstration.personas import persona
    from imilo.parcours.allocations.models import DecisionAllocation
    from imilo.socle.perimetre import TOUTES, perimetre

    with transaction.atomic(), perimetre(TOUTES), connection.cursor() as curseur:
        preparees = DecisionAllocation.objects.filter(rang=1, etat="preparee", sens="accord", contrat__etat="signe")
        preparees = preparees.select_related("contrat", "declaration", "dossier__jeune").order_by("-mois", "pk")
        modele = next((d for d in preparees.iterator(200) if _convient(d)), None)
        if modele is None:
            raise RuntimeError("Aucune décision préparée ne peut servir de modèle.")
        curseur.execute("SELECT structure_id FROM dossiers_dossier GROUP BY 1 ORDER BY count(*) DESC, 1")
        structures = [cle for (cle,) in curseur.fetchall()][:STRUCTURES_MAX]
        curseur.execute(_CIBLES, [structures, _majeur_avant(modele.mois), DECISIONS])
        _ecrire(curseur, modele)
        curseur.execute("SELECT DISTINCT structure_id FROM cibles")
        choisies = sorted(cle for (cle,) in curseur.fetchall())
        agent = Agent.objects.get(courriel=persona("helene.montbrizac").courriel)
        codes = _habiliter(agent, choisies)
        attendent = DecisionAllocation.objects.filter(
            structure__in=choisies, mois=modele.mois, etat="preparee", rang=1
        ).count()
    return Prepare(agent.courriel, f"{modele.mois:%Y-%m}", codes, attendent)


def _majeur_avant(mois: date) -> date:
    """Who is born before is of age for the whole of the month: everybody has the model's amount."""
    return mois.replace(year=mois.year - 19)


def _convient(decision: Any) -> bool:
    """A person of age, under a contract that goes on after the month."""
    reste = decision.contrat.fin_prevue - decision.mois
    return bool(reste > timedelta(days=62) and decision.dossier.jeune.naissance < _majeur_avant(decision.mois))


def _ecrire(curseur: Any, modele: Any) -> None:
    """Contracts, declarations and decisions of the persons of `cibles`, all as the model's."""
    dossier = {"dossier_id": "c.dossier_id", "structure_id": "c.structure_id"}
    contrat = {**dossier, "id": "c.contrat_id", "jeune_id": "c.jeune_id"}
    declaration = {**dossier, "id": "c.declaration_id", "contrat_id": "c.contrat_id"}
    decision = {**declaration, "id": "c.decision_id", "declaration_id": "c.declaration_id"}
    curseur.execute(_copier(type(modele.contrat), modele.contrat_id, contrat, "cibles"))
    curseur.execute(_copier(type(modele.declaration), modele.declaration_id, declaration, "cibles"))
    for ressource in modele.declaration.ressources.all():
        neuve = {
            **dossier,
            "id": "nextval('allocations_ressourcedeclaree_id_seq')",
            "declaration_id": "c.declaration_id",
        }
        curseur.execute(_copier(type(ressource), ressource.pk, neuve, "cibles"))
    curseur.execute(_copier(type(modele), modele.pk, decision, "cibles"))


def _habiliter(agent: Any, structures: list[int]) -> list[str]:
    """The agent represents each of these structures; returns their codes."""
    from imilo.acteurs.models import Affectation, Structure

    codes = []
    for structure in Structure.objects.filter(pk__in=structures).order_by("pk"):
        Affectation.objects.get_or_create(
            agent=agent,
            structure=structure,
            profil="direction",
            defaults={"du": date(2020, 1, 1), "principale": False, "representant_legal": True},
        )
        codes.append(structure.code)
    return codes


def courriers(code: str, nombre: int = 20) -> float:
    """Milliseconds for one letter, on average over some."""
    from imilo.acteurs.models import Structure
    from imilo.parcours.allocations.services import faire_les_courriers

    structure = Structure.objects.get(code=code)
    debut = time.perf_counter()
    faits = faire_les_courriers(structure.pk, maximum=nombre)
    return 1000 * (time.perf_counter() - debut) / max(1, faits)


def principal(arguments: list[str]) -> None:
    from imilo.config.base_de_donnees import django
    from imilo.socle.urls_base import Role

    django(Role.LOTS)
    if arguments[0] == "preparer":
        print(json.dumps(asdict(preparer())))  # read by the process above
    else:
        print(courriers(arguments[1]))  # read by the process above


if __name__ == "__main__":
    principal(sys.argv[1:])
