"""What payments ask today, in *Ma journée*."""

from __future__ import annotations

from datetime import date

from imilo.acteurs.profils import peut
from imilo.echanges.connecteurs.asp.selectors import VOIR, Attentes, attentes
from imilo.web.requete import Requete


def du_jour(requete: Requete, le: date) -> Attentes | None:
    """Rejections to correct, returns put aside, an agency that is late or out of reach; None when there is nothing."""
    if not peut(requete.affectation.profil, VOIR):
        return None
    trouvees = attentes(structure=requete.structure, le=le)
    return None if trouvees.rien_a_voir else trouvees
