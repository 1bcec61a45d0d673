"""Failings and sanctions: the procedure step by step, the structure's list, the outbox, the random controls."""
