"""Forms of the identity, of how to reach a person, and of a new dossier."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from django import forms

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil, peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.annuaire import lire_demande
from imilo.jeunes.dates import lire_naissance, naissance_affichee
from imilo.jeunes.identite import FRANCE, Identite, anomalies, avertissements, differences_du_nir, nettoyer
from imilo.jeunes.models import Precision, Sexe
from imilo.jeunes.nir import lire_nir
from imilo.jeunes.services import DifferencesDuNir
from imilo.jeunes.telephones import afficher
from imilo.parcours.dossiers.coordonnees import (
    Arrivee,
    Coordonnees,
    anomalies_de_l_arrivee,
    anomalies_des_coordonnees,
    anomalies_des_telephones,
    nettoyer_coordonnees,
    rqth_en_cours,
)
from imilo.parcours.dossiers.services.doublons import DoublonProbable
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes, pays, situation_commune
from imilo.socle.erreurs import RegleViolee
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.referentiel.champs import ChampCommune

VIDE = ("", "Choisir")
QUI = "Dites qui est en face de vous : cette personne, ou quelqu'un d'autre, et pourquoi."
MOTIF_ATTENDU = "Dites en quelques mots pourquoi ce n'est pas la même personne."
SANS_SAISIE_AUTO = {"autocomplete": "off", "spellcheck": "false"}


def _texte(libelle: str, *, maximum: int, aide: str = "", requis: bool = False, **attributs: str) -> forms.CharField:
    return forms.CharField(
        label=libelle,
        max_length=maximum,
        required=requis,
        help_text=aide,
        widget=forms.TextInput(attrs={**SANS_SAISIE_AUTO, **attributs}),
        error_messages={"max_length": f"Ce champ a {maximum} caractères au plus : vous en avez saisi %(show_value)d."},
    )


class ChezUneStructure(FormulaireDSFR):
    """A form of a structure, on the day it is there."""

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structure = structure
        self.le = aujourd_hui(structure)

    def choix(self, nom: str, valeurs: list[tuple[str, str]]) -> None:
        champ = self.fields[nom]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [VIDE, *valeurs]

    def refuser_tout(self, anomalies: list[RegleViolee]) -> None:
        """Show each refusal at its field, where nothing is said yet."""
        for anomalie in anomalies:
            if anomalie.champ not in self.errors:
                self.refuser(anomalie)


class ChampsIdentite(ChezUneStructure):
    """Who the person is. Rules are those of `imilo.jeunes.identite`, each shown at its field, all at once."""

    nom_naissance = _texte("Nom de naissance", maximum=100, requis=True)
    prenom = _texte("Prénom", maximum=100, requis=True)
    sexe = forms.ChoiceField(label="Sexe à l'état civil", choices=Sexe.choices, widget=forms.RadioSelect)
    nom_usage = _texte("Nom d'usage", maximum=100)
    autres_prenoms = _texte("Autres prénoms", maximum=200)
    nom_unique = forms.BooleanField(label="N'a qu'un seul nom", required=False)
    naissance = _texte(
        "Date de naissance",
        maximum=40,
        requis=True,
        aide="31/12/2005 ; 12/2005 ou 2005 si le jour est inconnu.",
    )
    naissance_commune = ChampCommune(
        label="Commune de naissance",
        required=False,
        date_de="naissance",
        help_text="Nom ou code postal. Le pays est alors la France.",
    )
    naissance_pays = forms.ChoiceField(label="Pays de naissance", required=False)
    nationalite = forms.ChoiceField(label="Nationalité", required=False)
    naissance_lieu = _texte("Ville de naissance à l'étranger", maximum=100)
    nationalite_2 = forms.ChoiceField(label="Autre nationalité", required=False)
    nir = _texte("Numéro de sécurité sociale (NIR, 15 chiffres)", maximum=40)
    nir_confirme = forms.BooleanField(
        label="J'ai lu ce numéro sur un document au nom de cette personne", required=False
    )

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, structure=structure, **kwargs)
        self.nir_a_confirmer = self.is_bound and bool(self.data.get(self.add_prefix("nir_confirme")))
        # Who has one name only has no first name to give.
        self.fields["prenom"].required = not self.data.get(self.add_prefix("nom_unique"))
        self.fields["prenom"].error_messages["required"] = "Indiquez le prénom, ou cochez « N'a qu'un seul nom »."
        liste = [(p.code, p.nom) for p in pays(le=self.le)]
        for champ in ("naissance_pays", "nationalite", "nationalite_2"):
            self.choix(champ, liste)
        self._dater_la_commune()

    def _dater_la_commune(self) -> None:
        saisie = self.data.get(self.add_prefix("naissance")) if self.is_bound else self.initial.get("naissance")
        champ = self.fields["naissance_commune"]
        assert isinstance(champ, ChampCommune)
        champ.pres_de(self.structure.code_departement)
        try:
            champ.au_jour(lire_naissance(str(saisie or ""), le=self.le)[0])
        except RegleViolee:
            champ.au_jour(self.le)

    def clean_naissance(self) -> tuple[date, str]:
        try:
            return lire_naissance(self.cleaned_data["naissance"], le=self.le)
        except RegleViolee as erreur:
            raise forms.ValidationError(erreur.message) from erreur

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        self._refuser_ce_qui_se_contredit(donnees)
        self._juger_l_identite(donnees)
        return donnees

    def _refuser_ce_qui_se_contredit(self, donnees: dict[str, Any]) -> None:
        """What would be dropped in silence otherwise: the person says which of the two is right."""
        en_france = donnees.get("naissance_pays") in ("", None, FRANCE)
        if donnees.get("nom_unique") and (donnees.get("prenom") or donnees.get("autres_prenoms")):
            self.add_error("nom_unique", "Décochez cette case, ou videz les prénoms.")
        if donnees.get("naissance_commune") and not en_france:
            self.add_error(
                "naissance_commune", "Cette commune est en France : videz ce champ, ou choisissez la France."
            )
        if donnees.get("naissance_lieu") and donnees.get("naissance_commune"):
            self.add_error("naissance_lieu", "Gardez la commune en France ou la ville à l'étranger, pas les deux.")
        elif donnees.get("naissance_lieu") and en_france:
            self.add_error("naissance_pays", "Choisissez le pays de cette ville.")

    def _juger_l_identite(self, donnees: dict[str, Any]) -> None:
        """What is valid is judged even when other fields aren't: all that is wrong is said at once."""
        try:
            lire_nir(donnees.get("nir", ""))
        except RegleViolee as erreur:
            self.refuser(erreur)  # which takes the number out of what was cleaned
        identite = nettoyer(self.identite())
        self.refuser_tout(anomalies(identite, le=self.le))
        if "naissance" not in donnees or donnees.get("nir_confirme"):
            return
        if ecarts := self.differences(identite):
            self.nir_a_confirmer = True
            self.refuser(DifferencesDuNir(ecarts))

    def differences(self, identite: Identite) -> tuple[str, ...]:
        """What the NIR says otherwise than the rest, to be confirmed on a document."""
        return differences_du_nir(identite)

    def identite(self) -> Identite:
        """What was typed; missing fields are those already refused."""
        d = self.cleaned_data
        naissance, precision = d.get("naissance") or (self.le, Precision.JOUR)
        return Identite(
            nom_naissance=d.get("nom_naissance", ""),
            nom_usage=d.get("nom_usage", ""),
            prenom=d.get("prenom", ""),
            autres_prenoms=d.get("autres_prenoms", ""),
            nom_unique=bool(d.get("nom_unique")),
            sexe=d.get("sexe") or Sexe.INCONNU,
            naissance=naissance,
            naissance_precision=precision,
            naissance_pays_id=d.get("naissance_pays") or (FRANCE if d.get("naissance_commune") else None),
            naissance_commune_id=d.get("naissance_commune"),
            naissance_lieu=d.get("naissance_lieu", ""),
            nationalite_id=d.get("nationalite") or None,
            nationalite_2_id=d.get("nationalite_2") or None,
            nir=d.get("nir", ""),
        )


