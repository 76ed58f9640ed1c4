"""Where the server says so, batches take effect one after the other in a process."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from fieldsync import sync
from fieldsync.web.house import take_turns
from tests.field import stranger


def test_pushes_take_turns(office, monkeypatch):
    tablets = office.tablet(), office.tablet()
    monkeypatch.setitem(office.app.extensions, "fieldsync turns", None)
    take_turns(office.app)
    spans, push = [], sync.push

    def slow(*arguments):
        began = time.perf_counter()
        time.sleep(0.05)
        answer = push(*arguments)
        spans.append((began, time.perf_counter()))
        return answer

    monkeypatch.setattr(sync, "push", slow)
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(one.push, stranger(one, number)) for number, one in enumerate(tablets)]
        assert [one.result()[0]["status"] for one in sent] == ["applied", "applied"]
    assert all(before[1] <= after[0] for before, after in pairwise(sorted(spans)))
    assert len(spans) == 2
