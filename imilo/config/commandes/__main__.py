"""`python -m imilo.config.commandes`: how the supervisor starts its children."""

from imilo.config.commandes import app

app(prog_name="imilo")
