"""Z-scores against WHO's own software, against the formula in exact decimals, and what they can't tell.

`growth_survey.csv` is 60 children of the sample survey that comes with WHO's software, with the z-scores that it gave
them, as the package named in `fieldsync/programs/child/data/SOURCE.md` carries them.
"""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.programs.child import growth
from fieldsync.programs.child.growth import Measures, lying_length, standard_length, standard_lines, z_scores

TABLES = Path(growth.__file__).parent / "data"
SURVEY = Path(__file__).parent.parent / "data" / "growth_survey.csv"
with SURVEY.open(encoding="ascii", newline="") as file:
    CHILDREN = list(csv.DictReader(file))
SCORES = ("haz", "waz", "whz", "baz", "hcz", "acz")


def _number(text: str) -> float | None:
    return float(text) if text else None


@pytest.mark.parametrize("row", CHILDREN, ids=[f"{one['sex']}-{one['age_days']}" for one in CHILDREN])
def test_scores_are_those_of_the_software_of_who(row: dict[str, str]) -> None:
    found = z_scores(
        Measures(
            sex=row["sex"],
            age_days=int(row["age_days"]),
            weight_kg=_number(row["weight_kg"]),
            length_cm=_number(row["length_cm"]),
            measured=row["measured"] or None,
            arm_cm=_number(row["arm_cm"]),
            head_cm=_number(row["head_cm"]),
            oedema=row["oedema"] == "y",
        )
    )
    assert found == {name: float(row[name]) for name in SCORES if row[name]}


@pytest.mark.parametrize(
    ("child", "scores"),
    [
        ({"age_days": 0, "weight_kg": 3.3464, "length_cm": 49.8842, "measured": "lying"}, (0.0, 0.0, 0.14)),
        ({"age_days": 0, "weight_kg": 2.4, "length_cm": 46.0}, (-2.15, -2.05, -0.92)),
        ({"age_days": 457, "weight_kg": 8.6, "length_cm": 73.6, "measured": "standing"}, (-1.64, -1.92, -1.04)),
    ],
)
def test_scores_are_those_of_the_rule_set(child: dict[str, float], scores: tuple[float, ...]) -> None:
    found = z_scores(Measures(sex="male", **child))
    assert tuple(found[name] for name in ("waz", "haz", "whz")) == scores


def _row(table: str, sex: str, key: Decimal) -> tuple[Decimal, ...]:
    """Read L, M and S from the file anew, in a line between two rows where the key is between them."""
    with (TABLES / f"{table}.csv").open(encoding="ascii", newline="") as file:
        rows = {Decimal(line[0]): [Decimal(cell) for cell in line[1:]] for line in list(csv.reader(file))[1:]}
    start, low = (0 if sex == "male" else 3), key // 1
    part = key - low
    above = rows[low + 1] if part else rows[low]
    return tuple(a + (b - a) * part for a, b in zip(rows[low], above, strict=True))[start : start + 3]


def _expected(table: str, sex: str, key: str, measure: str, *, tailed: bool) -> float:
    power, median, variation = _row(table, sex, Decimal(key))

    def sd(z: int) -> Decimal:
        return median * (1 + power * variation * z) ** (1 / power)

    y = Decimal(measure)
    z = ((y / median) ** power - 1) / (power * variation)
    if tailed and z > 3:
        z = 3 + (y - sd(3)) / (sd(3) - sd(2))
    elif tailed and z < -3:
        z = -3 - (sd(-3) - y) / (sd(-2) - sd(-3))
    return float(z.quantize(Decimal("0.01"), ROUND_HALF_UP))


# Weight, length, how it was taken, and that length as the standard takes it, in mm.
AT = [
    (0, "2.1", "45.0", "lying", "450"),
    (30, "7.9", "55.25", "lying", "552.5"),
    (182, "4.4", "65.3", "standing", "660"),
    (183, "12.9", "65.3", "lying", "653"),
    (365, "5.1", "74.47", "lying", "744.7"),
    (729, "8.0", "86.0", "standing", "867"),
    (730, "6.6", "87.15", "standing", "878.5"),
    (730, "18.9", "87.1", "lying", "871"),
    (731, "6.6", "87.15", "standing", "871.5"),
    (731, "18.9", "87.1", "lying", "864"),
    (1096, "11.2", "94.0", "standing", "940"),
    (1826, "30.0", "119.99", "standing", "1199.9"),
    (1856, "9.5", "110.0", "lying", "1093"),
]


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize(("age", "weight", "length", "measured", "millimetres"), AT)
def test_scores_are_those_of_the_formula_in_exact_decimals(
    sex: str, age: int, weight: str, length: str, measured: str, millimetres: str
) -> None:
    table = "weight_for_length" if age < 731 else "weight_for_height"
    child = Measures(sex=sex, age_days=age, weight_kg=float(weight), length_cm=float(length), measured=measured)
    found = z_scores(child)
    assert found["waz"] == _expected("weight_for_age", sex, str(age), weight, tailed=True)
    assert found["whz"] == _expected(table, sex, millimetres, weight, tailed=True)
    height = str(Decimal(millimetres) / 10)
    assert found["haz"] == _expected("length_for_age", sex, str(age), height, tailed=False)


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize(("age", "arm", "head"), [(91, "8.0", "30.0"), (400, "20.5", "54.0"), (1856, "25.0", "45.0")])
def test_arm_goes_on_beyond_three_and_head_does_not(sex: str, age: int, arm: str, head: str) -> None:
    found = z_scores(Measures(sex=sex, age_days=age, arm_cm=float(arm), head_cm=float(head)))
    assert found == {
        "acz": _expected("arm_for_age", sex, str(age), arm, tailed=True),
        "hcz": _expected("head_for_age", sex, str(age), head, tailed=False),
    }


