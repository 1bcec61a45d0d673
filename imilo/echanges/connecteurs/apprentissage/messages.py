"""One item of `POST /api/v3/dossiers-apprenants`, read and checked; what is wrong is said per field, in French."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from imilo.jeunes.annuaire import masquer_les_nir, porte_un_nir
from imilo.jeunes.identite import anomalie_du_nom, nettoyer_nom
from imilo.jeunes.nir import lire_nir
from imilo.socle.erreurs import RegleViolee

SUFFIXES = ("", "_2", "_3", "_4")
PARIS = ZoneInfo("Europe/Paris")
PREMIERE, DERNIERE = date(1950, 1, 1), date(2100, 1, 1)
FORMATION_MAX = 10 * 366  # days between the entry and the end of a training
OUI, NON = {"true", "1", "oui", "vrai"}, {"false", "0", "non", "faux"}


def refus(message: str) -> PydanticCustomError:
    return PydanticCustomError("refus", "{message}", {"message": message})


def _texte(valeur: object) -> object:
    """Numbers are texts that a spreadsheet typed; a text loses its outer spaces."""
    if isinstance(valeur, int) and not isinstance(valeur, bool):
        return str(valeur)
    if not isinstance(valeur, str):
        raise refus("Un texte est attendu.")
    if "\0" in valeur or any("\ud800" <= signe <= "\udfff" for signe in valeur):
        raise refus("Ce texte contient un caractère qui ne peut pas être gardé.")
    return " ".join(valeur.split())


def _jour(valeur: object) -> object:
    """A day: AAAA-MM-JJ, or an instant, which is then the day that it was in Paris."""
    if not isinstance(valeur, str):
        raise refus("Une date est attendue, par exemple 2026-09-01.")
    texte = valeur.strip()
    try:
        jour = date.fromisoformat(texte) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", texte) else _jour_de_paris(texte)
    except (ValueError, OverflowError) as erreur:
        raise refus("Cette date n'existe pas ou n'est pas au format AAAA-MM-JJ.") from erreur
    if not PREMIERE <= jour < DERNIERE:
        raise refus("Cette date est hors du possible : vérifiez l'année.")
    return jour


def _jour_de_paris(texte: str) -> date:
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]", texte):
        raise ValueError(texte)
    instant = datetime.fromisoformat(texte)
    return instant.astimezone(PARIS).date() if instant.tzinfo else instant.date()


def _forme(motif: str, message: str) -> Callable[[object], object]:
    """A text of a given form, in capitals, without spaces. Digits of other scripts look like a known number's."""
    forme = re.compile(motif, re.ASCII)

    def lire(valeur: object) -> object:
        texte = str(_texte(valeur)).replace(" ", "").upper()
        if not forme.fullmatch(texte):
            raise refus(message)
        return texte

    return lire


def _nom(champ: str) -> Callable[[object], object]:
    def lire(valeur: object) -> object:
        nom = nettoyer_nom(str(_texte(valeur)))
        if anomalie := anomalie_du_nom(nom, champ):
            raise refus(anomalie.message)
        if not nom:
            raise refus("Ce champ est obligatoire.")
        return nom

    return lire


def _sexe(valeur: object) -> object:
    lu = {"M": "M", "H": "M", "1": "M", "F": "F", "2": "F"}.get(str(valeur).strip().upper())
    if lu is None:
        raise refus("Le sexe est M (H ou 1) ou F (2).")
    return lu


def _oui_ou_non(valeur: object) -> object:
    texte = str(valeur).strip().lower()
    if texte in OUI:
        return True
    if texte in NON:
        return False
    raise refus("Vrai ou faux est attendu.")


def _entier(minimum: int, maximum: int) -> Callable[[object], object]:
    def lire(valeur: object) -> object:
        texte = str(valeur).strip()
        if isinstance(valeur, bool) or not re.fullmatch(r"[0-9]{1,4}", texte) or not minimum <= int(texte) <= maximum:
            raise refus(f"Un nombre de {minimum} à {maximum} est attendu.")
        return int(texte)

    return lire


def _statut(valeur: object) -> object:
    if (texte := str(valeur).strip()) not in ("0", "2", "3"):
        raise refus("Le statut est 0 (abandon), 2 (inscrit) ou 3 (apprenti).")
    return int(texte)


