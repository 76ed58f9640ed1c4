"""A few hundred invented people, written down as vans write them, all moved to the regency of the tests."""

import random

from sqlalchemy import select

from bench.identity.people import envelope
from bench.identity.population import generate
from fieldsync.access.tables import RegionRow
from tests.office import KAYU_AGUNG_DESA, Office

VILLAGE = 13  # characters of a village's code


def crowd(office: Office, seed: int, records: int):
    """The records to push, and the person that each is truly about."""
    with office.store.reading() as connection:
        known = sorted(code for (code,) in connection.execute(select(RegionRow.code)) if len(code) == VILLAGE)
    population = generate(seed, records)
    made = [envelope(visit) for visit in population.visits()]
    villages = sorted({one["data"]["village_code"] for one in made})
    moved = {code: known[place * 7 % len(known)] for place, code in enumerate(villages)}
    for one in made:
        one["data"]["village_code"] = moved[one["data"]["village_code"]]
        one["area"] = KAYU_AGUNG_DESA
    return made, population.truth


def bring(office: Office, records, order=None):
    """Push them, in their order or in another."""
    tablet = office.tablet()
    listed = list(records)
    if order is not None:
        random.Random(order).shuffle(listed)
    for start in range(0, len(listed), 100):
        some = listed[start : start + 100]
        for one in some:
            tablet.seq += 1
            one["device_seq"] = tablet.seq
        assert {one["status"] for one in tablet.push(*some)} == {"applied"}
    return tablet
