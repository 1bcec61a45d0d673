"""What a person says of who they are, as typed and cleaned, and what must hold before it is stored."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, cast

from imilo.droit.age import annees, naissance_possible
from imilo.droit.baremes import bareme
from imilo.droit.faits import Precision as PrecisionDuDroit
from imilo.jeunes.models import Jeune, Precision, Sexe
from imilo.jeunes.nir import differences, lire_nir
from imilo.referentiels.selectors import codes_apparentes, situation_commune
from imilo.socle.erreurs import RegleViolee
from imilo.socle.normalisation import normaliser

FRANCE = "99100"
NAISSANCE_MIN = date(1900, 1, 1)
NOMS = ("nom_naissance", "nom_usage", "prenom", "autres_prenoms", "naissance_lieu")


@dataclass(frozen=True, kw_only=True)
class Identite:
    """Identity of a person. Names as typed; `naissance` has 01 for what `naissance_precision` says unknown."""

    nom_naissance: str
    prenom: str = ""
    sexe: str
    naissance: date
    nom_usage: str = ""
    autres_prenoms: str = ""
    nom_unique: bool = False
    naissance_precision: str = Precision.JOUR
    naissance_pays_id: str | None = None
    naissance_commune_id: str | None = None
    naissance_lieu: str = ""
    nationalite_id: str | None = None
    nationalite_2_id: str | None = None
    nir: str = ""


CHAMPS = tuple(champ.name for champ in fields(Identite))


def identite_de(jeune: Jeune) -> Identite:
    """The stored identity of a person."""
    return Identite(**{champ: getattr(jeune, champ) for champ in CHAMPS})


def nettoyer_nom(texte: str) -> str:
    """A name as people write it: composed letters, single spaces, no control or direction marks.

    Letters of any script, apostrophes and hyphens stay as typed; nothing is put in capitals.
    """
    compose = unicodedata.normalize("NFC", texte)
    propre = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in compose if not _invisible(c))
    return " ".join(propre.split())


def _invisible(signe: str) -> bool:
    # Joiners shape letters of several scripts: they stay; direction marks reorder what follows them on a page.
    return unicodedata.category(signe) in ("Cf", "Co", "Cn", "Cs") and signe not in "\u200c\u200d"


def anomalie_du_nom(texte: str, champ: str) -> RegleViolee | None:
    """Why `texte` can't be a name, else None. Digits and pictures aren't names; signs of all scripts are."""
    interdits = sorted({c for c in texte if not _de_nom(c)})
    if interdits:
        vus = " ".join(f"« {c} »" for c in interdits[:5])
        return RegleViolee(
            f"Un nom s'écrit avec des lettres, des espaces, des tirets et des apostrophes : retirez {vus}.", champ
        )
    if texte and not normaliser(texte):
        return RegleViolee("Ce nom n'a aucune lettre.", champ)
    return None


def _de_nom(signe: str) -> bool:
    return unicodedata.category(signe)[0] in "LM" or signe in " -'’ʼʻ‐‑.·,()\u200c\u200d"


def nettoyer(identite: Identite) -> Identite:
    """The identity as it will be stored: names cleaned, what makes no sense together removed."""
    noms: dict[str, Any] = {champ: nettoyer_nom(getattr(identite, champ)) for champ in NOMS}
    propre = replace(identite, **noms, naissance=_tronquer(identite.naissance, identite.naissance_precision))
    if propre.nom_unique:
        propre = replace(propre, prenom="", autres_prenoms="")
    if normaliser(propre.nom_usage) == normaliser(propre.nom_naissance):
        propre = replace(propre, nom_usage="")
    if propre.naissance_pays_id in (None, FRANCE):
        propre = replace(propre, naissance_lieu="")
    else:
        propre = replace(propre, naissance_commune_id=None)
    nir = lire_nir(propre.nir)
    return replace(propre, nir=nir.valeur if nir else "")


def _tronquer(naissance: date, precision: str) -> date:
    if precision == Precision.ANNEE:
        return naissance.replace(month=1, day=1)
    return naissance.replace(day=1) if precision == Precision.MOIS else naissance


def anomalies(identite: Identite, *, le: date) -> list[RegleViolee]:
    """Everything that keeps a cleaned identity from being stored on the day `le`, each with its field."""
    trouvees = [a for c in NOMS if (a := anomalie_du_nom(getattr(identite, c), c))]
    for champ in NOMS:
        limite = int(getattr(Jeune._meta.get_field(champ), "max_length", 0))
        if len(getattr(identite, champ)) > limite:
            trouvees.append(RegleViolee(f"Ce champ a {limite} caractères au plus.", champ))
    if not identite.nom_naissance:
        trouvees.append(RegleViolee("Indiquez le nom de naissance.", "nom_naissance"))
    if not identite.prenom and not identite.nom_unique:
        trouvees.append(RegleViolee("Indiquez le prénom, ou cochez « N'a qu'un seul nom ».", "prenom"))
    if identite.sexe not in Sexe.values:
        trouvees.append(RegleViolee("Choisissez le sexe de l'état civil.", "sexe"))
    if identite.naissance > le:
        trouvees.append(RegleViolee("La date de naissance est dans l'avenir.", "naissance"))
    elif identite.naissance < NAISSANCE_MIN:
        trouvees.append(RegleViolee("La date de naissance est antérieure à 1900 : vérifiez l'année.", "naissance"))
    if erreur := _anomalie_du_lieu(identite):
        trouvees.append(erreur)
    if identite.nationalite_2_id and identite.nationalite_2_id == identite.nationalite_id:
        trouvees.append(RegleViolee("Les deux nationalités sont les mêmes.", "nationalite_2"))
    return trouvees


def _anomalie_du_lieu(identite: Identite) -> RegleViolee | None:
    """A commune of birth existed on the day of birth (at some time of the year when the day isn't known)."""
    code = identite.naissance_commune_id
    if not code:
        return None
    jours = naissance_possible(identite.naissance, cast("PrecisionDuDroit", identite.naissance_precision))
    trouvees = [situation_commune(code, le=jour) for jour in jours]
    if any(t is not None and t.valide for t in trouvees):
        return None
    connue = trouvees[0]
    message = connue.avertissement if connue else "Cette commune n'existe pas : choisissez-la dans la liste."
    return RegleViolee(message, "naissance_commune")


def avertissements(identite: Identite, *, le: date, rqth: bool = False) -> list[str]:
    """What deserves a second look but never prevents from receiving someone: an unusual age (L. 5131-6).

    `rqth`: the person is recognised as a disabled worker on the day `le`, which moves the upper age.
    """
    tot, tard = naissance_possible(identite.naissance, cast(PrecisionDuDroit, identite.naissance_precision))
    if tot > le:
        return []
    minimum, maximum, maximum_rqth = (
        int(bareme(f"cej.age.{nom}", le).valeur) for nom in ("minimum", "maximum_revolu", "maximum_revolu_rqth")
    )
    au_plus, au_moins = annees(tot, le), annees(min(tard, le), le)
    if au_plus < minimum:
        return [f"Cette personne a {au_plus} ans : l'accompagnement commence à {minimum} ans."]
    if au_moins > maximum_rqth:
        limite = f"l'accompagnement s'arrête à {maximum_rqth} ans révolus, même avec une RQTH"
        return [f"Cette personne a {au_moins} ans : {limite}."]
    if au_moins > maximum and not rqth:
        return [f"Cette personne a {au_moins} ans : au-delà de {maximum} ans révolus, un CEJ suppose une RQTH."]
    return []


def differences_du_nir(identite: Identite) -> tuple[str, ...]:
    """What the NIR says otherwise than the rest of the identity, in French; () without a NIR."""
    nir = lire_nir(identite.nir)
    if nir is None:
        return ()
    commune = identite.naissance_commune_id
    return differences(
        nir,
        sexe=identite.sexe,
        naissance=identite.naissance,
        mois_connu=identite.naissance_precision != Precision.ANNEE,
        communes=codes_apparentes(commune) if commune else (),
        pays=identite.naissance_pays_id or "",
    )
