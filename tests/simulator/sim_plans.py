"""Plans for the tests: two vans in two districts, six tablets, a fixed clock."""

from datetime import UTC, date, datetime, timedelta

from fieldsync.simulator import CALM, Enrolment, Plan, Village

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
START = date(2026, 10, 24)
PROGRAMS = ("civil", "maternal", "child", "service")
CENTRES = {"16.02.02": (-3.569, 104.704), "16.02.05": (-3.385, 104.891), "16.02.13": (-3.904, 104.945)}
VILLAGES = tuple(
    Village(f"{district}.{2001 + number}", f"Desa {number}", *centre)
    for district, centre in CENTRES.items()
    for number in range(8)
)
VANS = (("Van Kesehatan", ("16.02.05", "16.02.02"), PROGRAMS), ("Van Dukcapil", ("16.02.05", "16.02.13"), PROGRAMS))


def enrolment(number: int, van: int = 0) -> Enrolment:
    name, areas, programs = VANS[van]
    return Enrolment(f"device-{number}", f"token-{number}", name, areas, programs)


ENROLMENTS = tuple(enrolment(number, number % 2) for number in range(6))


def plan(url: str = "http://127.0.0.1:9", **changes) -> Plan:
    given = {"enrolments": ENROLMENTS, "villages": VILLAGES, "start": START, "records": 400, "seed": 5}
    return Plan(url, clock=lambda: NOW, **(given | changes))


def calm(url: str, **changes) -> Plan:
    return plan(url, faults=CALM, **changes)


def day(number: int) -> date:
    return START + timedelta(days=number)
