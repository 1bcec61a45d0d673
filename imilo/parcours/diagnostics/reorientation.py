"""Another orientation: what the dossier says of it, then what the law answers, and whom to ask."""

from __future__ import annotations

from datetime import date
from typing import get_args

from imilo.droit.decision import Decision
from imilo.droit.orientation import (
    Decideur,
    EtapeParcours,
    FaitsReorientation,
    ResultatReorientation,
    reorientation,
)
from imilo.parcours.diagnostics.delai import contrats_suivants
from imilo.parcours.diagnostics.models import Diagnostic, Organisme, Orientation
from imilo.socle.lois import appliquer


def _etape(orientation: Orientation, le: date) -> EtapeParcours:
    suivant = contrats_suivants(orientation.dossier).get(orientation.pk)
    if suivant is not None and suivant.signe_le is not None and suivant.fin_le is None and suivant.signe_le <= le:
        return "contrat_signe"
    etabli = Diagnostic.objects.jusqu_au(le=le).filter(dossier=orientation.dossier_id).exists()
    return "diagnostic_realise" if etabli else "diagnostic_a_faire"


def examiner(orientation: Orientation, *, le: date) -> Decision[ResultatReorientation]:
    """What the law says on the day `le` of a request for another organism. Raises `HorsPeriode`."""
    par = orientation.decidee_par
    faits = FaitsReorientation(
        etape=_etape(orientation, le),
        autre_organisme_preferable=True,  # what the request says
        rsa="beneficiaire" if orientation.beneficiaire_rsa else "non",
        decidee_par=par if par in get_args(Decideur) else None,  # type: ignore[arg-type]  # one of them
        # France Travail decides for a beneficiary of the RSA by delegation alone.
        delegation=par == Organisme.FRANCE_TRAVAIL if orientation.beneficiaire_rsa else None,
    )
    return appliquer(reorientation, faits, le)
