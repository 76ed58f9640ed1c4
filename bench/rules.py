"""Rules at speed: `python -m bench.rules [--women N] [--profile]`; whole households judged by all shipped rules.

Counts records a second of one core, from records to flags with their sentences: first each household in a folder of its
own, as after a sync, then all in one folder, as at night. The people are made up, from a seed; some of them are ill.
"""

import argparse
import cProfile
import pstats
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from fieldsync.programs.folder import Entry, Folder, Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of
from fieldsync.rules import Book, basis_of, explain

NOW = date(2026, 3, 10)
BAR = 20_000
ROUNDS = 3
SIGNS = ("fever", "vaginal_bleeding", "severe_headache", "swelling_face_hands")
DOSES = (
    "HB0",
    "BCG",
    "OPV1",
    "DPT-HB-Hib1",
    "OPV2",
    "PCV1",
    "DPT-HB-Hib2",
    "OPV3",
    "DPT-HB-Hib3",
    "OPV4",
    "IPV1",
    "MR1",
)
Record = dict[str, Any]


def day(ago: int) -> str:
    return (NOW - timedelta(days=ago)).isoformat()


class Household:
    """One woman with what vans recorded of her, her pregnancy and her children."""

    def __init__(self, number: int) -> None:
        self.rng = Random(number)  # noqa: S311 # made-up people
        self.key = f"{number:06d}"
        self.records: list[Record] = []

    def _add(self, kind: str, name: str, **fields: Any) -> str:
        record_id = f"{name}-{self.key}"
        self.records.append({"type": kind, "id": record_id, "area": "16.02.05.2011", **fields})
        return record_id

    def _person(self, name: str, age_days: int, sex: str, **fields: Any) -> str:
        nik = f"160205010190{int(self.key) % 10_000:04d}" if self.rng.random() < 0.9 else None
        born = day(age_days)
        return self._add("person", name, full_name=f"{name} {self.key}", sex=sex, birth_date=born, nik=nik, **fields)

    def made(self) -> list[Record]:
        """Return all records of the household."""
        woman = self._person("W", self.rng.randint(16 * 365, 44 * 365), "female", kk_number="1602050101150001")
        begun = self.rng.randint(30, 600)
        delivered = begun - self.rng.randint(255, 290)
        pregnancy = self._pregnancy(woman, begun, over=delivered > 0)
        for number in range(self.rng.randint(3, 6)):
            self._visit(pregnancy, number, max(begun - 50 - 40 * number, delivered, 0))
        if delivered > 0:
            self._delivery(woman, pregnancy, delivered)
        if self.rng.random() < 0.1:
            self._papers(woman)
        return self.records

    def _pregnancy(self, woman: str, begun: int, *, over: bool) -> str:
        parity = self.rng.randint(0, 4)
        history = {"gravida": parity + 1, "parity": parity, "abortions": 0, "stillbirths": 0, "caesarean_count": 0}
        status = "delivered" if over else "active"
        height = self.rng.randint(1420, 1680) / 10
        return self._add(
            "pregnancy", "P", woman_id=woman, lmp_date=day(begun), status=status, height_cm=height, **history
        )

    def _visit(self, pregnancy: str, number: int, ago: int) -> None:
        rng = self.rng
        self._add(
            "anc_visit",
            f"A{number}",
            pregnancy_id=pregnancy,
            visit_date=day(ago),
            systolic_mmhg=rng.randint(95, 145),
            diastolic_mmhg=rng.randint(60, 95),
            pulse_bpm=rng.randint(62, 104),
            temp_c=rng.randint(362, 378) / 10,
            respiratory_rate=rng.randint(16, 24),
            weight_kg=rng.randint(450, 750) / 10 + number,
            muac_cm=rng.randint(225, 300) / 10,
            fundal_height_cm=rng.randint(12, 36),
            fetal_heart_rate_bpm=rng.randint(118, 162),
            fetal_heart_present=True,
            fetus_count=1,
            hb_g_dl=rng.randint(92, 135) / 10,
            urine_protein=rng.choice(("negative", "negative", "negative", "trace", "+")),
            glucose_random_mg_dl=rng.randint(70, 140),
            hiv_result="non_reactive",
            syphilis_result="non_reactive",
            hbsag_result="non_reactive",
            tt_status=rng.choice(("T1", "T2", "T3", "T5")),
            iron_tablets_given=30,
            by_doctor=number == 1,
            birth_plan_done=number > 2,
            danger_signs=[rng.choice(SIGNS)] if rng.random() < 0.05 else [],
        )

    def _delivery(self, woman: str, pregnancy: str, ago: int) -> None:
        rng = self.rng
        sex = rng.choice(("male", "female"))
        child = self._person("C", ago, sex, mother_id=woman, enrolled_child_program=True)
        baby = {"person_id": child, "outcome": "live_birth", "sex": sex, "birth_weight_g": rng.randint(2300, 4000)}
        self._add("delivery", "D", pregnancy_id=pregnancy, delivered_on=day(ago), place="puskesmas", babies=[baby])
        for number, after in enumerate((1, 5, 14, 35)):
            if ago >= after and rng.random() < 0.8:
                mother = {"systolic_mmhg": rng.randint(95, 142), "diastolic_mmhg": 75, "temp_c": 36.8}
                newborn = {"temp_c": rng.randint(362, 376) / 10, "respiratory_rate": rng.randint(38, 62)}
                seen = {"visit_date": day(ago - after)}
                self._add("pnc_visit", f"M{number}", person_id=woman, subject="mother", **seen, **mother)
                self._add("pnc_visit", f"N{number}", person_id=child, subject="newborn", **seen, **newborn)
        for number in range(min(ago // 60, 5)):
            self._child_visit(child, number, ago)
        for dose in DOSES[: min(ago // 25, len(DOSES))]:
            if rng.random() < 0.9:
                self._add("immunisation", dose, person_id=child, dose=dose, given_on=day(max(ago - 60, 0)))
        if rng.random() < 0.6:
            papers = ["birth_letter", "kk"]
            self._add(
                "birth_registration", "B", person_id=child, status="submitted", submitted_on=day(1), documents=papers
            )

    def _child_visit(self, child: str, number: int, ago: int) -> None:
        rng, age = self.rng, 60 * (number + 1)
        self._add(
            "child_visit",
            f"G{number}",
            person_id=child,
            visit_date=day(ago - age),
            weight_kg=round(3.2 + age * 0.014 + rng.gauss(0, 0.7), 1),
            length_height_cm=round(50 + age * 0.07 + rng.gauss(0, 2.5), 1),
            measured="lying",
            muac_cm=rng.randint(118, 160) / 10,
            weight_gain_status=rng.choice(("N", "N", "T")),
        )

    def _papers(self, woman: str) -> None:
        asked = {"status": "verifying", "complete_on": day(self.rng.randint(0, 6)), "standard_workdays": 3}
        self._add("service_request", "S", person_id=woman, service="kk_change", fee_charged_idr=0, **asked)
        self._add("complaint", "K", status="forwarded", received_on=day(self.rng.randint(0, 20)), forwarded_on=day(0))


def flags_of(folders: Iterable[Sequence[Entry]], book: Book) -> tuple[int, int]:
    """Judge folders and say why of each flag; return the numbers of flags and of letters."""
    frame, flags, letters = Frame(NOW, book.tables), 0, 0
    for entries in folders:
        for one in book.judge(sheets_of(Folder(entries), frame), NOW):
            said = explain(basis_of(one))
            flags += 1
            letters += len(said["id"]) + len(said["en"])
    return flags, letters


def measured(folders: Sequence[Sequence[Entry]], book: Book) -> Iterator[float]:
    """Yield records a second of processor time, round by round."""
    records = sum(map(len, folders))
    for _ in range(ROUNDS):
        started = time.process_time()
        flags_of(folders, book)
        yield records / (time.process_time() - started)


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="bench.rules", description="Records a second through all rules, on one core.")
    parser.add_argument("--women", type=int, default=5_000)
    parser.add_argument("--profile", action="store_true", help="where the time goes, instead of a figure")
    given = parser.parse_args()
    households = [folder_of(Household(number).made()).entries for number in range(given.women)]
    together = [[entry for entries in households for entry in entries]]
    book = book_on(NOW)
    if given.profile:
        with cProfile.Profile() as profile:
            flags_of(households, book)
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
        return
    flags, letters = flags_of(households, book)
    print(f"{len(together[0]):,} records, {len(book.rules)} rules, {flags:,} flags, {letters:,} letters of reasons")
    for title, folders in (("a folder a household", households), ("one folder for all", together)):
        best = max(measured(folders, book))
        print(f"{title:<22}{best:>10,.0f} records/s   bar {BAR:,}: {'pass' if best >= BAR else 'MISSED'}")


if __name__ == "__main__":
    main()
