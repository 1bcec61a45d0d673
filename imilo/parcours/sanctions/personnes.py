"""Who receives the letters: the person, and their legal representatives when they are under age or protected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from imilo.parcours.contrats.pdf import lignes_d_adresse
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche import selectors as fiche
from imilo.parcours.fiche.models import Protection, Representant
from imilo.parcours.fiche.models.identite import Mesure
from imilo.parcours.sanctions.models import Procedure

# Measures of legal protection of adults (code civil, art. 425; MASP, social, and measures of minors aren't).
PROTECTIONS = (
    Mesure.SAUVEGARDE,
    Mesure.CURATELLE,
    Mesure.CURATELLE_RENFORCEE,
    Mesure.TUTELLE,
    Mesure.HABILITATION,
    Mesure.MAJ,
)


@dataclass(frozen=True)
class Destination:
    """A name and the lines of an address, as on an envelope."""

    nom: str
    adresse: list[str]


def est_mineur(procedure: Procedure, *, le: date) -> bool:
    """Whether the person is under age and not emancipated: who is, is an adult for every act."""
    emancipe = procedure.contrat is not None and procedure.contrat.mineur_emancipe
    return fiche.est_mineur(procedure.dossier, le=le) and not emancipe


def est_protege(dossier: Dossier, *, le: date) -> bool:
    """Whether a measure of legal protection of an adult runs on that day."""
    mesures = Protection.objects.filter(dossier=dossier, mesure__in=PROTECTIONS)
    return any((m.debut is None or m.debut <= le) and (m.fin is None or le <= m.fin) for m in mesures)


def representants(dossier: Dossier, *, le: date) -> list[Destination]:
    """The legal representatives noted in the file that run on that day; else who carries out the protection."""
    notes = [
        Destination(str(r), [r.adresse] if r.adresse else lignes_d_adresse(dossier))
        for r in Representant.objects.filter(dossier=dossier)
        if r.en_cours(le=le)
    ]
    if notes:
        return notes
    mesures = Protection.objects.filter(dossier=dossier, mesure__in=PROTECTIONS).exclude(organisme="")
    return [
        Destination(m.organisme, [m.contact] if m.contact else [])
        for m in mesures
        if (m.debut is None or m.debut <= le) and (m.fin is None or le <= m.fin)
    ]


def destinataires(procedure: Procedure, *, le: date) -> list[Destination]:
    """Everybody to whom a letter of this procedure goes, the person first."""
    dossier = procedure.dossier
    elle = Destination(dossier.jeune.nom_complet, lignes_d_adresse(dossier))
    return [elle, *(representants(dossier, le=le) if procedure.represente else [])]
