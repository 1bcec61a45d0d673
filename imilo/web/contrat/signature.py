"""Sign a contract: on screen by both parties, or on paper and scanned."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render

from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import Motif
from imilo.parcours.contrats.contenu import avant_de_signer, examiner
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement, ModeSignature
from imilo.parcours.contrats.selectors import pouvoir_du_contrat, signataires
from imilo.parcours.contrats.services import SignatureSaisie, signer_contrat
from imilo.parcours.contrats.services.commun import est_mineur
from imilo.parcours.diagnostics.models import Orientation
from imilo.parcours.diagnostics.selectors import orientation_notifiee
from imilo.web.contrat.acces import contrat_ou_404
from imilo.web.contrat.contrats import vers_le_contrat
from imilo.web.contrat.formulaires_signature import FormulaireSignatureEcran, FormulaireSignaturePapier
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

Formulaire = FormulaireSignatureEcran | FormulaireSignaturePapier


def _formulaire(requete: Requete, contrat: ContratEngagement, *, papier: bool, mineur: bool, le: date) -> Formulaire:
    donnees = requete.POST if requete.method == "POST" else None
    if papier:
        return FormulaireSignaturePapier(donnees, requete.FILES or None, contrat=contrat, le=le)
    return FormulaireSignatureEcran(donnees, contrat=contrat, mineur=mineur)


def _saisie(form: Formulaire, le: date) -> SignatureSaisie:
    return form.saisie() if isinstance(form, FormulaireSignaturePapier) else form.saisie(le)


def _contenu(contrat: ContratEngagement, orientation: Orientation | None, le: date) -> dict[str, list[Motif]]:
    """What the law asks of a contract and this one doesn't show, told before it is signed."""
    manques, a_savoir = avant_de_signer(examiner(contrat, orientation=orientation, le=le, signe=False))
    return {"manques": manques, "a_savoir": a_savoir}


@permission("contrat.preparer")
@envoi_unique
def signer(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """The page is the confirmation: it sums up what is signed, and says that it can't be undone.

    Who accompanies may record a contract signed by hand; on screen one signs for the State oneself, with
    the power to.
    """
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    if contrat.etat != Etat.PREPARE:
        messages.info(requete, "Ce contrat n'attend pas de signature.")
        return vers_le_contrat(contrat)
    le = aujourd_hui(requete.structure)
    pouvoir = pouvoir_du_contrat(agent=requete.user, structure=requete.structure, le=le, cadre=contrat.cadre)
    peut_a_l_ecran = pouvoir is not None and peut(requete.affectation.profil, "contrat.signer")
    papier = requete.GET.get("mode") == ModeSignature.PAPIER or not peut_a_l_ecran
    mineur = est_mineur(dossier, le=le) and not contrat.mineur_emancipe
    form = _formulaire(requete, contrat, papier=papier, mineur=mineur, le=le)
    change = None
    if requete.method == "POST" and form.is_valid():
        version, saisie = form.cleaned_data["version"], _saisie(form, le)
        fait, change = enregistrer_version(
            form, contrat, lambda: signer_contrat(requete.user, contrat, version=version, saisie=saisie)
        )
        if fait is not None:
            messages.success(requete, "Le contrat est signé. Son document est gardé dans le dossier.")
            return vers_le_contrat(fait)
    orientation = orientation_notifiee(dossier=dossier)
    contexte = {
        "dossier": dossier,
        "contrat": contrat,
        "cadre": contrat.get_cadre_display(),
        "form": form,
        "change": change,
        "papier": papier,
        "pouvoir": pouvoir,
        "peut_a_l_ecran": peut_a_l_ecran,
        "signataires": [] if peut_a_l_ecran else signataires(structure=requete.structure, le=le, cadre=contrat.cadre),
        "mineur": mineur,
        "orientation": orientation,
        **_contenu(contrat, orientation, le),
    }
    return render(requete, "web/contrat/signer.html", contexte, status=409 if change else 422 if form.errors else 200)
