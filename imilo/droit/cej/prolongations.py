"""May a CEJ go on after its end, and until when (R. 5131-16).

Two causes. The counsellor may prolong, as an exception and for written reasons, up to a total that the law sets; a
path or contract with another body of insertion or training prolongs by itself, without anyone deciding.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import francais
from imilo.droit.cej.durees import ARTICLE, LISTE, apres_mois, apres_parcours
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    verifier_choix,
    verifier_jour,
    verifier_jour_facultatif,
    verifier_oui_non,
)
from imilo.droit.registre import Redaction, regle

CauseProlongation = Literal["exceptionnelle", "parcours_relais"]


@dataclass(frozen=True, slots=True)
class FaitsProlongation:
    """The contract as it runs, and why it would go on; None means *not known yet*.

    `parcours_*` describe the path or contract with another body; `parcours_fin` is None while it runs.
    """

    debut: Annotated[date, Fait("premier jour du contrat : celui de sa signature")]
    fin: Annotated[date, Fait("dernier jour du contrat, avant cette prolongation")]
    cause: Annotated[CauseProlongation, Fait("ce qui prolonge le contrat")]
    fin_demandee: Annotated[date | None, Fait("dernier jour voulu ; sans lui, seule la limite est demandée")] = None
    besoins_du_jeune: Annotated[bool | None, Fait("le conseiller constate que le jeune en a besoin")] = None
    prolongation_motivee: Annotated[bool | None, Fait("le conseiller a écrit pourquoi c'est nécessaire")] = None
    parcours_sur_la_liste: Annotated[bool | None, Fait("le parcours est sur la liste fixée par arrêté")] = None
    parcours_debut: Annotated[date | None, Fait("premier jour du parcours ou contrat d'un autre organisme")] = None
    parcours_fin: Annotated[date | None, Fait("dernier jour de ce parcours, quand il est connu")] = None

    def __post_init__(self) -> None:
        verifier_jour("debut", self.debut)
        verifier_jour("fin", self.fin)
        verifier_choix("cause", self.cause, CauseProlongation)
        for champ in ("fin_demandee", "parcours_debut", "parcours_fin"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        for champ in ("besoins_du_jeune", "prolongation_motivee", "parcours_sur_la_liste"):
            verifier_oui_non(champ, getattr(self, champ))
        if self.fin < self.debut:
            raise FaitInvalide("fin", "La fin du contrat vient avant son début.")
        if self.fin_demandee is not None and self.fin_demandee <= self.fin:
            raise FaitInvalide("fin_demandee", "Une prolongation finit après la fin actuelle du contrat.")
        if None not in (self.parcours_debut, self.parcours_fin) and self.parcours_fin < self.parcours_debut:  # type: ignore[operator]  # neither is None
            raise FaitInvalide("parcours_fin", "La fin du parcours vient avant son début.")


class ResultatProlongation(TypedDict):
    """`possible` is None while `a_completer` could change it.

    `de_droit`: nobody decides, the contract goes on by itself; nothing known says that it doesn't. `dernier_jour`: the
    last day that the contract may have (`exceptionnelle`) or has (`parcours_relais`), whatever end was asked; None when
    it isn't known or nothing prolongs.
    """

    possible: bool | None
    de_droit: bool
    dernier_jour: Echeance | None
    a_completer: tuple[str, ...]


class _Examen:
    """The points seen so far, and the facts still missing."""

    def __init__(self, faits: FaitsProlongation, redaction: Redaction) -> None:
        self.faits, self.redaction = faits, redaction
        self.a_completer: list[str] = []

    def point(self, code: str, satisfait: bool | None, phrase: str, manquant: str = "") -> None:
        """Write one point; the fact it misses is noted when it can't be decided."""
        self.redaction.motif(code, satisfait, phrase, ARTICLE)
        if satisfait is None:
            self.a_completer.append(manquant)

    def conclure(self, dernier_jour: Echeance | None) -> ResultatProlongation:
        """Sum the points up."""
        reponses = [motif.satisfait for motif in self.redaction.motifs]
        return ResultatProlongation(
            possible=False if False in reponses else None if None in reponses else True,
            de_droit=False,
            dernier_jour=dernier_jour,
            a_completer=tuple(self.a_completer),
        )


@regle("cej.prolongation", version="1")
def prolongation(faits: FaitsProlongation, le: date, redaction: Redaction) -> ResultatProlongation:
    """Say whether the contract may be prolonged by a decision of the day `le`, or is by itself, and until when."""
    examen = _Examen(faits, redaction)
    if faits.cause == "exceptionnelle":
        return _exceptionnelle(examen, le)
    return _relais(examen)


def _exceptionnelle(examen: _Examen, le: date) -> ResultatProlongation:
    faits, redaction = examen.faits, examen.redaction
    _pas_encore_fini(examen, le)
    commune = apres_mois(faits.debut, "cej.duree.maximum", redaction)
    if faits.fin < commune and _avenant_libre(examen, commune):
        return examen.conclure(commune)
    examen.point(
        "besoins_du_jeune",
        faits.besoins_du_jeune,
        {
            None: "Votre conseiller doit dire si vous avez besoin que le contrat continue.",
            True: "Vous avez besoin que le contrat continue.",
            False: "Votre situation ne demande pas que le contrat continue.",
        }[faits.besoins_du_jeune],
        "besoins_du_jeune",
    )
    examen.point(
        "prolongation_motivee",
        faits.prolongation_motivee,
        "Votre conseiller a écrit pourquoi la prolongation est nécessaire."
        if faits.prolongation_motivee
        else "Pour prolonger le contrat, votre conseiller doit écrire pourquoi c'est nécessaire.",
        "prolongation_motivee",
    )
    limite = apres_mois(faits.debut, "cej.duree.maximum_prolongee", redaction)
    _dans_la_limite(examen, limite)
    return examen.conclure(limite)


