"""When what did not come through is tried again: quickly at first, for three days, never all at once."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldsync.notices.pacing import ATTEMPTS, JITTER, PAUSES, next_try

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize("attempts", range(1, ATTEMPTS))
def test_the_pause_is_that_of_the_try_and_up_to_a_fifth_more(attempts):
    found = {next_try(attempts, NOW) for _ in range(30)}
    assert len(found) > 1
    assert all(PAUSES[attempts - 1] <= one - NOW <= PAUSES[attempts - 1] * (1 + JITTER) for one in found)


def test_it_is_given_up_after_about_three_days():
    assert next_try(ATTEMPTS, NOW) is None
    assert timedelta(days=3) < sum(PAUSES, timedelta(0)) < timedelta(days=3.5)
    assert list(PAUSES) == sorted(PAUSES)


@pytest.mark.parametrize(
    ("wish", "least"),
    [
        (timedelta(seconds=1), PAUSES[0]),
        (timedelta(hours=2), timedelta(hours=2)),
        (timedelta(days=400), timedelta(days=1)),
        (timedelta(seconds=-5), PAUSES[0]),
    ],
)
def test_a_receiver_may_ask_for_a_longer_pause_within_a_day(wish, least):
    assert least <= next_try(1, NOW, wish) - NOW <= max(least, PAUSES[0] * (1 + JITTER))
