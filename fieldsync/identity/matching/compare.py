"""A record held against a person: for each kind of evidence, on which level the two agree.

Every level is a small number, so that weighing is a few look-ups (see `weights`). A record
is compared with the best fitting of the values that the person's records have said.
What several fields tell together (a home, a child's birth) is evidence of its own: card,
telephone and village agree for a whole household, and alone would glue siblings together.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from typing import NamedTuple

from fieldsync.identity.matching.profile import Born, Profile
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.normal.dates import date_likeness
from fieldsync.identity.normal.likeness import Likeness, likeness
from fieldsync.identity.normal.names import Name
from fieldsync.identity.normal.numbers import Nik, date_in_nik, digits_likeness, kk_likeness

NULL = 0
CHILD_DAYS = 15 * 365
COMMON_RARITY = 8.0  # nats of a word that nobody has borne so far, before anything is counted

# Levels by feature, 0 being "one of the two says nothing". Their order is that of the weights file.
NIK = ("unknown", "same", "slip", "serial_slip", "near", "other")
NIK_DATE = ("unknown", "agrees", "near", "clashes")
NAME = (
    *("unknown", "same", "folded", "close", "partial", "initial", "two_words", "single", "near", "alike", "called"),
    *("one_word", "light", "other", "spouses"),
)
SHARED = ("nothing", "very_common", "common", "usual", "uncommon", "rare", "very_rare")
DATE = (
    *("unknown", "same", "same_placeholder", "swapped", "year_placeholder", "slip", "days", "estimated", "year"),
    *("some_years", "other", "vague"),
)
SEX = ("unknown", "same", "other")
KK = ("unknown", "same", "slip", "other")
PHONE = ("unknown", "same", "other")
PLACE = ("unknown", "same", "district", "other")
RELATIVE = ("unknown", "same", "close", "partial", "called", "light", "other")
FOUR = ("unknown", "good", "doubtful", "bad")
FIVE = ("unknown", "good", "doubtful", "bad", "spouses")
TWO = ("no", "yes")
SIZE = ("one", "two", "few", "many")
STRAY = ("no", "beside", "year", "far")
PARENT = (*FOUR, "neither")
VILLAGE = ("no", "few", "some", "many", "crowd")


def _crossed(*parts: Sequence[str]) -> tuple[str, ...]:
    names = [""]
    for part in parts:
        names = [f"{name}/{one}" if name else one for name in names for one in part]
    return tuple(names)


FEATURES: Mapping[str, tuple[str, ...]] = {
    "nik": NIK,
    "nik_date": _crossed(DATE, NIK_DATE),
    "name": NAME,
    "shared_words": SHARED,
    "birth_date": _crossed(TWO, DATE),
    "sex": SEX,
    "home": _crossed(KK, PHONE, PLACE),
    "mother": RELATIVE,
    "father": _crossed(FOUR, RELATIVE),
    "spouse": RELATIVE,
    "mother_words": _crossed(TWO, DATE, SHARED),
    "home_name_date": _crossed(TWO, FIVE, DATE),
    "nik_name_date": _crossed(NIK, FIVE, DATE),
    "child_date_parent_name": _crossed(TWO, FOUR, PARENT, FIVE),
    "born_one_day": _crossed(("no", "home", "parent", "both"), NAME),
    "strays": _crossed(TWO, STRAY, TWO),
    "size": SIZE,
    "home_words": _crossed(TWO, SHARED),
    "name_words": _crossed(NAME, SHARED),
    "village_name": _crossed(VILLAGE, FIVE),
    "died_before": TWO,
}

_NAME_OF = tuple(NAME.index(one.name.lower()) if one else NAME.index("other") for one in Likeness)
_CLOSE, _SINGLE, LIGHT = NAME.index("close"), NAME.index("single"), NAME.index("light")
_OTHER, SPOUSES = NAME.index("other"), NAME.index("spouses")
NAME5 = (0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 2, 3, 2, 3, 4)
_DATE_OF = (10, 8, 7, 6, 5, 4, 3, 2, 1)  # by DateLikeness, as the next by NumberLikeness
_PRECISION = ("day", "estimated")
DATE4 = (0, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 0)
_YEAR, _SOME_YEARS, _OTHER_DATE, _VAGUE = (DATE.index(name) for name in ("year", "some_years", "other", "vague"))
_SOME_YEARS_DAYS = 6 * 365
_NIK_OF = (5, 4, 3, 2, 1)
_RELATIVE_OF = (0, 1, 1, 2, 3, 3, 3, 3, 3, 6, 4, 6, 5, 6, 6)
RELATIVE4 = (0, 1, 1, 2, 2, 2, 3)
_BAD, _NEITHER = PARENT.index("bad"), PARENT.index("neither")
_RARITY_BOUNDS = (3.5, 5.5, 7.5, 9.5, 12.5)
_VILLAGE_BOUNDS = (120, 480, 1_500)  # records
_SIZES = tuple(map(SIZE.index, ("few", "one", "two", "few", "few", "many")))  # by records; of none, as of few
_SAME_PLACE = PLACE.index("same")
_MOST_KEPT = 1 << 17
# By the words alone: to hash whole names would cost as much as to compare some.
_NAME_LEVELS: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}


@dataclass(slots=True)
class Scene:
    """What the comparison must know of everybody else.

    How rare words are (nats), which phones are no one's own, how many records the village of the record has.
    """

    rarity: Mapping[str, float] = field(default_factory=dict)
    crowded: frozenset[str] = frozenset()
    village: int = 0


class Outline(NamedTuple):
    """What numbers, dates and homes tell of a record and a person: levels that are quickly found, before any name.

    The last six tell what there is left to compare: whether both have `named` themselves, or `mothers`, `fathers`,
    `spouses`; whether the person goes by `several` names; `wed`, whether one may go by the name of the other's spouse.
    """

    nik: int
    nik_date: int
    born: int
    stray_date: int
    child: int
    sex: int
    home: int
    at_home: int
    size: int
    village: int
    died: int
    named: bool
    several: bool
    mothers: bool
    fathers: bool
    spouses: bool
    wed: bool


class Named(NamedTuple):
    """How a record's own names stand to the person's, and how rare the words are that they share."""

    name: int
    words: int


class Kin(NamedTuple):
    """How the names of relatives stand to each other, and whether a name of one's own strays."""

    mother: int
    mother_words: int
    father: int
    spouse: int
    stray_name: int


