"""The contract on a telephone, behind a personal link: read it, sign it, or say no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement, Partie
from imilo.parcours.contrats.services import refuser_a_distance, signer_a_distance
from imilo.parcours.contrats.services.commun import deja_signees
from imilo.parcours.contrats.services.distance import partie_du_lien
from imilo.parcours.contrats.services.signature import noms_du_jeune
from imilo.parcours.liens.models import LienPersonnel
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
    motif = forms.CharField(label="Pourquoi ?", required=False, max_length=1000, widget=zone_de_texte(3))


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
    return "signe" if deja_signees(contrat).filter(partie=partie).exists() else "a_signer"


@page_du_lien("signature")
def signer(requete: RequeteJeune) -> HttpResponseBase:
    """Read the contract that was sent, then sign it or refuse it."""
    contrat, partie = _contrat(requete), partie_du_lien(requete.lien)
    attendu = noms_du_jeune(contrat)[0] if partie == Partie.JEUNE else contrat.representant_nom
    etape = _ou_en_est(contrat, partie)
    reponse = Reponse.de(requete, attendu=attendu, a_signer=etape == "a_signer")
    if reponse.agir(requete.lien, signer=signer_a_distance, refuser=refuser_a_distance):
        return HttpResponseRedirect(reverse("web:jeune_signature", args=[requete.jeton]))
    contexte = {
        "structure": requete.structure,
        "jeton": requete.jeton,
        "contrat": contrat,
        "etape": etape,
        "pour_le_jeune": partie == Partie.JEUNE,
        **reponse.contexte(),
    }
    return render(requete, "web/contrat/jeune_signature.html", contexte, status=reponse.statut)


@dataclass
class Reponse:
    """The answer of who reads a document behind a link: two forms on one page, to sign and to say no."""

    form: FormulaireSignerSeul
    non: FormulaireNon
    refuse: bool

    @classmethod
    def de(cls, requete: RequeteJeune, *, attendu: str, a_signer: bool) -> Reponse:
        """`attendu`: the name to write; nothing is read unless the document is still to be signed."""
        donnees = requete.POST if requete.method == "POST" and a_signer else None
        refuse = requete.method == "POST" and "refuser" in requete.POST
        return cls(
            FormulaireSignerSeul(None if refuse else donnees, attendu=attendu),
            FormulaireNon(donnees if refuse else None),
            refuse,
        )

    def agir(self, lien: LienPersonnel, *, signer: Callable[..., Any], refuser: Callable[..., Any]) -> bool:
        """Sign or refuse; False when nothing was sent, or when something has to be corrected, told in the form."""
        if self.refuse:
            return self.non.is_valid() and self.non.accepte(refuser, lien, motif=self.non.cleaned_data["motif"])
        donnees = self.form.cleaned_data if self.form.is_valid() else {}
        return bool(donnees) and self.form.accepte(signer, lien, nom=donnees["nom"], lu=donnees["lu"])

    @property
    def statut(self) -> int:
        return 422 if self.form.errors or self.non.errors else 200

    def contexte(self) -> dict[str, Any]:
        return {"form": self.form, "non": self.non, "refuse": self.refuse}


@page_du_lien("signature")
def lire(requete: RequeteJeune) -> HttpResponseBase:
    """The document: the one that was sent, and once concluded the one with every signature."""
    contrat = _contrat(requete)
    document = contrat.document or contrat.envoye_document
    if document is None:
        raise Http404("Ce contrat n'est plus à lire ici.")
    return reponse_fichier(bytes(document.contenu), document.type_mime, "contrat.pdf", telecharger=False)
