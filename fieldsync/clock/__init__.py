"""The clock: timed jobs of which any number of processes may stand ready, while one leads.

`run` stands by, leads and steps down; `Job` is what it runs. What the jobs do is the business of the rooms that are
handed in. Each of their transactions first asks `Term.guard` whether their leader still leads.
"""

from fieldsync.clock.leading import Deposed, Term
from fieldsync.clock.running import Job, Pace, forget_runs, run

__all__ = ["Deposed", "Job", "Pace", "Term", "forget_runs", "run"]
