"""The update of a contract on a telephone, behind a personal link: read what changes, sign it, or say no."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import Actualisation, EtatActualisation, Partie
from imilo.parcours.contrats.services import refuser_actualisation_a_distance, signer_actualisation_a_distance
from imilo.parcours.contrats.services.commun import deja_signees
from imilo.parcours.contrats.services.distance import partie_du_lien
from imilo.parcours.contrats.services.signature import noms_du_jeune
from imilo.web.contrat.documents import reponse_fichier
from imilo.web.contrat.jeune import Reponse
from imilo.web.jeune.acces import RequeteJeune, page_du_lien


def _actualisation(requete: RequeteJeune) -> Actualisation:
    trouvee = (
        Actualisation.objects.select_related("contrat__referent", "envoye_document", "document")
        .filter(pk=requete.lien.objet_id or 0)
        .first()
    )
    if trouvee is None:
        raise Http404("Ce lien n'ouvre aucun changement de contrat.")
    trouvee.contrat.dossier = requete.dossier
    return trouvee


def _ou_en_est(actualisation: Actualisation, partie: Partie) -> str:
    """What the page shows: "a_signer", "signe" (this person did), "conclu", "refuse" or "ferme"."""
    if actualisation.etat == EtatActualisation.REFUSEE:
        return "refuse"
    if actualisation.etat == EtatActualisation.SIGNEE:
        return "conclu"
    a_lire = actualisation.etat == EtatActualisation.PREPAREE and actualisation.envoye_document_id is not None
    if not a_lire or actualisation.contrat.etat != Etat.SIGNE:
        return "ferme"
    return "signe" if deja_signees(actualisation).filter(partie=partie).exists() else "a_signer"


@page_du_lien("actualisation")
def signer(requete: RequeteJeune) -> HttpResponseBase:
    """Read what changes in the contract, then sign it or refuse it."""
    objet, partie = _actualisation(requete), partie_du_lien(requete.lien)
    contrat = objet.contrat
    attendu = noms_du_jeune(contrat)[0] if partie == Partie.JEUNE else contrat.representant_nom
    etape = _ou_en_est(objet, partie)
    reponse = Reponse.de(requete, attendu=attendu, a_signer=etape == "a_signer")
    if reponse.agir(requete.lien, signer=signer_actualisation_a_distance, refuser=refuser_actualisation_a_distance):
        return HttpResponseRedirect(reverse("web:jeune_actualisation", args=[requete.jeton]))
    contexte = {
        "structure": requete.structure,
        "jeton": requete.jeton,
        "contrat": contrat,
        "actualisation": objet,
        "heures": Decimal(objet.apres["termes"]["heures_hebdo"]),
        "actions": [action["intitule"] for action in objet.apres["actions"]],
        "etape": etape,
        "pour_le_jeune": partie == Partie.JEUNE,
        **reponse.contexte(),
    }
    return render(requete, "web/contrat/jeune_actualisation.html", contexte, status=reponse.statut)


@page_du_lien("actualisation")
def lire(requete: RequeteJeune) -> HttpResponseBase:
    """The document: the one that was sent, and once concluded the one with every signature."""
    objet = _actualisation(requete)
    document = objet.document or objet.envoye_document
    if document is None:
        raise Http404("Ce changement n'est plus à lire ici.")
    return reponse_fichier(bytes(document.contenu), document.type_mime, "actualisation.pdf", telecharger=False)
