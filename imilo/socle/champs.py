"""Fields that store what the law made: an amount decided, a deadline, a whole decision. They take nothing else.

In the database they are a plain numeric, a plain date and plain JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from imilo.droit.decision import regle_de
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import ErreurDroit
from imilo.droit.montants import Montant


class ChampMontant(models.DecimalField[Any, Any]):
    """An amount in euros to the cent. TypeError when what is saved isn't a `Montant`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 9, "decimal_places": 2, **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Migrations see the column, which is an ordinary one."""
        nom, _, args, kwargs = super().deconstruct()
        return nom, "django.db.models.DecimalField", args, kwargs

    def to_python(self, valeur: Any) -> Any:
        """A `Montant` stays one when the object is validated."""
        return valeur if isinstance(valeur, Montant) else super().to_python(valeur)

    def from_db_value(self, valeur: Decimal | None, *reste: Any) -> Montant | None:
        return None if valeur is None else Montant(valeur)

    def pre_save(self, objet: models.Model, add: bool) -> Any:
        valeur = super().pre_save(objet, add)
        if valeur is not None and not isinstance(valeur, Montant | models.Expression):
            raise TypeError(f"{self.name} takes a Montant made by imilo.droit, not {type(valeur).__name__}")
        return valeur


class ChampEcheance(models.DateField[Any, Any]):
    """A day that the law gave as a limit or an end. TypeError when what is saved isn't an `Echeance`."""

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Migrations see the column, which is an ordinary one."""
        nom, _, args, kwargs = super().deconstruct()
        return nom, "django.db.models.DateField", args, kwargs

    def from_db_value(self, valeur: date | None, *reste: Any) -> Echeance | None:
        return None if valeur is None else Echeance.du(valeur)

    def pre_save(self, objet: models.Model, add: bool) -> Any:
        valeur = super().pre_save(objet, add)
        if valeur is not None and not isinstance(valeur, Echeance | models.Expression):
            raise TypeError(f"{self.name} takes an Echeance made by imilo.droit, not {type(valeur).__name__}")
        return valeur


class ChampDecision(models.JSONField):
    """One decision of `imilo.droit`, as `vers_json` wrote it. TypeError for anything else.

    Whoever declares one declares its source too (`parcours.dossiers.decisions`): the page that explains and takes
    again shows every one of them.
    """

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Migrations see the column, which is an ordinary one."""
        nom, _, args, kwargs = super().deconstruct()
        return nom, "django.db.models.JSONField", args, kwargs

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is not None and not isinstance(value, models.Expression):
            self.verifier(value)
        return super().get_db_prep_save(value, connection)

    def verifier(self, valeur: Any) -> None:
        """TypeError unless it has the fields of a decision, of a rule and a version that are known."""
        try:
            if isinstance(valeur, Mapping) and regle_de(valeur):
                return
        except ErreurDroit as erreur:
            raise TypeError(f"{self.name} takes a decision written by imilo.droit: {erreur}") from erreur
        raise TypeError(f"{self.name} takes a decision written by imilo.droit, not {type(valeur).__name__}")

    def decisions(self, valeur: Any) -> list[Mapping[str, Any]]:
        """The decisions that a stored value holds."""
        return [] if valeur is None else [valeur]


class ChampDecisions(ChampDecision):
    """Several of them, in a list that may be empty. TypeError for anything else."""

    def verifier(self, valeur: Any) -> None:
        if not isinstance(valeur, list):
            raise TypeError(f"{self.name} takes a list of decisions, not {type(valeur).__name__}")
        for element in valeur:
            super().verifier(element)

    def decisions(self, valeur: Any) -> list[Mapping[str, Any]]:
        return list(valeur or ())
