"""Rosters, the staff and family lists of a personnel office: opened safely, read and judged without a database."""
