"""What the web server's workers load: the application, once they are sure not to outlive the server."""

import multiprocessing
import os
import signal

from imilo.socle.processus import mourir_avec_le_parent

if os.environ.get("IMILO_SUPERVISE"):
    # Asked for a stop, the server stops its workers itself; this is for when it is killed.
    serveur = multiprocessing.parent_process()
    mourir_avec_le_parent(signal.SIGKILL, parent=serveur.pid if serveur else None)

from imilo.config.wsgi import application  # after the line above: loading takes a second

__all__ = ["application"]