class ChampsCoordonnees(ChezUneStructure):
    """How to reach the person, and what is noted at the counter."""

    telephone = _texte("Téléphone", maximum=40, inputmode="tel")
    courriel = _texte("Courriel", maximum=200, inputmode="email")
    adresse_numero = _texte("N°", maximum=10)
    adresse_voie = _texte("Voie", maximum=200)
    adresse_commune = ChampCommune(
        label="Commune (nom ou code postal)", required=False, code_postal="adresse_code_postal"
    )
    adresse_code_postal = _texte("Code postal", maximum=5, inputmode="numeric")
    telephone_2 = _texte("Autre téléphone", maximum=40, inputmode="tel")
    adresse_complement = _texte("Complément (bâtiment, chez qui)", maximum=200)
    sans_adresse = forms.BooleanField(label="Sans adresse stable", required=False)
    venue = forms.ChoiceField(label="Comment la personne est venue", required=False)
    notice_remise_le = forms.DateField(label="Notice d'information remise le", required=False)
    niveau_diplome = forms.ChoiceField(label="Plus haut niveau de diplôme", required=False)
    numero_ft = _texte("Numéro France Travail", maximum=11)
    rqth_du = forms.DateField(label="RQTH depuis le", required=False)
    rqth_au = forms.DateField(label="RQTH jusqu'au", required=False)

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, structure=structure, **kwargs)
        self.choix("venue", codes(Liste.MOYEN_VENUE, self.le))
        self.choix("niveau_diplome", codes(Liste.NIVEAU_DIPLOME, self.le))
        commune = self.fields["adresse_commune"]
        assert isinstance(commune, ChampCommune)
        commune.au_jour(self.le)
        commune.pres_de(structure.code_departement)

    def clean_numero_ft(self) -> str:
        return "".join(str(self.cleaned_data["numero_ft"]).upper().split())

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if donnees.get("sans_adresse") and (donnees.get("adresse_voie") or donnees.get("adresse_numero")):
            self.add_error("sans_adresse", "Décochez cette case, ou videz le numéro et la voie.")
        self._completer_le_code_postal(donnees)
        # A telephone refused leaves what was cleaned: the rest is judged without it.
        self.refuser_tout(anomalies_des_telephones(self.coordonnees(), structure=self.structure))
        coordonnees = nettoyer_coordonnees(self.coordonnees(), structure=self.structure)
        trouvees = anomalies_des_coordonnees(coordonnees, le=self.le)
        trouvees += anomalies_de_l_arrivee(
            self.arrivee(), premier_accueil=donnees.get("premier_accueil") or self.le, le=self.le
        )
        self.refuser_tout(trouvees)
        return donnees

    def _completer_le_code_postal(self, donnees: dict[str, Any]) -> None:
        if donnees.get("adresse_code_postal") or not donnees.get("adresse_commune"):
            return
        trouvee = situation_commune(donnees["adresse_commune"], le=self.le)
        if trouvee is None:
            return
        tape = str(self.data.get(self.add_prefix("adresse_commune_texte"), "")).split()
        connus = [c for c in trouvee.codes_postaux if c in tape] or list(trouvee.codes_postaux)
        if len(connus) == 1:
            donnees["adresse_code_postal"] = connus[0]
        elif len(connus) > 1 and not donnees.get("sans_adresse"):
            proposes = ", ".join(connus[:8])
            self.add_error("adresse_code_postal", f"{trouvee.nom} a plusieurs codes postaux : {proposes}. Lequel ?")

    def coordonnees(self) -> Coordonnees:
        d = self.cleaned_data
        textes = {c.name: d.get(c.name) or "" for c in fields(Coordonnees) if c.type == "str"}
        return Coordonnees(
            **textes, sans_adresse=bool(d.get("sans_adresse")), adresse_commune_id=d.get("adresse_commune") or None
        )

    def arrivee(self) -> Arrivee:
        d = self.cleaned_data
        return Arrivee(
            venue=d.get("venue") or "",
            notice_remise_le=d.get("notice_remise_le"),
            numero_ft=d.get("numero_ft") or "",
            niveau_diplome=d.get("niveau_diplome") or "",
            rqth_du=d.get("rqth_du"),
            rqth_au=d.get("rqth_au"),
        )


