"""Server entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imilo.config.settings")
application = get_wsgi_application()

# What is loaded lasts as long as the process: left to the collector, walking it stops a request for 0.1 second.
_ = get_resolver().url_patterns  # the screens too, else the first request loads them
gc.collect()
gc.freeze()
