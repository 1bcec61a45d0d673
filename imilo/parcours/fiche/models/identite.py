"""Rights and contact: residence permit, state of the NIR, how to reach, who represents or protects, who sent."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from imilo.parcours.fiche.models.base import Donnee, dates_en_ordre
from imilo.socle.chiffrement import ChampChiffre
from imilo.socle.historique import historiser


class TypeTitre(models.TextChoices):
    """Residence documents of the CESEDA, by the name that they bear."""

    VISA_LONG = "visa_long_sejour", "Visa de long séjour valant titre de séjour"
    TEMPORAIRE = "carte_temporaire", "Carte de séjour temporaire"
    PLURIANNUELLE = "carte_pluriannuelle", "Carte de séjour pluriannuelle"
    RESIDENT = "carte_resident", "Carte de résident"
    TALENT = "carte_talent", "Carte « talent »"
    RECEPISSE = "recepisse", "Récépissé de demande de titre"
    ATTESTATION = "attestation_prolongation", "Attestation de prolongation d'instruction"
    ASILE = "attestation_asile", "Attestation de demande d'asile"
    PROTECTION_TEMPORAIRE = "protection_temporaire", "Autorisation provisoire (protection temporaire)"
    APS = "autorisation_provisoire", "Autre autorisation provisoire de séjour"
    DCEM = "dcem", "Document de circulation pour étranger mineur"
    ALGERIEN = "certificat_algerien", "Certificat de résidence pour Algérien"


class DroitAuTravail(models.TextChoices):
    OUI = "oui", "Autorise à travailler"
    LIMITE = "limite", "Autorise à travailler dans certaines limites"
    NON = "non", "N'autorise pas à travailler"


@historiser()
class TitreSejour(Donnee):
    """A residence permit as shown; the one that ends last is the one that counts."""

    type = models.CharField("type de titre", max_length=30, choices=TypeTitre.choices)
    numero = ChampChiffre("numéro du titre")
    delivre_le = models.DateField("délivré le", null=True, blank=True)
    expire_le = models.DateField("valable jusqu'au")
    travail = models.CharField("travail", max_length=10, choices=DroitAuTravail.choices, blank=True)
    renouvellement_le = models.DateField("renouvellement demandé le", null=True, blank=True)

    class Meta(Donnee.Meta):
        ordering = ("-expire_le", "-id")
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            dates_en_ordre(
                "titre_sejour_dates", "delivre_le", "expire_le", "La fin de validité précède la délivrance du titre."
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "expire_le"], name="titre_sejour_expire"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, jusqu'au {self.expire_le:%d/%m/%Y}"

    def expire(self, *, le: date) -> bool:
        """Whether it no longer held on that day (its last day is a day of validity)."""
        return self.expire_le < le


class NirEtat(models.TextChoices):
    DECLARE = "declare", "Déclaré par la personne"
    VERIFIE = "verifie", "Vérifié sur un document"
    CERTIFIE = "certifie", "Certifié"


class NirPreuve(models.TextChoices):
    CARTE_VITALE = "carte_vitale", "Carte Vitale"
    ATTESTATION = "attestation_droits", "Attestation de droits"
    BULLETIN = "bulletin_salaire", "Bulletin de salaire"
    SNGI = "sngi", "Service national de gestion des identifiants (CNAV)"
    PARTENAIRE = "partenaire", "Échange avec un organisme de sécurité sociale"


@historiser("nir_empreinte")
class EtatNir(Donnee):
    """How sure the NIR of the person is. It is about the number of that day: another one is only declared."""

    etat = models.CharField("état du numéro", max_length=10, choices=NirEtat.choices, default=NirEtat.DECLARE)
    preuve = models.CharField("vu ou certifié par", max_length=20, choices=NirPreuve.choices, blank=True)
    vu_le = models.DateField("le", null=True, blank=True)
    nir_empreinte = models.BinaryField("empreinte du numéro", max_length=32, null=True, editable=False)

    class Meta(Donnee.Meta):
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            models.CheckConstraint(
                condition=Q(etat=NirEtat.DECLARE) | (~Q(preuve="") & Q(vu_le__isnull=False)),
                name="etat_nir_prouve",
                violation_error_message="Un numéro vérifié ou certifié l'est sur un document, un jour donné.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_etat_display()


class Canal(models.TextChoices):
    TELEPHONE = "telephone", "Téléphone"
    SMS = "sms", "SMS"
    COURRIEL = "courriel", "Courriel"
    MESSAGERIE = "messagerie", "Application ou messagerie"
    COURRIER = "courrier", "Courrier"


class Creneau(models.TextChoices):
    MATIN = "matin", "Le matin"
    MIDI = "midi", "Entre midi et deux"
    APRES_MIDI = "apres_midi", "L'après-midi"
    SOIR = "soir", "Après 17 h"
    WEEK_END = "week_end", "Le samedi"


@historiser()
class PreferenceContact(Donnee):
    """How and when the person wishes to be reached."""

    canal = models.CharField("moyen préféré", max_length=12, choices=Canal.choices)
    creneaux = ArrayField(
        models.CharField(max_length=12, choices=Creneau.choices), verbose_name="joignable", default=list, blank=True
    )
    precision = models.CharField("précision", max_length=200, blank=True)

    def __str__(self) -> str:
        return self.get_canal_display()


class Qualite(models.TextChoices):
    MERE = "mere", "Mère"
    PERE = "pere", "Père"
    AUTRE_PARENT = "autre_parent", "Autre titulaire de l'autorité parentale"
    TUTEUR = "tuteur", "Tuteur"
    CURATEUR = "curateur", "Curateur"
    MANDATAIRE = "mandataire", "Mandataire judiciaire"
    ASE = "ase", "Aide sociale à l'enfance"
    SERVICE = "service_gardien", "Service ou personne à qui le mineur est confié"


TELEPHONE = RegexValidator(r"\A\+[0-9]{6,15}\Z", "Ce numéro de téléphone n'existe pas.")


@historiser()
class Representant(Donnee):
    """Who decides for a minor, or for an adult under protection."""

    nom = models.CharField("prénom et nom, ou service", max_length=200)
    qualite = models.CharField("qualité", max_length=20, choices=Qualite.choices)
    telephone = models.CharField("téléphone", max_length=20, blank=True, validators=[TELEPHONE])
    courriel = models.EmailField("courriel", max_length=200, blank=True)
    adresse = models.CharField("adresse, si elle est différente", max_length=300, blank=True)
    depuis = models.DateField("depuis le", null=True, blank=True)
    jusqu_au = models.DateField("jusqu'au", null=True, blank=True)

    class Meta(Donnee.Meta):
        ordering = ("id",)
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            dates_en_ordre("representant_dates", "depuis", "jusqu_au", "La fin précède le début."),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.get_qualite_display().lower()})"

    def en_cours(self, *, le: date) -> bool:
        return (self.depuis is None or self.depuis <= le) and (self.jusqu_au is None or le <= self.jusqu_au)


class Mesure(models.TextChoices):
    """Measures of protection: of adults (code civil, art. 425 and following), of minors (art. 375 and following)."""

    SAUVEGARDE = "sauvegarde", "Sauvegarde de justice"
    CURATELLE = "curatelle", "Curatelle"
    CURATELLE_RENFORCEE = "curatelle_renforcee", "Curatelle renforcée"
    TUTELLE = "tutelle", "Tutelle"
    HABILITATION = "habilitation_familiale", "Habilitation familiale"
    MASP = "masp", "Accompagnement social personnalisé (MASP)"
    MAJ = "maj", "Accompagnement judiciaire (MAJ)"
    PLACEMENT = "placement", "Enfant confié à l'aide sociale à l'enfance"
    AEMO = "aemo", "Assistance éducative en milieu ouvert"
    JEUNE_MAJEUR = "jeune_majeur", "Contrat jeune majeur"
    PJJ = "pjj", "Suivi par la protection judiciaire de la jeunesse"


@historiser()
class Protection(Donnee):
    """A measure of protection and who carries it out."""

    mesure = models.CharField("mesure", max_length=30, choices=Mesure.choices)
    organisme = models.CharField("exercée par", max_length=200, blank=True)
    contact = models.CharField("contact", max_length=200, blank=True)
    debut = models.DateField("depuis le", null=True, blank=True)
    fin = models.DateField("jusqu'au", null=True, blank=True)

    class Meta(Donnee.Meta):
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            dates_en_ordre("protection_dates", "debut", "fin", "La fin de la mesure précède son début."),
        ]

    def __str__(self) -> str:
        return self.get_mesure_display()


@historiser()
class Prescripteur(Donnee):
    """Who sent the person; how they came is noted on the dossier."""

    organisme = models.CharField("organisme", max_length=200)
    personne = models.CharField("interlocuteur", max_length=200, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True, validators=[TELEPHONE])
    courriel = models.EmailField("courriel", max_length=200, blank=True)
    le = models.DateField("le", null=True, blank=True)
    attendu = models.CharField("ce qui est attendu", max_length=300, blank=True)

    def __str__(self) -> str:
        return self.organisme


class Appartenance(models.TextChoices):
    OUI = "oui", "Oui"
    NON = "non", "Non"
    INCONNU = "inconnu", "Ne sait pas"


QPV = RegexValidator(
    r"\AQ[NP][0-9A-Z]{6}\Z", "Un code de quartier prioritaire a huit signes, par exemple QN03701M ou QP037001."
)


@historiser("empreinte_adresse")
class Territoire(Donnee):
    """Whether the address is in a priority quarter or a rural area: said by hand, for the address of that day."""

    qpv = models.CharField("quartier prioritaire (QPV)", max_length=8, choices=Appartenance.choices)
    qpv_code = models.CharField("code du quartier", max_length=8, blank=True, validators=[QPV])
    zrr = models.CharField("zone de revitalisation rurale (ZRR, FRR)", max_length=8, choices=Appartenance.choices)
    constate_le = models.DateField("constaté le")
    empreinte_adresse = models.BinaryField("empreinte de l'adresse", max_length=32, null=True, editable=False)

    class Meta(Donnee.Meta):
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            models.CheckConstraint(
                condition=Q(qpv_code="") | Q(qpv=Appartenance.OUI),
                name="territoire_code_d_un_qpv",
                violation_error_message="Le code d'un quartier se donne quand l'adresse y est : choisissez « Oui ».",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "qpv"], name="territoire_qpv"),
        ]

    def __str__(self) -> str:
        return f"QPV : {self.get_qpv_display().lower()}, ZRR : {self.get_zrr_display().lower()}"
