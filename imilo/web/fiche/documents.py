"""Documents of a dossier by type: filed, described, taken out. They are downloaded by `web:document` only."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.parcours.fiche import selectors
from imilo.parcours.fiche.models import Justificatif
from imilo.parcours.fiche.services import documents as services
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.fiche import ecrans
from imilo.web.fiche.ecrans import Ecran, corriger, saisir
from imilo.web.fiche.formulaires_suivi import FormulaireDepot, FormulaireJustificatif
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _liste_de(dossier: Dossier) -> str:
    return reverse("web:documents", args=[str(dossier)])


def _justificatif(requete: Requete, dossier: Dossier, cle: int) -> Justificatif:
    trouve = selectors.justificatifs(dossier).filter(pk=cle).first()
    if trouve is None:
        raise Http404
    if not selectors.justificatif_lisible(trouve.type, profil=requete.affectation.profil):
        raise PermissionDenied("document.lire")
    trouve.dossier = dossier
    return trouve


@permission("document.lire")
@require_GET
def liste(requete: Requete, numero: str) -> HttpResponseBase:
    """Documents filed, by type; those that the program made below."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier)
    profil = requete.affectation.profil
    tous = list(selectors.justificatifs(dossier))
    lisibles = [j for j in tous if selectors.justificatif_lisible(j.type, profil=profil)]
    autres = Document.objects.filter(dossier=dossier).exclude(pk__in=[j.document_id for j in tous])
    contexte = {
        "dossier": dossier,
        "le": aujourd_hui(requete.structure),
        "types": [(nom, list(g)) for nom, g in groupby(lisibles, key=lambda j: j.get_type_display())],
        "caches": len(tous) - len(lisibles),
        "autres": autres.select_related("depose_par").defer("contenu") if _lit_les_autres(profil) else [],
        "ecrit": peut(profil, "identite.modifier"),
    }
    return render(requete, "web/fiche/documents.html", contexte)


def _lit_les_autres(profil: str) -> bool:
    return peut(profil, "dossier.suivre") or peut(profil, "allocation.preparer")


@permission("identite.modifier")
@envoi_unique
def deposer(requete: Requete, numero: str) -> HttpResponseBase:
    """File a document on the dossier."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireDepot(requete.POST, requete.FILES) if requete.method == "POST" else FormulaireDepot()
    message = "Le document est dans le dossier."
    ecran = Ecran("web/fiche/document.html", {"dossier": dossier}, message, _liste_de(dossier))

    def garder(d: dict[str, Any]) -> Justificatif:
        dit = {c: d[c] for c in ("type", "emis_le", "expire_le")}
        return services.deposer(requete.user, dossier, titre=form.titre_propose(), contenu=form.contenu(), **dit)

    return saisir(requete, ecran, form, garder)


@permission("identite.modifier")
@envoi_unique
def modifier(requete: Requete, numero: str, justificatif_id: int) -> HttpResponseBase:
    """Correct what a document is, or until when it holds."""
    dossier = dossier_ou_404(requete, numero)
    justificatif = _justificatif(requete, dossier, justificatif_id)
    form = FormulaireJustificatif(requete.POST if requete.method == "POST" else None, justificatif=justificatif)
    contexte = {"dossier": dossier, "justificatif": justificatif}
    ecran = Ecran("web/fiche/document.html", contexte, "Le document est à jour.", _liste_de(dossier))

    def requalifier(version: int, d: dict[str, Any]) -> Justificatif:
        saisi = {c: d[c] for c in ("type", "emis_le", "expire_le")}
        return services.requalifier(requete.user, justificatif, version=version, **saisi)

    return corriger(requete, ecran, form, justificatif, requalifier)


@permission("identite.modifier")
@envoi_unique
def retirer(requete: Requete, numero: str, justificatif_id: int) -> HttpResponseBase:
    """Ask, then take out a document filed by mistake."""
    dossier = dossier_ou_404(requete, numero)
    justificatif = _justificatif(requete, dossier, justificatif_id)
    contexte = {"dossier": dossier, "justificatif": justificatif, "bouton": "Retirer ce document"}
    message = "Le document est retiré du dossier."
    ecran = Ecran("web/fiche/document_retirer.html", contexte, message, _liste_de(dossier))
    return ecrans.retirer(
        requete, ecran, justificatif, lambda v: services.retirer_document(requete.user, justificatif, version=v)
    )
