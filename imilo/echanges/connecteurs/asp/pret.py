"""A line ready to leave, and the text that it becomes: NIR and IBAN are decrypted only there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from imilo.echanges.connecteurs.asp.messages import Ligne as LigneEcrite
from imilo.echanges.connecteurs.asp.messages import LigneAllocation, LigneAvenant, LigneContrat
from imilo.echanges.connecteurs.asp.models import GenreLigne
from imilo.jeunes.models import Jeune
from imilo.parcours.allocations.models import AllocationPacea, DecisionAllocation
from imilo.parcours.contrats.models import ContratEngagement, Suspension
from imilo.parcours.fiche.models import CompteBancaire

Somme = DecisionAllocation | AllocationPacea
# Fields of a dossier that are encrypted, and that choosing what leaves never reads.
CHIFFRES = ("piece_numero", "jeune__nir")
INITIALE, REGULARISATION, PONCTUELLE = "I", "R", "P"
FIN, SUSPENSION = "F", "S"


@dataclass(frozen=True)
class Pret:
    """What a line tells of. `connu`: the name the agency knows, or will know, the contract by.

    `somme` has its amount annotated (`du`), and `compte_id` says where it goes; `du`, `au`: the days of a contract, of
    its new end, or of `suspension`.
    """

    genre: GenreLigne
    contrat: ContratEngagement
    connu: str
    somme: Somme | None = None
    compte_id: int | None = None
    suspension: Suspension | None = None
    du: date | None = None
    au: date | None = None

    @property
    def reference(self) -> str:
        """The name of what it tells of: the same when it is sent again."""
        if self.somme is not None:
            return self.somme.reference
        if self.genre == GenreLigne.CONTRAT:
            return self.connu
        quoi = SUSPENSION + str(self.suspension.pk) if self.suspension else FIN
        return f"AV-{self.connu}-{quoi}-{self.au or self.du:%Y%m%d}{'' if self.au else '-O'}"


def ecrire(prets: Sequence[Pret]) -> list[LigneEcrite]:
    """The text of each, in their order. Two queries, whatever their number."""
    jeunes = {p.contrat.jeune_id for p in prets if p.genre == GenreLigne.CONTRAT}
    nirs: dict[int, str] = dict(Jeune.objects.filter(pk__in=jeunes).values_list("pk", "nir"))  # type: ignore[arg-type]  # an encrypted field reads as text
    comptes = CompteBancaire.objects.in_bulk({p.compte_id for p in prets if p.compte_id is not None})
    return [_ecrire(pret, nirs, comptes) for pret in prets]


def _ecrire(pret: Pret, nirs: dict[int, str], comptes: dict[int, CompteBancaire]) -> LigneEcrite:
    if pret.somme is not None:
        assert pret.compte_id is not None
        return _somme(pret, pret.somme, comptes[pret.compte_id])
    if pret.genre == GenreLigne.CONTRAT:
        return _contrat(pret, nirs[pret.contrat.jeune_id])
    suspendu = pret.suspension is not None
    return LigneAvenant(
        reference=pret.reference,
        contrat=pret.connu,
        nature=SUSPENSION if suspendu else FIN,
        du=_jour(pret.du) if suspendu else "",
        au=_jour(pret.au),
    )


def _jour(jour: date | None) -> str:
    return jour.isoformat() if jour else ""


def _contrat(pret: Pret, nir: str) -> LigneContrat:
    contrat, dossier, jeune = pret.contrat, pret.contrat.dossier, pret.contrat.dossier.jeune
    adresse = " ".join(t for t in (dossier.adresse_numero, dossier.adresse_voie, dossier.adresse_complement) if t)
    return LigneContrat(
        reference=contrat.reference,
        nir=nir,
        nom=jeune.nom_naissance,
        prenom=jeune.prenom,
        naissance=jeune.naissance.isoformat(),
        sexe=jeune.sexe,
        adresse=adresse,
        code_postal=dossier.adresse_code_postal,
        commune=dossier.adresse_commune_id or "",
        debut=_jour(pret.du),
        fin=_jour(pret.au),
        cadre=contrat.cadre.upper(),
    )


def _somme(pret: Pret, somme: Any, compte: CompteBancaire) -> LigneAllocation:
    nature = PONCTUELLE
    if isinstance(somme, DecisionAllocation):
        nature = INITIALE if somme.rang == 1 else REGULARISATION
    return LigneAllocation(
        reference=pret.reference,
        contrat=pret.connu,
        mois=somme.code_mois,
        nature=nature,
        montant=f"{somme.du:.2f}",
        iban=compte.iban,
        titulaire=compte.titulaire_nom,
    )
