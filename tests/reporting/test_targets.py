"""What is aimed at: the shipped targets, the office's own in their place, and what is said of a file that is wrong."""

import pytest

from fieldsync.programs.coverage import indicators
from fieldsync.reporting import TIMES, Target, TargetsError, read_targets, shipped_targets


def test_every_indicator_has_a_shipped_target_with_its_source(tmp_path):
    assert list(shipped_targets()) == [*indicators(), *TIMES]
    assert read_targets(tmp_path / "targets.yaml") == shipped_targets()


def test_the_office_s_own_take_their_place(tmp_path):
    path = tmp_path / "targets.yaml"
    path.write_text(
        "\ufefftargets:\n  k4: {percent: 92.5, source: SK Bupati 12/2026}\n"
        "  emergency_acknowledged: {hours: 0.75, source: SK}\n"
    )
    found = read_targets(path)
    assert found["k4"] == Target(92.5, "SK Bupati 12/2026")
    assert found["emergency_acknowledged"].value == 0.75
    assert found["k6"] == shipped_targets()["k6"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("targets: [", "no YAML in line 1"),
        ("\0", "no YAML"),
        ("- 1", "a file of targets has the one key targets, with an entry for each indicator"),
        ("targets: 3", "a file of targets has the one key targets, with an entry for each indicator"),
        ("targets: {}\nother: 1", "a file of targets has the one key targets, with an entry for each indicator"),
        ("targets: {K4: {percent: 90, source: a}}", "targets/K4: no indicator; there are k1_access, "),
        ("targets: {1: {percent: 90, source: a}}", "targets/1: no indicator"),
        ("targets: {k4: 90}", "targets/k4: takes percent and source"),
        ("targets: {k4: {percent: 90}}", "targets/k4: takes percent and source"),
        ("targets: {k4: {hours: 90, source: a}}", "targets/k4: takes percent and source"),
        ("targets: {closed: {percent: 90, source: a}}", "targets/closed: takes hours and source"),
        ("targets: {k4: {percent: 0, source: a}}", "targets/k4/percent: takes a number over 0 up to 100"),
        ("targets: {k4: {percent: 100.1, source: a}}", "targets/k4/percent: takes a number"),
        ("targets: {k4: {percent: yes, source: a}}", "targets/k4/percent: takes a number"),
        ("targets: {k4: {percent: .nan, source: a}}", "targets/k4/percent: takes a number"),
        ("targets: {closed: {hours: 5, source: a}}", "targets/closed/hours: takes one of 0.0833333, 0.166667, "),
        ("targets: {k4: {percent: 90, source: ' '}}", "targets/k4/source: takes who set it"),
        ("targets: {k4: {percent: 90, source: 12}}", "targets/k4/source: takes who set it"),
        ("x" * 70_000, "more than 65536 bytes"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path, text, said):
    path = tmp_path / "targets.yaml"
    path.write_text(text)
    with pytest.raises(TargetsError) as error:
        read_targets(path)
    assert error.value.problems[0].startswith(said)


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    path = tmp_path / "targets.yaml"
    path.write_text("targets: {k4: {percent: 0, source: ''}, k9: 1}")
    with pytest.raises(TargetsError) as error:
        read_targets(path)
    assert len(error.value.problems) == 3
    path.write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(TargetsError, match="can't be read"):
        read_targets(path)
