"""Measured comparisons of FieldSync with its peers, on this machine, over loopback.

Every figure comes from real processes: a PostgreSQL with fsync on, gunicorn, Kinto,
pouchdb-server. It is no test: a missed bar is reported, and a wrong answer stops the run.
"""
