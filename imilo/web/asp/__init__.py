"""The payments: what left for the paying agency, what it accepts, rejects and pays."""
