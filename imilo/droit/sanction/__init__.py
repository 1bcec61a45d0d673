"""The sanctions of failings, from the failing to what is due each month.

Rules: `quantum` (what a failing may cost, and who pronounces it).
"""

from imilo.droit.sanction.faits_quantum import FaitsQuantum, SanctionEnvisagee
from imilo.droit.sanction.modele import Information, Mesure
from imilo.droit.sanction.quantums import ResultatQuantum, quantum

__all__ = [
    "FaitsQuantum",
    "Information",
    "Mesure",
    "ResultatQuantum",
    "SanctionEnvisagee",
    "quantum",
]
