"""The pages on both databases: a tablet's van, a coordinator, and women in danger."""

import pytest

from tests.pages.desk import SEVERE, case_of, mother, reader


@pytest.fixture
def coordinator(office):
    return reader(office)


@pytest.fixture
def manager(office):
    return reader(office, "data_manager")


@pytest.fixture
def she(tablet):
    """A woman with severe hypertension."""
    return mother(tablet, phone="081234567890", **SEVERE)


@pytest.fixture
def her_case(she, coordinator):
    return case_of(coordinator.clerk, she)
