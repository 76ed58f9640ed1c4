"""How rare a word is: by the place where it was met, over the country."""

from datetime import date

from fieldsync.identity.matching.shelf import Words
from fieldsync.identity.matching.traits import traits_of
from fieldsync.identity.matching.weights import shipped

DAY = date(2026, 1, 5)


def said(number: int, village: str | None, name: str):
    fields = {"full_name": name} | ({"village_code": village} if village else {})
    return traits_of(f"record-{number}", fields, DAY)


def test_a_word_that_a_regency_is_full_of_is_common_there_and_rare_elsewhere():
    words = Words(shipped(), {}, 0)
    for number in range(600):
        words.count(said(number, "51.08.05.2001", "Wredana Astawa"))
        words.count(said(number, "32.05.34.2001", "Kosasih Ruhiyat"))
    here, there, nowhere = (
        words.rarity_of(said(1, village, "Wredana"))["wredana"] for village in ("51.08.01.2009", "32.05.01.2009", None)
    )
    assert here < nowhere < there
    assert here < 1


def test_before_anything_was_counted_no_place_differs():
    words = Words(shipped(), {}, 0)
    found = {round(words.rarity_of(said(1, village, "Siti"))["siti"], 9) for village in ("51.08.01.2009", None)}
    assert len(found) == 1


def test_a_word_that_was_not_looked_up_is_no_rarer_than_before_anything_was_counted():
    fresh = Words(shipped(), {}, 0)
    for village in ("16.02.05.1001", None):
        one = said(1, village, "Siti Aminah")
        looked_up = {"16.02", "16.02 amina", "16.02.05.1001", "amina"}
        million = Words(shipped(), {"16.02": 900_000, "16.02 amina": 9_000, "amina": 10_000}, 1_000_000, looked_up)
        rarity, before = million.rarity_of(one), fresh.rarity_of(one)
        assert abs(rarity["siti"] - before["siti"]) < 1e-9
        assert 4 < rarity["amina"] < 5
