"""`migrate`, without drawing half of the models again at each new table, constraint, index or trigger.

Django keeps, beside the state of the models, classes made from it; when one changes, it makes anew its class and those
of all that point to the same ones: here, whatever points to a dossier. Most of the time of a first start went there.
An index, a constraint or a trigger changes no column: the class that is already there takes it. To a new model nothing
points yet: its own class is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with sans_refaire_les_classes():
            super().handle(*args, **options)


@contextmanager
def sans_refaire_les_classes() -> Iterator[None]:
    """Inside, a new model is drawn alone, and a change of options is given to the class of its model."""
    options = ("_append_option", "_remove_option", "_alter_option", "rename_index")
    remplacees: list[tuple[Any, str, Any]] = [(ProjectState, nom, _donner_les_options) for nom in options]
    remplacees += [
        (AddTrigger, "state_forwards", _ne_rien_dessiner),
        (RemoveTrigger, "state_forwards", _ne_rien_dessiner),
    ]
    remplacees += [(ProjectState, "add_model", _dessiner_le_nouveau)]
    d_origine = [(classe, nom, getattr(classe, nom)) for classe, nom, _ in remplacees]
    for (classe, nom, recharger), (_, _, fonction) in zip(remplacees, d_origine, strict=True):
        setattr(classe, nom, _rechargeant_par(recharger, fonction))
    try:
        yield
    finally:
        for classe, nom, fonction in d_origine:
            setattr(classe, nom, fonction)


def _rechargeant_par(recharger: Any, fonction: Any) -> Any:
    d_origine = ProjectState.reload_model

    def changer(*args: Any) -> None:
        setattr(ProjectState, "reload_model", recharger)  # noqa: B010  # a plain assignment is refused by the types
        try:
            fonction(*args)
        finally:
            setattr(ProjectState, "reload_model", d_origine)  # noqa: B010  # as above

    return changer


def _donner_les_options(etat: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" in vars(etat):
        decrites, classe = (
            etat.models[app_label, model_name.lower()].options,
            etat.apps.get_model(app_label, model_name),
        )
        for option in ("indexes", "constraints"):
            setattr(classe._meta, option, list(decrites.get(option, ())))


def _ne_rien_dessiner(etat: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    """A trigger is written as SQL: the class knows nothing of it."""


def _dessiner_le_nouveau(etat: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" in vars(etat):
        etat.apps.render_multiple([etat.models[app_label, model_name.lower()]])
