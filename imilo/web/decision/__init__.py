"""The decisions of the law, explained and taken again."""
