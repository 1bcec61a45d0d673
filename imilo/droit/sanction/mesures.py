"""What each failing may cost (R. 5412-1 to R. 5412-3-3), and who pronounces it (R. 5412-4, L. 5426-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imilo.droit.sanction.faits_quantum import REFUS_REQUIS
from imilo.droit.sanction.modele import SANS_RESSOURCE, TOTALITE, Autorite, Mesure, Nature, Objet, Quand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from decimal import Decimal

    from imilo.droit.registre import Redaction
    from imilo.droit.sanction.faits_quantum import FaitsQuantum


def encourues(faits: FaitsQuantum, redaction: Redaction) -> tuple[Mesure, ...]:
    """Return the measures that the failing may cost, whatever its excuse; every boolean of the facts is known."""
    propres = _PAR_MANQUEMENT[faits.manquement](faits, redaction)
    return (*propres, *(_sur_le_rsa() if faits.rsa else ()))


def _engagements(faits: FaitsQuantum, redaction: Redaction) -> Iterable[Mesure]:
    if faits.sans_ressource:
        return [_sans_ressource(faits, redaction)]
    return _graduees(faits, redaction, faits.revenus, "R. 5412-1")


def _refus_contrat(faits: FaitsQuantum, redaction: Redaction) -> Iterable[Mesure]:
    """The text names the unemployment benefit alone: the allowances of the CEJ and of the PACEA are out of reach."""
    objets: tuple[Objet, ...] = ("revenu_remplacement",) if faits.revenu_remplacement else ()
    return _graduees(faits, redaction, objets, "R. 5412-2")


def _graduees(faits: FaitsQuantum, redaction: Redaction, objets: tuple[Objet, ...], article: str) -> list[Mesure]:
    if not objets:
        return []
    aggrave = faits.rang != "premier"
    nom = f"sanction.{faits.manquement}"
    degre = f"{nom}.aggrave" if aggrave else f"{nom}.premier"
    part = redaction.valeur(f"{nom}.part_minimale", faits.constate_le)
    mois = tuple(redaction.entier(f"{degre}.mois_{borne}", faits.constate_le) for borne in ("minimum", "maximum"))
    au_choix = aggrave and faits.manquement == "engagements"
    natures: tuple[Nature, ...] = ("suspension", "suppression") if au_choix else ("suspension",)
    cite = f"{article} 2°" if aggrave else f"{article} 1°"
    retenues = [_retenue(faits, (nature, objet), part, mois, cite) for objet in objets for nature in natures]
    mesures = [_quand(retenue, "au_choix" if au_choix else "toujours") for retenue in retenues]
    if aggrave:
        radiation = redaction.entier(f"{nom}.radiation_mois", faits.constate_le)
        si: Quand = "si_suppression_totale_maximale" if au_choix else "si_suspension_totale_maximale"
        mesures.append(_quand(_radiation(faits, (radiation, radiation), article, redaction), si))
    return mesures


def _refus_offres(faits: FaitsQuantum, redaction: Redaction) -> Iterable[Mesure]:
    if (faits.refus or 0) < redaction.entier(REFUS_REQUIS, faits.constate_le):
        return []
    degre = "reitere" if faits.rang == "reitere" else "premier"
    mois = redaction.entier(f"sanction.refus_offres.{degre}.mois", faits.constate_le)
    article = "R. 5412-3"
    return [*_suppressions(faits, (mois, mois), article), _radiation(faits, (mois, mois), article, redaction)]


def _fraude(faits: FaitsQuantum, redaction: Redaction) -> Iterable[Mesure]:
    bornes = ("minimum", "maximum")
    mois = tuple(redaction.entier(f"sanction.fraude.mois_{borne}", faits.constate_le) for borne in bornes)
    article = "R. 5412-3-1"
    sans_duree = bool(faits.revenus) and redaction.lecture("sanction.duree_suppression_fraude") == "sans_duree"
    suppressions = _suppressions(faits, (None, None) if sans_duree else mois, article)
    return [*suppressions, _radiation(faits, mois, article, redaction)]


def _activite_breve(faits: FaitsQuantum, redaction: Redaction) -> Iterable[Mesure]:
    if faits.sans_ressource:
        return [_sans_ressource(faits, redaction)]
    reitere = faits.rang == "reitere"
    degre = "reitere" if reitere else "premier"
    mois = redaction.entier(f"sanction.activite_breve.{degre}.mois", faits.constate_le)
    article = "R. 5412-3-2"
    radiations = [_radiation(faits, (mois, mois), article, redaction)] if reitere else []
    return [*_suppressions(faits, (mois, mois), article), *radiations]


def _reconversion(faits: FaitsQuantum, redaction: Redaction) -> Iterable[Mesure]:
    """Only who receives the benefit opened for that project can fail it."""
    if not faits.revenu_remplacement:
        return []
    mois = redaction.entier("sanction.reconversion.mois", faits.constate_le)
    article = "R. 5412-1"
    suppression = _retenue(faits, ("suppression", "revenu_remplacement"), TOTALITE, (mois, mois), article)
    return [suppression, _radiation(faits, (mois, mois), article, redaction)]


_PAR_MANQUEMENT: dict[str, Callable[[FaitsQuantum, Redaction], Iterable[Mesure]]] = {
    "engagements": _engagements,
    "reconversion": _reconversion,
    "refus_contrat": _refus_contrat,
    "refus_offres": _refus_offres,
    "fraude": _fraude,
    "activite_breve": _activite_breve,
}


def _sans_ressource(faits: FaitsQuantum, redaction: Redaction) -> Mesure:
    """R. 5412-3-3: a warning first, then the striking off, which two texts give to two authorities."""
    suivi = bool(faits.accompagnement_mission_locale)
    if faits.rang == "premier":
        qui: Autorite = "mission_locale" if suivi else "france_travail"
        return _mesure("avertissement", "inscription", competent=qui, article=SANS_RESSOURCE)
    nom = f"sanction.sans_ressource.{faits.manquement}"
    mois = tuple(redaction.entier(f"{nom}.mois_{borne}", faits.constate_le) for borne in ("minimum", "maximum"))
    article = f"{SANS_RESSOURCE} 1°" if faits.manquement == "engagements" else f"{SANS_RESSOURCE} 2°"
    if suivi and redaction.lecture("sanction.radiation_sans_ressource") == "reglement":
        return _mesure("radiation", "inscription", competent="mission_locale", mois=mois, article=article)
    return _radiation(faits, mois, article, redaction)


def _suppressions(faits: FaitsQuantum, mois: tuple[int | None, ...], article: str) -> list[Mesure]:
    return [_retenue(faits, ("suppression", objet), TOTALITE, mois, article) for objet in faits.revenus]


def _retenue(
    faits: FaitsQuantum, sur: tuple[Nature, Objet], part_minimale: Decimal, mois: tuple[int | None, ...], article: str
) -> Mesure:
    """Return a suspension or a suppression of one benefit."""
    nature, objet = sur
    mission = objet == "allocation" and faits.accompagnement_mission_locale
    qui: Autorite = "mission_locale" if mission else "france_travail"
    mesure = _mesure(nature, objet, competent=qui, mois=mois, article=article)
    return Mesure(**{**mesure, "part_minimale": part_minimale, "part_maximale": TOTALITE})


def _radiation(faits: FaitsQuantum, mois: tuple[int | None, ...], article: str, redaction: Redaction) -> Mesure:
    """Return a striking off, that France Travail pronounces."""
    mesure = _mesure("radiation", "inscription", competent="france_travail", mois=mois, article=article)
    if not faits.accompagnement_mission_locale:
        return mesure
    propose: Autorite = "mission_locale"
    if faits.rsa and redaction.lecture("sanction.proposition_rsa") == "departement":
        propose = "conseil_departemental"
    return Mesure(**{**mesure, "proposee_par": propose})


def _sur_le_rsa() -> tuple[Mesure, ...]:
    natures: tuple[Nature, ...] = ("suspension", "suppression")
    rsa = [_mesure(nature, "rsa", competent="conseil_departemental", article="L. 5412-1 V") for nature in natures]
    return tuple(_quand(mesure, "au_choix") for mesure in rsa)


def _mesure(
    nature: Nature, objet: Objet, *, competent: Autorite, article: str, mois: tuple[int | None, ...] = (None, None)
) -> Mesure:
    minimum, maximum = mois
    return Mesure(
        nature=nature,
        objet=objet,
        part_minimale=None,
        part_maximale=None,
        mois_minimum=minimum,
        mois_maximum=maximum,
        quand="toujours",
        competent=competent,
        proposee_par=None,
        article=article,
    )


def _quand(mesure: Mesure, quand: Quand) -> Mesure:
    return Mesure(**{**mesure, "quand": quand})
