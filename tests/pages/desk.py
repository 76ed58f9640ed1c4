"""An office user at the pages: opens addresses, presses the buttons of forms as a browser would, reads what is shown."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from tests.field import pregnancy, visit, woman
from tests.office import PASSWORD, Clerk, Office

SITE = "http://localhost"
SEVERE = {"systolic_mmhg": 172, "diastolic_mmhg": 112}
REACTIVE = {"hiv_result": "reactive"}
_TAG = re.compile(r"<[^>]+>")


@dataclass
class Reader:
    """Somebody with a browser."""

    clerk: Clerk

    @property
    def client(self):
        return self.clerk.client

    def open(self, path: str, **query: Any):
        return self.client.get(path, query_string=query or None)

    def page(self, path: str, _status: int = 200, **query: Any) -> str:
        """The page's HTML."""
        answer = self.open(path, **query)
        assert answer.status_code == _status, answer.text[:2000]
        assert answer.content_type == "text/html; charset=utf-8"
        return answer.text

    def token(self) -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.page("/today"))
        assert found
        return found[1]

    def press(self, path: str, _origin: str = SITE, **fields: Any):
        """Send a form of ours."""
        return self.client.post(path, data={"csrf": self.token(), **fields}, headers={"Origin": _origin})

    def speak(self, language: str) -> None:
        assert self.client.get(f"/language/{language}").status_code == 303


def reader(office: Office, role: str = "coordinator", **scope: Any) -> Reader:
    return Reader(office.clerk(role, **scope))


def log_in(client, username: str, password: str = PASSWORD, **fields: Any):
    return client.post("/login", data={"username": username, "password": password, **fields}, headers={"Origin": SITE})


def words(page: str) -> str:
    """What a page says, without its tags."""
    body = page.partition("<main")[2]
    return " ".join(unescape(_TAG.sub(" ", body)).split())


def cases_on(page: str) -> list[str]:
    """The ids of the cases that a page leads to, in order, each once."""
    return list(dict.fromkeys(re.findall(r'href="/cases/([0-9a-f-]{36})"', page)))


def mother(
    tablet,
    *,
    name: str = "Siti Aminah",
    phone: str | None = None,
    nik: str | None = None,
    area: str | None = None,
    **measures: Any,
):
    """A woman with a pregnancy and one visit, pushed; gives her record."""
    envelope = {} if area is None else {"area": area}
    she = woman(tablet, name, nik, **envelope)
    if area is not None:
        she["data"]["village_code"] = area
    if phone:
        she["data"]["phone"] = phone
    hers = pregnancy(tablet, she["id"], **envelope)
    tablet.push(she, hers, visit(tablet, hers["id"], envelope, **measures))
    return she


def case_of(clerk: Clerk, she, program: str = "maternal") -> str:
    found = clerk.get("/api/v1/cases", program=program, limit=200).json["cases"]
    return next(one["id"] for one in found if one["person_id"] == she["id"])
