"""What the services of contracts share: the dossier that may still have one, its state, its constraints."""

from __future__ import annotations

from datetime import date

from imilo.droit.age import FaitsAge, revolu
from imilo.droit.baremes import bareme
from imilo.droit.erreurs import FaitInvalide
from imilo.parcours.contrats.etats import Etat, peut_devenir
from imilo.parcours.contrats.models import Actualisation, ContratEngagement
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.services.enregistrement import reprendre
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


def retirer_envoi(contrat: ContratEngagement) -> None:
    """Withdraw what was sent to be signed at a distance: its links close, its signatures no longer count."""
    if contrat.envoye_document_id is None:
        return
    contrat.envoye_document, contrat.envoye_le = None, None
    contrat.signatures.filter(actualisation__isnull=True).delete()
    _fermer_les_liens(contrat.dossier, LIEN_SIGNATURE, contrat.pk)


def retirer_envoi_actualisation(actualisation: Actualisation) -> None:
    """The same of an update."""
    if actualisation.envoye_document_id is None:
        return
    actualisation.envoye_document, actualisation.envoye_le = None, None
    actualisation.signatures.all().delete()
    _fermer_les_liens(actualisation.dossier, LIEN_ACTUALISATION, actualisation.pk)


def _fermer_les_liens(dossier: Dossier, genre: str, objet_id: int) -> None:
    for lien in liens_du_dossier(dossier=dossier, genre=genre, objet_id=objet_id):
        revoquer(None, lien)


def doit_representer(contrat: ContratEngagement, *, le: date) -> bool:
    """Whether a legal representative signs too: a minor, unless emancipated."""
    return est_mineur(contrat.dossier, le=le) and not contrat.mineur_emancipe


def dossier_du_recours(dossier: Dossier) -> Dossier:
    """The dossier, locked, with its person and structure: an appeal may come after the accompaniment has ended."""
    return Dossier.objects.select_for_update(of=("self",)).select_related("jeune", "structure").get(pk=dossier.pk)
