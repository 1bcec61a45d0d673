"""The form of the contract, in its three frames."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import agents_de
from imilo.droit import cej
from imilo.droit.baremes import bareme
from imilo.droit.delais import Echeance
from imilo.jeunes.telephones import afficher
from imilo.parcours.contrats.connu import Connu
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import (
    Amenagement,
    AutonomieFiscale,
    CategorieAction,
    ContratEngagement,
    Financement,
    FoyerFiscal,
    Logement,
    Projet,
    Soutien,
)
from imilo.parcours.contrats.services import ActionSaisie, ContratSaisi, PhaseSaisie
from imilo.parcours.contrats.services.commun import deja_signees
from imilo.parcours.contrats.services.preparation import ACTIONS_MAX
from imilo.parcours.contrats.services.saisies import SANS_COLONNE
from imilo.parcours.contrats.textes import textes
from imilo.parcours.diagnostics.models import Diagnostic
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.parcours.fiche.selectors import representant_qui_signe
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer
from imilo.web.contrat.formulaires import CHOISIR, FormulaireResigne, zone_de_texte
from imilo.web.contrat.formulaires_phases import (
    PHASES,
    ajouter_phase,
    depart_des_phases,
    lignes_de_phases,
    phases_saisies,
    verifier_les_phases,
)
from imilo.web.formulaires import ChampMontant, si

LIGNES_VISIBLES = 3
LIGNES = 6


class ChoixAgent(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class FormulaireContrat(FormulaireResigne):
    """What the contract says. Fields of `ContratSaisi`, then lines of the plan of actions."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    debut = forms.DateField(label="Début du contrat", help_text="Le jour de la signature, ou après.")
    fin_prevue = forms.DateField(label="Fin prévue")
    referent = ChoixAgent(label="Conseiller référent unique", queryset=Agent.objects.none(), empty_label="Choisir")
    heures_hebdo = forms.DecimalField(
        label="Heures d'activité par semaine", max_digits=4, decimal_places=1, localize=True
    )
    amenagement = forms.ChoiceField(label="Durée réduite", choices=Amenagement.choices, widget=forms.RadioSelect)
    amenagement_raison = si(
        "si la durée est réduite",
        forms.CharField(
            label="Raison de la durée réduite",
            required=False,
            max_length=500,
            widget=zone_de_texte(2),
            help_text="Elle est écrite dans le contrat. N'y mettez aucun élément de santé.",
        ),
    )
    objectifs = forms.CharField(
        label="Objectifs d'insertion sociale et professionnelle", max_length=3000, widget=zone_de_texte(4)
    )
    engagements_jeune = forms.CharField(
        label="Engagements du jeune", max_length=3000, widget=zone_de_texte(9), help_text="Un engagement par ligne."
    )
    engagements_structure = forms.CharField(
        label="Engagements de la mission locale",
        max_length=3000,
        widget=zone_de_texte(9),
        help_text="Un engagement par ligne.",
    )
    periodicite = forms.IntegerField(
        label="Faire le point et revoir le contrat tous les … mois",
        required=False,
        min_value=1,
        max_value=12,
        help_text="La fréquence convenue avec la personne (R. 5411-14).",
    )
    projet = forms.ChoiceField(label="Projet professionnel", choices=[*CHOISIR, *Projet.choices], required=False)
    projet_etabli_le = si("si le projet est établi", forms.DateField(label="Projet établi depuis le", required=False))
    offre_emplois = forms.CharField(label="Emplois recherchés", required=False, max_length=300)
    offre_zone = forms.CharField(label="Zone privilégiée", required=False, max_length=200)
    offre_salaire = forms.DecimalField(
        label="Salaire attendu, brut par mois (€)",
        required=False,
        max_digits=7,
        decimal_places=2,
        min_value=0,
        localize=True,
    )
    actes_recherche = forms.CharField(
        label="Actes de recherche d'emploi prévus", required=False, max_length=2000, widget=zone_de_texte(3)
    )
    en_difficulte = forms.BooleanField(label="La personne est en difficulté", required=False)
    risque_exclusion = forms.BooleanField(label="Elle risque d'être exclue du monde du travail", required=False)
    allocation_maximum = ChampMontant(
        label="Allocation que le contrat mentionne, pour un mois (€), s'il y en a une",
        required=False,
        max_digits=7,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text="R. 5131-12. Chaque versement se décide ensuite selon le mois (R. 5131-8), sous le plafond de "
        "l'article D. 5131-9.",
    )
    logement = si(
        "obligatoire",
        forms.ChoiceField(label="La personne vit", choices=Logement.choices, widget=forms.RadioSelect, required=False),
    )
    soutien_parental = si(
        "si elle vit chez ses parents",
        forms.ChoiceField(
            label="Ses parents lui apportent",
            choices=[*CHOISIR, *Soutien.choices],
            required=False,
        ),
    )
    foyer_fiscal = si(
        "obligatoire",
        forms.ChoiceField(
            label="Son foyer fiscal, ou celui auquel elle est rattachée",
            choices=[*CHOISIR, *FoyerFiscal.choices],
            required=False,
        ),
    )
    autonomie_fiscale = forms.ChoiceField(
        label="Compte-t-elle seule pour le foyer fiscal ?", choices=AutonomieFiscale.choices, required=False
    )
    representant_nom = si(
        "si la personne n'est pas émancipée",
        forms.CharField(label="Prénom et nom du représentant légal", required=False, max_length=200),
    )
    representant_qualite = si(
        "si la personne n'est pas émancipée",
        forms.CharField(
            label="Qualité", required=False, max_length=60, help_text="Mère, père, tuteur, service gardien…"
        ),
    )
    representant_telephone = si(
        "pour signer à distance", forms.CharField(label="Son mobile", required=False, max_length=20)
    )
    representant_courriel = si("pour signer à distance", forms.EmailField(label="Son courriel", required=False))
    mineur_emancipe = forms.BooleanField(label="Mineur émancipé : signe seul", required=False)

    def __init__(
        self,
        *args: Any,
        dossier: Dossier,
        cadre: str = Cadre.CEJ,
        le: date,
        agent: Agent,
        contrat: ContratEngagement | None = None,
        diagnostic: Diagnostic | None = None,
        connu: Connu | None = None,
        **kwargs: Any,
    ) -> None:
        self.cadre = cadre
        self.repris = connu.dits if connu and not contrat else ()
        kwargs["initial"] = _depart_de(contrat) if contrat else _depart(dossier, le, agent, diagnostic, cadre)
        if connu and not contrat:
            kwargs["initial"] |= connu.reponses
        super().__init__(*args, **kwargs)
        self._rappeler_la_loi(le)
        if contrat is not None:
            self.demander_de_resigner(deja_signees(contrat))
        champ = self.fields["referent"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = agents_de(structure=dossier.structure, le=le, profils=REFERENTS)
        self.phases_visibles = PHASES if cadre == Cadre.PACEA else 0
        for n in range(1, self.phases_visibles + 1):
            ajouter_phase(self, n)
        existantes = contrat.actions.count() if contrat else 0
        self.nombre = min(max(LIGNES, existantes + 1, self._lignes_recues()), ACTIONS_MAX)
        for n in range(1, self.nombre + 1):
            self._ajouter_ligne(n)

    def _rappeler_la_loi(self, le: date) -> None:
        """Help texts that quote the scales."""
        mois = int(bareme("cej.duree.maximum", le).valeur)
        heures = int(bareme("contrat_engagement.heures_hebdomadaires", le).valeur)
        limite = f"{_dernier_jour(le):%d/%m/%Y} pour un contrat qui commence aujourd'hui"
        parcours = int(bareme("pacea.duree.maximum", le).valeur)
        self.fields["fin_prevue"].help_text = {
            Cadre.CEJ: f"Dernier jour, {mois} mois au plus : {limite} (R. 5131-16).",
            Cadre.PACEA: f"Dernier jour du parcours, {parcours} mois au plus (R. 5131-13).",
            Cadre.COMMUN: "Le jour jusqu'auquel l'accompagnement est prévu.",
        }[Cadre(self.cadre)]
        self.fields["heures_hebdo"].help_text = f"{heures} heures au moins, sauf durée réduite (L. 5411-6 II)."

    def _lignes_recues(self) -> int:
        return sum(1 for cle in self.data if cle.startswith("action_") and cle.endswith("_intitule"))

    def _ajouter_ligne(self, n: int) -> None:
        champs: dict[str, forms.Field] = {
            "categorie": forms.ChoiceField(
                label=f"Action {n} : type", required=False, choices=[*CHOISIR, *CategorieAction.choices]
            ),
            "intitule": forms.CharField(label=f"Action {n}", required=False, max_length=300),
            "organisme": forms.CharField(label=f"Action {n} : mise en œuvre par", required=False, max_length=200),
            "echeance": forms.DateField(label=f"Action {n} : échéance", required=False),
            "financement": forms.ChoiceField(
                label=f"Action {n} : financée par", required=False, choices=Financement.choices
            ),
            "programme": forms.CharField(label=f"Action {n} : programme ou opération", required=False, max_length=120),
        }
        si("si l'action est écrite", champs["categorie"])
        si("au moins une action" if n == 1 else "facultatif", champs["intitule"])
        for nom, champ in champs.items():
            self.fields[f"action_{n}_{nom}"] = champ
            self.habiller_champ(champ)

    @staticmethod
    def habiller_champ(champ: forms.Field) -> None:
        from imilo.web.formulaires import habiller

        habiller(champ)
        champ.widget.attrs.setdefault("dir", "auto") if type(champ) is forms.CharField else None

    @property
    def lignes(self) -> list[tuple[forms.BoundField, ...]]:
        noms = ("categorie", "intitule", "organisme", "echeance", "financement", "programme")
        return [tuple(self[f"action_{n}_{nom}"] for nom in noms) for n in range(1, self.nombre + 1)]

    @property
    def premieres_lignes(self) -> list[tuple[forms.BoundField, ...]]:
        return self.lignes[:LIGNES_VISIBLES]

    @property
    def autres_lignes(self) -> list[tuple[forms.BoundField, ...]]:
        return self.lignes[LIGNES_VISIBLES:]

    @property
    def autres_lignes_remplies(self) -> bool:
        return any(champ.value() or champ.errors for ligne in self.autres_lignes for champ in ligne)

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(1, self.nombre + 1):
            intitule, categorie = donnees.get(f"action_{n}_intitule"), donnees.get(f"action_{n}_categorie")
            reste = donnees.get(f"action_{n}_organisme") or donnees.get(f"action_{n}_echeance")
            if intitule and not categorie:
                self.add_error(f"action_{n}_categorie", "Choisissez le type de cette action.")
            if donnees.get(f"action_{n}_programme") and not donnees.get(f"action_{n}_financement"):
                self.add_error(f"action_{n}_financement", "Choisissez qui finance l'action.")
            if (categorie or reste) and not intitule:
                self.add_error(f"action_{n}_intitule", "Écrivez cette action, ou videz sa ligne.")
        verifier_les_phases(self, donnees)
        return donnees

    def refuser(self, erreur: RegleViolee) -> None:
        ailleurs = {"actions": "action_1_intitule", "phases": "phase_1_debut"}
        champ = erreur.champ or ""
        if ligne := re.match(r"(action|phase)s\.(\d+)\.(\w+)\Z", champ):  # the lines left blank aren't counted
            remplies = self._remplies(ligne[1], {"action": "intitule", "phase": "debut"}[ligne[1]])
            champ = f"{ligne[1]}_{remplies[int(ligne[2]) - 1]}_{ligne[3]}"
        super().refuser(RegleViolee(erreur.message, ailleurs.get(champ, champ)))

    def saisi(self) -> ContratSaisi:
        donnees = {**self.cleaned_data, "cadre": self.cadre}
        donnees["autonomie_fiscale"] = donnees["autonomie_fiscale"] or AutonomieFiscale.AUCUNE
        return ContratSaisi(**{c: donnees[c] for c in ContratSaisi.__dataclass_fields__})

    @property
    def phases(self) -> list[tuple[forms.BoundField, ...]]:
        return lignes_de_phases(self)

    def phases_saisies(self) -> list[PhaseSaisie]:
        return phases_saisies(self)

    def _remplies(self, quoi: str, champ: str) -> list[int]:
        """The numbers of the lines that were filled in, of actions or of phases."""
        nombre = self.nombre if quoi == "action" else self.phases_visibles
        return [n for n in range(1, nombre + 1) if str(self[f"{quoi}_{n}_{champ}"].value() or "").strip()]

    def actions(self) -> list[ActionSaisie]:
        donnees = self.cleaned_data
        return [
            ActionSaisie(
                donnees[f"action_{n}_categorie"],
                donnees[f"action_{n}_intitule"],
                donnees[f"action_{n}_organisme"],
                donnees[f"action_{n}_echeance"],
                donnees[f"action_{n}_financement"],
                donnees[f"action_{n}_programme"],
            )
            for n in self._remplies("action", "intitule")
        ]


def _dernier_jour(debut: date) -> Echeance | None:
    """The last day that a contract of that beginning may have (R. 5131-16)."""
    return appliquer(cej.duree, cej.FaitsDuree(debut), debut).resultat["dernier_jour_possible"]


def _depart(dossier: Dossier, le: date, agent: Agent, diagnostic: Diagnostic | None, cadre: str) -> dict[str, Any]:
    """What is known already: nothing is typed twice."""
    texte = textes(le)
    representant = representant_qui_signe(dossier, le=le)
    return {
        "representant_nom": representant.nom if representant else "",
        "representant_qualite": representant.get_qualite_display() if representant else "",
        "representant_telephone": afficher(representant.telephone) if representant else "",
        "representant_courriel": representant.courriel if representant else "",
        "debut": le,
        "fin_prevue": _dernier_jour(le) if cadre == Cadre.CEJ else None,
        "phase_1_debut": le,
        "referent": dossier.referent_id or agent.pk,
        "heures_hebdo": Decimal(bareme("contrat_engagement.heures_hebdomadaires", le).valeur),
        "amenagement": Amenagement.AUCUN,
        "objectifs": diagnostic.objectifs if diagnostic else "",
        "engagements_jeune": "\n".join(texte.engagements_jeune),
        "engagements_structure": "\n".join(texte.engagements_structure),
        "autonomie_fiscale": AutonomieFiscale.AUCUNE,
    }


def _depart_de(contrat: ContratEngagement) -> dict[str, Any]:
    depart = {c: getattr(contrat, c) for c in ContratSaisi.__dataclass_fields__ if c not in SANS_COLONNE}
    faits = (contrat.eligibilite or {}).get("faits", {})
    depart |= {c: faits.get(c) for c in SANS_COLONNE} | depart_des_phases(contrat)
    depart |= {"version": contrat.version, "referent": contrat.referent_id}
    for n, action in enumerate(contrat.actions.all(), start=1):
        for nom in ("categorie", "intitule", "organisme", "echeance", "financement", "programme"):
            depart[f"action_{n}_{nom}"] = getattr(action, nom)
    return depart
