"""The rough model: Splink finds the pairs that share a key, and sorts out those that can't be one person.

It decides nothing: what it lets through is judged by the weights that decide online. Its m and u were counted on
this project's own generator (seed 8, 100,000 records) among pairs that share a key, so `prior` is the share of true
ones among these. At `LEAST` it lets a tenth of them through, and with these all but some in a hundred of the true.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from numpy.typing import NDArray
from splink import ColumnExpression, Linker, SettingsCreator, block_on
from splink.internals.comparison_level_creator import ComparisonLevelCreator

from fieldsync.identity.bulk.engines import Engine

LEAST = -5.0  # natural log odds
PRIOR = 0.075
_YEAR = ColumnExpression("born").substr(1, 4)
_DISTRICT = ColumnExpression("village").substr(1, 8)

# Per column: the level, and its m and u; what says nothing is a level of its own and weighs nothing.
Level = tuple[ComparisonLevelCreator, float, float]


def _alike(column: str, likeness: float) -> ComparisonLevelCreator:
    return levels.JaroWinklerLevel(column, likeness)


def _same(column: str | ColumnExpression) -> ComparisonLevelCreator:
    return levels.ExactMatchLevel(column)


def _near(column: str, slips: int) -> ComparisonLevelCreator:
    return levels.LevenshteinLevel(column, slips)


def _other() -> ComparisonLevelCreator:
    return levels.ElseLevel()


def _model() -> Mapping[str, Sequence[Level]]:
    same_home = levels.And(_same("kk"), _same("phone"))
    return {
        "name": [
            *(
                (_same("name"), 0.747, 0.0133),
                (_alike("name", 0.93), 0.068, 0.0096),
                (_alike("name", 0.84), 0.075, 0.149),
            ),
            *((_alike("name", 0.7), 0.035, 0.194), (_other(), 0.074, 0.634)),
        ],
        "words": [
            *(
                (levels.ArrayIntersectLevel("words", 2), 0.646, 0.0233),
                (levels.ArrayIntersectLevel("words", 1), 0.288, 0.723),
            ),
            (_other(), 0.066, 0.254),
        ],
        "born": [
            *((_same("born"), 0.813, 0.0257), (_same(_YEAR), 0.067, 0.117), (_near("born", 1), 0.0169, 0.0015)),
            (_other(), 0.103, 0.856),
        ],
        "nik": [
            *((_same("nik"), 0.931, 0.0012), (_near("nik", 1), 0.0343, 0.0066), (_near("nik", 2), 0.009, 0.0145)),
            (_other(), 0.0254, 0.978),
        ],
        "home": [
            *((same_home, 0.147, 0.02), (_same("kk"), 0.46, 0.085), (_same("phone"), 0.205, 0.057)),
            (_other(), 0.188, 0.839),
        ],
        "village": [(_same("village"), 0.925, 0.684), (_same(_DISTRICT), 0.061, 0.29), (_other(), 0.0134, 0.0261)],
        "mother": [(_same("mother"), 0.789, 0.0515), (_alike("mother", 0.84), 0.123, 0.136), (_other(), 0.088, 0.812)],
        "spouse": [(_same("spouse"), 0.757, 0.0124), (_alike("spouse", 0.84), 0.147, 0.135), (_other(), 0.096, 0.853)],
        "sex": [(_same("sex"), 0.992, 0.74), (_other(), 0.0078, 0.26)],
    }


def _nothing(column: str) -> ComparisonLevelCreator:
    if column == "home":
        return levels.And(levels.Or(*_lacking("kk")), levels.Or(*_lacking("phone")))
    return levels.NullLevel(column)


def _lacking(column: str) -> Sequence[ComparisonLevelCreator]:
    return levels.NullLevel(column), levels.NullLevel(column)


def _comparison(column: str, given: Sequence[Level]) -> comparisons.CustomComparison:
    weighed = [level.configure(m_probability=m, u_probability=u) for level, m, u in given]
    nothing = _nothing(column).configure(is_null_level=True)
    return comparisons.CustomComparison([nothing, *weighed], output_column_name=column)


def settings() -> SettingsCreator:
    """Return the model as Splink takes it."""
    return SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=PRIOR,
        comparisons=[_comparison(column, given) for column, given in _model().items()],
        blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
        retain_matching_columns=False,
    )


def rough_pairs(engine: Engine, records: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs worth judging: the lower and the higher number, and the log odds, the likeliest first.

    Args:
        engine: where to run.
        records: as `columns_of` gives them.
    """
    linker = Linker(engine.register(records), settings(), log_level=None)
    found = engine.read(linker.inference.predict(threshold_match_weight=LEAST / math.log(2)))
    low, high = (np.asarray(found[name]).astype(np.int64) for name in ("unique_id_l", "unique_id_r"))
    # Rounded, so that sums in another order, or on another engine, sort alike.
    odds = np.round(np.asarray(found["match_weight"]) * math.log(2), 3)
    low, high = np.minimum(low, high), np.maximum(low, high)
    order = np.lexsort((high, low, -odds))
    return low[order], high[order], odds[order]
