"""The sanctions of failings, from the failing to what is due each month.

Rules: `rang` (a first failing, one that persists or one repeated), `quantum` (what it may cost, and who pronounces
it), `procedure` (ten days to answer, fifteen to decide), `levee` (a suspension that ends early), `effet_allocation`
(what is due each month, what a striking off forbids).
"""

from imilo.droit.sanction.effets import FaitsEffet, MoisAlloue, Radiation, ResultatEffet, effet_allocation
from imilo.droit.sanction.faits_procedure import FaitsProcedure
from imilo.droit.sanction.faits_quantum import FaitsQuantum, SanctionEnvisagee
from imilo.droit.sanction.levees import FaitsLevee, ResultatLevee, levee
from imilo.droit.sanction.modele import Information, Mesure
from imilo.droit.sanction.procedures import ResultatProcedure, procedure
from imilo.droit.sanction.quantums import ResultatQuantum, quantum
from imilo.droit.sanction.rangs import FaitsRang, ResultatRang, SanctionPrecedente, rang

__all__ = [
    "FaitsEffet",
    "FaitsLevee",
    "FaitsProcedure",
    "FaitsQuantum",
    "FaitsRang",
    "Information",
    "Mesure",
    "MoisAlloue",
    "Radiation",
    "ResultatEffet",
    "ResultatLevee",
    "ResultatProcedure",
    "ResultatQuantum",
    "ResultatRang",
    "SanctionEnvisagee",
    "SanctionPrecedente",
    "effet_allocation",
    "levee",
    "procedure",
    "quantum",
    "rang",
]
