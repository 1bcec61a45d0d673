"""What the processes of `tests.processus` have loaded already: Django, as the role of batches, not yet connected."""

from imilo.config.base_de_donnees import django
from imilo.socle.urls_base import Role

django(Role.LOTS)

import tests.programmes  # noqa: E402,F401  # the commands
