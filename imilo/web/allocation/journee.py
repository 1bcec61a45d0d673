"""What allowances ask of who decides them, in *Ma journée*."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from imilo.acteurs.models import Portee
from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import pouvoir_de_signer
from imilo.parcours.allocations.a_revoir import MoisARevoir, a_revoir
from imilo.web.requete import Requete

MONTRES = 5  # the oldest; the others are one click away


@dataclass(frozen=True)
class DesMoisARevoir:
    """The first months decided that a sanction has changed since, and how many there are."""

    premiers: list[MoisARevoir]
    nombre: int


def mois_a_revoir(requete: Requete, le: date) -> DesMoisARevoir | None:
    """For who may decide in the State's name (R. 5131-25 I); None when there is nothing to look at again.

    Two queries on a day when no sanction withholds anything here.
    """
    qui, ou = requete.user, requete.structure
    if not peut(requete.affectation.profil, "allocation.decider"):
        return None
    trouves = a_revoir(agent=qui, structure=ou, le=le)
    if not trouves or pouvoir_de_signer(agent=qui, structure=ou, portee=Portee.ALLOCATIONS, le=le) is None:
        return None
    return DesMoisARevoir(trouves[:MONTRES], len(trouves))
