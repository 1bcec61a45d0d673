"""The contrat d'engagement: until when it is signed, what it states, how many hours it asks, when it is updated.

Five rules: `delai_signature`, `duree_hebdomadaire`, `contenu`, `actualisation`, `offre_raisonnable`. The first versions
of two of them are in `anciennes`.
"""

from imilo.droit.contrat_engagement.anciennes import AmenagementHeures
from imilo.droit.contrat_engagement.contenus import ResultatContenu, contenu
from imilo.droit.contrat_engagement.heures import (
    FaitsDureeHebdomadaire,
    ResultatDureeHebdomadaire,
    duree_hebdomadaire,
)
from imilo.droit.contrat_engagement.mentions import Cadre, FaitsContenu, Mention, ProjetSalarie
from imilo.droit.contrat_engagement.offre import (
    FaitsOffreRaisonnable,
    MotifRefus,
    OffreEmploi,
    ResultatOffreRaisonnable,
    offre_raisonnable,
)
from imilo.droit.contrat_engagement.revision import (
    FaitsActualisation,
    Forme,
    ResultatActualisation,
    actualisation,
)
from imilo.droit.contrat_engagement.signature import (
    EtatDelai,
    FaitsDelaiSignature,
    Interruption,
    Reorientation,
    ResultatDelaiSignature,
    delai_signature,
)

__all__ = [
    "AmenagementHeures",
    "Cadre",
    "EtatDelai",
    "FaitsActualisation",
    "FaitsContenu",
    "FaitsDelaiSignature",
    "FaitsDureeHebdomadaire",
    "FaitsOffreRaisonnable",
    "Forme",
    "Interruption",
    "Mention",
    "MotifRefus",
    "OffreEmploi",
    "ProjetSalarie",
    "Reorientation",
    "ResultatActualisation",
    "ResultatContenu",
    "ResultatDelaiSignature",
    "ResultatDureeHebdomadaire",
    "ResultatOffreRaisonnable",
    "actualisation",
    "contenu",
    "delai_signature",
    "duree_hebdomadaire",
    "offre_raisonnable",
]
