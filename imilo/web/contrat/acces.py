"""The contract of the address bar, or a 404."""

from __future__ import annotations

from django.http import Http404

from imilo.parcours.contrats import selectors
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.requete import Requete


def contrat_ou_404(requete: Requete, numero: str, contrat_id: int) -> tuple[Dossier, ContratEngagement]:
    """The dossier and its contract, in the request's perimeter. Raises `Http404`."""
    dossier = dossier_ou_404(requete, numero)
    contrat = selectors.contrat(dossier=dossier, contrat_id=contrat_id)
    if contrat is None:
        raise Http404("Ce dossier n'a pas de contrat de ce numéro.")
    return dossier, contrat
