"""What is to be done next with a contract to be signed, in words and with its page: none yet, drafted, sent, signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement, Partie, Signature
from imilo.parcours.contrats.services.commun import doit_representer
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier

Geste = tuple[str, Lien]  # where it stands, "" when nothing is there yet; the page of what comes next
PREPARER = "contrat.preparer"


def premier_geste(dossier: Dossier) -> Geste:
    """Nothing is prepared: the frame is to be chosen."""
    return "", Lien("contrat-nouveau", (str(dossier),), "Préparer le contrat", PREPARER)


def geste(contrat: ContratEngagement, parties: Iterable[str], *, le: date) -> Geste:
    """Of a contract that isn't concluded, signed at a distance by these `parties`."""
    signees, adresse = set(parties), (str(contrat.dossier), contrat.pk)
    if contrat.envoye_document_id is None:
        return "brouillon à reprendre", Lien("contrat", adresse, "Reprendre le brouillon", "dossier.lire")
    if Partie.JEUNE not in signees:
        return "envoyé, pas encore signé", Lien("contrat", adresse, "Voir le contrat envoyé", "dossier.lire")
    if Partie.REPRESENTANT not in signees and doit_representer(contrat, le=le):
        return "à signer par son représentant légal", Lien("contrat", adresse, "Voir le contrat envoyé", "dossier.lire")
    return (
        "à signer pour la mission locale",
        Lien("contrat-conclure", adresse, "Signer pour la mission locale", "contrat.signer"),
    )


def gestes(dossiers: Iterable[Dossier], *, le: date) -> dict[int, Geste]:
    """The next gesture of each of these dossiers (with their person), by key. Two queries; one when none is drafted."""
    tous = {dossier.pk: dossier for dossier in dossiers}
    projets = list(ContratEngagement.objects.filter(dossier__in=tous, etat=Etat.PREPARE).select_related("structure"))
    parties: dict[int, list[str]] = {}
    envoyes = [p.pk for p in projets if p.envoye_document_id is not None]
    if envoyes:
        signees = Signature.objects.valables().filter(contrat__in=envoyes, actualisation__isnull=True)
        for contrat_id, partie in signees.values_list("contrat", "partie"):
            parties.setdefault(contrat_id, []).append(partie)
    trouves = {pk: premier_geste(dossier) for pk, dossier in tous.items()}
    for projet in projets:
        projet.dossier = tous[projet.dossier_id]
        trouves[projet.dossier_id] = geste(projet, parties.get(projet.pk, ()), le=le)
    return trouves