def _courriel(valeur: object) -> object:
    texte = str(_texte(valeur))
    try:
        validate_email(texte)
    except DjangoValidationError as erreur:
        raise refus("Cette adresse électronique n'est pas valable.") from erreur
    return texte


def _annee_scolaire(valeur: object) -> object:
    texte = str(_texte(valeur))
    trouve = re.fullmatch(r"([0-9]{4})-([0-9]{4})", texte)
    if not trouve or int(trouve[2]) - int(trouve[1]) not in (0, 1):
        raise refus("L'année scolaire s'écrit AAAA-AAAA, deux années qui se suivent ou la même.")
    return texte


def _motifs(valeur: object) -> object:
    """Reasons of a joint support (or simply true): whether it is asked."""
    if isinstance(valeur, list):
        return bool(valeur)
    return _oui_ou_non(valeur)


Texte = Annotated[str, BeforeValidator(_texte)]
Jour = Annotated[date, BeforeValidator(_jour)]
Uai = Annotated[str, BeforeValidator(_forme(r"\d{7}[A-Z]", "Un UAI a sept chiffres et une lettre."))]
Siret = Annotated[str, BeforeValidator(_forme(r"\d{14}", "Un SIRET a quatorze chiffres."))]
Postal = Annotated[str, BeforeValidator(_forme(r"\d{5}", "Un code postal a cinq chiffres."))]
CodeCommune = Annotated[
    str, BeforeValidator(_forme(r"\d[\dAB]\d{3}", "Un code de commune de l'INSEE a cinq chiffres (ou 2A, 2B)."))
]
Ine = Annotated[str, BeforeValidator(_forme(r"[0-9A-Z]{10,11}", "Un INE a dix ou onze chiffres et lettres."))]
Courriel = Annotated[str, BeforeValidator(_courriel), Field(max_length=200)]
Booleen = Annotated[bool, BeforeValidator(_oui_ou_non)]


