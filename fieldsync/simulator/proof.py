"""The proof at the end: what was acknowledged is there, nothing twice, and every tablet holds what it should.

Compares the tablets' own notes of what the server answered with what they pulled. Each
finding is one line for the summary; no line means that the promise held. It asks the
server nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from fieldsync.simulator.diary import PROGRAM_OF
from fieldsync.simulator.scene import sees
from fieldsync.simulator.story import Script
from fieldsync.simulator.tablet import STORED, Edit, Tablet


def prove(tablets: Sequence[Tablet], script: Script) -> list[str]:
    """Return what does not hold, after every tablet has pushed and pulled everything."""
    return [
        *_unanswered(tablets),
        *_lost_or_twice(tablets),
        *_still_there(tablets, script),
        *_overwritten(tablets, script),
        *_not_joined(tablets, script),
    ]


def _unanswered(tablets: Sequence[Tablet]) -> Iterator[str]:
    for tablet in tablets:
        if not tablet.finished:
            yield f"tablet {tablet.number}: {len(tablet.outbox)} edits without an answer, or not corrected"


def _lost_or_twice(tablets: Sequence[Tablet]) -> Iterator[str]:
    """Look for each acknowledged record on every tablet whose scope covers it."""
    acknowledged: dict[str, list[Edit]] = defaultdict(list)
    made: Counter[str] = Counter()
    deleted: set[str] = set()
    for tablet in tablets:
        for edit in tablet.edits:
            made[edit.record_id] += edit.status != "rejected"
            if edit.status in STORED or edit.status == "held":
                acknowledged[edit.record_id].append(edit)
            if edit.deletes:
                deleted.add(edit.record_id)
    for record_id, edits in acknowledged.items():
        rev = max(edit.rev for edit in edits)
        for tablet in (one for one in tablets if not one.broken):
            if sees(tablet.enrolment, edits[0].area, PROGRAM_OF[edits[0].kind]) and record_id not in deleted:
                yield from _compare(tablet, edits[0], rev, made[record_id])


def _compare(tablet: Tablet, edit: Edit, acknowledged: int, made: int) -> Iterator[str]:
    there = tablet.held.revs["record"].get(edit.record_id)
    name = f"{edit.kind} {edit.record_id}"
    if there is None:
        reason = tablet.held.gone.get(("record", edit.record_id))
        word = f"gone ({reason})" if reason is not None else f"missing, first answered {edit.status}"
        yield f"lost: {name} is {word} on tablet {tablet.number}"
    elif there < acknowledged:
        yield f"lost: {name} stands at revision {there} on tablet {tablet.number}, {acknowledged} was acknowledged"
    elif there > made:
        yield f"applied twice: {name} stands at revision {there} after {made} edits"


def _still_there(tablets: Sequence[Tablet], script: Script) -> Iterator[str]:
    for record_id in sorted(script.expected.deleted):
        for tablet in tablets:
            if record_id in tablet.held.revs["record"]:
                yield f"deleted record {record_id} still stands on tablet {tablet.number}"


def _overwritten(tablets: Sequence[Tablet], script: Script) -> Iterator[str]:
    for (record_id, name), values in script.expected.values.items():
        for tablet in tablets:
            content = tablet.held.content.get(record_id)
            if content is not None and content["data"].get(name) not in values:
                yield f"edit lost: {content['type']} {record_id} field {name} on tablet {tablet.number}"


def _not_joined(tablets: Sequence[Tablet], script: Script) -> Iterator[str]:
    for pair in script.expected.same:
        for tablet in tablets:
            first, second = (tablet.held.person_of(one) for one in pair)
            if first and second and first != second:
                yield f"not joined: person records {pair[0]} and {pair[1]} have one NIK, tablet {tablet.number}"
