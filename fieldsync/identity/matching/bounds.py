"""How high the weights of a record and a person can still come, when only a part of the features was compared.

Names cost most to compare, and of those who share a key with a record most are told from it by numbers, dates and
homes alone. No bound is ever too low, so that nothing is decided otherwise than after a whole comparison.
"""

from collections.abc import Sequence
from functools import lru_cache

from fieldsync.identity.matching.compare import (
    DATE,
    DATE4,
    FEATURES,
    LIGHT,
    NAME,
    NAME5,
    NIK_DATE,
    NULL,
    PARENT,
    RELATIVE,
    RELATIVE4,
    SHARED,
    SPOUSES,
    Named,
    Outline,
    Scene,
    goes_by_spouse,
    is_another,
    kin_of,
    levels_from,
    named_of,
    one_day,
    outline_of,
    parent_level,
)
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.traits import Traits

_CACHED = 1 << 16
_ROUNDING = 1e-6  # by less than this, sums in another order differ
_MUTE_NAMES = (NULL, LIGHT, NAME.index("other"))  # of which no words are shared
_MUTE_MOTHERS = (NULL, RELATIVE.index("light"))


def likely_levels(one: Traits, person: Profile, scene: Scene, bounds: "Bounds") -> tuple[int, ...] | None:
    """Return what `levels_of` does, or None as soon as it is sure that their weights stay below the least."""
    levels = outline_of(one, person, scene)
    lacking = bounds.lacking(levels)
    if lacking is None:
        return None
    line, own = Outline._make(levels), named_of(one, person, scene)
    if line.wed and is_another(own.name):
        spouses = Named(SPOUSES, own.words)
        if max(bounds.most_by(own, line), bounds.most_by(spouses, line)) < lacking:
            return None
        own = spouses if goes_by_spouse(one, person) else own
    return levels_from(line, own, kin_of(one, person, scene)) if bounds.most_by(own, line) >= lacking else None


class Bounds:
    """Tells, step by step, whether a comparison can still come to `least`, a sum of weights; keeps what it worked out.

    Args:
        bias: of the model, as its `tables`.
        tables: per feature, in the order of FEATURES, the weight of each level.
        least: the least sum of interest.
    """

    def __init__(self, bias: float, tables: Sequence[Sequence[float]], least: float) -> None:
        self._tables = dict(zip(FEATURES, tables, strict=True))
        self._spouse = max(self._tables["spouse"][1:])
        self._least = least - bias - _ROUNDING
        self._names = lru_cache(_CACHED)(self._most)
        self._most_words = lru_cache(_CACHED)(self._most_of_words)
        self._kins = lru_cache(_CACHED)(self._kin)
        self._parents = lru_cache(_CACHED)(self._parents_of)
        self.lacking = lru_cache(_CACHED)(self._lacking)

    def _lacking(self, levels: tuple[int, ...]) -> float | None:
        """Return what names must bring to what an outline tells so that it comes to the least; None if none can."""
        line = Outline._make(levels)
        lacking = self._least - self._line(line)
        return lacking if self._names(*_of_own(line), *_of_kin(line), line.named, line.wed) >= lacking else None

    def most_by(self, own: Named, line: Outline) -> float:
        """Return the most that names can bring, now that the own names were compared."""
        told = self._own(own.name, *_of_own(line)) + self._words(*own, line.at_home)
        return told + self._kins(own.name, *_of_kin(line))

    def _line(self, line: Outline) -> float:
        """Return what is sure already, and the most that a spouse and a stray name can add."""
        tables, born, dates = self._tables, line.born, (line.child * 4 + line.stray_date) * 2
        return (
            tables["nik"][line.nik]
            + tables["nik_date"][born * len(NIK_DATE) + line.nik_date]
            + tables["birth_date"][line.child * len(DATE) + born]
            + tables["sex"][line.sex]
            + tables["home"][line.home]
            + tables["size"][line.size]
            + tables["died_before"][line.died]
            + (self._spouse if line.spouses else tables["spouse"][NULL])
            + max(tables["strays"][dates : dates + (2 if line.several else 1)])
        )

    def _most(self, *said: int) -> float:
        """Return the most that names can weigh; `said` is what counts of an outline."""
        own, kin, (named, wed) = said[:4], said[4:9], said[9:]
        names = [*(range(1, SPOUSES) if named else [NULL]), *([SPOUSES] if wed else [])]
        return max(self._own(name, *own) + self._most_words(name, own[0]) + self._kins(name, *kin) for name in names)

    def _own(self, name: int, at_home: int, nik: int, born: int, village: int) -> float:
        """Return what own names weigh that stand to each other so, but for how rare their words are."""
        tables, name5 = self._tables, NAME5[name]
        return (
            tables["name"][name]
            + tables["home_name_date"][(at_home * 5 + name5) * len(DATE) + born]
            + tables["nik_name_date"][(nik * 5 + name5) * len(DATE) + born]
            + tables["village_name"][village * 5 + name5]
        )

    def _words(self, name: int, words: int, at_home: int) -> float:
        """Return what it weighs how rare the words are that own names share."""
        tables = self._tables
        return (
            tables["shared_words"][words]
            + tables["home_words"][at_home * len(SHARED) + words]
            + tables["name_words"][name * len(SHARED) + words]
        )

    def _most_of_words(self, name: int, at_home: int) -> float:
        shared = range(1 if name in _MUTE_NAMES else len(SHARED))
        return max(self._words(name, words, at_home) for words in shared)

    def _kin(self, name: int, at_home: int, born: int, child: int, *told: int) -> float:
        """Return the most that parents can weigh beside a name."""
        tables, name5, dates = self._tables, NAME5[name], child * 4 + DATE4[born]
        return max(
            most
            + tables["child_date_parent_name"][(dates * len(PARENT) + parent) * 5 + name5]
            + tables["born_one_day"][one_day(born, at_home, parent) * len(NAME) + name]
            for parent, most in self._parents(at_home, born, *told).items()
        )

    def _parents_of(self, at_home: int, born: int, mothers: int, fathers: int) -> dict[int, float]:
        """Return, for each way in which the parents can fit, the most that they themselves weigh."""
        tables, found = self._tables, dict[int, float]()
        first = (at_home * len(DATE) + born) * len(SHARED)
        for mother in range(1, len(RELATIVE)) if mothers else [NULL]:
            words = tables["mother_words"][first : first + (1 if mother in _MUTE_MOTHERS else len(SHARED))]
            hers, mother4 = tables["mother"][mother] + max(words), RELATIVE4[mother]
            for father in range(1, len(RELATIVE)) if fathers else [NULL]:
                parent = parent_level(mother4, RELATIVE4[father])
                most = hers + tables["father"][mother4 * len(RELATIVE) + father]
                found[parent] = max(most, found.get(parent, most))
        return found


def _of_own(line: Outline) -> tuple[int, int, int, int]:
    return line.at_home, line.nik, line.born, line.village


def _of_kin(line: Outline) -> tuple[int, int, int, int, int]:
    return line.at_home, line.born, line.child, line.mothers, line.fathers
