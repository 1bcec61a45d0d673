"""What the web server's workers load: the application, once they are sure not to outlive the server."""

import os
import signal

from imilo.socle.processus import mourir_avec_le_parent

if os.environ.get("IMILO_SUPERVISE"):
    # Asked for a stop, the server stops its workers itself; this is for when it is killed.
    mourir_avec_le_parent(signal.SIGKILL)

from imilo.config.wsgi import application  # after the line above: loading takes a second

__all__ = ["application"]
