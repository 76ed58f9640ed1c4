"""Simulated tablets: work offline in the villages, sync over real HTTP, prove that nothing was lost.

The public face of this room. A caller gives a plan (server, enrolled tablets, villages,
how many records and days, a seed) and gets a summary. It speaks only the contract's
protocol and knows nothing of the server's inside.
"""

from fieldsync.simulator.places import Village
from fieldsync.simulator.plan import CALM, Enrolment, Faults, Plan, Summary
from fieldsync.simulator.run import simulate
from fieldsync.simulator.transport import EnrolmentError, UnreachableError, enrolments_from_codes

__all__ = [
    "CALM",
    "Enrolment",
    "EnrolmentError",
    "Faults",
    "Plan",
    "Summary",
    "UnreachableError",
    "Village",
    "enrolments_from_codes",
    "simulate",
]
