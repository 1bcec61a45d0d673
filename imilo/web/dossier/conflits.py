"""Two people on the same sheet: the second is told what changed, keeps what they typed, and decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.db import transaction
from django.http import QueryDict

from imilo.parcours.dossiers.selectors.suivi import Changement, changements
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from imilo.web.formulaires import FormulaireDSFR

T = TypeVar("T")


class Versionne(Protocol):
    pk: Any
    version: int


def enregistrer_version(
    formulaire: FormulaireDSFR, objet: Any, service: Callable[[], T]
) -> tuple[T | None, Changement | None]:
    """Call the service. (result, None) when it saved; (None, None) when a rule refused, shown in the form;
    (None, changes) when somebody saved in between: the form then carries the stored version, so that saving
    again is a decision taken knowingly."""
    try:
        with transaction.atomic():
            return service(), None
    except VersionPerimee as erreur:
        donnees = formulaire.data.copy() if isinstance(formulaire.data, QueryDict) else QueryDict(mutable=True)
        lue = int(formulaire.cleaned_data["version"])
        donnees[formulaire.add_prefix("version")] = str(erreur.version)
        formulaire.data = donnees
        formulaire.add_error(None, erreur.message)
        objet.refresh_from_db()
        return None, changements(objet, version=lue)
    except RegleViolee as erreur:
        formulaire.refuser_ensemble(erreur)
        return None, None
