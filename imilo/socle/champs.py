"""Fields that store what the law made: an amount decided, a deadline. They take nothing else, and give it back.

In the database they are a plain numeric and a plain date.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from imilo.droit.delais import Echeance
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
