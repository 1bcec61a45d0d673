"""The dossier of the address bar, or a 404 and its fact in the journal. For every room that shows a dossier."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse

from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.acces import DossierIntrouvable, demander_dossier
from imilo.web.requete import Requete


class DossierRenvoye(Exception):  # French names of the domain say what happened
    """The page was asked for under the number of a merged dossier: it is at `adresse`."""

    def __init__(self, adresse: str) -> None:
        super().__init__(adresse)
        self.adresse = adresse


def dossier_ou_404(requete: Requete, numero: str) -> Dossier:
    """The dossier of that number in the request's perimeter. Raises `Http404`, the same for unknown and refused.

    The number of a merged dossier sends a reader to the same page of the kept one (`DossierRenvoye`, which the
    middleware answers); what is posted to it is taken by the kept one, so that nothing typed is lost.
    The fact is committed with the answer: a 404 doesn't roll the request's transaction back.
    """
    try:
        dossier = demander_dossier(requete.user, structure=requete.structure, numero=numero)
    except DossierIntrouvable as erreur:
        raise Http404("Aucun dossier de votre structure ne porte ce numéro.") from erreur
    if requete.method in ("GET", "HEAD") and int(numero) != dossier.numero:
        raise DossierRenvoye(_sous_son_numero(requete, dossier))
    return dossier


def _sous_son_numero(requete: Requete, dossier: Dossier) -> str:
    """The address of the same page under the number that the dossier now has."""
    ou = requete.resolver_match
    assert ou is not None
    adresse = reverse(ou.view_name, kwargs={**ou.kwargs, "numero": str(dossier)})
    return f"{adresse}?{requete.GET.urlencode()}" if requete.GET else adresse
