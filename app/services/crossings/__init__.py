"""The four named, audited queries that may cross scope: rights look-up, transfer search, duplicate check, import matching.

Each returns fixed narrow records and writes down who asked (decisions 8); nothing else in the portal looks beyond the
actor's own rows.
"""
