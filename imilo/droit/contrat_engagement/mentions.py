"""What a contract must state: each mention, its article, when it is asked, and the words when it is there or lacks.

Articles: L. 5411-6, L. 5411-6-1, R. 5411-14, R. 5411-15, R. 5411-15-3; R. 5131-12 for a PACEA, R. 5131-16 for a CEJ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from imilo.droit.faits import Fait, verifier_choix, verifier_choix_facultatif, verifier_oui_non
from imilo.droit.logique import est, et, non
from imilo.droit.orientation.organismes import Rsa

Cadre = Literal["droit_commun", "pacea", "cej"]
ProjetSalarie = Literal["non", "a_preciser", "etabli"]
Mention = Literal[
    "diagnostic",
    "situation",
    "engagements_organisme",
    "referent_unique",
    "engagements_personne",
    "objectifs",
    "actions",
    "duree_hebdomadaire",
    "calendrier",
    "duree_accompagnement",
    "phases",
    "engagements_phases",
    "autres_parcours",
    "allocation",
    "offre_raisonnable",
    "actes_recherche",
    "projet_entreprise",
    "reconversion",
    "droits",
    "recours",
    "actualisation",
    "sincerite",
    "modele",
    "signature_personne",
    "signature_organisme",
]


@dataclass(frozen=True, slots=True)
class FaitsContenu:
    """What the contract states, and what decides of the mentions asked; None means *not known yet*."""

    cadre: Annotated[Cadre, Fait("accompagnement dans lequel le contrat s'inscrit")]
    mentions: Annotated[tuple[Mention, ...], Fait("ce que le contrat comporte")] = ()
    sans_duree_hebdomadaire: Annotated[bool | None, Fait("le plan d'action n'a pas de durée par semaine")] = None
    actions_datees: Annotated[bool | None, Fait("des actions du plan ont une date")] = None
    parcours_en_cours: Annotated[
        bool | None, Fait("la personne suit déjà une action ou un parcours d'un autre organisme")
    ] = None
    insertion_sociale: Annotated[bool | None, Fait("un accompagnement social passe d'abord")] = None
    projet_salarie: Annotated[ProjetSalarie | None, Fait("le projet comporte la recherche d'un emploi salarié")] = None
    projet_creation: Annotated[bool | None, Fait("le projet comporte la création ou la reprise d'une entreprise")] = (
        None
    )
    projet_reconversion: Annotated[bool | None, Fait("la personne a un projet de reconversion professionnelle")] = None
    allocation_ouverte: Annotated[bool | None, Fait("une allocation est ouverte avec le CEJ ou le PACEA")] = None
    rsa: Annotated[Rsa | None, Fait("situation de la personne au regard du RSA")] = None
    obligations_rsa: Annotated[
        bool | None, Fait("tenue aux obligations du code de l'action sociale et des familles, L. 262-28")
    ] = None

    def __post_init__(self) -> None:
        verifier_choix("cadre", self.cadre, Cadre)
        object.__setattr__(self, "mentions", tuple(self.mentions))
        for rang, mention in enumerate(self.mentions):
            verifier_choix(f"mentions.{rang}", mention, Mention)
        verifier_choix_facultatif("projet_salarie", self.projet_salarie, ProjetSalarie)
        verifier_choix_facultatif("rsa", self.rsa, Rsa)
        for champ in (
            "sans_duree_hebdomadaire",
            "actions_datees",
            "parcours_en_cours",
            "insertion_sociale",
            "projet_creation",
            "projet_reconversion",
            "allocation_ouverte",
            "obligations_rsa",
        ):
            verifier_oui_non(champ, getattr(self, champ))


def _toujours(faits: FaitsContenu) -> bool | None:
    return True


def _emploi_salarie(faits: FaitsContenu) -> bool | None:
    return et(non(faits.insertion_sociale), est(faits.projet_salarie, "etabli"))


@dataclass(frozen=True, slots=True)
class Exigence:
    """One mention: what the contract says when it is there (`presente`), what to say when it lacks (`absente`).

    Two entries share a mention when the setting changes its article; at most one of them applies to a contract.

    `exigee` says whether these facts ask for it; `selon` names the facts that it looks at.
    """

    mention: Mention
    article: str
    presente: str
    absente: str
    exigee: Callable[[FaitsContenu], bool | None] = _toujours
    selon: tuple[str, ...] = ()


EXIGENCES: tuple[Exigence, ...] = (
    Exigence(
        "diagnostic",
        "R. 5411-15",
        "Le contrat tient compte du point fait avec vous sur votre situation.",
        "Le contrat doit tenir compte du point fait avec vous sur votre situation.",
    ),
    Exigence(
        "situation",
        "L. 5411-6 II",
        "Le contrat tient compte de vos compétences, de votre vie personnelle et des emplois près de chez vous.",
        "Le contrat doit tenir compte de vos compétences, de votre vie personnelle et des emplois près de chez vous.",
    ),
    Exigence(
        "engagements_organisme",
        "L. 5411-6 II 1°",
        "Le contrat dit ce que l'organisme qui vous accompagne s'engage à faire.",
        "Le contrat doit dire ce que l'organisme qui vous accompagne s'engage à faire.",
    ),
    Exigence(
        "referent_unique",
        "L. 5411-6 II 1°",
        "Le contrat nomme la personne qui vous accompagne.",
        "Le contrat doit nommer la personne qui vous accompagne.",
    ),
    Exigence(
        "engagements_personne",
        "L. 5411-6 II 2°",
        "Le contrat dit à quoi vous vous engagez, dont votre assiduité.",
        "Le contrat doit dire à quoi vous vous engagez, dont votre assiduité.",
    ),
    Exigence(
        "objectifs",
        "L. 5411-6 II 3°",
        "Le plan d'action dit vos objectifs.",
        "Le plan d'action doit dire vos objectifs.",
    ),
    Exigence(
        "actions",
        "L. 5411-6 II 3°",
        "Le plan d'action comporte des actions.",
        "Le plan d'action doit comporter au moins une action.",
    ),
    Exigence(
        "duree_hebdomadaire",
        "R. 5411-15",
        "Le plan d'action fixe une durée d'activité par semaine.",
        "Le plan d'action doit fixer une durée d'activité par semaine.",
        lambda faits: non(faits.sans_duree_hebdomadaire),
        ("sans_duree_hebdomadaire",),
    ),
    Exigence(
        "calendrier",
        "R. 5411-15",
        "Le plan d'action donne le calendrier des actions.",
        "Le plan d'action doit donner le calendrier des actions qui ont une date.",
        lambda faits: faits.actions_datees,
        ("actions_datees",),
    ),
    Exigence(
        "duree_accompagnement",
        "R. 5411-15",
        "Le plan d'action dit combien de temps dure l'accompagnement.",
        "Le plan d'action doit dire combien de temps dure l'accompagnement.",
        lambda faits: faits.cadre in ("pacea", "cej"),
    ),
    Exigence(
        "phases",
        "R. 5131-12 1°",
        "Le contrat dit les phases du parcours, le but et la durée de chacune.",
        "Le contrat doit dire les phases du parcours, le but et la durée de chacune.",
        lambda faits: faits.cadre == "pacea",
    ),
    Exigence(
        "engagements_phases",
        "R. 5131-12 2°",
        "Le contrat dit, pour chaque phase, à quoi chacun s'engage.",
        "Le contrat doit dire, pour chaque phase, à quoi chacun s'engage.",
        lambda faits: faits.cadre == "pacea",
    ),
    Exigence(
        "autres_parcours",
        "L. 5411-6 III",
        "Le contrat tient compte de ce que vous faites déjà avec un autre organisme.",
        "Le contrat doit tenir compte de ce que vous faites déjà avec un autre organisme.",
        lambda faits: faits.parcours_en_cours,
        ("parcours_en_cours",),
    ),
    Exigence(
        "allocation",
        "R. 5131-16",
        "Le contrat prévoit l'allocation et son montant maximum.",
        "Le contrat doit prévoir l'allocation et son montant maximum.",
        lambda faits: et(faits.cadre == "cej", faits.allocation_ouverte),
        ("allocation_ouverte",),
    ),
    Exigence(
        "allocation",
        "R. 5131-12 3°",
        "Le contrat dit que vous avez une allocation, et son montant.",
        "Le contrat doit dire que vous avez une allocation, et son montant.",
        lambda faits: et(faits.cadre == "pacea", faits.allocation_ouverte),
        ("allocation_ouverte",),
    ),
    Exigence(
        "offre_raisonnable",
        "L. 5411-6-1 I",
        "Le contrat définit l'offre d'emploi que vous devez accepter : emploi, lieu et salaire.",
        "Le contrat doit définir l'offre d'emploi que vous devez accepter : emploi, lieu et salaire.",
        _emploi_salarie,
        ("insertion_sociale", "projet_salarie"),
    ),
    Exigence(
        "actes_recherche",
        "L. 5411-6-1 I",
        "Le contrat précise les démarches que vous devez faire pour trouver un emploi.",
        "Le contrat doit préciser les démarches que vous devez faire pour trouver un emploi.",
        _emploi_salarie,
        ("insertion_sociale", "projet_salarie"),
    ),
    Exigence(
        "projet_entreprise",
        "L. 5411-6-1 I",
        "Le contrat dit l'essentiel de votre projet d'entreprise et les démarches à faire.",
        "Le contrat doit dire l'essentiel de votre projet d'entreprise et les démarches à faire.",
        lambda faits: et(non(faits.insertion_sociale), faits.projet_creation),
        ("insertion_sociale", "projet_creation"),
    ),
    Exigence(
        "reconversion",
        "L. 5411-6-1 I",
        "Le contrat reprend votre projet de reconversion.",
        "Le contrat doit reprendre votre projet de reconversion.",
        lambda faits: et(non(faits.insertion_sociale), faits.projet_reconversion),
        ("insertion_sociale", "projet_reconversion"),
    ),
    Exigence(
        "droits",
        "L. 5411-6 II",
        "Le contrat dit vos droits.",
        "Le contrat doit dire vos droits.",
    ),
    Exigence(
        "recours",
        "L. 5411-6 II",
        "Le contrat dit comment et jusqu'à quand contester une sanction.",
        "Le contrat doit dire comment et jusqu'à quand contester une sanction.",
    ),
    Exigence(
        "actualisation",
        "R. 5411-14",
        "Le contrat dit quand et comment il sera revu avec vous.",
        "Le contrat doit dire quand et comment il sera revu avec vous.",
    ),
    Exigence(
        "sincerite",
        "R. 5411-14",
        "Vous vous engagez à donner des informations exactes sur votre situation.",
        "Vous devez vous engager à donner des informations exactes sur votre situation.",
    ),
    Exigence(
        "modele",
        "R. 5411-15-3",
        "Le contrat suit le modèle de France Travail.",
        "Le contrat doit suivre le modèle de France Travail.",
    ),
    Exigence(
        "signature_personne",
        "L. 5411-6 I",
        "Vous avez signé le contrat.",
        "Il manque votre signature.",
    ),
    Exigence(
        "signature_organisme",
        "L. 5411-6 I",
        "L'organisme qui vous accompagne a signé le contrat.",
        "Il manque la signature de l'organisme qui vous accompagne.",
    ),
)
