"""Files of the dossier, and the contract to read before it is signed."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.journal.services import consulter
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.pdf import pdf_du_contrat
from imilo.parcours.dossiers.documents import PDF, document_visible, nom_de_fichier
from imilo.parcours.dossiers.models import Document, GenreDocument
from imilo.parcours.fiche.selectors import document_lisible
from imilo.web.contrat.acces import contrat_ou_404
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.permissions import permission
from imilo.web.requete import Requete

# What a contract says is for those who accompany and those who decide allowances, not for the reception.
RESERVES = frozenset({GenreDocument.CONTRAT, GenreDocument.CONTRAT_SIGNE, GenreDocument.NOTIFICATION})
LECTEURS = ("dossier.suivre", "allocation.preparer")


def reponse_fichier(contenu: bytes, type_mime: str, nom: str, *, telecharger: bool = True) -> HttpResponse:
    """A file that the browser neither guesses nor runs: named in plain ASCII, alone in its sandbox."""
    reponse = HttpResponse(contenu, content_type=type_mime)
    disposition = "attachment" if telecharger else "inline"
    reponse.headers["Content-Disposition"] = f'{disposition}; filename="{nom}"'
    reponse.headers["X-Content-Type-Options"] = "nosniff"
    reponse.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reponse


def _lisible(requete: Requete, document: Document) -> bool:
    profil = requete.affectation.profil
    if document.genre == GenreDocument.SANCTION:
        return peut(profil, "sanction.suivre")
    if document.genre in RESERVES:
        return any(peut(profil, action) for action in LECTEURS)
    return document_lisible(document.pk, profil=profil)


@permission("document.lire")
@require_GET
def document(requete: Requete, numero: str, document_id: int) -> HttpResponseBase:
    """Download a file of this dossier."""
    dossier = dossier_ou_404(requete, numero)
    try:
        objet = document_visible(structure=requete.structure, document_id=document_id)
    except Document.DoesNotExist as erreur:
        raise Http404 from erreur
    if objet.dossier_id != dossier.pk:
        raise Http404
    if not _lisible(requete, objet):
        raise PermissionDenied("document.lire")
    consulter(requete.user, dossier, "document", objet=objet)
    return reponse_fichier(bytes(objet.contenu), objet.type_mime, nom_de_fichier(objet))


@permission("contrat.preparer")
@require_GET
def projet(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """The contract to read, or to print and sign by hand. Nothing is kept of it."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    if contrat.etat != Etat.PREPARE:
        raise Http404("Ce contrat n'est plus un projet.")
    consulter(requete.user, dossier, "contrat", objet=contrat)
    contenu = pdf_du_contrat(contrat, a=timezone.now())
    return reponse_fichier(contenu, PDF, f"projet-{contrat.reference}.pdf")
