"""The kinds of personal links: each application of the path, or room of the web, declares its own.

    from imilo.parcours.liens.genres import GenreDeLien, declarer
    declarer(GenreDeLien("semaine", "Déclarer votre semaine", vue="jeune_semaine", duree=timedelta(days=10)))

Declared in `AppConfig.ready`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class GenreDeLien:
    """What a link opens.

    `titre` is what the person reads ("Signer votre contrat"); `vue` the name of the page in the `web` namespace, which
    takes the token alone; `duree` how long the link opens; `objet` the "app.Model" of its target when it has one;
    `une_fois`: once used (`utiliser`), it opens nothing more.
    """

    code: str
    titre: str
    vue: str
    duree: timedelta = timedelta(days=15)
    objet: str = ""
    une_fois: bool = False


_genres: dict[str, GenreDeLien] = {}


def declarer(genre: GenreDeLien) -> None:
    """Add a kind. Raises `ValueError` when its code is declared already."""
    if genre.code in _genres:
        raise ValueError(f"Le genre de lien {genre.code} est déjà déclaré.")
    _genres[genre.code] = genre


def genre_de(code: str) -> GenreDeLien:
    """Raises `KeyError` for a kind that nobody declared."""
    return _genres[code]


def genres() -> tuple[GenreDeLien, ...]:
    return tuple(_genres[code] for code in sorted(_genres))
