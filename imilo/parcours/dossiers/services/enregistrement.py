"""How services save a row: field rules, then the database's own, each told in French at its field."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from imilo.socle.erreurs import RegleViolee, VersionPerimee

M = TypeVar("M", bound=models.Model)

PERIMEE = (
    "Cette fiche a été modifiée depuis que vous l'avez ouverte. Vérifiez ce qui a changé, puis enregistrez de nouveau."
)


def _violation(erreur: IntegrityError, modele: type[models.Model]) -> str | None:
    """The French message of the constraint that refused the row; None when it isn't one of the model's."""
    nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None)
    contrainte = next((c for c in modele._meta.constraints if c.name == nom), None)
    return None if contrainte is None else str(contrainte.get_violation_error_message())


def enregistrer(objet: models.Model, *, champs: dict[str, str], premier: bool = False) -> None:
    """Check the fields and save. `champs` maps a constraint's name to the form field that shows its message.

    Raises `RegleViolee` (at its field). The database decides: two writers at once can't both pass.
    """
    controler(objet)
    try:
        with transaction.atomic():
            objet.save(force_insert=premier)
    except IntegrityError as erreur:
        message = _violation(erreur, type(objet))
        if message is None:
            raise
        nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", "")
        raise RegleViolee(message, champs.get(nom)) from erreur


def controler(objet: models.Model) -> None:
    """Check the fields of a row that is about to be saved. Raises `RegleViolee` at its field."""
    for c in objet._meta.concrete_fields:
        if isinstance(valeur := objet.__dict__.get(c.attname), str) and "\0" in valeur:
            raise RegleViolee("Ce texte contient un caractère que la base ne peut pas garder.", c.name)
    try:
        # Foreign keys were given as objects: no need to read them again.
        objet.clean_fields(exclude={c.name for c in objet._meta.concrete_fields if c.is_relation})
    except ValidationError as erreur:
        champ, messages = next(iter(erreur.message_dict.items()))
        raise RegleViolee(messages[0], champ) from erreur


def reprendre(objet: M, *, version: int) -> M:
    """The stored row, locked until the end of the transaction. Raises `VersionPerimee` when it has moved on."""
    gestionnaire: Any = type(objet)._default_manager
    stocke: M = gestionnaire.select_for_update(of=("self",)).get(pk=objet.pk)
    actuelle: int = stocke.version  # type: ignore[attr-defined]  # every row that is edited carries one
    if actuelle != version:
        raise VersionPerimee(PERIMEE, actuelle)
    return stocke
