"""Forms of a procedure, one for each step. Each one gives the arguments of its service."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from imilo.acteurs.models import Structure
from imilo.droit import francais
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import Manquement, Nature, Origine, Procedure
from imilo.parcours.sanctions.selectors import TRIS, Recherche
from imilo.parcours.sanctions.services import ExamenSaisi, ManquementSaisi
from imilo.parcours.sanctions.services.decision import mesures_permises, premiers_mois
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.web.formulaires import FormulaireDSFR, si

SANS_CHOIX = [("", "Choisir")]
OUI_NON = [("oui", "Oui"), ("non", "Non")]
OUI_NON_INCONNU = [*OUI_NON, ("", "Je ne sais pas")]
PART_A_DIRE = "Dites quelle part est retenue, de 1 à 100 %."
REPONSES: dict[str, bool | None] = {"oui": True, "non": False, "": None}


def texte_long(libelle: str, *, aide: str = "", requis: bool = True, longueur: int = 3000) -> forms.CharField:
    return forms.CharField(
        label=libelle, help_text=aide, required=requis, max_length=longueur, widget=forms.Textarea(attrs={"rows": 4})
    )


def oui_non(libelle: str, *, aide: str = "", inconnu: bool = True) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=libelle,
        help_text=aide,
        choices=OUI_NON_INCONNU if inconnu else OUI_NON,
        coerce=REPONSES.get,
        empty_value=None,
        required=not inconnu,
        widget=forms.RadioSelect,
        error_messages={"required": "Répondez par oui ou par non."},
    )


def relu(libelle: str) -> forms.BooleanField:
    """The confirmation of what can't be undone."""
    return forms.BooleanField(
        label=libelle, error_messages={"required": "Relisez, puis cochez cette case pour confirmer."}
    )


class FormulaireEtape(FormulaireDSFR):
    """A step of a procedure: the version that was seen, then what the service asks for."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, procedure: Procedure, le: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": procedure.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.procedure, self.le = procedure, le

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of the service."""
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "relu"}

    def choisir(self, champ: str, choix: list[tuple[str, str]]) -> None:
        self.fields[champ].choices = choix  # type: ignore[attr-defined]  # a ChoiceField


class FormulaireManquement(FormulaireDSFR):
    """A failing to note."""

    manquement = forms.ChoiceField(label="Quel manquement ?", choices=Manquement.choices, widget=forms.RadioSelect)
    constate_le = forms.DateField(label="Constaté le")
    origine = forms.ChoiceField(label="Comment a-t-il été vu ?", choices=Origine.choices)
    faits = texte_long("Les faits", aide="Dates, actions, ce qui était convenu. La personne les lira dans le courrier.")
    refus = forms.IntegerField(
        label="Offres raisonnables refusées",
        required=False,
        min_value=1,
        max_value=99,
        help_text="Seulement pour un refus d'offres.",
    )

    def saisi(self) -> ManquementSaisi:
        return ManquementSaisi(**self.cleaned_data)


