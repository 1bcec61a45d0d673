"""Documents of a dossier by type: filed, described, taken out. They are downloaded by `web:document` only."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
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
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.envois import envoi_unique
from imilo.web.fiche.formulaires import FormulaireRetrait
from imilo.web.fiche.formulaires_suivi import FormulaireDepot, FormulaireJustificatif
from imilo.web.fiche.retraits import retire
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _retour(dossier: Dossier) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:documents", args=[str(dossier)]))


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
    if requete.method == "POST" and form.is_valid():
        d = form.cleaned_data
        depose = form.appliquer(
            services.deposer,
            requete.user,
            dossier,
            type=d["type"],
            titre=form.titre_propose(),
            contenu=form.contenu(),
            emis_le=d["emis_le"],
            expire_le=d["expire_le"],
        )
        if depose is not None:
            messages.success(requete, "Le document est dans le dossier.")
            return _retour(dossier)
    contexte = {"dossier": dossier, "form": form}
    return render(requete, "web/fiche/document.html", contexte, status=422 if form.errors else 200)


@permission("identite.modifier")
@envoi_unique
def modifier(requete: Requete, numero: str, justificatif_id: int) -> HttpResponseBase:
    """Correct what a document is, or until when it holds."""
    dossier = dossier_ou_404(requete, numero)
    justificatif = _justificatif(requete, dossier, justificatif_id)
    form = FormulaireJustificatif(requete.POST if requete.method == "POST" else None, justificatif=justificatif)
    change = None
    if requete.method == "POST" and form.is_valid():
        d = form.cleaned_data
        saisi = {c: d[c] for c in ("type", "emis_le", "expire_le")}
        fait, change = enregistrer_version(
            form,
            justificatif,
            lambda: services.requalifier(requete.user, justificatif, version=d["version"] or 0, **saisi),
        )
        if fait is not None:
            messages.success(requete, "Le document est à jour.")
            return _retour(dossier)
    contexte = {"dossier": dossier, "form": form, "justificatif": justificatif, "change": change}
    statut = 409 if change else 422 if form.is_bound and form.errors else 200
    return render(requete, "web/fiche/document.html", contexte, status=statut)


@permission("identite.modifier")
@envoi_unique
def retirer(requete: Requete, numero: str, justificatif_id: int) -> HttpResponseBase:
    """Ask, then take out a document filed by mistake."""
    dossier = dossier_ou_404(requete, numero)
    justificatif = _justificatif(requete, dossier, justificatif_id)
    form = FormulaireRetrait(
        requete.POST if requete.method == "POST" else None, initial={"version": justificatif.version}
    )
    if (
        requete.method == "POST"
        and form.is_valid()
        and retire(form, justificatif, lambda v: services.retirer_document(requete.user, justificatif, version=v))
    ):
        messages.success(requete, "Le document est retiré du dossier.")
        return _retour(dossier)
    contexte = {
        "dossier": dossier,
        "form": form,
        "justificatif": justificatif,
        "bouton": "Retirer ce document",
        "retour": reverse("web:documents", args=[str(dossier)]),
    }
    return render(requete, "web/fiche/document_retirer.html", contexte, status=409 if form.errors else 200)
