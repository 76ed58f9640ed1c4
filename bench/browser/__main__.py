"""The pages as a coordinator meets them: `python -m bench.browser URL --user NAME` (the password on standard input).

Logs in, opens every page in both languages, on a desk and on a phone, closes an emergency, and prints as JSON: bytes of
each page, actions from log-in to the closed case, what the browser reported (its Content-Security-Policy, scripts), and
with `--axe FILE` (axe.min.js of the npm package axe-core) what that finds. Exits 1 if there is any report or finding.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.browser.chromium import Browser, browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    *("/today", "/cases", "/cases?severity=emergency", "/cases/print?severity=emergency", "/map"),
    "/cases/filters",
    *("/map?area=16.02.05", "/persons", "/devices", "/quarantine", "/conflicts", "/pregnancies", "/registrations"),
    *("/trends", "/duplicates", "/dictionary"),
)
DESK, PHONE = (1280, 900), (390, 844)
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
# The first of a list that leads to a page of its own.
FIRST_OF = {"/pregnancies": "main a[href^='/persons/']", "/quarantine": "main a[href^='/quarantine/']"}
FIRST_CASE = "document.querySelector('.cases .name')?.getAttribute('href')"


class Walk:
    """One walk through the pages, with what was found on the way."""

    def __init__(self, tab: Browser, url: str, axe: str | None, pictures: Path | None) -> None:
        self.tab, self.url, self.axe, self.pictures = tab, url, axe, pictures
        self.bytes: dict[str, int] = {}
        self.findings: list[Any] = []

    def look(self, path: str, name: str) -> None:
        """Open a page, weigh it, check it, and take a picture of it."""
        before = self.tab.bytes
        self.tab.open(self.url + path)
        self.check(path, name, self.tab.bytes - before)

    def check(self, path: str, name: str, size: int) -> None:
        """Check the present page."""
        self.bytes[name] = size
        if self.axe:
            self.tab.run(self.axe + ";0")
            script = (
                f"axe.run(document, {{runOnly: {json.dumps(RULES)}}}).then((found) => found.violations.map((one) => "
            )
            found = self.tab.run(script + "[one.id, one.impact, one.nodes.slice(0, 3).map((node) => node.html)]))")
            self.findings += [[name, *one] for one in found]
        if self.tab.run("document.documentElement.scrollWidth > window.innerWidth"):
            self.findings.append([name, "wider than the screen"])
        if self.pictures:
            self.tab.picture(self.pictures / f"{name}.png")

    def log_in(self, user: str, password: str) -> int:
        """Log in as a person does; return how many actions that took."""
        self.look("/login", "login")
        self.tab.type("#username", user)
        self.tab.type("#password", password)
        before = self.tab.bytes
        self.tab.click(".login button[type=submit]")
        self.check("/today", "today_first", self.tab.bytes - before)
        return 3

    def close_an_emergency(self) -> int | None:
        """Close the first emergency of Today; return how many actions that took, None when there is none."""
        self.tab.open(self.url + "/today")
        if not self.tab.run("!!document.querySelector('.call .name')"):
            return None
        self.tab.click(".call .name")
        self.tab.run("document.querySelector('#outcome').value = 'referred_arrived'")
        self.tab.click("button[value=resolve]")
        return 3 if self.tab.run("!!document.querySelector('.person .status.resolved')") else None

    def everywhere(self) -> None:
        """Look at every page, in both languages, on a desk and on a phone."""
        cases = [case for program in ("maternal", "child", "civil", "service") if (case := self.first_case(program))]
        cases += [one for path, link in FIRST_OF.items() if (one := self.first_of(path, link))]
        for language in ("id", "en"):
            self.tab.open(f"{self.url}/language/{language}?next=/today")
            for size, phone in ((DESK, False), (PHONE, True)):
                self.tab.size(*size, phone=phone)
                for path in (*PAGES, *cases):
                    number = cases.index(path) + 1 if path in cases else 0
                    word = f"one{number}" if number else path.strip("/").partition("?")[0].replace("/", "_")
                    filtered = "_filtered" if "?" in path else ""
                    self.look(path, f"{word}{filtered}_{language}_{'phone' if phone else 'desk'}")
        self.tab.size(*DESK)

    def first_case(self, program: str) -> str | None:
        """Return the address of the first case of a program."""
        self.tab.open(f"{self.url}/cases?program={program}")
        found: str | None = self.tab.run(FIRST_CASE)
        return found

    def first_of(self, path: str, link: str) -> str | None:
        """Return the address of the first page that a list leads to."""
        self.tab.open(self.url + path)
        found: str | None = self.tab.run(f"document.querySelector({json.dumps(link)})?.getAttribute('href')")
        return found

    def slowly(self) -> float:
        """Return how many seconds Today takes on 50 kbit/s with 400 ms, with nothing in the browser's cache."""
        self.tab.call("Network.clearBrowserCache")
        self.tab.call("Network.emulateNetworkConditions", **SLOW)
        start = time.perf_counter()
        self.tab.open(self.url + "/today")
        return round(time.perf_counter() - start, 1)


def main() -> int:
    """Walk, print what was found, exit 1 if something is not right."""
    parser = argparse.ArgumentParser(prog="bench.browser", description="The pages in a real browser.")
    parser.add_argument("url")
    parser.add_argument("--user", required=True)
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    with browser() as tab:
        tab.size(*DESK)
        walk = Walk(tab, given.url, given.axe.read_text() if given.axe else None, given.pictures)
        actions = walk.log_in(given.user, sys.stdin.readline().rstrip("\n"))
        walk.everywhere()
        closing = walk.close_an_emergency()
        strangers = [one for one in tab.requests if not one.startswith((given.url, "data:"))]
        # A page that is not for this user answers 403, which browsers report, too.
        reports = [one for one in tab.reports if "status of 403" not in one]
        answer = {
            "bytes": walk.bytes,
            "largest": max(walk.bytes.values()),
            "actions_to_a_closed_emergency": None if closing is None else actions + closing,
            "slow_today_s": walk.slowly(),
            "reports": reports,
            "requests_elsewhere": strangers,
            "findings": walk.findings,
        }
    print(json.dumps(answer, indent=1))
    return 1 if reports or walk.findings or strangers else 0


if __name__ == "__main__":
    sys.exit(main())
