"""Likely doubles: who in the country may be the person in front of us, and what says so, in words."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from imilo.jeunes.cles import mots_de_recherche
from imilo.jeunes.doublons.moteur import Jugement, Personne, Verdict, juger
from imilo.jeunes.identite import Identite
from imilo.jeunes.models import Jeune, Sexe
from imilo.socle.chiffrement import empreinte

__all__ = [
    "SANS_INDICE", "Candidat", "Demande", "Indices", "Jugement", "Personne", "Rapprochement", "Verdict", "juger",
    "rapprocher", "rapprocher_plusieurs",
]  # fmt: skip

LIMITE = 30
RECONNUE = 5  # force of who a list's linkage alone recognised: after those who share a whole date and a name


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


@dataclass(frozen=True, kw_only=True)
class Indices:
    """What may agree besides names, birth and telephones. The address is one line; the INE as the full file keeps it.

    `reconnus`: who the linkage of a list said it is, {`Jeune.id`: its evidence in French}. They are always shown,
    whatever this engine says of them. The directory tells of those alone that an arrival of the structure names.
    """

    courriel: str = ""
    adresse: str = ""
    code_postal: str = ""
    ine: str = ""
    numero_ft: str = ""
    reconnus: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


SANS_INDICE = Indices()


@dataclass(frozen=True)
class Demande:
    """Whom to look for: a cleaned identity, telephones in E.164; `sauf` is the person being edited."""

    identite: Identite
    telephones: tuple[str, ...] = ()
    sauf: int | None = None
    indices: Indices = SANS_INDICE


def rapprocher(
    identite: Identite, *, telephones: tuple[str, ...] = (), sauf: int | None = None, indices: Indices = SANS_INDICE
) -> Rapprochement:
    """Look for likely doubles of a cleaned identity in the whole country, the strongest first.

    `telephones` are in E.164; `sauf` is the person being edited. Runs in a perimeter.
    """
    return rapprocher_plusieurs([Demande(identite, telephones, sauf, indices)])[0]


def rapprocher_plusieurs(demandes: Sequence[Demande]) -> list[Rapprochement]:
    """The same for many at once, each in its place: the directory is asked in one query. Runs in a perimeter."""
    if not demandes:
        return []
    trouvees = _personnes(demandes)
    connus = _connus_ici({p.jeune_id for liste in trouvees for p in liste if p.ici})
    return [
        _juger_toutes(demande, _completer(demande.identite, liste, connus))
        for demande, liste in zip(demandes, trouvees, strict=True)
    ]


def _juger_toutes(demande: Demande, personnes: Sequence[Personne]) -> Rapprochement:
    dossiers: dict[int, list[Personne]] = {}
    for personne in personnes:
        dossiers.setdefault(personne.jeune_id, []).append(personne)
    candidats, porteurs = [], []
    for liste in dossiers.values():
        premiere = min(liste, key=lambda p: not p.ici)
        jugement = _juger(demande, premiere)
        if jugement.verdict != Verdict.AUTRE:
            candidats.append(Candidat(premiere, tuple(p for p in liste if not p.ici), jugement))
        elif premiere.meme_nir:
            porteurs.append(premiere)
    return Rapprochement(tuple(sorted(candidats, key=lambda c: -c.force)), tuple(porteurs))


def _juger(demande: Demande, personne: Personne) -> Jugement:
    """What the engine says; of somebody whom a list's linkage recognised, never that it is somebody else."""
    jugement = juger(demande.identite, personne)
    preuves = demande.indices.reconnus.get(personne.jeune_id)
    if preuves is None or jugement.verdict != Verdict.AUTRE:
        return jugement
    ecarts = tuple(p for p in preuves if p.startswith("autre "))
    concorde = tuple(p for p in preuves if p not in ecarts) or jugement.concorde
    return Jugement(Verdict.PROBABLE, concorde, tuple(dict.fromkeys((*jugement.differe, *ecarts))), RECONNUE)


Connus = dict[int, tuple[str, bool]]


def _connus_ici(jeunes: Collection[int]) -> Connus:
    """Sex of these people of the perimeter, and whether their NIR is known: what is known elsewhere stays there."""
    if not jeunes:
        return {}
    lus = Jeune.objects.filter(pk__in=jeunes).only("sexe", "nir_empreinte")
    return {jeune.pk: (jeune.sexe, jeune.nir_empreinte is not None) for jeune in lus}


def _completer(identite: Identite, personnes: list[Personne], connus: Connus) -> list[Personne]:
    """Say who of the perimeter bears another NIR or another sex."""
    completes = []
    for p in personnes:
        sexe, avec_nir = connus.get(p.jeune_id, ("", False))
        completes.append(
            replace(
                p,
                autre_nir=bool(identite.nir) and not p.meme_nir and avec_nir,
                autre_sexe={identite.sexe, sexe} == {Sexe.FEMME, Sexe.HOMME},
            )
        )
    return completes


_DEMANDER = """
SELECT d.rang, h.*
FROM jsonb_array_elements(%s) WITH ORDINALITY AS d(quoi, rang)
CROSS JOIN LATERAL annuaire_homonymes(
    ARRAY(SELECT jsonb_array_elements_text(d.quoi -> 'mots')), (d.quoi ->> 'naissance')::date, d.quoi ->> 'precision',
    ARRAY(SELECT jsonb_array_elements_text(d.quoi -> 'telephones')), decode(d.quoi ->> 'nir', 'hex'),
    d.quoi ->> 'sexe', (d.quoi ->> 'sauf')::bigint, d.quoi -> 'indices', %s) AS h
"""


def _personnes(demandes: Sequence[Demande]) -> list[list[Personne]]:
    """Who the directory has for each, in their places."""
    with connection.cursor() as curseur:
        curseur.execute(_DEMANDER, [json.dumps([_quoi(d) for d in demandes]), LIMITE])
        trouvees: list[list[Personne]] = [[] for _ in demandes]
        for rang, *ligne in curseur.fetchall():
            trouvees[rang - 1].append(Personne(*ligne))
    return trouvees


def _quoi(demande: Demande) -> dict[str, Any]:
    i = demande.identite
    nir = empreinte(i.nir, "nir")
    return {
        "mots": mots_de_recherche(i.nom_naissance, i.nom_usage, i.prenom, i.autres_prenoms),
        "naissance": i.naissance.isoformat(),
        "precision": i.naissance_precision,
        "telephones": [t for t in demande.telephones if t],
        "nir": nir.hex() if nir else None,
        "sexe": i.sexe,
        "sauf": demande.sauf,
        "indices": _indices(demande.indices),
    }


def _indices(dits: Indices) -> dict[str, Any]:
    """Those that say something: a blank is no evidence."""
    ine = empreinte(dits.ine, "ine")
    valeurs = {
        "courriel": dits.courriel.lower(),
        "adresse": dits.adresse if dits.code_postal else "",
        "code_postal": dits.code_postal,
        "ine": ine.hex() if ine else "",
        "numero_ft": dits.numero_ft.upper(),
        "reconnus": sorted(dits.reconnus),
    }
    return {nom: valeur for nom, valeur in valeurs.items() if valeur}
