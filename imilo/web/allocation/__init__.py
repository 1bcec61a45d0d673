"""The allowance, month by month."""
