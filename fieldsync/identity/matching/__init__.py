"""Matching: what a record says, held against what is known of persons, weighed and decided.

Pure: no database, no clock, no web. `traits` and `profile` are what is compared, `keys` find who
to compare with, `compare` and `weights` say how sure, `vetoes` what is never decided alone, and
`desk` decides.
"""
