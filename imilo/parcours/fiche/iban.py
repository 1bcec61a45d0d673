"""IBAN: as people copy it, checked by its key and its country's form."""

from __future__ import annotations

from stdnum import iban
from stdnum.exceptions import ValidationError

from imilo.socle.erreurs import RegleViolee


def lire_iban(texte: str, *, champ: str = "iban") -> str:
    """The IBAN without spaces, in capitals; "" when blank. Raises `RegleViolee` at `champ`."""
    compact = "".join(c for c in texte.upper() if c.isalnum())
    if not compact:
        return ""
    try:
        return str(iban.validate(compact))
    except ValidationError as erreur:
        if compact.isdigit() or not compact[:2].isalpha():
            raise RegleViolee(
                "Un IBAN commence par deux lettres, FR par exemple : recopiez-le du RIB.", champ
            ) from erreur
        raise RegleViolee(
            "Cet IBAN ne peut pas exister : un signe manque ou a été mal recopié. Comparez-le au RIB.", champ
        ) from erreur
