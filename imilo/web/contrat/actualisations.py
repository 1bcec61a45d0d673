"""The update of a signed contract: prepare it, read it, sign it, give it up."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.contrats.models import Actualisation, ContratEngagement, EtatActualisation
from imilo.parcours.contrats.pdf_actualisation import pdf_de_l_actualisation
from imilo.parcours.contrats.services import (
    abandonner_actualisation,
    preparer_actualisation,
    signer_actualisation,
)
from imilo.parcours.contrats.services.commun import doit_representer
from imilo.parcours.dossiers.documents import PDF
from imilo.parcours.dossiers.models import Dossier
from imilo.web.contrat.acces import contrat_ou_404
from imilo.web.contrat.documents import reponse_fichier
from imilo.web.contrat.formulaires_signature import FormulaireAbandon, FormulaireSignatureEcran
from imilo.web.contrat.formulaires_suites import FormulaireActualisation
from imilo.web.contrat.suites import adresse, page
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("contrat.preparer")
@envoi_unique
def preparer(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Prepare an update of a signed contract."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    le = aujourd_hui(requete.structure)
    form = FormulaireActualisation(requete.POST if requete.method == "POST" else None, contrat=contrat, le=le)
    return page(
        requete,
        dossier,
        form,
        contrat,
        lambda: preparer_actualisation(
            requete.user, contrat, version=form.cleaned_data["version"], saisie=form.saisie()
        ),
        titre="Revoir le contrat avec la personne",
        bouton="Préparer l'actualisation",
        fait="L'actualisation est prête à être lue et signée.",
        retour=adresse(contrat),
        contrat=contrat,
        aide="Le contrat est actualisé dans les mêmes formes qu'il a été signé (L. 5411-6 I) : vous le revoyez "
        "ensemble, puis chacun signe.",
    )


def une_actualisation(
    requete: Requete, numero: str, contrat_id: int, actualisation_id: int
) -> tuple[Dossier, ContratEngagement, Actualisation]:
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    objet = Actualisation.objects.filter(contrat=contrat, pk=actualisation_id).first()
    if objet is None:
        raise Http404
    objet.contrat = contrat
    return dossier, contrat, objet


@permission("contrat.preparer")
@require_GET
def projet(requete: Requete, numero: str, contrat_id: int, actualisation_id: int) -> HttpResponseBase:
    """The update to read before it is signed."""
    dossier, _, objet = une_actualisation(requete, numero, contrat_id, actualisation_id)
    consulter(requete.user, dossier, "contrat", objet=objet.contrat)
    octets = pdf_de_l_actualisation(objet, a=timezone.now())
    return reponse_fichier(octets, PDF, f"actualisation-{objet.pk}.pdf")


@permission("contrat.signer")
@envoi_unique
def signer(requete: Requete, numero: str, contrat_id: int, actualisation_id: int) -> HttpResponseBase:
    """Sign an update on screen."""
    dossier, contrat, objet = une_actualisation(requete, numero, contrat_id, actualisation_id)
    le = aujourd_hui(requete.structure)
    mineur = doit_representer(contrat, le=le)
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireSignatureEcran(donnees, contrat=contrat, mineur=mineur)
    form.initial["version"] = objet.version

    lire = reverse("web:contrat-actualisation-projet", args=[str(dossier), contrat.pk, objet.pk])
    return page(
        requete,
        dossier,
        form,
        objet,
        lambda: signer_actualisation(requete.user, objet, version=form.cleaned_data["version"], saisie=form.saisie(le)),
        titre="Signer l'actualisation",
        bouton="Signer définitivement",
        fait="L'actualisation est signée : le contrat a ses nouveaux termes.",
        retour=adresse(contrat),
        contrat=contrat,
        a_lire=lire,
        rappel=[("Pourquoi", objet.get_motif_display()), ("Ce qui change", objet.bilan)],
    )


@permission("contrat.preparer")
@envoi_unique
def abandonner(requete: Requete, numero: str, contrat_id: int, actualisation_id: int) -> HttpResponseBase:
    """Give up an update that nobody signed."""
    dossier, contrat, objet = une_actualisation(requete, numero, contrat_id, actualisation_id)
    if objet.etat != EtatActualisation.PREPAREE:
        raise Http404("Cette actualisation n'attend plus de signature.")
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireAbandon(donnees, initial={"version": objet.version})
    return page(
        requete,
        dossier,
        form,
        objet,
        lambda: abandonner_actualisation(requete.user, objet, version=form.cleaned_data["version"]),
        titre="Abandonner cette actualisation ?",
        bouton="Abandonner l'actualisation",
        fait="L'actualisation est abandonnée : le contrat ne change pas.",
        retour=adresse(contrat),
        contrat=contrat,
    )
