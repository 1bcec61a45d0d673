"""Forms of orientation, notification and eligibility."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from imilo.parcours.contrats.connu import Connu
from imilo.parcours.contrats.eligibilite import Reponses
from imilo.parcours.contrats.models import Signature
from imilo.parcours.diagnostics.models import Difficulte, Organisme, SituationEmploi
from imilo.parcours.diagnostics.services import OrientationSaisie
from imilo.parcours.dossiers.models import Dossier
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.web.formulaires import FormulaireDSFR, si

CHOISIR = [("", "Choisir")]


class FormulaireResigne(FormulaireDSFR):
    """A form over what somebody may have signed already at a distance: saving it knowingly makes them sign again."""

    def demander_de_resigner(self, signees: Iterable[Signature]) -> None:
        """One box to tick, that says who signed and when; none while nobody did."""
        dites = [f"{s.nom} a signé le {timezone.localtime(s.a):%d/%m/%Y à %H:%M}" for s in signees]
        if not dites:
            return
        self.fields["resigner"] = forms.BooleanField(
            label=f"{' ; '.join(dites)}. Je sais que cette signature ne comptera plus : il faudra signer de nouveau.",
            error_messages={"required": "Cochez cette case pour continuer, ou ne changez rien."},
        )

    @property
    def a_resigner(self) -> forms.BoundField | None:
        return self["resigner"] if "resigner" in self.fields else None

    @property
    def accord(self) -> bool:
        """Whether the box was ticked; no box, no agreement: who signed meanwhile is told."""
        return bool(self.cleaned_data.get("resigner"))


def zone_de_texte(lignes: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lignes, "dir": "auto"})


class OuiNon(forms.TypedChoiceField):
    """A yes, a no, or nothing when `required` is false: the question hasn't been asked yet."""

    def __init__(self, *, inconnu: str = "Pas encore demandé", **kwargs: Any) -> None:
        choix = [("oui", "Oui"), ("non", "Non")]
        if not kwargs.get("required", True):
            choix.append(("", inconnu))
        super().__init__(
            choices=choix, coerce=lambda v: v == "oui", empty_value=None, widget=forms.RadioSelect, **kwargs
        )
        self.error_messages["required"] = "Répondez par oui ou par non."

    def prepare_value(self, value: Any) -> Any:
        return {True: "oui", False: "non", None: ""}.get(value, value)


class FormulaireOrientation(FormulaireDSFR):
    """The decision on who accompanies (L. 5411-5-1)."""

    decidee_le = forms.DateField(label="Date de la décision")
    beneficiaire_rsa = OuiNon(label="La personne est-elle bénéficiaire du RSA, ou en couple avec un bénéficiaire ?")
    decidee_par = forms.ChoiceField(
        label="Qui décide ?",
        choices=Organisme.choices,
        help_text="La mission locale, pour les 16 à 25 ans révolus qui la sollicitent et ne relèvent pas du RSA. "
        "Sinon, notez ici la décision de l'organisme compétent.",
    )
    vers = forms.ChoiceField(label="Organisme référent choisi", choices=Organisme.choices)
    qualification = forms.ChoiceField(label="Niveau de qualification")
    situation_emploi = forms.ChoiceField(
        label="Situation au regard de l'emploi", choices=[*CHOISIR, *SituationEmploi.choices]
    )
    aspirations = forms.CharField(label="Aspirations de la personne", max_length=2000, widget=zone_de_texte())
    difficultes = forms.MultipleChoiceField(
        label="Difficultés particulières",
        choices=Difficulte.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="La catégorie seulement : n'écrivez nulle part d'élément de santé.",
    )
    insertion_sociale = forms.BooleanField(
        label="Elles empêchent pour le moment la recherche d'emploi : accompagnement social au préalable",
        required=False,
    )
    numero_ft = forms.CharField(
        label="Numéro France Travail", required=False, max_length=11, help_text="Onze signes au plus, sans espace."
    )
    inscrit_ft_le = forms.DateField(label="Inscription à France Travail constatée le", required=False)

    def __init__(self, *args: Any, dossier: Dossier, le: date, connu: Connu, **kwargs: Any) -> None:
        kwargs["initial"] = connu.reponses | {
            "decidee_le": le,
            "decidee_par": Organisme.MISSION_LOCALE,
            "vers": Organisme.MISSION_LOCALE,
            "qualification": dossier.niveau_diplome,
            "numero_ft": dossier.numero_ft,
            "inscrit_ft_le": dossier.inscrit_ft_le,
        }
        super().__init__(*args, **kwargs)
        champ = self.fields["qualification"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = CHOISIR + codes(Liste.NIVEAU_DIPLOME, le)

    def saisie(self) -> OrientationSaisie:
        donnees = dict(self.cleaned_data)
        donnees["difficultes"] = tuple(donnees["difficultes"])
        donnees["numero_ft"] = "".join(donnees["numero_ft"].split())
        return OrientationSaisie(**donnees)


class FormulaireNotification(FormulaireDSFR):
    """The day the person received the decision, by a means that proves it (R. 5411-8-1)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    notifiee_le = forms.DateField(label="Reçue par la personne le")
    moyen = forms.ChoiceField(label="Moyen de notification", help_text="Il donne une date certaine à la réception.")
    reference = forms.CharField(label="Numéro de l'envoi ou de l'accusé", required=False, max_length=60)

    def __init__(self, *args: Any, version: int, le: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": version, "notifiee_le": le}
        super().__init__(*args, **kwargs)
        champ = self.fields["moyen"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = CHOISIR + codes(Liste.NOTIFICATION, le)


class FormulaireNouvelleOrientation(FormulaireDSFR):
    """Ask that another organism accompany (L. 5411-5-2 II)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    le = forms.DateField(label="Date de la demande")
    raison = forms.CharField(
        label="Pourquoi un autre organisme serait mieux à même d'accompagner la personne",
        max_length=1000,
        widget=zone_de_texte(3),
        help_text="N'écrivez aucun élément médical.",
    )


class FormulaireEligibilite(FormulaireDSFR):
    """The questions of L. 5131-6 that only a talk answers. What isn't answered stays open."""

    etudiant = OuiNon(label="Est-elle étudiante ?", required=False)
    en_formation = OuiNon(label="Suit-elle une formation ?", required=False)
    difficulte_emploi_durable = OuiNon(
        label="Rencontre-t-elle des difficultés d'accès à l'emploi durable ?",
        required=False,
        help_text="Selon sa situation, y compris la nature et la quotité d'un contrat de travail (R. 5131-15).",
    )
    difficulte_appreciation = si(
        "si oui",
        forms.CharField(label="Lesquelles, en quelques mots", required=False, max_length=1000, widget=zone_de_texte(2)),
    )
    circonstances_particulieres = forms.BooleanField(
        label="Demander une exception à l'attente depuis le dernier CEJ", required=False
    )
    engagements_respectes = si(
        "si une exception est demandée",
        OuiNon(label="A-t-elle tenu ses engagements du CEJ précédent ?", required=False),
    )
    difficultes_specifiques = si(
        "si une exception est demandée",
        OuiNon(label="Est-elle confrontée à des difficultés spécifiques ?", required=False),
    )
    circonstances_texte = si(
        "si une exception est demandée",
        forms.CharField(
            label="Ces circonstances, en quelques mots", required=False, max_length=1000, widget=zone_de_texte(2)
        ),
    )

    def reponses(self) -> Reponses:
        return Reponses(**self.cleaned_data)
