"""Routes of the structure's room."""

from __future__ import annotations

from django.urls import path

from imilo.web.structure import acces, cles, delegations, views

urlpatterns = [
    path("structure", views.structure, name="structure"),
    path("structure/acces/nouveau", acces.ouvrir, name="structure-acces-nouveau"),
    path("structure/acces/<int:affectation_id>/fin", acces.terminer, name="structure-acces-fin"),
    path(
        "structure/acces/<int:affectation_id>/second-facteur",
        acces.retirer_second_facteur,
        name="structure-second-facteur",
    ),
    path("structure/delegations/nouvelle", delegations.donner, name="structure-delegation-nouvelle"),
    path("structure/delegations/<int:delegation_id>/fin", delegations.retirer, name="structure-delegation-fin"),
    path("structure/cles", cles.cles, name="structure-cles"),
    path("structure/cles/<int:cle_id>/revocation", cles.revoquer, name="structure-cle-revoquer"),
]
