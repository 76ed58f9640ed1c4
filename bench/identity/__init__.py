"""Measuring identity: invented people with the truth kept apart, scores, and peers on the same records.

Nothing here imports FieldSync but `ours`, `febrl_run` and `train`. Not for judging what real
registers hold: the rates are those of a description, reached by drawing.
"""
