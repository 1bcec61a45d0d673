"""I-MILO: an open information system for the French missions locales."""
