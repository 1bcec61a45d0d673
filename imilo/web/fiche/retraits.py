"""Taking something out: asked first, and asked again when somebody changed it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.fiche.formulaires import FormulaireRetrait


def retire(form: FormulaireRetrait, objet: Any, service: Callable[[int], None]) -> bool:
    """Whether `service(version)` took it out; refused, the form says why and carries the stored version."""

    def faire() -> bool:
        service(int(form.cleaned_data["version"]))
        return True

    fait, _ = enregistrer_version(form, objet, faire)
    return bool(fait)
