"""Two counsellors on the same form: the second learns field by field what changed, by whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import models

from imilo.acteurs.models import Agent
from imilo.socle.erreurs import VersionPerimee


@dataclass(frozen=True)
class Ecart:
    """A field that somebody else saved meanwhile: what it was when the form was opened, what is stored, what was typed.

    Values are those of the model (a key for a relation). `dispute` is true when this form changed it too, to
    something else: the person has to choose. Otherwise the stored value can be taken as it is.
    """

    champ: str
    libelle: str
    avant: Any
    stocke: Any
    saisi: Any
    par: str
    le: datetime

    @property
    def dispute(self) -> bool:
        return bool(self.saisi not in (self.avant, self.stocke))


class ModifieEntreTemps(VersionPerimee):
    """The row has moved on since `version`: `ecarts` says how, for the fields of the form that were changed."""

    def __init__(self, version: int, ecarts: tuple[Ecart, ...]) -> None:
        qui = " et ".join(dict.fromkeys(e.par for e in ecarts))
        super().__init__(
            f"Pendant votre saisie, {qui} a enregistré d'autres changements. Rien de ce que vous avez saisi n'est "
            "perdu : vérifiez les champs ci-dessous, puis enregistrez.",
            version,
        )
        self.ecarts = ecarts


def verifier_version(stocke: models.Model, *, version: int, saisi: dict[str, Any]) -> None:
    """Raise `ModifieEntreTemps` when a field of `saisi` (attribute names) was saved by another since `version`.

    `stocke` is the row, locked; a version that moved for other fields is no conflict. History holds the row
    as it was before each change, with who changed it: two queries, only when the version has moved.
    """
    actuelle: int = stocke.version  # type: ignore[attr-defined]  # every row that is edited carries one
    if actuelle == version:
        return
    etats = list(stocke.events.filter(version__gte=version).order_by("pgh_id"))  # type: ignore[attr-defined]  # reverse relation made by pghistory
    base = next((e for e in reversed(etats) if e.version == version), None)
    if base is None:
        # A version that never was: the form is from another time; every field is compared with nothing.
        ecarts = [_ecart(stocke, champ, None, saisi, etats) for champ in saisi]
        raise ModifieEntreTemps(actuelle, tuple(e for e in ecarts if e.saisi != e.stocke))
    changes = [c for c in saisi if getattr(base, c) != getattr(stocke, c)]
    if changes:
        ecarts = [_ecart(stocke, c, getattr(base, c), saisi, etats) for c in changes]
        raise ModifieEntreTemps(actuelle, tuple(ecarts))


def _ecart(stocke: models.Model, champ: str, avant: Any, saisi: dict[str, Any], etats: Sequence[Any]) -> Ecart:
    valeur = getattr(stocke, champ)
    # The last change that gave the field its stored value tells who.
    passages = reversed(list(pairwise([*etats, stocke])))
    change = next((e for e, suivant in passages if getattr(e, champ) != getattr(suivant, champ)), None)
    contexte = (change.pgh_context if change is not None else None) or {}
    return Ecart(
        champ=champ.removesuffix("_id"),
        libelle=str(getattr(stocke._meta.get_field(champ.removesuffix("_id")), "verbose_name", champ)),
        avant=avant,
        stocke=valeur,
        saisi=saisi[champ],
        par=_nom(contexte.get("agent")),
        le=change.pgh_created_at if change is not None else stocke.modifie_le,  # type: ignore[attr-defined]  # Modele
    )


def _nom(agent_id: object) -> str:
    agent = Agent.objects.filter(pk=agent_id).first() if isinstance(agent_id, int) else None
    return str(agent) if agent else "une autre personne"