class Item(BaseModel):
    """The fields of the contract that we keep; the others are ignored. Nulls and blanks were dropped before."""

    model_config = ConfigDict(extra="ignore")

    nom_apprenant: Annotated[str, BeforeValidator(_nom("nom_apprenant")), Field(max_length=100)]
    prenom_apprenant: Annotated[str, BeforeValidator(_nom("prenom_apprenant")), Field(max_length=100)]
    date_de_naissance_apprenant: Jour
    id_erp_apprenant: Annotated[Texte, Field(max_length=100)]
    annee_scolaire: Annotated[str, BeforeValidator(_annee_scolaire)]
    date_inscription_formation: Jour
    date_entree_formation: Jour
    date_fin_formation: Jour
    etablissement_responsable_uai: Uai
    etablissement_responsable_siret: Siret
    etablissement_formateur_uai: Uai
    etablissement_formateur_siret: Siret

    statut_apprenant: Annotated[int, BeforeValidator(_statut)] | None = None
    date_metier_mise_a_jour_statut: Jour | None = None
    ine_apprenant: Ine | None = None
    email_contact: Courriel | None = None
    tel_apprenant: Texte | None = None
    sexe_apprenant: Annotated[str, BeforeValidator(_sexe)] | None = None
    rqth_apprenant: Booleen | None = None
    date_rqth_apprenant: Jour | None = None
    adresse_apprenant: Annotated[Texte, Field(max_length=200)] | None = None
    code_postal_apprenant: Postal | None = None
    code_commune_insee_apprenant: CodeCommune | None = None
    code_commune_insee_de_naissance_apprenant: CodeCommune | None = None
    responsable_apprenant_mail1: Courriel | None = None
    responsable_apprenant_mail2: Courriel | None = None
    libelle_court_formation: Annotated[Texte, Field(max_length=255)] | None = None
    annee_formation: Annotated[int, BeforeValidator(_entier(0, 5))] | None = None
    formation_rncp: Annotated[Texte, Field(max_length=20)] | None = None
    formation_cfd: Annotated[Texte, Field(max_length=20)] | None = None
    duree_theorique_formation: Annotated[int, BeforeValidator(_entier(1, 4))] | None = None
    duree_theorique_formation_mois: Annotated[int, BeforeValidator(_entier(1, 48))] | None = None
    obtention_diplome_formation: Booleen | None = None
    date_obtention_diplome_formation: Jour | None = None
    date_exclusion_formation: Jour | None = None
    cause_exclusion_formation: Annotated[Texte, Field(max_length=200)] | None = None
    derniere_situation: Annotated[int, BeforeValidator(_entier(0, 9999))] | None = None
    dernier_organisme_uai: Uai | None = None
    type_cfa: Annotated[Texte, Field(max_length=20)] | None = None
    contrat_date_debut: Jour | None = None
    contrat_date_fin: Jour | None = None
    contrat_date_rupture: Jour | None = None
    cause_rupture_contrat: Annotated[Texte, Field(max_length=200)] | None = None
    siret_employeur: Siret | None = None
    contrat_date_debut_2: Jour | None = None
    contrat_date_fin_2: Jour | None = None
    contrat_date_rupture_2: Jour | None = None
    cause_rupture_contrat_2: Annotated[Texte, Field(max_length=200)] | None = None
    siret_employeur_2: Siret | None = None
    contrat_date_debut_3: Jour | None = None
    contrat_date_fin_3: Jour | None = None
    contrat_date_rupture_3: Jour | None = None
    cause_rupture_contrat_3: Annotated[Texte, Field(max_length=200)] | None = None
    siret_employeur_3: Siret | None = None
    contrat_date_debut_4: Jour | None = None
    contrat_date_fin_4: Jour | None = None
    contrat_date_rupture_4: Jour | None = None
    cause_rupture_contrat_4: Annotated[Texte, Field(max_length=200)] | None = None
    siret_employeur_4: Siret | None = None
    # Ours: what the CFA's own screens ask on the dashboard, for software that sends it (docs/formats).
    accompagnement_conjoint: Annotated[bool, BeforeValidator(_motifs)] | None = None
    rappel_demande: Booleen | None = None

    @model_validator(mode="after")
    def _dates_possibles(self) -> Item:
        if fautes := [*self._dates_de_la_formation(), *self._dates_des_contrats()]:
            raise ErreursDeDates(fautes)
        return self

    def _dates_de_la_formation(self) -> list[tuple[str, str]]:
        fautes = []
        if self.date_fin_formation < self.date_entree_formation:
            fautes.append(("date_fin_formation", "La fin de la formation précède l'entrée."))
        elif (self.date_fin_formation - self.date_entree_formation).days > FORMATION_MAX:
            fautes.append(("date_fin_formation", "Cette formation dure plus de dix ans : vérifiez les dates."))
        if self.date_de_naissance_apprenant >= self.date_entree_formation:
            fautes.append(("date_de_naissance_apprenant", "La naissance suit l'entrée en formation."))
        if self.date_fin_formation < self.date_inscription_formation:
            fautes.append(("date_inscription_formation", "L'inscription suit la fin de la formation."))
        exclusion = self.date_exclusion_formation
        if exclusion and exclusion < min(self.date_inscription_formation, self.date_entree_formation):
            fautes.append(("date_exclusion_formation", "L'exclusion précède l'inscription et l'entrée."))
        return fautes

    def _dates_des_contrats(self) -> list[tuple[str, str]]:
        fautes = []
        for suffixe in SUFFIXES:
            debut, fin, rupture = (getattr(self, f"contrat_date_{nom}{suffixe}") for nom in ("debut", "fin", "rupture"))
            if debut is None:
                fautes += [
                    (f"contrat_date_{nom}{suffixe}", "Ce contrat n'a pas de date de début.")
                    for nom, jour in (("fin", fin), ("rupture", rupture))
                    if jour is not None
                ]
                continue
            if fin is not None and fin < debut:
                fautes.append((f"contrat_date_fin{suffixe}", "La fin du contrat précède son début."))
            if rupture is not None and rupture < debut:
                fautes.append((f"contrat_date_rupture{suffixe}", "La rupture précède le début du contrat."))
            if abs((debut - self.date_entree_formation).days) > FORMATION_MAX:
                fautes.append((f"contrat_date_debut{suffixe}", "Ce contrat est à plus de dix ans de l'entrée."))
        return fautes

    def contrats(self) -> list[dict[str, str]]:
        """Contracts that have a start, as they are stored."""
        trouves = []
        for suffixe in SUFFIXES:
            champs = {
                "debut": getattr(self, f"contrat_date_debut{suffixe}"),
                "fin": getattr(self, f"contrat_date_fin{suffixe}"),
                "rupture": getattr(self, f"contrat_date_rupture{suffixe}"),
                "cause": getattr(self, f"cause_rupture_contrat{suffixe}"),
                "siret_employeur": getattr(self, f"siret_employeur{suffixe}"),
            }
            if champs["debut"] is not None:
                trouves.append({nom: str(valeur) for nom, valeur in champs.items() if valeur is not None})
        return trouves


