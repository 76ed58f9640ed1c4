"""Training: what the registry shows and what humans answer moves the weights; little of it moves them little."""

import orjson
import pytest

from fieldsync.identity.bulk import training
from fieldsync.identity.bulk.training import TrainingError, fitted, train
from fieldsync.identity.fitting import gathered
from fieldsync.identity.matching.compare import FEATURES
from fieldsync.identity.matching.weights import SHIPPED, read, shipped
from tests.identity.bulk.crowd import bring, crowd

SEX = list(FEATURES).index("sex")
SAME, OTHER = FEATURES["sex"].index("same"), FEATURES["sex"].index("other")


def levels(**known: int) -> tuple[int, ...]:
    return tuple(known.get(name, 0) for name in FEATURES)


def learn(same: int, other: int):
    """Weights fitted to so many true pairs of one sex, and as many false ones of two."""
    pairs = gathered([levels(sex=SAME)] * same + [levels(sex=OTHER)] * other, [1.0] * same + [0.0] * other)
    return read(orjson.dumps(fitted(shipped(), pairs, f"{SHIPPED}+test")))


def test_a_level_moves_with_what_is_shown_of_it_and_one_that_is_not_shown_stays():
    little, much = learn(20, 20), learn(20_000, 20_000)
    before, home = shipped().tables[SEX], list(FEATURES).index("home")
    for weights in (little, much):
        assert weights.tables[home][5] == pytest.approx(shipped().tables[home][5], abs=1e-3)
        assert weights.accept == shipped().accept
    moved = [abs(weights.tables[SEX][SAME] - before[SAME]) for weights in (little, much)]
    assert moved[0] < moved[1]
    assert much.tables[SEX][SAME] > much.tables[SEX][OTHER]


def test_training_on_a_registry_gives_a_file_that_the_program_reads_and_changes_nothing(office, monkeypatch):
    monkeypatch.setattr(training, "LEAST_PAIRS", 100)
    office.clock.forward(days=700)
    records, _ = crowd(office, 5, 400)
    bring(office, records)
    trained = train(office.store, shipped(), "both", office.clock(), lambda *_: None)
    weights = read(orjson.dumps(trained.document))
    assert weights.version.startswith(f"{SHIPPED}+both2028")
    assert len(weights.version) <= 40  # as long as the history's column is
    assert trained.pairs > 300
    assert weights.tables != shipped().tables
    assert [odds for _, odds in weights.bends] == sorted(odds for _, odds in weights.bends)
    again = train(office.store, shipped(), "both", office.clock(), lambda *_: None)
    assert again.document == trained.document


def test_too_little_teaches_nothing(office):
    with pytest.raises(TrainingError, match="0 answers"):
        train(office.store, shipped(), "reviews", office.clock(), lambda *_: None)
    with pytest.raises(TrainingError, match="0 pairs"):
        train(office.store, shipped(), "em", office.clock(), lambda *_: None)
