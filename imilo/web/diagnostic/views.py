"""The shared assessment: read it, establish a new version, compare two, send it to the person, read their answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.diagnostics.models import Diagnostic
from imilo.parcours.diagnostics.selectors import diagnostics_complets
from imilo.parcours.diagnostics.services import etablir_diagnostic, marquer_vu
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.liens.selectors import liens_du_dossier
from imilo.parcours.liens.services import envoyer_lien, ouvrable
from imilo.parcours.messagerie.models import Canal
from imilo.web.diagnostic.destinataires import contact_choisi, destinataires
from imilo.web.diagnostic.formulaires import FormulaireDiagnostic, FormulaireEnvoi
from imilo.web.diagnostic.lecture import comparer as comparer_versions
from imilo.web.diagnostic.lecture import sections
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

GENRE = "diagnostic"


@permission("diagnostic.saisir")
@envoi_unique
def etablir(requete: Requete, numero: str) -> HttpResponseBase:
    """Assessments of the dossier, and a new one that starts from the last."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "diagnostic")
    tous = list(diagnostics_complets(dossier=dossier))
    form = FormulaireDiagnostic(
        requete.POST if requete.method == "POST" else None,
        le=aujourd_hui(requete.structure),
        precedent=tous[0] if tous else None,
    )
    if requete.method == "POST" and form.is_valid():
        diagnostic = form.appliquer(etablir_diagnostic, requete.user, dossier, **form.arguments())
        if diagnostic is not None:
            messages.success(requete, "Le diagnostic est enregistré.")
            return HttpResponseRedirect(reverse("web:diagnostic", args=[str(dossier)]))
    contexte = {
        "dossier": dossier,
        "form": form,
        "versions": [(d, sections(d)) for d in tous],
        "commentee": _commentee(tous),
        "ouvrir": form.is_bound or not tous,
        "envoi": envoi_possible(dossier, tous) if tous else None,
    }
    return render(requete, "web/diagnostic/diagnostic.html", contexte, status=422 if form.errors else 200)


def _commentee(versions: list[Diagnostic]) -> Diagnostic | None:
    """The former version that the person spoke of, while they said nothing of the one that replaced it."""
    if not versions or versions[0].commentaires.all():
        return None
    return next((d for d in versions[1:] if d.commentaires.all()), None)


def envoi_possible(dossier: Dossier, versions: list[Diagnostic]) -> dict[str, object] | None:
    """The form that sends the page to the person, and the last link sent; None once the accompaniment has ended."""
    if dossier.statut == Statut.FIN:
        return None
    canaux = [(c.cle, c.libelle) for c in destinataires(dossier)]
    dernier = next(iter(liens_du_dossier(dossier=dossier, genre=GENRE)), None)
    return {
        "form": FormulaireEnvoi(canaux=canaux),
        "possible": bool(canaux),
        "dernier": dernier,
        "ouvrable": dernier is not None and ouvrable(dernier),
        "ancienne": next((d for d in versions[1:] if dernier is not None and d.pk == dernier.objet_id), None),
    }


def _versions(dossier: Dossier) -> dict[int, Diagnostic]:
    return {d.pk: d for d in diagnostics_complets(dossier=dossier)}


@permission("diagnostic.saisir")
@require_GET
def comparer(requete: Requete, numero: str) -> HttpResponseBase:
    """Two versions side by side: the last two, or those that the address names."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "diagnostic")
    versions = _versions(dossier)
    toutes = list(versions.values())
    if len(toutes) < 2:
        return render(requete, "web/diagnostic/comparer.html", {"dossier": dossier})
    avant = versions.get(_numero(requete.GET.get("avant", "")), toutes[1])
    apres = versions.get(_numero(requete.GET.get("apres", "")), toutes[0])
    if (avant.etabli_le, avant.pk) > (apres.etabli_le, apres.pk):
        avant, apres = apres, avant
    tableaux = comparer_versions(avant, apres)
    contexte = {
        "dossier": dossier,
        "versions": toutes,
        "avant": avant,
        "apres": apres,
        "tableaux": tableaux,
        "changements": sum(d.change for _, lignes in tableaux for d in lignes),
    }
    return render(requete, "web/diagnostic/comparer.html", contexte)


def _numero(texte: str) -> int:
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 19 else 0


def _diagnostic_ou_404(dossier: Dossier, diagnostic_id: int) -> Diagnostic:
    trouve = Diagnostic.objects.filter(dossier=dossier, pk=diagnostic_id).first()
    if trouve is None:
        raise Http404("Ce dossier n'a pas de diagnostic de ce numéro.")
    return trouve


@permission("diagnostic.saisir")
@require_POST
@envoi_unique
def envoyer(requete: Requete, numero: str, diagnostic_id: int) -> HttpResponseBase:
    """Send the person the link to the page where they read their assessment and answer."""
    dossier = dossier_ou_404(requete, numero)
    diagnostic = _diagnostic_ou_404(dossier, diagnostic_id)
    contact = contact_choisi(dossier, requete.POST.get("canal", ""))
    envoyer_lien(requete.user, dossier, genre=GENRE, objet_id=diagnostic.pk, contact=contact)
    messages.success(requete, f"Le lien est parti par {Canal(contact.canal).label}. Il sert quinze jours.")
    return HttpResponseRedirect(reverse("web:diagnostic", args=[str(dossier)]))


@permission("diagnostic.saisir")
@require_POST
def vu(requete: Requete, numero: str, diagnostic_id: int) -> HttpResponseBase:
    """The comments of an assessment have been read."""
    dossier = dossier_ou_404(requete, numero)
    marquer_vu(requete.user, _diagnostic_ou_404(dossier, diagnostic_id))
    messages.success(requete, "C'est noté : ces commentaires quittent votre journée.")
    return HttpResponseRedirect(reverse("web:diagnostic", args=[str(dossier)]))
