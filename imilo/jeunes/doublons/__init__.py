"""Likely doubles: who in the country may be the person in front of us, and what says so, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import connection

from imilo.jeunes.cles import mots_de_recherche
from imilo.jeunes.doublons.moteur import Jugement, Personne, Verdict, juger
from imilo.jeunes.identite import Identite
from imilo.jeunes.models import Jeune, Sexe
from imilo.socle.chiffrement import empreinte

__all__ = ["Candidat", "Jugement", "Personne", "Rapprochement", "Verdict", "juger", "rapprocher"]

LIMITE = 30


@dataclass(frozen=True)
class Candidat:
    """A likely double: the person, where their dossiers are, what the engine says and why (in French)."""

    personne: Personne
    ailleurs: tuple[Personne, ...]
    jugement: Jugement

    @property
    def verdict(self) -> Verdict:
        return self.jugement.verdict

    @property
    def preuves(self) -> tuple[str, ...]:
        """What matches."""
        return self.jugement.concorde

    @property
    def differences(self) -> tuple[str, ...]:
        return self.jugement.differe

    @property
    def force(self) -> int:
        return self.jugement.force

    @property
    def phrase(self) -> str:
        return ", ".join(self.preuves)


@dataclass(frozen=True)
class Rapprochement:
    """Answer of the search: likely doubles, and who else already bears this NIR without being one."""

    candidats: tuple[Candidat, ...] = ()
    porteurs_du_nir: tuple[Personne, ...] = ()


def rapprocher(identite: Identite, *, telephones: tuple[str, ...] = (), sauf: int | None = None) -> Rapprochement:
    """Look for likely doubles of a cleaned identity in the whole country, the strongest first.

    `telephones` are in E.164; `sauf` is the person being edited. Runs in a perimeter.
    """
    personnes = _completer(identite, _personnes(identite, telephones, sauf))
    dossiers: dict[int, list[Personne]] = {}
    for personne in personnes:
        dossiers.setdefault(personne.jeune_id, []).append(personne)
    candidats, porteurs = [], []
    for liste in dossiers.values():
        premiere = min(liste, key=lambda p: not p.ici)
        jugement = juger(identite, premiere)
        if jugement.verdict != Verdict.AUTRE:
            candidats.append(Candidat(premiere, tuple(p for p in liste if not p.ici), jugement))
        elif premiere.meme_nir:
            porteurs.append(premiere)
    return Rapprochement(tuple(sorted(candidats, key=lambda c: -c.force)), tuple(porteurs))


def _completer(identite: Identite, personnes: list[Personne]) -> list[Personne]:
    """Say who of the perimeter bears another NIR or another sex: elsewhere, what is known of them stays there."""
    a_voir = [p.jeune_id for p in personnes if p.ici]
    if not a_voir:
        return personnes
    sexes, avec_nir = {}, set()
    for jeune in Jeune.objects.filter(pk__in=a_voir).only("sexe", "nir_empreinte"):
        sexes[jeune.pk] = jeune.sexe
        if jeune.nir_empreinte is not None:
            avec_nir.add(jeune.pk)
    return [
        replace(
            p,
            autre_nir=bool(identite.nir) and not p.meme_nir and p.jeune_id in avec_nir,
            autre_sexe={identite.sexe, sexes.get(p.jeune_id)} == {Sexe.FEMME, Sexe.HOMME},
        )
        for p in personnes
    ]


def _personnes(identite: Identite, telephones: tuple[str, ...], sauf: int | None) -> list[Personne]:
    noms = (identite.nom_naissance, identite.nom_usage, identite.prenom, identite.autres_prenoms)
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT * FROM annuaire_homonymes("
            "%s::text[], %s::date, %s, %s::text[], %s::bytea, %s, %s::bigint, %s::int)",
            [
                mots_de_recherche(*noms),
                identite.naissance,
                identite.naissance_precision,
                [t for t in telephones if t],
                empreinte(identite.nir, "nir"),
                identite.sexe,
                sauf,
                LIMITE,
            ],
        )
        return [Personne(*ligne) for ligne in curseur.fetchall()]
