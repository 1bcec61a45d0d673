"""The dossier of the address bar, or a 404 and its fact in the journal. For every room that shows a dossier."""

from __future__ import annotations

from django.http import Http404

from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.acces import DossierIntrouvable, demander_dossier
from imilo.web.requete import Requete


def dossier_ou_404(requete: Requete, numero: str) -> Dossier:
    """The dossier of that number in the request's perimeter. Raises `Http404`, the same for unknown and refused.

    The fact is committed with the answer: a 404 doesn't roll the request's transaction back.
    """
    try:
        return demander_dossier(requete.user, structure=requete.structure, numero=numero)
    except DossierIntrouvable as erreur:
        raise Http404("Aucun dossier de votre structure ne porte ce numéro.") from erreur
