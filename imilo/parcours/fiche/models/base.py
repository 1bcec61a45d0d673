"""What every datum of the file carries: where it comes from, and when somebody last said that it holds."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.historique import historiser


def dates_en_ordre(nom: str, debut: str, fin: str, message: str) -> models.CheckConstraint:
    """Refuse an end before its start; either may be unknown."""
    return models.CheckConstraint(
        condition=Q(**{f"{fin}__isnull": True}) | Q(**{f"{debut}__isnull": True}) | Q(**{f"{fin}__gte": F(debut)}),
        name=nom,
        violation_error_message=message,
    )


class Origine(models.TextChoices):
    SAISIE = "saisie", "Saisie"
    PARTENAIRE = "partenaire", "Partenaire"
    LISTE = "liste", "Liste reçue"


class Donnee(LieAuDossier):
    """A datum of the file. Where a section holds one, the service sees to it; two stand side by side only after a
    merge of dossiers, until somebody keeps one of them."""

    origine = models.CharField("origine", max_length=12, choices=Origine.choices, default=Origine.SAISIE)
    origine_precision = models.CharField("partenaire ou liste", max_length=100, blank=True)
    confirme_le = models.DateField("confirmé le")
    confirme_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="confirmé par"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        ordering: ClassVar[tuple[str, ...]] = ("-confirme_le", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(origine=Origine.SAISIE) | Q(confirme_par__isnull=False),
                name="%(class)s_saisie_par_quelqu_un",
                violation_error_message="Ce qui est saisi est confirmé par la personne qui le saisit.",
            ),
        ]


@historiser()
class Confirmation(Donnee):
    """That a section kept on the dossier or on the person (identity, contact, arrival) was read and still holds."""

    rubrique = models.CharField("rubrique", max_length=30)

    class Meta(Donnee.Meta):
        indexes: ClassVar = [models.Index(fields=["dossier", "rubrique"], name="confirmation_dossier")]

    def __str__(self) -> str:
        return self.rubrique
