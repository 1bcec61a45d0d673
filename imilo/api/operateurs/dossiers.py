"""GET /sue/dossiers/{idDossier}: the dossier as the Application CEJ reads it.

One statement reads everything, in the perimeter of the structure that holds the dossier. Days are
`yyyy-MM-dd`. What is missing is told as the contract says: `null` where it allows it, an absent `adresse`,
else an empty string.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from imilo.acteurs.models import CleApi
from imilo.journal.services import consigner, consulter
from imilo.parcours.dossiers.models import Categorie, Completude, Dossier
from imilo.socle import preparees
from imilo.socle.perimetre import perimetre

NUMERO = re.compile(r"\A[0-9]{1,7}\Z")
PRIORITE = {categorie.value: rang for rang, categorie in enumerate(Categorie)}

# The day of the structure decides what runs today.
LECTURE = """
SELECT d.id, d.jeune_id, d.completude, d.numero_ft, d.courriel,
       d.adresse_numero, d.adresse_voie, d.adresse_complement, d.adresse_code_postal, commune.nom,
       j.nom_naissance, j.nom_usage, j.prenom, j.naissance,
       s.code, s.nom_officiel, coalesce(nullif(site.nom, ''), nullif(s.nom_usuel, ''), s.nom_officiel),
       (now() AT TIME ZONE s.fuseau)::date,
       (SELECT jsonb_agg(jsonb_build_array(t.categorie, t.debut, coalesce(t.fin, t.fin_prevue), t.fin,
                                           t.rome_prepare, t.rome_premier, t.rome_exerce)
                         ORDER BY t.debut DESC, t.id DESC)
          FROM dossiers_situation t WHERE t.dossier_id = d.id),
       (SELECT jsonb_agg(jsonb_build_array(c.debut, c.fin_prevue, c.fin_le) ORDER BY c.debut)
          FROM contrats_contratcej c WHERE c.dossier_id = d.id AND c.signe_le IS NOT NULL)
  FROM dossiers_dossier d
  JOIN jeunes_jeune j ON j.id = d.jeune_id
  JOIN acteurs_structure s ON s.id = d.structure_id
  LEFT JOIN acteurs_site site ON site.id = d.site_id
  LEFT JOIN referentiels_commune commune ON commune.code = d.adresse_commune_id
 WHERE d.numero = %s
"""


@dataclass(frozen=True)
class DossierLu:
    """What the call answers; `justifie` False when identity was never proven: the content is then empty."""

    justifie: bool
    contenu: dict[str, Any]


def structure_du_dossier(numero: int) -> int | None:
    """The identifier of the structure that holds this number, in the whole country."""
    ligne = preparees.lire("SELECT api_structure_du_dossier(%s)", [numero])
    return None if ligne is None or ligne[0] is None else int(ligne[0])


def lire_dossier(cle: CleApi, *, numero: int) -> DossierLu | None:
    """The dossier `numero` for the system that holds `cle`, noted in the journal; None out of its perimeter."""
    structure_id = structure_du_dossier(numero)
    if structure_id is None:
        return None
    if cle.structure_id is not None and cle.structure_id != structure_id:
        _noter_le_refus(cle, structure_id)
        return None
    with perimetre(structure_id):
        ligne = preparees.lire(LECTURE, [numero])
        if ligne is None:
            return None
        if ligne[2] != Completude.JUSTIFIE:
            consigner(None, "dossier.refuse", structure=structure_id, dossier_id=ligne[0], acteur=f"cle_api:{cle.pk}")
            return DossierLu(justifie=False, contenu={})
        consulter(None, Dossier(pk=ligne[0], structure_id=structure_id), "sue", acteur=f"cle_api:{cle.pk}")
        return DossierLu(justifie=True, contenu=_contenu(numero, ligne))


def _noter_le_refus(cle: CleApi, structure_id: int) -> None:
    """A key asked for another structure's dossier: that structure's journal says so."""
    with perimetre(structure_id):
        consigner(None, "dossier.refuse", structure=structure_id, acteur=f"cle_api:{cle.pk}")


def _contenu(numero: int, ligne: tuple[Any, ...]) -> dict[str, Any]:
    (_, jeune_id, _, numero_ft, courriel, *adresse, nom, usage, prenom, naissance, code, officiel, usuel) = ligne[:17]
    aujourdhui, situations, contrats = ligne[17:]
    contenu: dict[str, Any] = {
        "idDossier": numero,
        "idJeune": str(jeune_id),
        "numeroDE": numero_ft,
        "nomNaissance": nom,
        # The client shows this name: without a used name it is the birth name.
        "nomUsage": usage or nom,
        "prenom": prenom,
        "dateNaissance": naissance.isoformat(),
        "mail": courriel or None,
        "structureRattachement": {"nomUsuel": usuel, "nomOfficiel": officiel, "codeStructure": code},
        "accompagnementCEJ": _cej(json.loads(contrats or "[]"), aujourdhui),
        "situations": _situations(json.loads(situations or "[]"), aujourdhui),
    }
    voie, commune = adresse[1], adresse[4]
    if voie or commune:
        cles = ("numero", "libelleVoie", "complement", "codePostal", "commune")
        contenu["adresse"] = {cle: valeur or "" for cle, valeur in zip(cles, adresse, strict=True)}
    return contenu


def _cej(contrats: list[list[str | None]], aujourdhui: date) -> dict[str, Any]:
    """The last signed CEJ (days in ISO form, oldest first in `contrats`), and whether it runs today."""
    if not contrats:
        return {
            "accompagnementCEJ": False,
            "dateDebut": None,
            "dateFinPrevue": None,
            "dateFinReelle": None,
            "premierAccompagnement": None,
        }
    debut, prevue, reelle = contrats[-1]
    jour = aujourdhui.isoformat()
    return {
        "accompagnementCEJ": bool(debut and debut <= jour <= (reelle or prevue or jour)),
        "dateDebut": debut,
        "dateFinPrevue": prevue,
        "dateFinReelle": reelle,
        "premierAccompagnement": contrats[0][0],
    }


def _situations(lignes: list[list[str | None]], aujourdhui: date) -> list[dict[str, Any]]:
    """By the contract's priority of categories: the current situation is then the first EN_COURS."""
    jour = aujourdhui.isoformat()
    return [
        {
            "etat": "PREVU" if debut and debut > jour else "TERMINE" if fin and fin < jour else "EN_COURS",
            "dateFin": fin_connue,
            "categorieSituation": categorie,
            "codeRomeMetierPrepare": prepare or None,
            "codeRomePremierMetier": premier or "",
            "codeRomeMetierExerce": exerce or None,
        }
        for categorie, debut, fin_connue, fin, prepare, premier, exerce in sorted(
            lignes, key=lambda ligne: PRIORITE.get(str(ligne[0]), len(PRIORITE))
        )
    ]
