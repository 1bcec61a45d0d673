"""One exchange with the agency for each structure that has something to send or to expect, and how the door answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.echanges.connecteurs.asp import envoi, reception
from imilo.echanges.connecteurs.asp.client import Porte, PorteFermee, PorteInjoignable, ouvrir
from imilo.echanges.connecteurs.asp.messages import Nom
from imilo.echanges.connecteurs.asp.models import Envoi, Liaison
from imilo.echanges.connecteurs.asp.verrou import seul
from imilo.parcours.contrats.models import ContratEngagement
from imilo.socle.perimetre import TOUTES, perimetre

# Waits after each try without an answer; the last one from then on.
ATTENTES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))


@dataclass
class Bilan:
    """What an exchange did. `fixes`, `deposes`: files; `occupees`: structures that another process was serving."""

    fixes: int = 0
    deposes: int = 0
    appliques: int = 0
    ecartes: int = 0
    incomplets: int = 0
    occupees: int = 0
    inconnus: list[str] = field(default_factory=list)
    injoignable: str = ""

    def donnees(self) -> dict[str, Any]:
        """The same as JSON-ready values."""
        return dict(vars(self))

    @property
    def phrase(self) -> str:
        if self.injoignable:
            return self.injoignable
        dit = (
            f"{self.fixes} fichiers préparés, {self.deposes} déposés, {self.appliques} retours lus, "
            f"{self.ecartes} mis de côté, {self.incomplets} incomplets."
        )
        return dit + (f" Fichiers sans structure connue : {', '.join(self.inconnus)}." if self.inconnus else "")


def porte() -> AbstractContextManager[Porte]:
    """The door of the settings. Raises `PorteInjoignable`, `PorteFermee`."""
    return ouvrir(settings.ASP, cle=settings.ASP_CLE, hotes_connus=settings.ASP_HOTES_CONNUS)


def echanger(
    structures: Iterable[Structure] | None = None,
    *,
    relever: bool = True,
    deposer: bool = True,
    malgre_l_attente: bool = False,
    par: Callable[[], AbstractContextManager[Porte]] | None = None,
) -> Bilan:
    """Read what came, then send what may leave, for these structures (None: all those concerned).

    After a door that didn't answer, a structure waits for its hour unless `malgre_l_attente`. Files are fixed even
    when the door is shut; `par` opens another door than the one of the settings. Runs as the batch role, out of any
    transaction. Never raises for a door: see `injoignable`.
    """
    bilan = Bilan()
    choisies = list(concernees() if structures is None else structures)
    if deposer:
        for structure in choisies:
            with seul(structure.pk) as libre:
                bilan.occupees += not libre
                bilan.fixes += len(envoi.fixer(structure)) if libre else 0
    a_visiter = [s for s in choisies if malgre_l_attente or _a_essayer(s)]
    if not a_visiter:
        return bilan
    faites: list[Structure] = []
    try:
        with (par or porte)() as ouverte:
            noms = ouverte.retraits()
            _signaler_les_inconnus(noms, bilan)
            for structure in a_visiter:
                with seul(structure.pk) as libre:
                    if libre:
                        _visiter(structure, ouverte, noms, bilan, relever=relever, deposer=deposer)
                faites.append(structure)
    except (PorteInjoignable, PorteFermee) as erreur:
        bilan.injoignable = str(erreur)
        for structure in a_visiter:
            if structure not in faites:
                _noter_l_absence(structure, str(erreur))
    return bilan


def _visiter(
    structure: Structure, ouverte: Porte, noms: Sequence[str], bilan: Bilan, *, relever: bool, deposer: bool
) -> None:
    if relever:
        lus = reception.relever(structure, ouverte, noms)
        bilan.appliques += lus.appliques
        bilan.ecartes += lus.ecartes
        bilan.incomplets += lus.incomplets
    if deposer:
        if relever:
            bilan.fixes += len(envoi.fixer(structure))  # what an accepted contract has just let go
        bilan.deposes += envoi.deposer(structure, ouverte)
    _noter_la_reponse(structure)


def concernees() -> list[Structure]:
    """Structures with a contract, or a file."""
    with perimetre(TOUTES):
        cles = set(ContratEngagement.objects.conclus().order_by().values_list("structure_id", flat=True).distinct())
        cles |= set(Envoi.objects.order_by().values_list("structure_id", flat=True).distinct())
    return list(Structure.objects.filter(pk__in=cles).order_by("code"))


def _signaler_les_inconnus(noms: Sequence[str], bilan: Bilan) -> None:
    lus = {nom: Nom.lu(nom) for nom in noms}
    codes = set(
        Structure.objects.filter(code__in={n.structure for n in lus.values() if n}).values_list("code", flat=True)
    )
    bilan.inconnus = [nom for nom, lu in lus.items() if lu is None or lu.structure not in codes]


# --- how the door answers -------------------------------------------------------------------------


def _a_essayer(structure: Structure) -> bool:
    with perimetre(structure.pk):
        liaison = Liaison.objects.filter(structure=structure).first()
    return liaison is None or liaison.a_essayer(timezone.now())


def _noter_la_reponse(structure: Structure) -> None:
    with perimetre(structure.pk):
        jointe = {"jointe_le": timezone.now(), "injoignable_depuis": None, "essais": 0, "prochain_essai_le": None}
        Liaison.objects.update_or_create(structure=structure, defaults={**jointe, "raison": ""})


def _noter_l_absence(structure: Structure, raison: str) -> None:
    maintenant = timezone.now()
    with perimetre(structure.pk):
        liaison = Liaison.objects.select_for_update().filter(structure=structure).first() or Liaison(
            structure=structure
        )
        liaison.injoignable_depuis = liaison.injoignable_depuis or maintenant
        liaison.prochain_essai_le = maintenant + ATTENTES[min(liaison.essais, len(ATTENTES) - 1)]
        liaison.essais += 1
        liaison.raison = raison[:500]
        liaison.save()
