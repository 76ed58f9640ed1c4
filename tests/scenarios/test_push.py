"""What a tablet is told about its records, outcome by outcome."""

from tests.field import pregnancy, visit, woman


def test_a_family_in_one_batch_is_applied_whatever_the_order(tablet):
    she = woman(tablet, nik="1602055205980001")
    hers = pregnancy(tablet, she["id"])
    seen = visit(tablet, hers["id"])
    results = tablet.push(seen, hers, she)
    assert [one["status"] for one in results] == ["applied"] * 3
    assert {one["person_id"] for one in results} == {she["id"]}
    assert results[2]["identity"] == "new"
    assert [one["rev"] for one in results] == [1, 1, 1]


def test_the_same_batch_again_is_all_duplicates(tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers)
    again = tablet.push(she, hers)
    assert [(one["status"], one["rev"]) for one in again] == [("duplicate", 1)] * 2
