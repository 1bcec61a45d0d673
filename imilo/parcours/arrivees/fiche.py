"""What a source said of a person, written in the full file of the dossier that is opened for them.

School and INE, legal representatives, the apprenticeship that was broken, who sent them: each as coming from a list or
a partner, confirmed by nobody yet. A section that says something already is left as it is, and a detail that the file
can't hold (an INE of the wrong form) is left out: the arrival still shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from imilo.jeunes.identite import identite_de, nettoyer
from imilo.parcours.arrivees.models import Arrivee, Source
from imilo.parcours.arrivees.signalements import identite_dite
from imilo.parcours.dossiers.coordonnees import Coordonnees, arrivee_de, coordonnees_de, nettoyer_coordonnees
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import Origine
from imilo.parcours.fiche.models.identite import Qualite
from imilo.parcours.fiche.models.parcours import TypeExperience
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.parcours.fiche.services.donnees import ajouter, noter_l_origine
from imilo.referentiels.selectors import situation_commune
from imilo.socle.erreurs import RegleViolee
from imilo.socle.normalisation import normaliser

SANS_NOM = "Nom non communiqué"
QUALITES = {
    **dict.fromkeys(("mere", "maman"), Qualite.MERE),
    **dict.fromkeys(("pere", "papa"), Qualite.PERE),
    **dict.fromkeys(("tuteur", "tutrice"), Qualite.TUTEUR),
    **dict.fromkeys(("ase", "aide sociale a l enfance", "educateur", "educatrice"), Qualite.ASE),
    **dict.fromkeys(("foyer", "famille d accueil", "service gardien"), Qualite.SERVICE),
}


def verser(arrivee: Arrivee, dossier: Dossier) -> int:
    """Write all that the source said into the empty sections of the file; returns the number of rows written.

    Each is a fact `fiche.completee` of nobody's: the source says it, and an agent confirms it later.
    """
    origine, precision = _source(arrivee)
    ecrites = 0
    for code, lignes in _par_rubrique(arrivee).items():
        if PAR_CODE[code].modele._default_manager.filter(dossier=dossier).exists():
            continue
        ecrites += sum(_ajouter(dossier, code, valeurs, origine, precision) for valeurs in lignes)
    return ecrites


def _ajouter(dossier: Dossier, code: str, valeurs: dict[str, Any], origine: str, precision: str) -> bool:
    """One row, without the values that the file refuses; False when nothing of it is left to say."""
    while any(valeurs.values()):
        try:
            ajouter(None, dossier, PAR_CODE[code], valeurs=valeurs, origine=origine, precision=precision)
        except RegleViolee as refus:
            if not valeurs.get(refus.champ or ""):
                return False
            valeurs = {nom: v for nom, v in valeurs.items() if nom != refus.champ}
        else:
            return True
    return False


def _par_rubrique(arrivee: Arrivee) -> dict[str, list[dict[str, Any]]]:
    return {
        "scolarite": list(_scolarite(arrivee)),
        "representants": [_representant(r) for r in arrivee.representants],
        "experiences": list(_apprentissage(arrivee)),
        "prescripteur": [{"organisme": arrivee.origine, "le": arrivee.cree_le.date()}] if arrivee.origine else [],
    }


def _jour(arrivee: Arrivee, nom: str) -> date | None:
    dit = arrivee.pour_la_fiche.get(nom)
    return date.fromisoformat(dit) if dit else None


def _scolarite(arrivee: Arrivee) -> Iterator[dict[str, Any]]:
    dit = arrivee.pour_la_fiche
    valeurs: dict[str, Any] = {
        "classe": dit.get("classe", "")[:100],
        "etablissement": dit.get("etablissement", "")[:200],
        "uai": dit.get("uai", "").upper(),
        "sortie_le": _jour(arrivee, "sortie"),
        "ine": arrivee.ine,
    }
    if any(valeurs.values()):
        yield valeurs


def _representant(dit: dict[str, str]) -> dict[str, Any]:
    return {
        "nom": dit.get("nom") or SANS_NOM,
        "qualite": QUALITES.get(normaliser(dit.get("lien", "")), Qualite.AUTRE_PARENT),
        "telephone": dit.get("telephone", ""),
        "courriel": dit.get("courriel", ""),
    }


def _apprentissage(arrivee: Arrivee) -> Iterator[dict[str, Any]]:
    """The contract that was broken, from its first day to its last."""
    if (debut := _jour(arrivee, "contrat_debut")) is None:
        return
    siret = arrivee.pour_la_fiche.get("employeur", "")
    formation = arrivee.pour_la_fiche.get("classe", "")
    yield {
        "intitule": f"Apprentissage : {formation}"[:200] if formation else "Apprentissage",
        "employeur": f"SIRET {siret}" if siret else "",
        "type": TypeExperience.ALTERNANCE,
        "debut": debut,
        "fin": _jour(arrivee, "contrat_fin"),
    }


def coordonnees_dites(arrivee: Arrivee) -> Coordonnees:
    """How to reach the person, as far as a dossier can hold it: an address goes with a commune that exists."""
    situation = situation_commune(arrivee.commune_id, le=timezone.now().date()) if arrivee.commune_id else None
    ici = situation is not None and situation.valide
    postal = arrivee.code_postal if situation and arrivee.code_postal in situation.codes_postaux else ""
    return Coordonnees(
        telephone=arrivee.telephone,
        telephone_2=arrivee.telephone_2,
        courriel=arrivee.courriel,
        adresse_voie=arrivee.adresse if ici else "",
        adresse_code_postal=postal,
        adresse_commune_id=arrivee.commune_id if ici else None,
    )


def rqth_depuis(arrivee: Arrivee) -> date | None:
    """Since when the source says that the person is recognised as a disabled worker, if it says the day."""
    dit = arrivee.pour_la_fiche.get("rqth_du")
    return date.fromisoformat(dit) if dit and arrivee.rqth else None


def noter_les_origines(arrivee: Arrivee, dossier: Dossier) -> None:
    """Say of the dossier just opened which of its sections are the source's own words: those where nothing differs."""
    coordonnees = nettoyer_coordonnees(coordonnees_dites(arrivee), structure=dossier.structure)
    dites = {
        "identite": (identite_de(dossier.jeune), nettoyer(identite_dite(arrivee))),
        "coordonnees": (coordonnees_de(dossier), coordonnees),
        "rqth": (arrivee_de(dossier).rqth_du, rqth_depuis(arrivee)),
    }
    origine, precision = _source(arrivee)
    siennes = [code for code, (ici, la) in dites.items() if la and ici == la]
    noter_l_origine(dossier, rubriques=siennes, origine=origine, precision=precision)


def _source(arrivee: Arrivee) -> tuple[str, str]:
    """Who says it, as the file tells it: kind and name."""
    origine = Origine.PARTENAIRE if arrivee.source == Source.APPRENTISSAGE else Origine.LISTE
    return origine, str(arrivee.origine or arrivee.get_source_display())[:100]
