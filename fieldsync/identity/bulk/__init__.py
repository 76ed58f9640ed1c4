"""All person records again, in bulk: who is who if every record is weighed with every other that is anything like it.

Splink finds and roughly scores the pairs, on DuckDB in memory or on Spark; the weights and vetoes of `matching` judge
them; `clustering` makes groups. What differs from the persons as they stand is a plan, made in small transactions by
whoever can also tell others of it. Needs the extra `bulk`; nothing that serves requests imports this.
"""
