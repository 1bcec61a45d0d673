"""What the services of contracts share: the dossier that may still have one, its state, its constraints."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.droit.age import FaitsAge, revolu
from imilo.droit.baremes import bareme
from imilo.droit.erreurs import FaitInvalide
from imilo.parcours.contrats.etats import Etat, peut_devenir
from imilo.parcours.contrats.models import Actualisation, ContratEngagement, Signature, SignatureQuerySet
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.services.enregistrement import reprendre
from imilo.parcours.liens.models import Fermeture
from imilo.parcours.liens.selectors import liens_du_dossier
from imilo.parcours.liens.services import revoquer
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

LIEN_SIGNATURE, LIEN_ACTUALISATION = "signature", "actualisation"
CHAMPS = {
    "contrat_fin_apres_debut": "fin_prevue",
    "contrat_heures_nulles_motivees": "heures_hebdo",
    "contrat_heures_reduites_raison": "amenagement_raison",
    "contrat_fin_motivee": "fin_le",
}


def dossier_suivi(dossier: Dossier) -> Dossier:
    """The dossier, locked: one writer at a time. Raises `RegleViolee` when the accompaniment has ended."""
    verrouille = Dossier.objects.select_for_update(of=("self",)).select_related("jeune", "structure").get(pk=dossier.pk)
    if verrouille.statut == Statut.FIN:
        raise RegleViolee("L'accompagnement de cette personne a pris fin : réactivez d'abord son dossier.")
    return verrouille


def reprendre_contrat(contrat: ContratEngagement, *, version: int, vers: Etat) -> ContratEngagement:
    """The stored contract, locked, when it may become `vers`. Raises `RegleViolee`, `VersionPerimee`."""
    stocke = reprendre(contrat, version=version)
    if not peut_devenir(stocke.etat, vers):
        raise RegleViolee(f"Ce contrat est « {Etat(stocke.etat).label} » : cette action n'est plus possible.")
    return stocke


def au_champ(erreur: FaitInvalide, champs: dict[str, str]) -> RegleViolee:
    """A fact that the law can't use, told at the form field that gave it."""
    return RegleViolee(erreur.message, champs.get(erreur.champ, erreur.champ))


def est_mineur(dossier: Dossier, *, le: date) -> bool:
    """Whether the person is, or may be, under age on that day: what isn't known isn't taken for granted."""
    jeune = dossier.jeune
    faits = FaitsAge(jeune.naissance, jeune.naissance_precision)  # type: ignore[arg-type]  # its choices are the law's
    return appliquer(revolu, faits, le).resultat["age_minimum"] < int(bareme("age.majorite", le).valeur)


def deja_signees(objet: ContratEngagement | Actualisation) -> SignatureQuerySet:
    """The signatures that count, of a contract itself or of an update of it."""
    signatures = Signature.objects.valables().filter(dossier=objet.dossier_id)
    if isinstance(objet, Actualisation):
        return signatures.filter(actualisation=objet)
    return signatures.filter(contrat=objet, actualisation__isnull=True)


def retirer_envoi(
    agent: Agent, objet: ContratEngagement | Actualisation, *, pour: Fermeture, resigner: bool = True
) -> None:
    """Withdraw what was sent to be signed at a distance: its links close saying why, its signatures no longer count.

    Raises `RegleViolee` at `resigner` when somebody signed and the agent didn't say that they know it.
    """
    if objet.envoye_document_id is None:
        return
    signees = deja_signees(objet)
    if not resigner and signees.exists():
        raise RegleViolee("Cette signature ne comptera plus : cochez la case pour continuer.", "resigner")
    objet.envoye_document, objet.envoye_le = None, None
    signees.update(retiree_le=timezone.now(), retiree_par=agent)
    genre = LIEN_ACTUALISATION if isinstance(objet, Actualisation) else LIEN_SIGNATURE
    for lien in liens_du_dossier(dossier=objet.dossier, genre=genre, objet_id=objet.pk):
        revoquer(None, lien, pour=pour)


def doit_representer(contrat: ContratEngagement, *, le: date) -> bool:
    """Whether a legal representative signs too: a minor, unless emancipated."""
    return est_mineur(contrat.dossier, le=le) and not contrat.mineur_emancipe


def dossier_du_recours(dossier: Dossier) -> Dossier:
    """The dossier, locked, with its person and structure: an appeal may come after the accompaniment has ended."""
    return Dossier.objects.select_for_update(of=("self",)).select_related("jeune", "structure").get(pk=dossier.pk)
