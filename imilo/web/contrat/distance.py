"""Send a contract, or an update of it, to be signed on a telephone; sign it for the mission locale when it is back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import Actualisation, ContratEngagement, EtatActualisation, ModeSignature
from imilo.parcours.contrats.services import (
    SignatureSaisie,
    envoyer_a_signer,
    envoyer_actualisation,
    signer_actualisation,
    signer_contrat,
)
from imilo.parcours.contrats.services.commun import deja_signees
from imilo.parcours.dossiers.documents import nom_de_fichier
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.messagerie.models import Canal
from imilo.parcours.messagerie.selectors import adresses
from imilo.web.contrat.acces import contrat_ou_404
from imilo.web.contrat.actualisations import une_actualisation
from imilo.web.contrat.documents import reponse_fichier
from imilo.web.contrat.formulaires_signature import FormulaireConfirmation
from imilo.web.contrat.formulaires_suites import FormulaireEnvoi
from imilo.web.contrat.suites import adresse, page
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

AIDE = (
    "La personne reçoit un lien, puis un code : elle lit {quoi} et le signe sur son téléphone. Si elle est mineure, "
    "son représentant légal reçoit aussi le sien. Vous signez ensuite pour la mission locale."
)
SANS_CANAL = "Il n'y a ni mobile ni courriel dans ce dossier : complétez d'abord les coordonnées."


def _signatures(objet: ContratEngagement | Actualisation) -> list[tuple[str, str]]:
    """Who has signed it already, and when."""
    return [(s.get_partie_display(), f"{s.nom}, le {s.a:%d/%m/%Y}") for s in deja_signees(objet)]


def _canaux(dossier: Dossier) -> list[tuple[str, str]]:
    """How this person can be written to, as choices of a form."""
    return [(c, f"{Canal(c).label} : {a}") for c, a in adresses(dossier).items()]


@permission("contrat.preparer")
@envoi_unique
def envoyer(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Send the link to the young person, and to the legal representative of a minor."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    canaux = _canaux(dossier)
    if contrat.etat != Etat.PREPARE or not canaux:
        attend = "Ce contrat n'attend pas de signature."
        messages.info(requete, SANS_CANAL if contrat.etat == Etat.PREPARE else attend)
        return HttpResponseRedirect(adresse(contrat))
    form = FormulaireEnvoi(
        requete.POST if requete.method == "POST" else None,
        canaux=canaux,
        signees=deja_signees(contrat),
        initial={"version": contrat.version, "canal": canaux[0][0]},
    )
    return page(
        requete,
        dossier,
        form,
        contrat,
        lambda: envoyer_a_signer(requete.user, contrat, **form.cleaned_data),
        titre="Envoyer le contrat à signer",
        bouton="Envoyer le lien",
        fait="Le lien est envoyé. Le contrat s'affichera ici comme signé par la personne dès qu'elle l'aura fait.",
        retour=adresse(contrat),
        contrat=contrat,
        aide=AIDE.format(quoi="le contrat"),
    )


@permission("contrat.signer")
@envoi_unique
def conclure(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Sign for the mission locale a contract that the person signed on their telephone."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    if contrat.etat != Etat.PREPARE or contrat.envoye_document_id is None:
        messages.info(requete, "Ce contrat n'attend pas votre signature.")
        return HttpResponseRedirect(adresse(contrat))
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireConfirmation(donnees, initial={"version": contrat.version})
    saisie = SignatureSaisie(mode=ModeSignature.TELEPHONE, signe_le=aujourd_hui(requete.structure))
    return page(
        requete,
        dossier,
        form,
        contrat,
        lambda: signer_contrat(requete.user, contrat, version=form.cleaned_data["version"], saisie=saisie),
        titre="Signer pour la mission locale",
        bouton="Signer définitivement",
        fait="Le contrat est signé. Son document est gardé dans le dossier.",
        retour=adresse(contrat),
        contrat=contrat,
        rappel=_signatures(contrat),
    )


@permission("contrat.preparer")
@envoi_unique
def envoyer_le_changement(requete: Requete, numero: str, contrat_id: int, actualisation_id: int) -> HttpResponseBase:
    """Send an update to be signed, as the contract was."""
    dossier, contrat, objet = une_actualisation(requete, numero, contrat_id, actualisation_id)
    canaux = _canaux(dossier)
    if objet.etat != EtatActualisation.PREPAREE or not canaux:
        attend = "Ce changement n'attend pas de signature."
        messages.info(requete, SANS_CANAL if objet.etat == EtatActualisation.PREPAREE else attend)
        return HttpResponseRedirect(adresse(contrat))
    donnees = requete.POST if requete.method == "POST" else None
    depart = {"version": objet.version, "canal": canaux[0][0]}
    form = FormulaireEnvoi(donnees, canaux=canaux, signees=deja_signees(objet), initial=depart)
    return page(
        requete,
        dossier,
        form,
        objet,
        lambda: envoyer_actualisation(requete.user, objet, **form.cleaned_data),
        titre="Envoyer ce qui change à signer",
        bouton="Envoyer le lien",
        fait="Le lien est envoyé. La signature de la personne s'affichera ici dès qu'elle l'aura donnée.",
        retour=adresse(contrat),
        contrat=contrat,
        rappel=[("Pourquoi", objet.get_motif_display()), ("Ce qui change", objet.bilan)],
        aide=AIDE.format(quoi="ce qui change"),
    )


@permission("contrat.signer")
@envoi_unique
def conclure_le_changement(requete: Requete, numero: str, contrat_id: int, actualisation_id: int) -> HttpResponseBase:
    """Sign for the mission locale an update that the person signed on their telephone."""
    dossier, contrat, objet = une_actualisation(requete, numero, contrat_id, actualisation_id)
    if objet.etat != EtatActualisation.PREPAREE or objet.envoye_document_id is None:
        messages.info(requete, "Ce changement n'attend pas votre signature.")
        return HttpResponseRedirect(adresse(contrat))
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireConfirmation(donnees, initial={"version": objet.version})
    saisie = SignatureSaisie(mode=ModeSignature.TELEPHONE, signe_le=aujourd_hui(requete.structure))
    return page(
        requete,
        dossier,
        form,
        objet,
        lambda: signer_actualisation(requete.user, objet, version=form.cleaned_data["version"], saisie=saisie),
        titre="Signer le changement pour la mission locale",
        bouton="Signer définitivement",
        fait="L'actualisation est signée : le contrat a ses nouveaux termes.",
        retour=adresse(contrat),
        contrat=contrat,
        a_lire=reverse("web:document", args=[str(dossier), objet.envoye_document_id]),
        rappel=[("Ce qui change", objet.bilan), *_signatures(objet)],
    )


@permission("contrat.preparer")
@require_GET
def envoye(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """The very document that was sent to be signed."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    document = contrat.envoye_document
    if document is None:
        raise Http404
    consulter(requete.user, dossier, "document", objet=document)
    return reponse_fichier(bytes(document.contenu), document.type_mime, nom_de_fichier(document))
