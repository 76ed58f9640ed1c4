import pytest

from tests.office import Office


@pytest.fixture
def office(settings, store) -> Office:
    return Office(settings, store)


@pytest.fixture
def tablet(office):
    return office.tablet()


@pytest.fixture
def other(office):
    """A tablet of another van that serves the same regency."""
    return office.tablet()
