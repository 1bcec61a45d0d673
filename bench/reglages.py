"""Settings of the measured server: the project's, with the reference views beside its own."""

from imilo.config.settings import *  # noqa: F403  # every setting of the project

ROOT_URLCONF = "bench.urls"
