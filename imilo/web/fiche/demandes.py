"""Demands and propositions: the lists with their filters, a demand, an answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.dossiers.models import Dossier, Proposition
from imilo.parcours.fiche.models import Demande
from imilo.parcours.fiche.models.suivi import EtatDemande
from imilo.parcours.fiche.services import demandes as services
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.fiche.ecrans import Ecran, corriger, saisir
from imilo.web.fiche.formulaires_suivi import FormulaireDemande, FormulaireFiltre, FormulaireReponse
from imilo.web.permissions import permission
from imilo.web.requete import Requete

LIGNES = 200


def _liste_de(dossier: Dossier) -> str:
    return reverse("web:demandes", args=[str(dossier)])


def _demande(dossier: Dossier, cle: int) -> Demande:
    trouvee = Demande.objects.filter(dossier=dossier, pk=cle).first()
    if trouvee is None:
        raise Http404
    trouvee.dossier = dossier
    return trouvee


@permission("dossier.suivre")
@require_GET
def liste(requete: Requete, numero: str) -> HttpResponseBase:
    """What the person asked for and what was proposed, filtered by theme and state."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier)
    form = FormulaireFiltre(requete.GET or None, le=aujourd_hui(requete.structure))
    choix = form.cleaned_data if form.is_bound and form.is_valid() else {}
    contexte = {
        "dossier": dossier,
        "form": form,
        "filtre": any(choix.values()),
        "demandes": [(d, libelle(Liste.THEME_DEMANDE, d.theme)) for d in _demandes(dossier, choix)[:LIGNES]],
        "propositions": [(p, libelle(Liste.THEME_DEMANDE, p.theme)) for p in _propositions(dossier, choix)[:LIGNES]],
    }
    return render(requete, "web/fiche/demandes.html", contexte)


def _demandes(dossier: Dossier, choix: dict[str, str]) -> QuerySet[Demande]:
    toutes = Demande.objects.filter(dossier=dossier).prefetch_related("reponses__proposition")
    if theme := choix.get("theme"):
        toutes = toutes.filter(theme=theme)
    etat = choix.get("etat")
    if etat == "a_suivre":
        return toutes.exclude(etat=EtatDemande.CLOSE)
    return toutes.filter(etat=etat) if etat else toutes


def _propositions(dossier: Dossier, choix: dict[str, str]) -> QuerySet[Proposition]:
    toutes = Proposition.objects.filter(dossier=dossier).order_by("-le", "-pk")
    if theme := choix.get("theme"):
        toutes = toutes.filter(theme=theme)
    return toutes.filter(etat=etat) if (etat := choix.get("proposition")) else toutes


@permission("dossier.suivre")
@envoi_unique
def nouvelle(requete: Requete, numero: str) -> HttpResponseBase:
    """Note what the person asks for."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireDemande(requete.POST if requete.method == "POST" else None, le=aujourd_hui(requete.structure))
    ecran = Ecran("web/fiche/demande.html", {"dossier": dossier}, "La demande est notée.", _liste_de(dossier))

    def noter(d: dict[str, Any]) -> Demande:
        return services.saisir_demande(requete.user, dossier, theme=d["theme"], texte=d["texte"], le=d["le"])

    return saisir(requete, ecran, form, noter)


@permission("dossier.suivre")
@envoi_unique
def modifier(requete: Requete, numero: str, demande_id: int) -> HttpResponseBase:
    """Correct a demand, or say where it stands and how it ended."""
    dossier = dossier_ou_404(requete, numero)
    demande = _demande(dossier, demande_id)
    le = aujourd_hui(requete.structure)
    form = FormulaireDemande(requete.POST if requete.method == "POST" else None, le=le, demande=demande)
    contexte = {"dossier": dossier, "demande": demande}
    ecran = Ecran("web/fiche/demande.html", contexte, "La demande est enregistrée.", _liste_de(dossier))

    def changer(version: int, d: dict[str, Any]) -> Demande:
        saisi = {c: d[c] for c in ("theme", "texte", "le", "etat", "issue", "close_le")}
        return services.modifier_demande(requete.user, demande, version=version, **saisi)

    return corriger(requete, ecran, form, demande, changer)


@permission("dossier.suivre")
@envoi_unique
def proposer(requete: Requete, numero: str, demande_id: int) -> HttpResponseBase:
    """Answer a demand by a new proposition, or by one that was made already."""
    dossier = dossier_ou_404(requete, numero)
    demande = _demande(dossier, demande_id)
    le = aujourd_hui(requete.structure)
    form = FormulaireReponse(requete.POST if requete.method == "POST" else None, demande=demande, le=le)
    contexte = {"dossier": dossier, "demande": demande}
    message = "La proposition répond maintenant à cette demande."
    ecran = Ecran("web/fiche/reponse.html", contexte, message, _liste_de(dossier))

    def repondre(d: dict[str, Any]) -> object:
        if existante := form.libres.get(d.get("existante") or ""):
            return services.rattacher_proposition(requete.user, demande, proposition=existante)
        return services.repondre(requete.user, demande, intitule=d["intitule"], le=d["le"])

    return saisir(requete, ecran, form, repondre)
