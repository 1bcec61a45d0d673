"""What every write of orientation and assessment asks first."""

from __future__ import annotations

from datetime import date

from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.socle.erreurs import RegleViolee


def dossier_ouvert(dossier: Dossier) -> Dossier:
    """The dossier, locked. Raises `RegleViolee` when the accompaniment has ended."""
    verrouille = Dossier.objects.select_for_update(of=("self",)).select_related("jeune", "structure").get(pk=dossier.pk)
    if verrouille.statut == Statut.FIN:
        raise RegleViolee("L'accompagnement de cette personne a pris fin : réactivez d'abord son dossier.")
    return verrouille


def exiger_passe(dossier: Dossier, jour: date, champ: str, quoi: str) -> None:
    """Raises `RegleViolee` at `champ` for a day to come, or before the birth. `quoi` is noted ("Une décision")."""
    if jour > aujourd_hui(dossier.structure):
        raise RegleViolee(f"{quoi} ne se note pas d'avance : cette date est à venir.", champ)
    if jour < dossier.jeune.naissance:
        raise RegleViolee("Cette date précède la naissance de la personne.", champ)
