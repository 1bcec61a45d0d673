"""`migrate`, without drawing half of the models again at each new table, constraint, index or trigger.

Django keeps, beside the state of the models, classes made from it; when one changes, it makes anew its class and those
of all that point to the same ones: here, whatever points to a dossier. Most of the time of a first start went there.
An index, a constraint or a trigger changes no column: the class that is already there takes it. To a new model nothing
points yet: its own class is enough. A column to which no key points changes its own model alone: the others still point
to the class as it was, which tells them the same table and the same key; Django draws all of them before it gives them
to a function of ours (`ProjectState.is_delayed`).
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
    """Inside, a model is drawn alone when it or a field is new; its class is given the change of its options."""
    options = ("_append_option", "_remove_option", "_alter_option", "rename_index")
    remplacees: list[tuple[Any, str, Any]] = [(ProjectState, nom, _donner_les_options) for nom in options]
    remplacees += [
        (AddTrigger, "state_forwards", _ne_rien_dessiner),
        (RemoveTrigger, "state_forwards", _ne_rien_dessiner),
    ]
    remplacees += [(ProjectState, nom, _dessiner_le_sien) for nom in ("add_model", "add_field")]
    remplacees += [(ProjectState, "alter_field", _dessiner_le_sien_si_rien_n_y_pointe)]
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


def _dessiner_le_sien(etat: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" in vars(etat):
        etat.is_delayed = True
        with etat.apps.bulk_update():
            etat.apps.unregister_model(app_label, model_name)
        etat.apps.render_multiple([etat.models[app_label, model_name]])


_refaire_les_classes = ProjectState.reload_model


def _dessiner_le_sien_si_rien_n_y_pointe(etat: ProjectState, app_label: str, model_name: str, delay: bool) -> None:
    """`delay`: by Django, the field is no relation and no key points to it."""
    (_dessiner_le_sien if delay else _refaire_les_classes)(etat, app_label, model_name, delay)
