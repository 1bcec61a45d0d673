"""Models of the dossier."""

from imilo.parcours.dossiers.models.collectif import ActeCollectif
from imilo.parcours.dossiers.models.document import Document, GenreDocument
from imilo.parcours.dossiers.models.dossier import (
    NUMERO_MAX,
    NUMERO_MIN,
    Completude,
    Dossier,
    DossierQuerySet,
    LieAuDossier,
    Statut,
)
from imilo.parcours.dossiers.models.suivi import (
    Acte,
    Categorie,
    EtatProposition,
    EtatSituation,
    Proposition,
    Situation,
)

__all__ = [
    "NUMERO_MAX",
    "NUMERO_MIN",
    "Acte",
    "ActeCollectif",
    "Categorie",
    "Completude",
    "Document",
    "Dossier",
    "DossierQuerySet",
    "EtatProposition",
    "EtatSituation",
    "GenreDocument",
    "LieAuDossier",
    "Proposition",
    "Situation",
    "Statut",
]
