"""What decisions warn of about a scale rather than a person: one revaluation that is awaited dates many amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imilo.droit import francais
from imilo.droit.baremes import BaremeApplique, parametre

ATTENDUE = "la revalorisation du {} n'est pas encore saisie, la valeur du {} a été appliquée ({})."
NON_COMPAREE = "la valeur du {} n'a pas encore été comparée à sa source ({})."
_SUR_UN_BAREME = re.compile(
    "|".join(re.escape(patron).replace(r"\{\}", ".+?") for patron in (ATTENDUE, NON_COMPAREE)) + r"\Z"
)


def sur_le_bareme(lu: BaremeApplique) -> Iterator[str]:
    """Yield what there is to say of a scale that was read: its name, then what may be out of date."""
    trouve, depuis = parametre(lu.nom), francais.jour(lu.a_compter_du)
    if lu.revalorisation_due_le is not None and trouve.revalorisation is not None:
        due = francais.jour(lu.revalorisation_due_le)
        yield f"{trouve.libelle} : {ATTENDUE.format(due, depuis, trouve.revalorisation.article)}"
    if lu.verifie_le is None:
        yield f"{trouve.libelle} : {NON_COMPAREE.format(depuis, lu.article)}"


def cause_du_bareme(avertissement: str) -> str | None:
    """Return what a warning says of a scale, whichever one it is; None when it is about the facts of a person."""
    libelle, separe, suite = avertissement.rpartition(" : ")
    return suite if separe and libelle and _SUR_UN_BAREME.fullmatch(suite) else None