def _pas_encore_fini(examen: _Examen, le: date) -> None:
    fin = francais.jour(examen.faits.fin)
    if le < examen.faits.debut:
        phrase = f"Votre contrat ne commence que le {francais.jour(examen.faits.debut)} : il ne se prolonge pas encore."
        examen.point("contrat_en_cours", False, phrase)
        return
    if le <= examen.faits.fin:
        examen.point("contrat_en_cours", True, f"Votre contrat court jusqu'au {fin}.")
        if le < examen.faits.fin and examen.redaction.lecture("cej.prolongation_avant_le_terme") == "exclue":
            examen.point("au_terme", False, f"La prolongation se décide au terme du contrat, le {fin}.")
        return
    apres = examen.redaction.lecture("cej.prolongation_apres_la_fin") == "admise"
    phrase = (
        f"Votre contrat a pris fin le {fin} : la prolongation le reprend au lendemain."
        if apres
        else f"Votre contrat a pris fin le {fin} : un contrat fini ne se prolonge plus."
    )
    examen.point("contrat_en_cours", apres, phrase)


def _avenant_libre(examen: _Examen, commune: Echeance) -> bool:
    """Write, for a contract shorter than the common duration, that it may be drawn out to it without reasons."""
    demandee = examen.faits.fin_demandee
    libre = examen.redaction.lecture("cej.prolongation_dans_la_duree_commune") == "libre"
    if not libre or demandee is None or demandee > commune:
        return False
    phrase = f"La nouvelle fin ne dépasse pas le {francais.jour(commune)} : elle n'a pas à être motivée."
    examen.point("dans_la_duree_commune", True, phrase)
    return True


def _dans_la_limite(examen: _Examen, limite: Echeance) -> None:
    faits, jour = examen.faits, francais.jour(limite)
    satisfait = faits.fin < limite if faits.fin_demandee is None else faits.fin_demandee <= limite
    if satisfait:
        phrase = f"Prolongé, votre contrat peut aller jusqu'au {jour} inclus."
    elif faits.fin_demandee is None:
        phrase = f"Votre contrat dure déjà aussi longtemps que possible : le dernier jour possible est le {jour}."
    else:
        phrase = f"La fin demandée dépasse le {jour}, dernier jour possible."
    examen.point("dans_la_limite", satisfait, phrase)


def _relais(examen: _Examen) -> ResultatProlongation:
    """Write the points of the other path; it prolongs only when it leads beyond the present end."""
    faits = examen.faits
    examen.point(
        "parcours_sur_la_liste",
        faits.parcours_sur_la_liste,
        LISTE[faits.parcours_sur_la_liste],
        "parcours_sur_la_liste",
    )
    _commence_a_temps(examen)
    prolongee = None if faits.parcours_fin is None else apres_parcours(faits.parcours_fin, examen.redaction)
    _va_plus_loin(examen, prolongee)
    resultat = examen.conclure(prolongee)
    if resultat["possible"] is False:
        resultat["dernier_jour"] = None
        return resultat
    resultat["de_droit"] = True
    if prolongee is not None and faits.fin_demandee not in (None, prolongee):
        phrase = f"La fin demandée n'est pas le {francais.jour(prolongee)}, que le texte fixe : ni plus, ni moins."
        examen.point("fin_demandee", False, phrase)
        resultat["possible"] = False
    return resultat


def _commence_a_temps(examen: _Examen) -> None:
    debut, fin = examen.faits.parcours_debut, francais.jour(examen.faits.fin)
    satisfait = None if debut is None else debut <= examen.faits.fin
    phrase = {
        None: "Il faut la date d'entrée dans l'autre parcours.",
        True: f"Vous êtes entré(e) dans l'autre parcours avant la fin de votre contrat, le {fin}.",
        False: f"L'autre parcours a commencé après la fin de votre contrat, le {fin} : il ne le prolonge pas.",
    }[satisfait]
    examen.point("parcours_avant_la_fin", satisfait, phrase, "parcours_debut")


def _va_plus_loin(examen: _Examen, prolongee: Echeance | None) -> None:
    faits = examen.faits
    if prolongee is None:
        examen.redaction.avertir("La fin de votre contrat sera connue quand l'autre parcours aura pris fin.")
        phrase = "Il faut la date de fin de l'autre parcours pour savoir jusqu'où il prolonge votre contrat."
        examen.point("parcours_prolonge", None, phrase, "parcours_fin")
        return
    jour = francais.jour(prolongee)
    if prolongee <= faits.fin:
        phrase = f"L'autre parcours mène au {jour} : votre contrat va déjà aussi loin."
        examen.point("parcours_prolonge", False, phrase)
    else:
        phrase = f"L'autre parcours prolonge votre contrat jusqu'au {jour} inclus, sans décision à prendre."
        examen.point("parcours_prolonge", True, phrase)