@pytest.mark.parametrize(
    ("child", "names"),
    [
        ({"sex": None}, set()),
        ({"sex": "unknown"}, set()),
        ({"age_days": -1}, set()),
        ({"age_days": 1857}, {"whz"}),
        ({"age_days": 90}, {"waz", "haz", "whz", "baz", "hcz"}),
        ({"oedema": True}, {"haz", "acz", "hcz"}),
        ({"weight_kg": None}, {"haz", "acz", "hcz"}),
        ({"length_cm": None}, {"waz", "acz", "hcz"}),
        ({"weight_kg": 0.0, "length_cm": 0.0, "arm_cm": 0.0, "head_cm": 0.0}, set()),
        ({"length_cm": 44.9}, {"waz", "haz", "baz", "acz", "hcz"}),
        ({"length_cm": 110.01}, {"waz", "haz", "baz", "acz", "hcz"}),
        ({"length_cm": 110.0}, {"waz", "haz", "whz", "baz", "acz", "hcz"}),
        ({"length_cm": 109.3, "measured": "standing"}, {"waz", "haz", "whz", "baz", "acz", "hcz"}),
        ({"length_cm": 109.4, "measured": "standing"}, {"waz", "haz", "baz", "acz", "hcz"}),
    ],
)
def test_what_is_not_known_or_off_the_tables_has_no_score(child: dict[str, object], names: set[str]) -> None:
    whole = {"sex": "female", "age_days": 400, "weight_kg": 9.0, "length_cm": 75.0, "arm_cm": 14.0, "head_cm": 45.0}
    assert z_scores(Measures(**{**whole, **child})).keys() == names


@pytest.mark.parametrize(
    ("age", "measured", "standard", "lying"),
    [
        (730, "lying", 80.0, 80.0),
        (730, None, 80.0, 80.0),
        (730, "standing", 80.7, 80.7),
        (731, "standing", 80.0, 80.7),
        (731, None, 80.0, 80.7),
        (731, "lying", 79.3, 80.0),
    ],
)
def test_length_is_put_to_the_position_of_the_standard(
    age: int, measured: str | None, standard: float, lying: float
) -> None:
    assert standard_length(80.0, measured, age) == pytest.approx(standard)
    assert lying_length(80.0, measured, age) == pytest.approx(lying)


@given(
    sex=st.sampled_from(["male", "female"]),
    age=st.integers(0, 1856),
    length=st.floats(46, 109),
    weights=st.tuples(st.floats(0.5, 60), st.floats(0.5, 60)).map(sorted),
)
def test_a_heavier_child_never_has_a_lower_score(sex: str, age: int, length: float, weights: list[float]) -> None:
    lower, higher = (
        z_scores(Measures(sex=sex, age_days=age, weight_kg=each, length_cm=length, measured="lying"))
        for each in weights
    )
    assert all(lower[name] <= higher[name] for name in ("waz", "baz", "whz") if name in lower)


@pytest.mark.parametrize("table", sorted(one.stem for one in TABLES.glob("*.csv")))
def test_a_table_has_every_key_and_a_shape_for_each(table: str) -> None:
    with (TABLES / f"{table}.csv").open(encoding="ascii", newline="") as file:
        rows = [[float(cell) for cell in line] for line in list(csv.reader(file))[1:]]
    assert [row[0] for row in rows] == list(range(int(rows[0][0]), int(rows[-1][0]) + 1))
    assert all(len(row) == 7 and 0 not in row[1:] and row[2] > 0 < row[3] and row[5] > 0 < row[6] for row in rows)


def test_the_lines_of_the_standard_are_where_their_z_is():
    lines = standard_lines("weight_for_age", "female", [0, 365, 5000], (-2, 0, 2))
    assert lines[0][:2] == [3.23, 8.95]
    for z, values in lines.items():
        assert values[2] is None
        found = z_scores(Measures(sex="female", age_days=365, weight_kg=values[1]))
        assert abs(found["waz"] - z) < 0.02
