"""The handover brief, and what the former structure decided, read where it stayed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.journal.services import consulter
from imilo.parcours.dossiers import decisions
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.transferts.contenu import PAR_CODE
from imilo.parcours.transferts.models import Passation
from imilo.parcours.transferts.selectors import passations
from imilo.socle.perimetre import lecture_seule, perimetre
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.permissions import permission
from imilo.web.requete import Requete

# Which family a source of decisions tells of: what wasn't agreed to isn't read.
FAMILLES = {
    "competence": "orientations",
    "reorientation": "orientations",
    "delai-de-signature": "orientations",
    "eligibilite": "contrats_cej",
    "contrat-duree": "contrats_cej",
    "contrat-heures": "contrats_cej",
    "contrat-forfait": "contrats_cej",
    "contrat-eligibilite": "contrats_cej",
    "contrat-contenu": "contrats_cej",
    "contrat-fin": "contrats_cej",
    "contrat-prolongation": "contrats_cej",
    "contrat-actualisation": "contrats_cej",
    "contrat-lettre": "contrats_cej",
    "allocation-droit": "decisions_allocation",
    "allocation-montant": "decisions_allocation",
    "allocation-pieces": "decisions_allocation",
    "allocation-ecart": "decisions_allocation",
}


@dataclass(frozen=True)
class DecisionLue:
    """A decision of the former structure: its day, what it is about, and its reasons."""

    le: date
    titre: str
    motifs: tuple[str, ...]


def _decisions(requete: Requete, passation: Passation) -> list[DecisionLue]:
    """Read in the former structure's perimeter, in a transaction that only reads; noted in its journal."""
    ancien = Dossier(pk=passation.ancien_dossier, structure_id=passation.origine_id)
    with perimetre(passation.origine_id):
        consulter(requete.user, ancien, "decision", objet=ancien, passation=passation.pk)
    with lecture_seule(passation.origine_id):
        dossier = Dossier.objects.select_related("structure", "jeune").filter(pk=passation.ancien_dossier).first()
        if dossier is None:
            return []
        gardees = decisions.decisions(dossier, permises=partial(peut, requete.affectation.profil))
        return [
            DecisionLue(g.jour, g.titre, tuple(m["phrase"] for m in g.ecrite.get("motifs", ())))
            for g in gardees
            if FAMILLES.get(g.source) in passation.familles
        ]


@permission("dossier.suivre")
@require_GET
def lire(requete: Requete, numero: str, passation_id: int) -> HttpResponseBase:
    """The brief as it was made; decisions are read as long as the person is accompanied here."""
    dossier = dossier_ou_404(requete, numero)
    passation = get_object_or_404(passations(dossier=dossier), pk=min(passation_id, 2**62))
    consulter(requete.user, dossier, "historique", objet=passation)
    lisibles = dossier.statut != Statut.FIN and bool(set(FAMILLES.values()) & set(passation.familles))
    contexte = {
        "dossier": dossier,
        "passation": passation,
        "transmis": [PAR_CODE[code].libelle for code in passation.familles if code in PAR_CODE],
        "decisions": _decisions(requete, passation) if lisibles else [],
        "lisibles": lisibles,
    }
    return render(requete, "web/transfert/passation.html", contexte)
