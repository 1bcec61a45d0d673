"""Ma journée: today's appointments, deadlines, what is newly mine, what I last opened."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.agenda import selectors as agenda
from imilo.parcours.diagnostics.selectors import commentaires_a_lire
from imilo.parcours.dossiers import alertes
from imilo.parcours.dossiers.selectors import journee as selection
from imilo.parcours.dossiers.selectors.referents import remplaces
from imilo.web.activite.journee import de_l_activite
from imilo.web.journee.panneaux import panneaux
from imilo.web.journee.portefeuille import du_portefeuille
from imilo.web.permissions import permission
from imilo.web.requete import Requete

OUBLIES = 20  # the oldest first: the list shortens as they are dealt with


@permission("journee.voir")
@require_GET
def journee(requete: Requete) -> HttpResponseBase:
    """What matters today, read in three seconds."""
    qui, ou, le = requete.user, requete.structure, aujourd_hui(requete.structure)
    maintenant = timezone.now()
    suit = peut(requete.affectation.profil, "dossier.suivre")
    absents = remplaces(agent=qui, structure=ou, le=le)
    rendez_vous = list(agenda.rendez_vous_du_jour(agent=qui, structure=ou, jour=le, absents=absents))
    du_jour = {r.pk for r in rendez_vous}
    passes = agenda.sans_suite(agent=qui, structure=ou, avant=maintenant)[:OUBLIES]
    oublies = [r for r in passes if r.pk not in du_jour]
    contexte = {
        "le": le,
        "maintenant": maintenant,
        "rendez_vous": rendez_vous,
        "suivant": next((r for r in rendez_vous if r.fin >= maintenant), None),
        "oublies": oublies,
        "echeances": alertes.echeances(agent=qui, structure=ou, le=le),
        "nouveaux": selection.dossiers_nouveaux(agent=qui, structure=ou, le=le)[:20],
        "ouverts": selection.derniers_ouverts(agent=qui, structure=ou),
        "panneaux": panneaux(requete, le),
        "suit": suit,
        "commentaires": commentaires_a_lire(agent=qui, structure=ou) if suit else [],
        "activite": de_l_activite(agent=qui, structure=ou, le=le) if suit else None,
        "du_portefeuille": du_portefeuille(agent=qui, structure=ou, le=le) if suit else None,
    }
    return render(requete, "web/journee/journee.html", contexte)
