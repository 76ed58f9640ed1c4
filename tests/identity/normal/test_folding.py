"""The fold of words: that words are spared rules changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from fieldsync.identity.normal.folding import ROUGHER, RULES, ruled

WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12) | st.lists(
    st.sampled_from(
        [
            "sch",
            "ch",
            "kh",
            "dz",
            "ci",
            "cel",
            "cus",
            "c",
            "q",
            "ts",
            "sy",
            "f",
            "v",
            "dh",
            "ll",
            "iy",
            "uw",
            "y",
            "ie",
            "ae",
            "ei",
            "ao",
            "oh",
            "ah",
            "lr",
            "dl",
            "ai",
            "d",
            "z",
            "j",
            "b",
            "jo",
            "a",
            "n",
        ]
    ),
    min_size=1,
    max_size=5,
).map("".join)


@given(word=WORDS)
def test_no_word_is_spared_a_rule_that_would_change_it(word):
    for rules in (RULES, ROUGHER):
        read = word
        for _, rule, put in rules:
            read = rule.sub(put, read)
        assert ruled(word, rules) == read
