"""How long a CEJ may last (R. 5131-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_choix, verifier_jour, verifier_jour_facultatif, verifier_oui_non
from imilo.droit.registre import Redaction, regle

Prolongation = Literal["aucune", "exceptionnelle", "parcours_relais"]
ARTICLE = "R. 5131-16"


@dataclass(frozen=True, slots=True)
class FaitsDuree:
    """First day of the contract (its signature), last day written in it, and what prolongs it.

    `exceptionnelle` needs the counsellor's written reason (`prolongation_motivee`). `parcours_relais` is a path or
    contract with another organism of insertion or training, of the list set by order: begun on `parcours_debut`,
    before the end of the CEJ (`fin_initiale`), ended on `parcours_fin` (None while it runs). `fin_initiale` is the
    end written first; without it the contract is taken as written to `fin`, the end that is checked (None asks only
    for the limit).
    """

    debut: Annotated[date, Fait("premier jour du contrat : celui de sa signature")]
    fin: Annotated[date | None, Fait("dernier jour à vérifier ; sans lui, seule la limite est demandée")] = None
    prolongation: Annotated[Prolongation, Fait("ce qui prolonge le contrat")] = "aucune"
    prolongation_motivee: Annotated[bool, Fait("le conseiller a écrit pourquoi la prolongation est nécessaire")] = False
    fin_initiale: Annotated[date | None, Fait("dernier jour écrit avant la prolongation")] = None
    parcours_debut: Annotated[date | None, Fait("premier jour du parcours ou contrat d'un autre organisme")] = None
    parcours_fin: Annotated[date | None, Fait("dernier jour de ce parcours, quand il est fini")] = None
    parcours_sur_la_liste: Annotated[bool | None, Fait("le parcours est sur la liste fixée par arrêté")] = None

    def __post_init__(self) -> None:
        verifier_jour("debut", self.debut)
        verifier_choix("prolongation", self.prolongation, Prolongation)
        for champ in ("fin", "fin_initiale", "parcours_debut", "parcours_fin"):
            valeur = getattr(self, champ)
            verifier_jour_facultatif(champ, valeur)
            if valeur is not None and valeur < self.debut and not champ.startswith("parcours"):
                raise FaitInvalide(champ, "Ce jour vient avant le début du contrat.")
        verifier_oui_non("parcours_sur_la_liste", self.parcours_sur_la_liste)
        if self.prolongation == "aucune":
            return
        if self.fin is not None and self.fin_initiale is not None and self.fin < self.fin_initiale:
            raise FaitInvalide("fin", "Un contrat prolongé ne finit pas avant le dernier jour qui y était écrit.")
        if self.prolongation == "exceptionnelle":
            return
        if self.fin_initiale is None:
            raise FaitInvalide("fin_initiale", "Indiquez le dernier jour écrit dans le contrat.")
        if self.parcours_debut is None:
            raise FaitInvalide("parcours_debut", "Indiquez le début du parcours qui prend le relais.")
        if self.parcours_fin is not None and self.parcours_fin < self.parcours_debut:
            raise FaitInvalide("parcours_fin", "La fin du parcours vient avant son début.")


class ResultatDuree1(TypedDict):
    """What version 1 answered: without what is missing."""

    dernier_jour_possible: Echeance | None
    conforme: bool | None
    jours_restants: int | None


class ResultatDuree(TypedDict):
    """`dernier_jour_possible`: None while the relaying path has no known end.

    `conforme`: whether `fin` is allowed, None when no end is given or it can't be said yet. `jours_restants`: whole
    days from the day asked (the first one of a contract to come) to the end (`fin`, the limit at most), 0 on the last
    day and after, None when unknown. `a_completer`: the facts without which one of these is None.
    """

    dernier_jour_possible: Echeance | None
    conforme: bool | None
    jours_restants: int | None
    a_completer: tuple[str, ...]


@regle("cej.duree", version="1")
def duree_1(faits: FaitsDuree, le: date, redaction: Redaction) -> ResultatDuree1:
    """Say the last day that the contract may have, and how many days remain on the day `le`."""
    dite = _duree(faits, le, redaction)
    return ResultatDuree1(
        dernier_jour_possible=dite["dernier_jour_possible"],
        conforme=dite["conforme"],
        jours_restants=dite["jours_restants"],
    )


@regle("cej.duree", version="2")
def duree(faits: FaitsDuree, le: date, redaction: Redaction) -> ResultatDuree:
    """Say the last day that the contract may have, how many days remain on the day `le`, and what is missing."""
    return _duree(faits, le, redaction)


def _duree(faits: FaitsDuree, le: date, redaction: Redaction) -> ResultatDuree:
    limite = _limite(faits, redaction)
    manquants = (*_manquants_du_relais(faits, limite), *(() if faits.fin else ("fin",)))
    if limite is None:
        return ResultatDuree(dernier_jour_possible=None, conforme=None, jours_restants=None, a_completer=manquants)
    conforme = None if faits.fin is None else faits.fin <= limite
    phrase = {
        None: f"Votre contrat peut durer jusqu'au {francais.jour(limite)} inclus.",
        True: f"La fin de votre contrat ne dépasse pas le {francais.jour(limite)}, dernier jour possible.",
        False: f"La fin de votre contrat dépasse le {francais.jour(limite)}, dernier jour possible.",
    }[conforme]
    redaction.motif("duree_maximale", conforme is not False, phrase, ARTICLE)
    return ResultatDuree(
        dernier_jour_possible=limite,
        conforme=conforme,
        jours_restants=max(0, (min(faits.fin or limite, limite) - max(le, faits.debut)).days),
        a_completer=manquants,
    )


def _manquants_du_relais(faits: FaitsDuree, limite: Echeance | None) -> tuple[str, ...]:
    """Return what is missing of the relaying path for a limit to be said; nothing once it is."""
    champs = ("parcours_fin", "parcours_sur_la_liste") if limite is None else ()
    return tuple(champ for champ in champs if getattr(faits, champ) is None)


def _limite(faits: FaitsDuree, redaction: Redaction) -> Echeance | None:
    commune = apres_mois(faits.debut, "cej.duree.maximum", redaction)
    if faits.prolongation == "exceptionnelle":
        return _exceptionnelle(faits, commune, redaction)
    if faits.prolongation == "parcours_relais":
        return _relais(faits, commune, redaction)
    return _non_prolongee(faits, commune, redaction)


def _non_prolongee(faits: FaitsDuree, commune: Echeance, redaction: Redaction) -> Echeance:
    """Return the last day that a contract has without reasons: the end written first, or a reading's."""
    initiale = faits.fin_initiale
    if initiale is None or initiale >= commune:
        return commune
    libre = redaction.lecture("cej.prolongation_dans_la_duree_commune") == "libre"
    return commune if libre else Echeance.du(initiale)


