"""Seeded makers of what tablets bring home: women, their pregnancies, their antenatal visits.

The same seed gives the same records, valid by the data dictionary, references included.
A visit has 26 fields of data. Nobody in here exists: names and numbers are drawn.
"""

import gzip
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from random import Random
from typing import Any, TypeVar

import orjson

T = TypeVar("T")
Record = dict[str, Any]

BATCH = 500
WAVES = 10
DAYS_BETWEEN_VISITS = 21
FIRST_VISIT_DAY = 56
GZIP_LEVEL = 6

# Kemendagri codes of villages in five districts of Ogan Komering Ilir (16.02), with the middle of each district.
DISTRICTS = (
    (("16.02.02.2001", "16.02.02.2002", "16.02.02.2003", "16.02.02.2004"), -3.569, 104.704),
    (("16.02.04.2001", "16.02.04.2002", "16.02.04.2005", "16.02.04.2006"), -3.33, 105.08),
    (("16.02.05.2011", "16.02.05.2012", "16.02.05.2013", "16.02.05.2014"), -3.40, 104.83),
    (("16.02.08.2001", "16.02.08.2002", "16.02.08.2003", "16.02.08.2004"), -3.45, 104.90),
    (("16.02.12.2001", "16.02.12.2002", "16.02.12.2003", "16.02.12.2004"), -3.35, 104.75),
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words("""
Siti Nur Dewi Sri Rina Yuni Ayu Lestari Fitri Wulan Ratna Indah Mega Putri Eka Dian Novi Rika Yanti Lina Maya
Desi Tuti Ida Umi Aminah Halimah Zahra Nadia Intan Sari Rosita Kartini Melati Mawar Kenanga Cempaka Wati
Ningsih Rahayu
""")
LAST_NAMES = _words("""
Wahyuni Handayani Susanti Hasanah Marlina Oktaviani Permata Anggraini Puspita Utami Safitri Maharani Kusuma
Pratiwi Hidayati Rahmawati Kurniasih Mulyani Suryani Purnama Agustina Febriani Juliana Aprilia Septiani
Kartika Cahyani Damayanti Fauziah Khadijah Latifah Maimunah Nurjanah Rohani Salamah Yuliana Zubaidah Astuti
Budiarti Harahap
""")
MEN = _words("Ahmad Budi Slamet Agus Joko Hendra Rudi Dedi Andi Yusuf Ibrahim Hasan Umar Ridwan Fauzan Bambang")
_BORN_FROM = date(1983, 1, 1)
_BIRTH_DAYS = 8400


@dataclass(frozen=True, slots=True)
class Woman:
    """Who the records of one number are about."""

    number: int
    person_id: str
    pregnancy_id: str
    village: str
    where: tuple[float, float]
    lmp: date


@dataclass(frozen=True)
class Cohort:
    """`size` pregnant women of one seed, each met on `WAVES` antenatal visits until `today`."""

    seed: int
    size: int
    today: date

    def woman(self, number: int) -> Woman:
        """Return one woman by her number from 0 on; always the same."""
        rng = _rng(self.seed, number, 0)
        lmp = self.today - timedelta(days=rng.randint(262, 276))
        villages, lat, lon = DISTRICTS[number // BATCH % len(DISTRICTS)]
        where = (round(lat + rng.uniform(-0.05, 0.05), 5), round(lon + rng.uniform(-0.05, 0.05), 5))
        met = _moment(lmp + timedelta(days=50), rng)
        return Woman(number, _uuid7(met, rng), _uuid7(met, rng), rng.choice(villages), where, lmp)

    def persons(self, numbers: range | None = None) -> Iterator[Record]:
        """Yield the person record of each woman."""
        for number in self._all(numbers):
            woman, rng = self.woman(number), _rng(self.seed, number, 1)
            on = woman.lmp + timedelta(days=50)
            yield _envelope(woman.person_id, "person", woman, on, rng, _person(self.seed, woman, rng))

    def pregnancies(self, numbers: range | None = None) -> Iterator[Record]:
        """Yield the registration of each pregnancy."""
        for number in self._all(numbers):
            woman, rng = self.woman(number), _rng(self.seed, number, 2)
            on = woman.lmp + timedelta(days=50)
            yield _envelope(woman.pregnancy_id, "pregnancy", woman, on, rng, _pregnancy(woman, on, rng))

    def visits(self, wave: int, numbers: Iterable[int] | None = None) -> Iterator[Record]:
        """Yield the visit of that wave (0 to WAVES - 1) of each woman."""
        if not 0 <= wave < WAVES:
            raise ValueError(f"a pregnancy has {WAVES} visits here")
        for number in range(self.size) if numbers is None else numbers:
            woman, rng = self.woman(number), _rng(self.seed, number, 3 + wave)
            on = woman.lmp + timedelta(days=FIRST_VISIT_DAY + wave * DAYS_BETWEEN_VISITS)
            data = _visit(woman, on, rng)
            yield _envelope(_uuid7(_moment(on, rng), rng), "anc_visit", woman, on, rng, data)

    def _all(self, numbers: range | None) -> range:
        return range(self.size) if numbers is None else numbers


@dataclass
class Tablet:
    """Numbers what one device sends, batch by batch."""

    seed: int
    sequence: int = 0

    def body(self, records: Iterable[Record], now: datetime) -> bytes:
        """Return a push body, plain JSON, with these records."""
        numbered = []
        for record in records:
            self.sequence += 1
            numbered.append({**record, "device_seq": self.sequence})
        batch_id = str(uuid.UUID(int=Random(f"{self.seed}/{self.sequence}").getrandbits(128), version=4))  # noqa: S311 # repeatable test data
        return orjson.dumps(
            {
                "batch_id": batch_id,
                "device_time": now.isoformat(timespec="seconds"),
                "app_version": "1.4.0",
                "records": numbered,
            }
        )


def chunks(records: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut records into batches of at most `size`."""
    rest = iter(records)
    while chunk := list(islice(rest, size)):
        yield chunk


def zipped(body: bytes) -> bytes:
    """Return a body gzip'ed, as tablets send it."""
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def _rng(seed: int, number: int, purpose: int) -> Random:
    return Random((seed << 40) + (number << 8) + purpose)  # noqa: S311 # repeatable test data


def _moment(on: date, rng: Random) -> datetime:
    seconds = rng.randint(1 * 3600, 8 * 3600)  # 8 to 15 o'clock there
    return datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(
        seconds=seconds, milliseconds=rng.randint(0, 999)
    )


def _uuid7(moment: datetime, rng: Random) -> str:
    bits = int(moment.timestamp() * 1000) << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@cache
def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _envelope(record_id: str, kind: str, woman: Woman, on: date, rng: Random, data: Record) -> Record:
    clock = f"{rng.randint(8, 14):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"
    lat, lon = woman.where
    return {
        "id": record_id,
        "type": kind,
        "base_rev": 0,
        "device_seq": 0,
        "recorded_at": f"{_day(on.toordinal())}T{clock}+07:00",
        "officer": f"petugas-{woman.number // BATCH % 20:02}",
        "area": woman.village,
        "location": {"lat": lat, "lon": lon, "accuracy_m": rng.randint(4, 30)},
        "form_version": "2026.1",
        "consent": "given",
        "deleted": False,
        "data": data,
    }


def _person(seed: int, woman: Woman, rng: Random) -> Record:
    # Day and running number together make the NIK unique in a cohort; the seed moves the days apart.
    days = (woman.number * 37 + seed * 1009) % _BIRTH_DAYS
    born, serial = _BORN_FROM + timedelta(days=days), woman.number // _BIRTH_DAYS + 1 + seed * 40
    district = woman.village.replace(".", "")[:6]
    nik = f"{district}{born.day + 40:02}{born.month:02}{born.year % 100:02}{serial % 10_000:04}"
    return {
        "nik": nik,
        "full_name": f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}",
        "sex": "female",
        "birth_date": born.isoformat(),
        "birth_date_precision": "day",
        "birth_place": "Ogan Komering Ilir",
        "mother_name": f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}",
        "marital_status": "married_recorded",
        "education": rng.choice(("primary", "junior_secondary", "senior_secondary")),
        "occupation": "household",
        "blood_type": rng.choice(("A", "B", "AB", "O", "unknown")),
        "village_code": woman.village,
        "spouse_name": f"{rng.choice(MEN)} {rng.choice(LAST_NAMES)}",
        "phone": f"+628{rng.randint(10**8, 10**9 - 1)}",
        "kk_number": f"{district}{rng.randint(10**9, 10**10 - 1)}",
        "relation_to_head": "spouse",
        "ktp_status": "issued",
        "civil_documents_checked": True,
    }


def _pregnancy(woman: Woman, on: date, rng: Random) -> Record:
    born = rng.randint(0, 3)
    return {
        "woman_id": woman.person_id,
        "registered_on": _day(on.toordinal()),
        "lmp_date": _day(woman.lmp.toordinal()),
        "gravida": born + 1,
        "parity": born,
        "abortions": 0,
        "stillbirths": 0,
        "living_children": born,
        "caesarean_count": 0,
        "height_cm": rng.randint(1450, 1650) / 10,
        "pre_pregnancy_weight_kg": rng.randint(420, 650) / 10,
        "kspr_factors": [],
        "chronic_conditions": ["none"],
        "has_marriage_document": True,
        "status": "active",
    }


def _visit(woman: Woman, on: date, rng: Random) -> Record:
    weeks = (on - woman.lmp).days // 7
    raised = rng.random() < 0.04
    dose = rng.randint(1, 4)
    return {
        "pregnancy_id": woman.pregnancy_id,
        "visit_date": _day(on.toordinal()),
        "place": "van" if rng.random() < 0.7 else "posyandu",
        "by_doctor": weeks >= 36,
        "ultrasound_done": rng.random() < 0.3,
        "danger_signs": ["severe_headache"] if raised else [],
        "weight_kg": rng.randint(450, 750) / 10,
        "muac_cm": rng.randint(225, 310) / 10,
        "systolic_mmhg": rng.randint(140, 162) if raised else rng.randint(98, 132),
        "diastolic_mmhg": rng.randint(90, 112) if raised else rng.randint(60, 84),
        "temp_c": rng.randint(362, 373) / 10,
        "pulse_bpm": rng.randint(68, 98),
        "spo2_pct": rng.randint(96, 99),
        "fundal_height_cm": float(min(max(weeks, 6), 40)),
        "fetus_count": 1,
        "presentation": "cephalic" if weeks >= 34 else "unknown",
        "fetal_heart_present": True,
        "fetal_heart_rate_bpm": rng.randint(124, 156),
        "hb_g_dl": rng.randint(96, 132) / 10,
        "urine_protein": "+" if raised else "neg",
        "tt_status": f"T{dose}",
        "tt_given": dose < 2,
        "iron_tablets_given": 30,
        "calcium_given": rng.random() < 0.5,
        "birth_plan_done": weeks >= 28,
        "next_visit_date": _day(on.toordinal() + DAYS_BETWEEN_VISITS),
    }
