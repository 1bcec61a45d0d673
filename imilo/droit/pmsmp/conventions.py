"""May this agreement be concluded, and what does it lack (L. 5135-1 to L. 5135-4, L. 5135-7, D. 5135-1, D. 5135-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit.faits import Fait, verifier_choix, verifier_choix_facultatif, verifier_oui_non
from imilo.droit.logique import et, non
from imilo.droit.pmsmp import prescripteurs
from imilo.droit.pmsmp.durees import Objet
from imilo.droit.pmsmp.mentions import EN_FRANCAIS, PAR_ALINEA, Mention
from imilo.droit.pmsmp.prescripteurs import Autorisation, Prescripteur
from imilo.droit.registre import Redaction, regle

Partie = Literal["beneficiaire", "accueil", "prescripteur", "accompagnement", "employeur"]
OUI_NON = (
    "accompagne",
    "poste_permanent",
    "surcroit_activite",
    "emploi_saisonnier",
    "remplacement",
    "remuneree_par_accueil",
    "salarie",
    "accompagnement_distinct",
    "convention_collective",
    "modele_officiel",
)


@dataclass(frozen=True, slots=True)
class FaitsConvention:
    """The agreement as it is drafted; None means *not known yet*. `signataires` and `mentions` are what it holds.

    An empty list says that nobody signs, or that nothing is stated.
    """

    objet: Annotated[Objet | None, Fait("objet de l'immersion")] = None
    accompagne: Annotated[bool | None, Fait("la personne a un accompagnement social ou professionnel à elle")] = None
    prescripteur: Annotated[Prescripteur | None, Fait("organisme qui prescrit l'immersion")] = None
    autorisation: Annotated[Autorisation | None, Fait("autorisation de prescrire, s'il en faut une")] = None
    poste_permanent: Annotated[bool | None, Fait("tâche régulière d'un poste permanent")] = None
    surcroit_activite: Annotated[bool | None, Fait("surcroît temporaire d'activité de la structure")] = None
    emploi_saisonnier: Annotated[bool | None, Fait("emploi saisonnier")] = None
    remplacement: Annotated[bool | None, Fait("remplacement d'un salarié absent ou au contrat suspendu")] = None
    remuneree_par_accueil: Annotated[bool | None, Fait("la structure d'accueil paie la personne")] = None
    salarie: Annotated[bool | None, Fait("la personne est salariée")] = None
    accompagnement_distinct: Annotated[bool | None, Fait("qui accompagne n'est pas qui prescrit")] = None
    convention_collective: Annotated[bool | None, Fait("une convention collective s'applique à l'accueil")] = None
    modele_officiel: Annotated[bool | None, Fait("elle suit le modèle fixé par arrêté")] = None
    signataires: Annotated[tuple[Partie, ...] | None, Fait("qui signe la convention")] = None
    mentions: Annotated[tuple[Mention, ...] | None, Fait("ce que la convention indique")] = None

    def __post_init__(self) -> None:
        verifier_choix_facultatif("objet", self.objet, Objet)
        prescripteurs.verifier(self.prescripteur, self.autorisation)
        for champ in OUI_NON:
            verifier_oui_non(champ, getattr(self, champ))
        for champ, choix in (("signataires", Partie), ("mentions", Mention)):
            if getattr(self, champ) is None:
                continue
            object.__setattr__(self, champ, tuple(getattr(self, champ)))
            for valeur in getattr(self, champ):
                verifier_choix(champ, valeur, choix)


class ResultatConvention(TypedDict):
    """`conforme` is None while a fact named in `a_completer` could change it.

    `parties_manquantes` and `mentions_manquantes`: what the agreement certainly lacks, in the order of the text.
    """

    conforme: bool | None
    parties_manquantes: tuple[Partie, ...]
    mentions_manquantes: tuple[Mention, ...]
    a_completer: tuple[str, ...]


@regle("pmsmp.convention", version="1")
def convention(faits: FaitsConvention, le: date, redaction: Redaction) -> ResultatConvention:
    """Say whether the agreement may be concluded, point by point, and what it lacks."""
    _objet(faits, redaction)
    _question(redaction, "accompagne", faits.accompagne, _ACCOMPAGNE, "L. 5135-2")
    manquants = prescripteurs.examiner(faits.prescripteur, faits.autorisation, redaction)
    for champ, phrases in _INTERDITS.items():
        _question(redaction, champ, non(getattr(faits, champ)), phrases, "L. 5135-7")
    _question(redaction, "sans_remuneration", non(faits.remuneree_par_accueil), _REMUNERATION, "L. 5135-3")
    parties = _parties(faits, redaction)
    _question(redaction, "modele_officiel", faits.modele_officiel, _MODELE, "D. 5135-2")
    mentions = _mentions(faits, redaction)
    return ResultatConvention(
        conforme=et(*(motif.satisfait for motif in redaction.motifs)),
        parties_manquantes=parties,
        mentions_manquantes=mentions,
        a_completer=(*manquants, *_inconnus(faits)),
    )


def _inconnus(faits: FaitsConvention) -> tuple[str, ...]:
    """Return the unanswered questions; one about a party or an item already there changes nothing."""
    signataires, mentions = faits.signataires or (), faits.mentions or ()
    inutiles = {
        "salarie": "employeur" in signataires and "employeur_coordonnees" in mentions,
        "accompagnement_distinct": "accompagnement" in signataires,
        "convention_collective": "accueil_convention_collective" in mentions,
    }
    champs = ("objet", *OUI_NON, "signataires", "mentions")
    return tuple(c for c in champs if getattr(faits, c) is None and not inutiles.get(c, False))


_ACCOMPAGNE: dict[bool | None, str] = {
    None: "Il faut dire si la personne a un accompagnement social ou professionnel à elle.",
    True: "La personne a un accompagnement social ou professionnel à elle.",
    False: "Sans accompagnement social ou professionnel, il n'y a pas d'immersion.",
}
_INTERDITS: dict[str, dict[bool | None, str]] = {
    "poste_permanent": {
        None: "Il faut dire si l'immersion sert à tenir un poste permanent.",
        True: "L'immersion ne sert pas à tenir un poste permanent.",
        False: "Une immersion ne peut pas servir à tenir un poste permanent.",
    },
    "surcroit_activite": {
        None: "Il faut dire si l'immersion répond à un surcroît d'activité.",
        True: "L'immersion ne répond pas à un surcroît d'activité.",
        False: "Une immersion ne peut pas répondre à un surcroît d'activité.",
    },
    "emploi_saisonnier": {
        None: "Il faut dire si l'immersion occupe un emploi saisonnier.",
        True: "L'immersion n'occupe pas un emploi saisonnier.",
        False: "Une immersion ne peut pas occuper un emploi saisonnier.",
    },
    "remplacement": {
        None: "Il faut dire si l'immersion remplace un salarié absent.",
        True: "L'immersion ne remplace pas un salarié absent.",
        False: "Une immersion ne peut pas remplacer un salarié absent.",
    },
}
_REMUNERATION: dict[bool | None, str] = {
    None: "Il faut dire si la structure d'accueil paie la personne.",
    True: "La structure d'accueil ne paie pas la personne, qui garde son statut et ses allocations.",
    False: "La structure d'accueil ne peut pas payer la personne pendant une immersion.",
}
_MODELE: dict[bool | None, str] = {
    None: "Il faut dire si la convention suit le modèle fixé par arrêté.",
    True: "La convention suit le modèle fixé par arrêté.",
    False: "La convention doit suivre le modèle fixé par arrêté.",
}


def _question(
    redaction: Redaction, code: str, reponse: bool | None, phrases: dict[bool | None, str], article: str
) -> None:
    redaction.motif(code, reponse, phrases[reponse], article)


def _objet(faits: FaitsConvention, redaction: Redaction) -> None:
    phrase, article = {
        None: ("Il faut dire à quoi sert l'immersion.", "L. 5135-1"),
        "decouvrir_metier": ("L'immersion sert à découvrir un métier ou un secteur.", "L. 5135-1 1°"),
        "confirmer_projet": ("L'immersion sert à confirmer un projet professionnel.", "L. 5135-1 2°"),
        "initier_recrutement": ("L'immersion sert à commencer un recrutement.", "L. 5135-1 3°"),
    }[faits.objet]
    redaction.motif("objet", None if faits.objet is None else True, phrase, article)


def _parties(faits: FaitsConvention, redaction: Redaction) -> tuple[Partie, ...]:
    """Write who must sign; return who certainly lacks."""
    signataires = faits.signataires
    if signataires is None:
        redaction.motif("signatures", None, "Il faut dire qui signe la convention.", "L. 5135-4")
        return ()
    exigees: dict[Partie, tuple[bool | None, str, str]] = {
        "beneficiaire": (True, "la personne qui fait l'immersion", "L. 5135-4"),
        "accueil": (True, "la structure d'accueil", "L. 5135-4"),
        "prescripteur": (True, "l'organisme qui prescrit l'immersion", "L. 5135-4"),
        "accompagnement": (faits.accompagnement_distinct, "la structure qui accompagne la personne", "L. 5135-4"),
        "employeur": (faits.salarie, "l'employeur de la personne", "D. 5135-1"),
    }
    manquantes: list[Partie] = []
    for partie, (exigee, qui, article) in exigees.items():
        signe = partie in signataires
        if exigee is False and not signe:
            continue
        presente = True if signe else non(exigee)
        phrase = {
            None: f"Il faut peut-être une signature de plus : {qui}.",
            True: f"Signature présente : {qui}.",
            False: f"Il manque une signature : {qui}.",
        }[presente]
        redaction.motif(f"signature.{partie}", presente, phrase, article)
        if presente is False:
            manquantes.append(partie)
    return tuple(manquantes)


def _mentions(faits: FaitsConvention, redaction: Redaction) -> tuple[Mention, ...]:
    """Write what each paragraph asks; return what the agreement certainly lacks."""
    dites = faits.mentions
    if dites is None:
        redaction.motif("mentions", None, "Il faut dire ce que la convention indique.", "D. 5135-2")
        return ()
    exigences: dict[Mention, bool | None] = {
        "employeur_coordonnees": faits.salarie,
        "accueil_convention_collective": faits.convention_collective,
    }
    manquantes: list[Mention] = []
    for code, (article, mentions) in PAR_ALINEA.items():
        absentes = [mention for mention in mentions if mention not in dites]
        sures = [mention for mention in absentes if exigences.get(mention, True)]
        douteuses = [mention for mention in absentes if exigences.get(mention, True) is None]
        liste = ", ".join(EN_FRANCAIS[mention] for mention in sures or douteuses)
        if sures:
            redaction.motif(code, False, f"La convention doit indiquer : {liste}.", article)
        elif douteuses:
            redaction.motif(code, None, f"La convention doit peut-être indiquer : {liste}.", article)
        else:
            redaction.motif(code, True, _COMPLETES[code], article)
        manquantes.extend(sures)
    return tuple(manquantes)


_COMPLETES = {
    "mentions_prescripteur": "La convention dit quel organisme prescrit l'immersion.",
    "mentions_beneficiaire": "La convention dit qui fait l'immersion.",
    "mentions_accueil": "La convention dit qui accueille la personne.",
    "mentions_accompagnement": "La convention dit qui accompagne la personne.",
    "mentions_periode": "La convention dit les dates, les heures, le lieu, l'objet et les objectifs.",
    "mentions_taches": "La convention dit les tâches et les horaires.",
}
