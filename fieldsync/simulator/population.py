"""Plausible people and families of the regency, from a seeded generator.

Numbers are built as the real ones are (six region digits, date with women's day plus
forty, serial) and are unique within one population; names follow the custom of the
place. It promises the same people for the same generator state, and it writes no
records: that is the story's part.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from fieldsync.simulator import words
from fieldsync.simulator.odds import chance
from fieldsync.simulator.places import Village

YEAR = 365.25
WOMAN_OFFSET = 40
TWO_WORDS = 2
# Districts of the transmigration areas and of the Komering, and the share of homes that follow their naming.
JAVANESE_SHARE = {
    "16.02.04": 0.75,
    "16.02.13": 0.7,
    "16.02.14": 0.6,
    "16.02.20": 0.75,
    "16.02.21": 0.7,
    "16.02.22": 0.6,
    "16.02.24": 0.3,
}
KOMERING_SHARE = {"16.02.02": 0.55, "16.02.23": 0.45}
OTHER_REGIONS = ("167102", "161003", "160306", "180507", "331406", "330510", "351503")


def new_id(rng: Random, moment_ms: int) -> str:
    """Return a time-ordered UUID (version 7) of a moment in milliseconds since 1970."""
    bits = rng.getrandbits(74)
    value = (moment_ms << 80) | (0x7 << 76) | ((bits >> 62) << 64) | (0b10 << 62) | (bits & ((1 << 62) - 1))
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(slots=True)
class Person:
    """One true person. `id` is that of its first person record, given when it is registered."""

    name: str
    sex: str
    born: date
    village: str
    nik: str | None
    birth_place: str
    precision: str = "day"
    religion: str = "islam"
    blood_type: str = "unknown"
    education: str | None = None
    occupation: str | None = None
    phone: str | None = None
    mother: "Person | None" = None
    father: "Person | None" = None
    spouse: "Person | None" = None
    id: str = ""

    @property
    def married(self) -> bool:
        """Whether a spouse is known."""
        return self.spouse is not None

    def age(self, on: date) -> int:
        """Return the age in completed years."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(slots=True)
class Family:
    """A household: a couple, their children, at times a grandparent; one address, one family card."""

    village: Village
    custom: str
    kk_number: str | None
    husband: Person
    wife: Person
    children: list[Person]
    elder: Person | None
    address: str
    hamlet: str
    rt: str
    rw: str
    id: str = ""
    registered: set[int] = field(default_factory=set)


