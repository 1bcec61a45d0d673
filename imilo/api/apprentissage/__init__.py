"""The calls that the software of the CFA makes: apprentices in, outcomes out."""