class FormulaireExamen(FormulaireEtape):
    """Is there a legitimate reason; what the person receives."""

    motif_legitime = oui_non(
        "La personne a-t-elle une raison légitime ?",
        aide="Santé, garde d'enfant, entretien d'embauche, transport impossible… Elle arrête la procédure.",
        inconnu=False,
    )
    motif_texte = texte_long(
        "Ce qu'elle a répondu", aide="Ou : « n'a pas répondu », avec les dates d'appel.", requis=False, longueur=1000
    )
    se_poursuit = oui_non(
        "Est-ce le manquement déjà sanctionné qui continue ?", aide="Une sanction précédente est enregistrée."
    )
    allocation = oui_non(
        "A-t-elle droit à l'allocation du CEJ ou du PACEA ?", aide="Même si le montant est nul ce mois-ci."
    )
    revenu_remplacement = oui_non("Reçoit-elle une allocation de chômage ?")
    rsa = oui_non("Est-elle bénéficiaire du RSA ?")

    def __init__(self, *args: Any, deja_sanctionnee: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not deja_sanctionnee:
            del self.fields["se_poursuit"]

    def arguments(self) -> dict[str, Any]:
        donnees = super().arguments()
        version = donnees.pop("version")
        return {"version": version, "examen": ExamenSaisi(**donnees)}


class FormulaireMesure(FormulaireEtape):
    """A measure: its nature, its share, its length; a warning has a delay instead."""

    nature = forms.ChoiceField(label="Sanction", widget=forms.RadioSelect)
    pourcentage = forms.IntegerField(label="Part retenue (%)", required=False, min_value=1, max_value=100)
    mois = forms.IntegerField(label="Durée (mois)", required=False, min_value=1, max_value=24)
    fin_le = forms.DateField(
        label="Jusqu'à quand mettre fin au manquement ?", required=False, help_text="Le délai que fixe l'avertissement."
    )

    def restreindre(self, natures: list[Nature]) -> None:
        """Only what may be chosen, and only the fields that it asks for."""
        self.choisir("nature", [(n.value, n.label) for n in natures])
        if len(natures) == 1:
            self.initial.setdefault("nature", natures[0].value)
        if Nature.AVERTISSEMENT not in natures:
            del self.fields["fin_le"]
        if set(natures) <= {Nature.SUSPENSION, Nature.SUPPRESSION}:
            self._exiger_part_et_duree()
        if not {Nature.SUSPENSION, Nature.SUPPRESSION} & set(natures):
            del self.fields["pourcentage"]
            if Nature.RADIATION not in natures:
                del self.fields["mois"]

    def _exiger_part_et_duree(self) -> None:
        """Nothing else can be chosen: both are asked for, but the length that a fraud may go without."""
        part, mois = self.fields["pourcentage"], self.fields["mois"]
        part.required, part.error_messages["required"] = True, PART_A_DIRE
        if self.procedure.manquement != Manquement.FRAUDE:
            mois.required, mois.error_messages["required"] = True, "Dites pendant combien de mois."

    def mesure(self) -> Mesure:
        d = self.cleaned_data
        retenue = d["nature"] in (Nature.SUSPENSION, Nature.SUPPRESSION)
        part = Decimal(d["pourcentage"]) / 100 if retenue and d.get("pourcentage") else None
        mois = d.get("mois") if d["nature"] != Nature.AVERTISSEMENT else None
        fin_le = d.get("fin_le") if d["nature"] == Nature.AVERTISSEMENT else None
        return Mesure(d["nature"], part, mois, fin_le)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        retenue = donnees.get("nature") in (Nature.SUSPENSION, Nature.SUPPRESSION)
        if retenue and donnees.get("pourcentage") is None and "pourcentage" not in self.errors:
            self.add_error("pourcentage", PART_A_DIRE)
        return donnees


def natures_du_texte(procedure: Procedure) -> list[Nature]:
    """What the law gives the mission locale to pronounce, by the examination kept."""
    mesures = (procedure.quantum or {}).get("resultat", {}).get("mesures", [])
    siennes = [m["nature"] for m in mesures if m["competent"] == "mission_locale"]
    return [n for n in Nature if n.value in siennes]


class FormulaireIntention(FormulaireMesure):
    """The sanction thought of."""

    relu = relu("J'ai relu les faits : le courrier est fait tout de suite, et ne se modifie plus.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.restreindre(natures_du_texte(self.procedure))

    def arguments(self) -> dict[str, Any]:
        return {"version": self.cleaned_data["version"], "mesure": self.mesure()}


class FormulaireDecision(FormulaireMesure):
    """The sanction pronounced: what was announced, or lighter."""

    premier_mois = forms.ChoiceField(
        label="Premier mois touché",
        help_text="Aucun texte ne fixe ce mois : la liste est un réglage d'I-MILO. Jamais un mois passé.",
    )
    motivation = texte_long("Pourquoi", aide="La personne lira ces motifs. Répondez à ce qu'elle a dit.")
    relu = relu("J'ai relu : la décision est prise aujourd'hui, son courrier est fait, elle ne se modifie plus.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        procedure: Procedure = kwargs["procedure"]
        part = procedure.envisagee_part
        kwargs["initial"] = {
            "nature": procedure.envisagee_nature,
            "pourcentage": None if part is None else int(part * 100),
            "mois": procedure.envisagee_mois,
            "fin_le": procedure.envisagee_fin_le,
        }
        super().__init__(*args, **kwargs)
        self.restreindre(mesures_permises(procedure))
        if procedure.envisagee_part is None:
            del self.fields["premier_mois"]
        else:
            self.choisir("premier_mois", [(m.isoformat(), francais.mois(m)) for m in premiers_mois(self.le)])

    def arguments(self) -> dict[str, Any]:
        d = self.cleaned_data
        mois = d.get("premier_mois")
        return {
            "version": d["version"],
            "mesure": self.mesure(),
            "motivation": d["motivation"],
            "premier_mois": date.fromisoformat(mois) if mois else None,
        }


class FormulaireReception(FormulaireEtape):
    """Who received a letter, when, how."""

    personne_le = si("si elle l'a reçue", forms.DateField(label="Reçu par la personne le", required=False))
    representants_le = si(
        "s'ils l'ont reçue", forms.DateField(label="Reçu par ses représentants légaux le", required=False)
    )
    moyen = forms.ChoiceField(label="Par quel moyen ?", help_text="Il donne une date de réception certaine.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choisir("moyen", [*SANS_CHOIX, *codes(Liste.NOTIFICATION, self.le)])
        if not self.procedure.represente:
            del self.fields["representants_le"]


class FormulaireReponse(FormulaireEtape):
    """What the person answers: in writing, or by asking to be heard."""

    observations_le = si("si elle a écrit", forms.DateField(label="Observations reçues le", required=False))
    observations = texte_long("Ce que la personne a écrit", requis=False, longueur=5000)
    audition_demandee_le = si(
        "si elle demande à être entendue", forms.DateField(label="A demandé à être entendue le", required=False)
    )


class FormulaireAudition(FormulaireEtape):
    """The hearing held, or for which the person didn't come."""

    audition_le = forms.DateField(label="Jour de l'audition", help_text="Ou celui de la convocation, sans venue.")
    assistance = forms.CharField(label="Accompagnée de", required=False, max_length=200)
    compte_rendu = texte_long("Compte rendu", longueur=5000)


class FormulaireRaison(FormulaireEtape):
    """A reason to keep, and a confirmation."""

    raison = texte_long("Pourquoi ?", longueur=1000)
    relu = relu("Je confirme : cette étape ne se défait pas.")


class FormulaireRadiation(FormulaireEtape):
    """A striking off to propose to France Travail."""

    mois = forms.IntegerField(label="Durée proposée (mois)", min_value=1, max_value=24)
    motivation = texte_long("Pourquoi la proposez-vous ?")
    relu = relu("Je confirme : la proposition est écrite pour France Travail.")


class FormulaireConditions(FormulaireEtape):
    """What was agreed for the suspension to end."""

    conditions = texte_long("Ce que la personne doit faire", aide="Convenu avec elle : elle le lira.", longueur=2000)


class FormulaireLevee(FormulaireEtape):
    """The day the commitments were resumed."""

    conforme_le = forms.DateField(label="Engagements repris le")
    relu = relu("Je confirme : la suspension prend fin ce jour-là, son courrier est fait.")


class FormulaireListe(FormulaireDSFR):
    """What the list of the structure is narrowed to."""

    filtre = True
    etat = forms.ChoiceField(label="État", required=False)
    manquement = forms.ChoiceField(label="Manquement", choices=[("", "Tous"), *Manquement.choices], required=False)
    referent = forms.ChoiceField(label="Référent", required=False)
    tri = forms.ChoiceField(label="Trier par", choices=TRIS, required=False)

    def __init__(self, *args: Any, structure: Structure, le: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        etats = [("ouvertes", "À suivre"), ("toutes", "Toutes"), *Etat.choices]
        self.fields["etat"].choices = etats  # type: ignore[attr-defined]  # a ChoiceField
        equipe = [(str(a.pk), str(a)) for a in agents_qui_peuvent("dossier.suivre", structure=structure, le=le)]
        self.fields["referent"].choices = [("", "Tous"), *equipe]  # type: ignore[attr-defined]  # a ChoiceField

    def recherche(self) -> Recherche:
        d = self.cleaned_data
        etat = d["etat"] or "ouvertes"
        referent = int(d["referent"]) if d["referent"] else None
        return Recherche("" if etat == "toutes" else etat, d["manquement"], referent, d["tri"] or "echeance")
