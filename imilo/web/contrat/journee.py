"""What contracts say in *Ma journée* to who directs: the counsellors who follow more CEJ than the structure's mark."""

from __future__ import annotations

from datetime import date
from typing import Any

from imilo.acteurs.profils import peut
from imilo.parcours.contrats.structure import charges
from imilo.web.requete import Requete


def charges_au_dela(requete: Requete, le: date) -> Any:
    """Those beyond the mark, the most charged first; it is a mark, and blocks nothing. Two queries."""
    if not peut(requete.affectation.profil, "delegation.gerer"):
        return None
    return [charge for charge in charges(structure=requete.structure, le=le) if charge.au_dela]
