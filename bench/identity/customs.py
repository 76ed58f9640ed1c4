"""How a people names its children: word stocks by sex and time of birth, and the patterns that compose them.

Popularity falls with a word's place in its list (Zipf with a flattened head, after
Mandelbrot). Names are drawn, nobody's; which words go with which people is common knowledge.
"""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

Name = tuple[str, ...]

ERAS = ("old", "mid", "new")
_ERA_STARTS = (1970, 1995)
_ERA_DRIFT = 0.12
_HEAD = 3.0
_STEEPNESS = 1.0


@dataclass(frozen=True, slots=True)
class Stock:
    """Words with their cumulated weights, the most popular first."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def draw(self, rng: Random) -> str:
        """Return one word."""
        return rng.choices(self.words, cum_weights=self.weights)[0]


@dataclass(frozen=True, slots=True)
class Child:
    """What a name may depend on: sex ``m`` or ``f``, year, place among the siblings from 1 on, parents' words."""

    sex: str
    year: int
    order: int = 1
    father: Name = ()
    clan: str = ""


@dataclass(frozen=True, slots=True)
class Custom:
    """One people's naming, with the regency (dotted code) it is at home in.

    `stocks` and `patterns` are keyed by sex and era. A pattern's lower-case words name
    stocks (`a+b` joins two draws, `order` and `father` come from the child), others stand for themselves.
    """

    people: str
    regency: str
    stocks: dict[str, Stock]
    patterns: dict[str, tuple[tuple[str, ...], tuple[float, ...]]]
    clans: Stock | None = None
    orders: tuple[str, ...] = ()

    def draw(self, rng: Random, child: Child) -> Name:
        """Return a name of one to four words; with the clan's after it, where the people has clans."""
        era = _era(rng, child.year)
        patterns, weights = self.patterns[f"{child.sex} {era}"]
        pattern = rng.choices(patterns, cum_weights=weights)[0]
        words: list[str] = []
        for part in pattern.split():
            word = self._word(rng, part, child, era)
            if word and word not in words:
                words.append(word)
        name = tuple(words[:4])
        return (*name[:3], child.clan) if child.clan else name

    def clan(self, rng: Random) -> str:
        """Return a clan's name, or nothing where the people has none."""
        return self.clans.draw(rng) if self.clans else ""

    def _word(self, rng: Random, part: str, child: Child, era: str) -> str:
        if part == "order":
            return self.orders[(child.order - 1) % len(self.orders)] if self.orders else ""
        if part == "father":
            return child.father[0] if child.father else self._word(rng, "own", child, era)
        if part[0].isupper():
            return part.replace("_", " ")
        word = "".join(self._stock(one, child.sex, era).draw(rng) for one in part.split("+"))
        return word[0].upper() + word[1:]

    def _stock(self, name: str, sex: str, era: str) -> Stock:
        for key in (f"{sex} {era} {name}", f"{sex} {name}", name):
            if key in self.stocks:
                return self.stocks[key]
        raise KeyError(f"{self.people}: no stock {name} for {sex} {era}")


def custom(
    people: str, regency: str, stocks: dict[str, str], patterns: dict[str, str], clans: str = "", orders: str = ""
) -> Custom:
    """Read a custom from its text form: words by popularity; patterns as ``40 own; 10 own last``.

    Keys of `stocks` are a name, with sex and era before it where it depends on them;
    keys of `patterns` are sex and era.
    """
    return Custom(
        people=people,
        regency=regency,
        stocks={key: stock(words) for key, words in stocks.items()},
        patterns={key: _patterns(text) for key, text in patterns.items()},
        clans=stock(clans) if clans else None,
        orders=tuple(word.replace("_", " ") for word in orders.split()),
    )


def stock(text: str) -> Stock:
    """Read words, the most popular first; a second mention counts for nothing."""
    words = tuple(dict.fromkeys(text.split()))
    return Stock(words, tuple(accumulate(1 / (place + _HEAD) ** _STEEPNESS for place in range(1, len(words) + 1))))


def _patterns(text: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    pairs = [one.strip().split(" ", 1) for one in text.split(";")]
    return tuple(pattern for _, pattern in pairs), tuple(accumulate(float(weight) for weight, _ in pairs))


def _era(rng: Random, year: int) -> str:
    place = sum(year >= start for start in _ERA_STARTS)
    if rng.random() < _ERA_DRIFT:
        place += rng.choice((-1, 1))
    return ERAS[min(max(place, 0), 2)]
