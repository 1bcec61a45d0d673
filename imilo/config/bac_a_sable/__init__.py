"""A ProConnect for demonstrations and tests: same protocol, named personas, no password.

It lives under `/bac-a-sable/` of the site itself and exists only where `settings.BAC_A_SABLE` is true, which
the settings of production refuse.
"""