_ARRIVEE = ("venue", "notice_remise_le", "niveau_diplome", "numero_ft", "referent", "rqth_du", "rqth_au")
_IDENTITE = list(ChampsIdentite.base_fields)
_IDENTITE.insert(_IDENTITE.index("naissance") + 1, "age_confirme")
_COORDONNEES = (champ for champ in ChampsCoordonnees.base_fields if champ not in _ARRIVEE)
# What the page of a new dossier folds: seldom needed while the person stands there.
REPLIS = {
    "noms": ("nom_usage", "autres_prenoms", "nom_unique"),
    "naissance": ("naissance_lieu", "nationalite_2", "nir"),
    "joindre": ("telephone_2", "adresse_complement", "sans_adresse"),
    "rqth": ("rqth_du", "rqth_au"),
}
ORDRE = ("doublon", "doublon_ecarte", *_IDENTITE, *_COORDONNEES, "premier_accueil", *_ARRIVEE)


class FormulaireNouveauDossier(ChampsIdentite, ChampsCoordonnees):
    """One page, under a minute: who, how to reach, how they came, the notice."""

    # The order of the page: that of the summary of errors, and of the keyboard.
    field_order = ORDRE

    age_confirme = forms.BooleanField(label="La date de naissance est exacte, ouvrir quand même", required=False)
    premier_accueil = forms.DateField(label="Premier accueil le")
    referent = forms.BooleanField(label="Je suis le référent", required=False)
    # The comparison of likely doubles: its buttons are drawn by its template, when there is one.
    doublon = forms.CharField(label="Qui est en face de vous", required=False, max_length=40)
    doublons_vus = forms.CharField(required=False, max_length=1000)
    doublon_ecarte = forms.CharField(
        label="Pourquoi ce n'est pas la même personne",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, structure: Structure, agent: Agent, profil: str, **kwargs: Any) -> None:
        le = aujourd_hui(structure)
        depart = {"premier_accueil": le, "referent": profil == Profil.CONSEILLER}
        kwargs["initial"] = {**depart, **kwargs.get("initial", {})}
        super().__init__(*args, structure=structure, **kwargs)
        self.agent = agent
        self.age_a_confirmer = self.is_bound and bool(self.data.get(self.add_prefix("age_confirme")))
        if not peut(profil, "dossier.suivre"):
            del self.fields["referent"]
        if not self.is_bound:
            vide = next(
                (c for c in ("nom_naissance", "prenom", "sexe", "naissance") if not self.initial.get(c)), "telephone"
            )
            self.fields[vide].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        if "naissance" in donnees and not donnees.get("age_confirme"):
            rqth = rqth_en_cours(self.arrivee(), le=self.le)
            for avertissement in avertissements(self.identite(), le=self.le, rqth=rqth):
                self.age_a_confirmer = True
                self.add_error("age_confirme", f"{avertissement} Vérifiez la date, ou confirmez-la.")
        return donnees

    def demander_qui(self, doublon: DoublonProbable) -> None:
        """Say what the comparison still waits for. The first time it is shown, nothing was left out yet."""
        if doublon.champ:
            self.refuser(doublon)
        elif not self.vus:
            return
        elif not self.cleaned_data.get("doublon"):
            self.add_error("doublon", QUI)
        elif not str(self.cleaned_data.get("doublon_ecarte") or "").strip():
            self.add_error("doublon_ecarte", MOTIF_ATTENDU)
        else:
            self.add_error("doublon", "Une autre personne ressemble à celle-ci : comparez à nouveau, puis choisissez.")

    @property
    def a_deplier(self) -> frozenset[str]:
        """The folded groups that hold something, or whose fields are refused: nothing typed is out of sight."""
        ouverts = {g for g, champs in REPLIS.items() if any(self[c].value() or self.errors.get(c) for c in champs)}
        # Who has one name only is told to tick the box that is there.
        return frozenset(ouverts | ({"noms"} if self.errors.get("prenom") else set()))

    @property
    def meme_personne(self) -> int | None:
        """The person of the country that was recognised in the comparison, if one was."""
        choix = str(self.cleaned_data.get("doublon") or "")
        return next(iter(nombres(choix.removeprefix("meme-"))), None) if choix.startswith("meme-") else None

    @property
    def vus(self) -> frozenset[int]:
        """The persons that the comparison showed."""
        return frozenset(nombres(str(self.cleaned_data.get("doublons_vus") or "")))


def nombres(texte: str) -> list[int]:
    """The identifiers of a list parted by spaces; what isn't one is left out."""
    return [int(mot) for mot in texte.split() if mot.isascii() and mot.isdigit() and len(mot) < 19]


def depart(texte: str, *, structure: Structure) -> dict[str, Any]:
    """First values of a new dossier, from what was typed in the search box: nothing is typed twice."""
    demande = lire_demande(texte, departement=structure.code_departement, le=aujourd_hui(structure))
    nom, _, prenom = demande.texte.partition(" ")
    valeurs = {
        "nom_naissance": nom,
        "prenom": prenom,
        "telephone": afficher(demande.telephone),
        "courriel": demande.courriel,
        "numero_ft": demande.numero_ft,
    }
    if demande.naissance:
        valeurs["naissance"] = naissance_affichee(demande.naissance, "jour")
    elif demande.annee:
        valeurs["naissance"] = str(demande.annee)
    return {champ: valeur for champ, valeur in valeurs.items() if valeur}
