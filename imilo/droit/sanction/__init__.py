"""The sanctions of failings, from the failing to what is due each month.

Rules: `rang` (a first failing, one that persists or one repeated), `quantum` (what it may cost, and who pronounces
it), `procedure` (ten days to answer, fifteen to decide).
"""

from imilo.droit.sanction.faits_procedure import FaitsProcedure
from imilo.droit.sanction.faits_quantum import FaitsQuantum, SanctionEnvisagee
from imilo.droit.sanction.modele import Information, Mesure
from imilo.droit.sanction.procedures import ResultatProcedure, procedure
from imilo.droit.sanction.quantums import ResultatQuantum, quantum
from imilo.droit.sanction.rangs import FaitsRang, ResultatRang, SanctionPrecedente, rang

__all__ = [
    "FaitsProcedure",
    "FaitsQuantum",
    "FaitsRang",
    "Information",
    "Mesure",
    "ResultatProcedure",
    "ResultatQuantum",
    "ResultatRang",
    "SanctionEnvisagee",
    "SanctionPrecedente",
    "procedure",
    "quantum",
    "rang",
]
