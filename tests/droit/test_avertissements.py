"""What a scale is warned of is told from what a person is, whichever the scale."""

from __future__ import annotations

from datetime import date

import pytest

from imilo.droit.avertissements import cause_du_bareme, sur_le_bareme
from imilo.droit.baremes import bareme, parametres

JOURS = (date(2026, 3, 31), date(2026, 4, 1), date(2029, 12, 31))


def test_chaque_avertissement_d_un_bareme_a_sa_cause_sans_le_nom_du_bareme() -> None:
    dits = [
        (parametre.libelle, dit)
        for nom, parametre in parametres().items()
        for jour in JOURS
        for dit in sur_le_bareme(bareme(nom, jour))
    ]
    assert len(dits) > len(JOURS)
    for libelle, dit in dits:
        cause = cause_du_bareme(dit)
        assert cause is not None, dit
        assert f"{libelle} : {cause}" == dit


def test_une_meme_revalorisation_est_une_seule_cause() -> None:
    forfaits = [nom for nom in parametres() if nom.startswith("cej.forfait.") and "mayotte" not in nom]
    causes = {cause_du_bareme(dit) for nom in forfaits for dit in sur_le_bareme(bareme(nom, date(2026, 5, 1)))}
    assert len(forfaits) > 2
    assert len(causes) == 1


@pytest.mark.parametrize(
    "dit",
    [
        "Le mois de mai 2026 n'est pas fini : le montant changera si les ressources changent.",
        "Sans prolongation, un contrat dure 18 mois au plus : indiquez le dernier jour de celui-ci.",
        "la revalorisation du 1er avril 2026 n'est pas encore saisie",
        "",
    ],
)
def test_ce_qui_est_d_une_personne_n_a_pas_de_cause(dit: str) -> None:
    assert cause_du_bareme(dit) is None