def apres_mois(debut: date, nom: str, redaction: Redaction) -> Echeance:
    """Write and return the last day of a contract begun on `debut` that lasts the months of the scale `nom`."""
    mois = redaction.entier(nom, debut)
    limite = redaction.dernier_jour(debut, mois)
    redaction.etape(
        f"Dernier jour d'un contrat de {mois} mois",
        f"{mois} mois à partir du {francais.jour(debut)} compris = {francais.jour(limite)}",
        limite,
    )
    return limite


def _exceptionnelle(faits: FaitsDuree, commune: Echeance, redaction: Redaction) -> Echeance:
    motivee = faits.prolongation_motivee
    phrase = (
        "Votre contrat est prolongé à titre exceptionnel, pour une raison écrite."
        if motivee
        else "Pour prolonger le contrat, votre conseiller doit écrire pourquoi c'est nécessaire."
    )
    redaction.motif("prolongation_motivee", motivee, phrase, ARTICLE)
    return (
        apres_mois(faits.debut, "cej.duree.maximum_prolongee", redaction)
        if motivee
        else _non_prolongee(faits, commune, redaction)
    )


def _relais(faits: FaitsDuree, commune: Echeance, redaction: Redaction) -> Echeance | None:
    seule = _non_prolongee(faits, commune, redaction)
    ecrite = faits.fin_initiale or commune
    base = Echeance.du(ecrite) if faits.prolongation_motivee else min(commune, Echeance.du(ecrite))
    a_temps = faits.parcours_debut is not None and faits.parcours_debut <= base
    phrase = (
        "Vous êtes entré(e) dans un autre parcours avant la fin de votre contrat."
        if a_temps
        else "L'autre parcours a commencé après la fin de votre contrat : il ne le prolonge pas."
    )
    redaction.motif("parcours_avant_la_fin", a_temps, phrase, ARTICLE)
    redaction.motif("parcours_sur_la_liste", faits.parcours_sur_la_liste, LISTE[faits.parcours_sur_la_liste], ARTICLE)
    if not a_temps or faits.parcours_sur_la_liste is False:
        return max(seule, base)
    if faits.parcours_fin is None:
        redaction.avertir("La fin de votre contrat sera connue quand l'autre parcours aura pris fin.")
        return None
    prolongee = apres_parcours(faits.parcours_fin, redaction)
    return max(seule, base, prolongee) if faits.parcours_sur_la_liste else None


LISTE = {
    None: "Il faut vérifier que l'autre parcours est sur la liste fixée par arrêté.",
    True: "L'autre parcours est sur la liste fixée par arrêté.",
    False: "L'autre parcours n'est pas sur la liste fixée par arrêté : il ne prolonge pas le contrat.",
}


def apres_parcours(fin: date, redaction: Redaction) -> Echeance:
    """Write and return the last day that another path, ended on `fin`, gives to the contract."""
    mois = redaction.entier("cej.duree.mois_apres_parcours_relais", fin)
    prolongee = Echeance.du(delais.fin_du_mois(delais.mois_plus(fin, mois)))
    redaction.etape(
        "Dernier jour après l'autre parcours",
        f"fin du {mois}e mois qui suit le {francais.jour(fin)} = {francais.jour(prolongee)}",
        prolongee,
    )
    return prolongee
