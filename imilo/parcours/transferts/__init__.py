"""A dossier that another structure takes over: asked, answered, with the young person's agreement on its content."""
