"""The contract on a telephone, behind a personal link: read it, sign it, or say no."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement, Partie
from imilo.parcours.contrats.services import refuser_a_distance, signer_a_distance
from imilo.parcours.contrats.services.distance import partie_du_lien
from imilo.parcours.contrats.services.signature import noms_du_jeune
from imilo.web.contrat.documents import reponse_fichier
from imilo.web.contrat.formulaires import zone_de_texte
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.jeune.acces import RequeteJeune, page_du_lien


class FormulaireSignerSeul(FormulaireDSFR):
    """Accept by writing one's name, as on the counsellor's screen."""

    lu = forms.BooleanField(
        label="J'ai lu ce contrat en entier et je l'accepte.",
        error_messages={"required": "Cochez cette case pour signer."},
    )
    nom = forms.CharField(max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}))

    def __init__(self, *args: object, attendu: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nom"].label = f"Pour signer, écrivez : {attendu}"


class FormulaireNon(FormulaireDSFR):
    motif = forms.CharField(label="Pourquoi ? (facultatif)", required=False, max_length=1000, widget=zone_de_texte(3))


def _contrat(requete: RequeteJeune) -> ContratEngagement:
    contrat = (
        ContratEngagement.objects.select_related("envoye_document", "document", "referent")
        .filter(pk=requete.lien.objet_id or 0)
        .first()
    )
    if contrat is None:
        raise Http404("Ce lien n'ouvre aucun contrat.")
    contrat.dossier = requete.dossier
    return contrat


def _ou_en_est(contrat: ContratEngagement, partie: Partie) -> str:
    """What the page shows: "a_signer", "signe" (this person did), "conclu", "refuse" or "ferme"."""
    if contrat.etat == Etat.REFUSE:
        return "refuse"
    if contrat.etat in (Etat.SIGNE, Etat.TERMINE, Etat.ROMPU):
        return "conclu"
    if contrat.etat != Etat.PREPARE or contrat.envoye_document_id is None:
        return "ferme"
    return "signe" if contrat.signatures.filter(partie=partie).exists() else "a_signer"


@page_du_lien("signature")
def signer(requete: RequeteJeune) -> HttpResponseBase:
    """Read the contract that was sent, then sign it or refuse it."""
    contrat, partie = _contrat(requete), partie_du_lien(requete.lien)
    attendu = noms_du_jeune(contrat)[0] if partie == Partie.JEUNE else contrat.representant_nom
    etape = _ou_en_est(contrat, partie)
    refuse = requete.method == "POST" and "refuser" in requete.POST
    donnees = requete.POST if requete.method == "POST" and etape == "a_signer" else None
    form = FormulaireSignerSeul(None if refuse else donnees, attendu=attendu)
    non = FormulaireNon(donnees if refuse else None)
    if donnees is not None and _agir(requete, form, non, refuse=refuse):
        return HttpResponseRedirect(reverse("web:jeune_signature", args=[requete.jeton]))
    contexte = {
        "structure": requete.structure,
        "jeton": requete.jeton,
        "contrat": contrat,
        "etape": etape,
        "form": form,
        "non": non,
        "refuse": refuse,
        "pour_le_jeune": partie == Partie.JEUNE,
    }
    return render(
        requete, "web/contrat/jeune_signature.html", contexte, status=422 if form.errors or non.errors else 200
    )


def _agir(requete: RequeteJeune, form: FormulaireSignerSeul, non: FormulaireNon, *, refuse: bool) -> bool:
    """Sign or refuse; False when something has to be corrected, told in the form."""
    if refuse:
        return non.is_valid() and non.accepte(refuser_a_distance, requete.lien, motif=non.cleaned_data["motif"])
    return form.is_valid() and form.accepte(
        signer_a_distance, requete.lien, nom=form.cleaned_data["nom"], lu=form.cleaned_data["lu"]
    )


@page_du_lien("signature")
def lire(requete: RequeteJeune) -> HttpResponseBase:
    """The document: the one that was sent, and once concluded the one with every signature."""
    contrat = _contrat(requete)
    document = contrat.document or contrat.envoye_document
    if document is None:
        raise Http404("Ce contrat n'est plus à lire ici.")
    return reponse_fichier(bytes(document.contenu), document.type_mime, "contrat.pdf", telecharger=False)