class Population:
    """Makes families; one object for one simulation, since it hands out the serials of the NIK."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.today = today
        self._serials: Counter[str] = Counter()

    def family(self, village: Village, children_under_five: int = 0) -> Family:
        """Return a new family of this village with that many small children, besides older ones."""
        rng = self.rng
        custom = self._custom(village)
        wife = self._adult(village, custom, "female", rng.uniform(17.5, 39))
        husband = self._adult(village, custom, "male", wife.age(self.today) + rng.uniform(-1, 8))
        wife.spouse, husband.spouse = husband, wife
        wife.religion = husband.religion
        phone = self._phone() if chance(rng, 0.75) else None  # share of homes with a telephone
        wife.phone = husband.phone = phone
        elder = self._adult(village, custom, rng.choice(("male", "female")), rng.uniform(61, 88))
        home = Family(
            village=village,
            custom=custom,
            kk_number=self._kk(village) if chance(rng, 0.85) else None,  # share with a card at hand
            husband=husband,
            wife=wife,
            children=[],
            elder=elder if chance(rng, 0.45) else None,  # share of homes with a grandparent
            address=f"{words.pick(rng, words.STREETS)} No. {rng.randint(1, 140)}",
            hamlet=words.pick(rng, words.HAMLETS),
            rt=f"{rng.randint(1, 12):03}",
            rw=f"{rng.randint(1, 5):03}",
        )
        for _ in range(children_under_five):
            self._add_small_child(home)
        return home

    def newborn(self, home: Family, born: date, sex: str) -> Person:
        """Return a child born to this home: no number yet, and often no name of its own."""
        child = self._child(home, born, sex)
        child.nik = None
        return child

    def name(self, custom: str, sex: str) -> str:
        """Return a name by custom: mostly two words, at times one or three."""
        rng = self.rng
        first = words.pick(rng, words.FIRST[custom, sex])
        last = words.pick(rng, words.LAST[custom, sex])
        if custom == "balinese":
            return f"{'I' if sex == 'male' else 'Ni'} {first} {last}"
        draw = rng.random()
        if draw < (0.12 if custom == "javanese" else 0.04):
            return first if len(first) > TWO_WORDS else last
        if draw > 0.85:  # noqa: PLR2004 # share of names of three words
            middle = words.pick(rng, words.FIRST[custom, sex])
            return f"{first} {middle} {last}" if middle != first else f"{first} {last}"
        return f"{first} {last}"

    def nik(self, region: str, born: date, sex: str) -> str:
        """Return an unused number for a person registered in this region (six digits)."""
        day = born.day + (WOMAN_OFFSET if sex == "female" else 0)
        stem = f"{region}{day:02}{born.month:02}{born.year % 100:02}"
        self._serials[stem] += self.rng.choice((1, 1, 1, 2, 4))
        return f"{stem}{self._serials[stem]:04}"

    def _custom(self, village: Village) -> str:
        district = village.code[:8]
        draw = self.rng.random()
        javanese = JAVANESE_SHARE.get(district, 0.08)
        if draw < javanese:
            return "balinese" if chance(self.rng, 0.06) and javanese > 0.5 else "javanese"  # noqa: PLR2004
        return "komering" if draw < javanese + KOMERING_SHARE.get(district, 0.1) else "malay"

    def _adult(self, village: Village, custom: str, sex: str, age: float) -> Person:
        rng = self.rng
        born = self.today - timedelta(days=int(age * YEAR))
        precision = "day"
        if age > 55 and chance(rng, 0.3):  # noqa: PLR2004 # old people's birthdays are often a guess
            born, precision = born.replace(month=rng.choice((1, 7, 12)), day=1), "year"
        region = village.nik_region if chance(rng, 0.8) else rng.choice(OTHER_REGIONS)
        return Person(
            name=self.name(custom, sex),
            sex=sex,
            born=born,
            village=village.code,
            nik=self.nik(region, born, sex) if chance(rng, 0.9) else None,  # share with a number
            birth_place=words.pick(rng, words.BIRTH_PLACES),
            precision=precision,
            religion="hindu" if custom == "balinese" else rng.choices(("islam", "kristen", "katolik"), (96, 2, 2))[0],
            blood_type=rng.choices(("unknown", "O", "B", "A", "AB"), (40, 24, 18, 14, 4))[0],
            education=words.pick(rng, words.EDUCATIONS),
            occupation=words.pick(rng, words.WORK[sex]),
        )

    def _add_small_child(self, home: Family) -> None:
        rng = self.rng
        months = rng.choices((2, 4, 6, 9, 12, 18, 27, 38, 50), (4, 4, 4, 4, 4, 3, 3, 2, 2))[0]
        born = self.today - timedelta(days=int(months * 30.44) + rng.randint(35, 60))
        if any(abs((born - other.born).days) < 290 for other in home.children):  # noqa: PLR2004 # one pregnancy apart
            return
        home.children.append(self._child(home, born, rng.choice(("male", "female"))))

    def _child(self, home: Family, born: date, sex: str) -> Person:
        rng = self.rng
        custom = home.custom
        age_days = (self.today - born).days
        has_number = age_days > 60 and chance(rng, 0.6)  # noqa: PLR2004 # registered after some weeks, not all
        return Person(
            name=self.name(custom, sex),
            sex=sex,
            born=born,
            village=home.village.code,
            nik=self.nik(home.village.nik_region, born, sex) if has_number else None,
            birth_place="Ogan Komering Ilir",
            religion=home.husband.religion,
            mother=home.wife,
            father=home.husband,
        )

    def _phone(self) -> str:
        return self.rng.choice(("0812", "0813", "0821", "0822", "0852", "0857", "0877", "0896")) + "".join(
            self.rng.choices("0123456789", k=8)
        )

    def _kk(self, village: Village) -> str:
        issued = self.today - timedelta(days=self.rng.randint(40, 5000))
        stem = f"{village.nik_region}{issued:%d%m%y}"
        self._serials["kk" + stem] += 1
        return f"{stem}{self._serials['kk' + stem]:04}"