class ErreursDeDates(ValueError):
    """Dates that contradict each other: (field, why)."""

    def __init__(self, fautes: list[tuple[str, str]]) -> None:
        super().__init__("dates")
        self.fautes = fautes


@dataclass(frozen=True)
class Erreur:
    """As the contract says it: `{message, path[]}`."""

    message: str
    path: tuple[str, ...]

    def donnees(self) -> dict[str, Any]:
        return {"message": self.message, "path": list(self.path)}


@dataclass(frozen=True)
class ItemLu:
    """An item that can be written: `item`, whether a NIR came with it (the NIR itself stays behind), what to say."""

    item: Item
    nir_donne: bool
    avertissements: tuple[Erreur, ...] = ()


MESSAGES = {
    "missing": "Ce champ est obligatoire.",
    "string_too_long": "Ce texte est trop long.",
}


def lire_item(brut: object) -> ItemLu | list[Erreur]:
    """Check one element of the array. Errors name their field; an element that isn't an object has none."""
    if not isinstance(brut, dict):
        return [Erreur("Un objet est attendu.", ())]
    plein = {nom: v for nom, v in brut.items() if v is not None and not (isinstance(v, str) and not v.strip())}
    nir_donne = plein.pop("nir_apprenant", None) is not None
    if faute := _nir_pour_numero(plein.get("id_erp_apprenant")):
        return [faute]
    avertissements = tuple(_retirer_les_nir(plein))
    try:
        return ItemLu(Item.model_validate(plein), nir_donne or bool(avertissements), avertissements)
    except ValidationError as erreur:
        return [e for detail in erreur.errors(include_url=False, include_input=False) for e in _erreurs(detail)]


TEXTES_LIBRES = (
    "adresse_apprenant", "libelle_court_formation", "cause_exclusion_formation", "type_cfa", "formation_rncp",
    "formation_cfd", *(f"cause_rupture_contrat{suffixe}" for suffixe in SUFFIXES),
)  # fmt: skip
COURRIELS = ("email_contact", "responsable_apprenant_mail1", "responsable_apprenant_mail2")


def _retirer_les_nir(plein: dict[str, Any]) -> Iterator[Erreur]:
    """Take out of the free texts what may be a NIR, and say where: it may be kept nowhere."""
    for nom in TEXTES_LIBRES:
        if _dit_un_nir(plein.get(nom)):
            plein[nom] = masquer_les_nir(str(plein[nom]))
            yield Erreur("Ce texte contenait un numéro de sécurité sociale : il en a été retiré.", (nom,))
    for nom in COURRIELS:
        if _dit_un_nir(plein.get(nom)):
            del plein[nom]
            yield Erreur("Cette adresse contient un numéro de sécurité sociale : elle n'est pas gardée.", (nom,))


def _dit_un_nir(valeur: object) -> bool:
    return isinstance(valeur, str | int) and porte_un_nir(str(valeur))


def _nir_pour_numero(numero: object) -> Erreur | None:
    """A number of the software that is the apprentice's NIR would be kept, and given back: it is refused."""
    try:
        lu = lire_nir(str(numero)) if isinstance(numero, str | int) else None
    except RegleViolee:
        return None  # not a NIR
    if lu is None:
        return None
    message = "Ce numéro est un numéro de sécurité sociale : envoyez celui que votre logiciel donne à l'apprenant."
    return Erreur(message, ("id_erp_apprenant",))


def _erreurs(detail: Any) -> list[Erreur]:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, ErreursDeDates):
        return [Erreur(message, (champ,)) for champ, message in cause.fautes]
    message = detail["msg"] if detail["type"] == "refus" else MESSAGES.get(detail["type"], "Valeur inattendue.")
    return [Erreur(message, tuple(str(p) for p in detail["loc"][:1]))]