def levels_of(one: Traits, person: Profile, scene: Scene) -> tuple[int, ...]:
    """Return the level of every feature, in the order of FEATURES."""
    line, own = Outline._make(outline_of(one, person, scene)), named_of(one, person, scene)
    if line.wed and is_another(own.name) and goes_by_spouse(one, person):
        own = Named(SPOUSES, own.words)
    return levels_from(line, own, kin_of(one, person, scene))


def levels_from(line: Outline, own: Named, kin: Kin) -> tuple[int, ...]:
    """Put together what was compared: the level of every feature, in the order of FEATURES."""
    nik, born, child, at_home, name = line.nik, line.born, line.child, line.at_home, own.name
    mother4, name5 = RELATIVE4[kin.mother], NAME5[name]
    parent = parent_level(mother4, RELATIVE4[kin.father])
    return (
        nik,
        born * len(NIK_DATE) + line.nik_date,
        name,
        own.words,
        child * len(DATE) + born,
        line.sex,
        line.home,
        kin.mother,
        mother4 * len(RELATIVE) + kin.father,
        kin.spouse,
        (at_home * len(DATE) + born) * len(SHARED) + kin.mother_words,
        (at_home * 5 + name5) * len(DATE) + born,
        (nik * 5 + name5) * len(DATE) + born,
        ((child * 4 + DATE4[born]) * len(PARENT) + parent) * 5 + name5,
        one_day(born, at_home, parent) * len(NAME) + name,
        (child * 4 + line.stray_date) * 2 + kin.stray_name,
        line.size,
        at_home * len(SHARED) + own.words,
        name * len(SHARED) + own.words,
        line.village * 5 + name5,
        line.died,
    )


