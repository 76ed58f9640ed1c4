"""FEBRL through the same engine, with other fields: keys, comparison, weighing, vetoes and decisions are the product's.

Its fields stand in for ours of the same nature: the social security number for the NIK, the
address, suburb and second address line for the names of relatives, the postcode for the
village. As these weigh otherwise, the weights are fitted on FEBRL 1 and 2 and used on 3 and 4.
"""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from bench.identity.febrl import Entry
from bench.identity.ours import hashed
from fieldsync.identity import fitting
from fieldsync.identity.matching.compare import FEATURES, levels_of
from fieldsync.identity.matching.desk import Desk
from fieldsync.identity.matching.keys import keys_of, likely
from fieldsync.identity.matching.shelf import Shelf, Words
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.matching.weights import Weights, read
from fieldsync.identity.normal.names import Name, name_of
from fieldsync.identity.normal.numbers import Nik, read_nik

ON = date(2100, 1, 1)  # nobody in it is a child
NUMBER = 7
# Its numbers and dates are spoilt as freely as its names, and it has no twins: no veto about these is of use.
# Nobody reviews it: `review` is but how well all records of two persons must fit whom one record tells to be one.
CHOICE = {
    "accept": 0.3,
    "review": 0.02,
    "margin": 0.0,
    "lifted": dict.fromkeys(("two_niks", "serial_slip", "too_many_niks", "twin"), 0.01),
}


def traits(entry: Entry) -> Traits:
    """Read an entry into the fields that the engine compares."""
    given = entry.fields
    return Traits(
        *(entry.record_id, ON, _number(given.get("soc_sec_id")), given.get("street_number"), _digits(given)),
        *(f"00.00.00.{given['postcode']}" if "postcode" in given else None, _name(given, "given_name", "surname")),
        *(None, _day(given.get("date_of_birth")), False),
        *(_name(given, "address_1") + _name(given, "address_2"), (), _name(given, "suburb"), None),
    )


def _number(text: str | None) -> Nik | None:
    if text is None or len(text) != NUMBER or not text.isdigit():
        return None
    return read_nik(f"1{text[:5]}0101{text[5:]}0001")


def _name(given: dict[str, str], *fields: str) -> tuple[Name, ...]:
    words = re.findall("[a-z]+", " ".join(given.get(field, "") for field in fields).lower())
    name = name_of(words)
    return () if name is None else (name,)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None


def weights_for(files: Iterable[Sequence[Entry]]) -> Weights:
    """Fit weights on files whose truth is known."""
    blank = Weights("none", 0.0, tuple((0.0,) * len(one) for one in FEATURES.values()), (), 0.5, 0.5, 0.0, {}, {}, 1)
    levels: list[tuple[int, ...]] = []
    same: list[float] = []
    for entries in files:
        shelf = Shelf(hashed, {}, {})
        desk = Desk(blank, shelf, Words(blank, {}, 0))
        for entry in entries:
            one = traits(entry)
            keys, scene = keys_of(one, hashed), desk.scene(one)
            for candidate in likely(keys, shelf.by_key, slack=math.inf).persons:
                levels.append(levels_of(one, shelf.person(candidate), scene))
                same.append(float(candidate == entry.person))
            shelf.attach(one, keys, entry.person)
            desk.words.count(one)
    pairs = fitting.gathered(np.asarray(levels, dtype=np.int16), same)
    fitted = fitting.fit(pairs)
    made = fitting.document("febrl", fitted, [], CHOICE, {"names": 1, "counts": {}})
    return read(fitting.dumped(made))


def partition(entries: Iterable[Entry], weights: Weights) -> dict[str, str]:
    """Place all entries one after the other, and return who each is about in the end."""
    desk = Desk(weights, Shelf(hashed, {}, {}), Words(weights, {}, 0))
    for entry in entries:
        desk.place(traits(entry))
    return {one: person_id for person_id, known in desk.shelf.profiles.items() for one in known.records}


def _digits(given: dict[str, str]) -> str | None:
    """Return the digits of postcode and street number in no order: two that are swapped are the commonest slip."""
    if "postcode" not in given or "street_number" not in given:
        return None
    return "".join(sorted(given["postcode"])) + " " + "".join(sorted(given["street_number"]))
