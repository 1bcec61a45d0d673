"""Reading a dossier of another structure for a stated reason, seeing who did, and restricting one's own."""