def outline_of(one: Traits, person: Profile, scene: Scene) -> tuple[int, ...]:
    """Compare all but names, which are not even parsed; return what an `Outline` is made of."""
    values, sexes = person.values, person.sexes
    niks, names, spouses = values["nik"], values["names"], values["spouses"]
    born, stray_date = _date_level(one, person.born)
    home = _home_level(one, person, scene)
    return (
        _nik_level(one.nik, niks),
        _nik_date_level(one, person) if (one.nik is None) != (not niks) else NULL,
        born,
        stray_date,
        1 if _is_child(one, person) else 0,
        NULL if one.sex is None or not sexes else 1 if one.sex in sexes else 2,
        home,
        1 if (home // 12 == 1 or home // 4 % 3 == 1) else 0,
        _SIZES[min(person.size, len(_SIZES) - 1)],
        _village_level(scene.village) if home % 4 == _SAME_PLACE else 0,
        1 if (one.died or person.died) and _died_before(one, person) else 0,
        bool(one.names and names),
        len(names) > 1,
        bool(one.mothers and values["mothers"]),
        bool(one.fathers and values["fathers"]),
        bool(one.spouses and spouses),
        bool((one.names and spouses) or (one.spouses and names)),
    )


def named_of(one: Traits, person: Profile, scene: Scene) -> Named:
    """Compare the own names."""
    name, shared = _name_level(one.names, person.names, scene.rarity)
    return Named(name, _rarity_level(shared))


def is_another(name: int) -> bool:
    """Tell whether it is a level of own names on which one may be a spouse's."""
    return name == NULL or name > _SINGLE


def kin_of(one: Traits, person: Profile, scene: Scene) -> Kin:
    """Compare the names of relatives, and look for a name of one's own that strays."""
    mother, shared = _relative_level(one.mothers, person.mothers, scene.rarity)
    father = _relative_level(one.fathers, person.fathers, scene.rarity)[0]
    spouse = _relative_level(one.spouses, person.spouses, scene.rarity)[0]
    strays = len(person.names) > 1 and _strays(one.names, person.names)
    return Kin(mother, _rarity_level(shared), father, spouse, 1 if strays else 0)


def _nik_level(nik: Nik | None, known: Sequence[str]) -> int:
    if nik is None or not known:
        return NULL
    if nik.digits in known:
        return 1
    return min([_NIK_OF[digits_likeness(nik.digits, other)] for other in known])


def _nik_date_level(one: Traits, person: Profile) -> int:
    """Hold the date inside the NIK of one of the two against the date of birth of the other, who has none."""
    if one.nik is not None:
        return _dates_of_nik(one.nik, [born for born, rough in person.born if not rough], person.sexes, one.on.year)
    if one.born is None or one.rough:
        return NULL
    sexes = [] if one.sex is None else [one.sex]
    return min([_dates_of_nik(nik, [one.born], sexes, one.on.year) for nik in person.niks])


def _dates_of_nik(nik: Nik, dates: Sequence[date], sexes: Sequence[str], year: int) -> int:
    if not dates:
        return NULL
    inside = date_in_nik(nik, year)
    if sexes and ("female" if nik.female else "male") not in sexes:
        return 3
    if inside in dates:
        return 1
    return 2 if inside is not None and any(inside.year == day.year for day in dates) else 3


def _name_level(names: Sequence[Name], known: Sequence[Name], rarity: Mapping[str, float]) -> tuple[int, float]:
    """Return the best level, and the nats of the words that the best pair shares (0 when it agrees in nothing)."""
    best, shared = NULL, 0.0
    for one in names:
        for other in known:
            level = _one_name_level(one, other)
            if best == NULL or level <= best:
                told = _told(one, other, level, rarity)
                best, shared = level, told if level != best else max(told, shared)
    return best, shared


def _one_name_level(one: Name, other: Name) -> int:
    pair = one.words, other.words
    level = _NAME_LEVELS.get(pair)
    if level is None:
        if len(_NAME_LEVELS) >= _MOST_KEPT:
            _NAME_LEVELS.clear()
        level = _NAME_LEVELS[pair] = _new_name_level(one, other)
    return level


def _new_name_level(one: Name, other: Name) -> int:
    level = _NAME_OF[likeness(one, other)]
    if level == _OTHER and ({*one.folded} <= {*other.folded} or {*one.folded} >= {*other.folded}):
        return LIGHT  # "Siti" of "Siti Aminah": it fits, but says next to nothing
    return level


def _told(one: Name, other: Name, level: int, rarity: Mapping[str, float]) -> float:
    """Return how many nats the shared words tell; of words that are only close, all but those of the weaker half."""
    if level >= LIGHT:
        return 0.0
    common = [rarity.get(word, COMMON_RARITY) for word in one.folded if word in other.folded]
    if common:
        return sum(common)
    return min((rarity.get(word, COMMON_RARITY) for word in one.folded), default=0.0) if level <= _CLOSE else 0.0


def _rarity_level(nats: float) -> int:
    if nats <= 0:
        return 0
    for level, bound in enumerate(_RARITY_BOUNDS, 1):
        if nats < bound:
            return level
    return len(_RARITY_BOUNDS) + 1


def goes_by_spouse(one: Traits, person: Profile) -> bool:
    """Tell whether the one is called by the name of the other's spouse: a wife under her husband's name."""
    pairs = [(name, other) for name in one.names for other in person.spouses]
    pairs += [(name, other) for name in one.spouses for other in person.names]
    return any(_one_name_level(name, other) <= _SINGLE for name, other in pairs)


def _date_level(one: Traits, known: Sequence[Born]) -> tuple[int, int]:
    """Return the best level, and how another date that was exact strays: beside one that is the same, or by how far."""
    if one.born is None or not known:
        return NULL, 0
    if len(known) == 1:
        return _one_date_level(one.born, one.rough, *known[0]), 0
    levels = [_one_date_level(one.born, one.rough, day, rough) for day, rough in known]
    best = min(levels)
    if best >= _YEAR:
        return best, 0
    worst = max((level for level in levels if _YEAR <= level <= _OTHER_DATE), default=0)
    return best, 0 if not worst else 1 if best == 1 else 2 if worst == _YEAR else 3


def _one_date_level(one: date, one_rough: bool, other: date, other_rough: bool) -> int:  # noqa: FBT001 # as they come
    level = _DATE_OF[date_likeness(one, _PRECISION[one_rough], other, _PRECISION[other_rough])]
    if level != _OTHER_DATE:
        return level
    if one_rough or other_rough:
        return _VAGUE
    return _SOME_YEARS if abs(one.toordinal() - other.toordinal()) <= _SOME_YEARS_DAYS else _OTHER_DATE


def _strays(names: Sequence[Name], known: Sequence[Name]) -> bool:
    return any(_one_name_level(one, other) == _OTHER for one in names for other in known)


def _relative_level(names: Sequence[Name], known: Sequence[Name], rarity: Mapping[str, float]) -> tuple[int, float]:
    level, shared = _name_level(names, known, rarity)
    return _RELATIVE_OF[level], shared


def parent_level(mother: int, father: int) -> int:
    """Tell how the parents fit: siblings share both, so a second that fits says nothing new; two that do not, a lot."""
    return _NEITHER if mother == father == _BAD else mother or father


def _died_before(one: Traits, person: Profile) -> bool:
    if person.died is not None and one.died is None and person.died < one.on:
        return True
    return one.died is not None and any(on > one.died.isoformat() for _, on, *_ in person.rows)


def _home_level(one: Traits, person: Profile, scene: Scene) -> int:
    kk = phone = place = NULL
    if one.kk is not None and person.kks:
        kk = 1 if one.kk in person.kks else 2 if any(map(kk_likeness, repeat(one.kk), person.kks)) else 3
    if one.phone is not None and person.phones and one.phone not in scene.crowded:
        phone = 1 if one.phone in person.phones else 2
    village = one.village
    if village is not None and person.villages:
        place = 1 if village in person.villages else 2 if village[:8] in person.districts else 3
    return (kk * 3 + phone) * 4 + place


def _is_child(one: Traits, person: Profile) -> bool:
    born = one.born or (person.born[0][0] if person.born else None)
    return born is not None and (one.on - born).days < CHILD_DAYS


def one_day(born: int, at_home: int, parent: int) -> int:
    """Tell what says that two who were born on one day are of one family: then another name may be a twin's."""
    if born != 1:
        return 0
    return at_home + (2 if 0 < parent < 3 else 0)  # noqa: PLR2004 # good or doubtful


def _village_level(records: int) -> int:
    """Tell how many there are of whom another may share village, day of birth or a word of the name by chance."""
    return 1 + bisect_right(_VILLAGE_BOUNDS, records)
