"""Routes of the national lists."""

from __future__ import annotations

from django.urls import path

from imilo.web.referentiel import communes

urlpatterns = [path("referentiels/communes", communes.communes, name="referentiel-communes")]
