"""The pair or the merge of an address, or a 404: the same for unknown, another structure's, and refused."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from imilo.parcours.doublons.models import Fusion
from imilo.parcours.doublons.selectors import Comparaison, comparer, fusions, paires
from imilo.web.requete import Requete


def comparaison_ou_404(requete: Requete, paire_id: int) -> Comparaison:
    """Both sides of a pair of the request's structure. Raises `Http404`."""
    ou: dict[str, Any] = {"agent": requete.user, "structure": requete.structure}
    trouvees = comparer(list(paires(**ou).filter(pk=paire_id)), **ou)
    if not trouvees:
        raise Http404("Aucune paire de votre structure n'a ce numéro, ou l'un des dossiers a été fusionné.")
    return trouvees[0]


def fusion_ou_404(requete: Requete, fusion_id: int) -> Fusion:
    """A merge of the request's structure that still stands. Raises `Http404`."""
    trouvee = fusions(agent=requete.user, structure=requete.structure).filter(pk=fusion_id).first()
    if trouvee is None:
        raise Http404("Cette fusion n'existe pas dans votre structure, ou elle a été défaite.")
    return trouvee


def fusion_de_la_paire(requete: Requete, paire_id: int) -> Fusion | None:
    """The merge that settled this pair of the request's structure, when it still stands."""
    return fusions(agent=requete.user, structure=requete.structure).filter(paire=paire_id).first()
