"""What goes back with the rows of a merged dossier, and what has to be looked at once they are gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models

from imilo.parcours.dossiers.models import Document, Dossier
from imilo.parcours.doublons.models import Fusion, Paire
from imilo.socle.familles import Deplaces


@dataclass(frozen=True)
class Reference:
    """A foreign key between two models bound to a dossier. `tenue`: the row can't stand without the other."""

    modele: type[models.Model]
    champ: str
    cible: type[models.Model]
    tenue: bool


def lies_au_dossier() -> list[type[models.Model]]:
    """Every model whose rows are bound to a dossier by `dossier`; rows of history and pairs aside."""
    return [
        m
        for m in apps.get_models()
        if m._meta.managed and m is not Paire and not hasattr(m, "pgh_obj_id") and _vers_le_dossier(m)
    ]


def _vers_le_dossier(modele: type[models.Model]) -> bool:
    return any(c.name == "dossier" and c.related_model is Dossier for c in modele._meta.concrete_fields)


@cache
def references() -> tuple[Reference, ...]:
    """Foreign keys from one model bound to a dossier to another."""
    lies = lies_au_dossier()
    return tuple(
        Reference(m, c.name, c.related_model, not c.null or c.remote_field.on_delete is models.CASCADE)
        for m in lies
        for c in m._meta.concrete_fields
        if isinstance(c, models.ForeignKey) and isinstance(c.related_model, type) and c.related_model in lies
    )


def suivre(fusion: Fusion) -> Deplaces:
    """The rows that go back when `fusion` is undone: those that moved, what hangs on them, their new documents."""
    ensemble = {label: set(cles) for label, cles in fusion.deplaces.items()}
    grandi = True
    while grandi:
        grandi = False
        for reference in references():
            for label, cles in _entraines(reference, ensemble, fusion):
                nouveaux = cles - ensemble.setdefault(label, set())
                ensemble[label] |= nouveaux
                grandi = grandi or bool(nouveaux)
    return {label: sorted(cles) for label, cles in ensemble.items() if cles}


def _entraines(reference: Reference, ensemble: dict[str, set[int]], fusion: Fusion) -> Iterator[tuple[str, set[int]]]:
    """What one key draws along: the row that is held by one that goes back; the document made since for one."""
    gestionnaire = reference.modele._default_manager
    cible, modele = reference.cible._meta.label, reference.modele._meta.label
    if reference.tenue and ensemble.get(cible):
        tenus = gestionnaire.filter(dossier_id=fusion.garde, **{f"{reference.champ}__in": ensemble[cible]})
        yield modele, set(tenus.values_list("pk", flat=True))
    if reference.cible is Document and ensemble.get(modele):
        depuis = gestionnaire.filter(
            pk__in=ensemble[modele],
            **{f"{reference.champ}__dossier": fusion.garde, f"{reference.champ}__cree_le__gt": fusion.faite_le},
        )
        yield cible, set(depuis.values_list(f"{reference.champ}_id", flat=True))


def a_revoir(fusion: Fusion) -> list[str]:
    """What will refer to a row of the other dossier once `fusion` is undone, in French."""
    partent = suivre(fusion)
    phrases = []
    for reference in references():
        siens = partent.get(reference.modele._meta.label, [])
        cibles = partent.get(reference.cible._meta.label, [])
        lignes = reference.modele._default_manager.filter(**{f"{reference.champ}__isnull": False})
        restent = lignes.filter(dossier_id=fusion.garde, **{f"{reference.champ}__in": cibles}).exclude(pk__in=siens)
        vont = lignes.filter(pk__in=siens, **{f"{reference.champ}__dossier": fusion.garde})
        vont = vont.exclude(**{f"{reference.champ}__in": cibles})
        ici, la = "qui reste ici", "qui retourne dans l'autre dossier"
        phrases += [_phrase(reference, x, "reste ici", la) for x in restent.select_related(reference.champ)]
        phrases += [_phrase(reference, x, la[4:], ici) for x in vont.select_related(reference.champ)]
    return phrases


def _phrase(reference: Reference, ligne: models.Model, fait: str, appui: str) -> str:
    return f"« {ligne} » {fait}, mais s'appuie sur « {getattr(ligne, reference.champ)} », {appui}."
