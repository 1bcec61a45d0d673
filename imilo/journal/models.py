"""The journal's two registers. Partitioned by month and append-only: migration 0001 makes the tables.

Nothing points at them and they point at nothing: agents, structures and dossiers are plain numbers, since
the journal outlives what it tells of.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from imilo.journal.genres import Registre, libelle


class Inscription(models.Model):
    """One row of a register: who, in which structure, did what kind of thing to which object, when."""

    id = models.BigAutoField(primary_key=True)
    le = models.DateTimeField("le")
    structure_id = models.BigIntegerField("structure", null=True)
    agent_id = models.BigIntegerField("agent", null=True)
    acteur = models.TextField("acteur")
    genre = models.TextField("genre")
    objet_type = models.TextField("type d'objet")
    objet_id = models.BigIntegerField("numéro de l'objet", null=True)
    dossier_id = models.BigIntegerField("dossier", null=True)
    identifiants = models.JSONField("identifiants")

    registre: ClassVar[Registre]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.registre} {self.id}"

    @property
    def libelle(self) -> str:
        return libelle(self.registre, self.genre)


class Fait(Inscription):
    """What was done."""

    registre = Registre.FAIT

    class Meta:
        managed = False
        db_table = Registre.FAIT.table


class Consultation(Inscription):
    """Who looked at a dossier."""

    registre = Registre.CONSULTATION

    class Meta:
        managed = False
        db_table = Registre.CONSULTATION.table
