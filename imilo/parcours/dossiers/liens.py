"""Where a screen of the dossier is, without knowing the web: a name that the web turns into an address."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lien:
    """`vue` is the name of a URL of the `web` namespace ("acte-modifier"), `args` its arguments in order.

    `action` names the permission that the page asks for: a profile without it isn't shown the link.
    """

    vue: str
    args: tuple[str | int, ...] = ()
    libelle: str = ""
    action: str = "dossier.lire"
