"""What a row of the file, or a whole section with what was taken out of it, was before each change."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from imilo.acteurs.politique import vu
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.fiche import historiques
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.parcours.fiche.rubriques_du_dossier import DU_DOSSIER_PAR_CODE
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.fiche.views import adresse_de, ligne_ou_404, rubrique_lue
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("dossier.lire")
@require_GET
def ligne(requete: Requete, numero: str, code: str, ligne_id: int) -> HttpResponseBase:
    """What a row was before each change, by whom, when."""
    dossier = dossier_ou_404(requete, numero)
    rubrique = rubrique_lue(requete, code)
    lue = ligne_ou_404(dossier, rubrique, ligne_id)
    consulter(requete.user, dossier, "historique", objet=lue)
    contexte = {
        "dossier": dossier,
        "rubrique": rubrique,
        "ligne": lue,
        "changements": historiques.historique(lue),
        "retour": adresse_de(dossier, code),
    }
    return render(requete, "web/fiche/historique.html", contexte)


@permission("dossier.lire")
@require_GET
def rubrique(requete: Requete, numero: str, code: str) -> HttpResponseBase:
    """Every change of a section: of each of its rows, of those taken out, of what the dossier and the person hold."""
    dossier = dossier_ou_404(requete, numero)
    profil = requete.affectation.profil
    trouvee = PAR_CODE.get(code) or DU_DOSSIER_PAR_CODE.get(code)
    if trouvee is None:
        raise Http404
    if not vu(profil, trouvee.famille):
        raise PermissionDenied(trouvee.famille)
    consulter(requete.user, dossier, "historique")
    changements = (
        historiques.historique_de_la_rubrique(dossier, PAR_CODE[code], le=aujourd_hui(requete.structure))
        if code in PAR_CODE
        else historiques.historique_du_dossier(dossier, DU_DOSSIER_PAR_CODE[code], profil=profil)
    )
    contexte = {
        "dossier": dossier,
        "rubrique": trouvee,
        "changements": changements,
        "retour": adresse_de(dossier, code),
    }
    return render(requete, "web/fiche/historique.html", contexte)
