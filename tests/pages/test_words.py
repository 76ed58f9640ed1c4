"""The catalogue of texts: whole in both languages, none missing, none left over."""

import re

import pytest

from fieldsync.cases import EVENTS
from fieldsync.programs import PROGRAMS
from fieldsync.rules import SEVERITIES
from fieldsync.web.case_schemas import STATUSES
from fieldsync.web.pages import words
from fieldsync.web.pages.nav import ENTRIES

HERE = words.FOLDER.parent
SOURCES = [one.read_text(encoding="utf-8") for kind in ("*.py", "*.html") for one in sorted(HERE.rglob(kind))]
CALLS = re.compile(r"""(?<![\w.])(?:t|say\.text|self\.text|text)\(\s*["'](\w+\.\w+)["']\s*[,)]""")
NAMED = re.compile(r"""["'](\w+\.\w*)(["'{])""")


def test_every_text_is_there_in_both_languages():
    for key, both in words.catalogue().items():
        assert all(one and one == one.strip() for one in both), key
        indonesian, english = (set(re.findall(r"{(\w+)}", one)) for one in both)
        assert indonesian == english, key


def test_every_text_that_is_asked_for_is_there():
    asked = {key for source in SOURCES for key in CALLS.findall(source)}
    assert len(asked) > 80
    assert asked - words.catalogue().keys() == set()
    assert {one.word for one in ENTRIES} <= words.catalogue().keys()


def test_no_text_is_left_over():
    named = {(key, end) for source in SOURCES for key, end in NAMED.findall(source)}
    whole = {key for key, _ in named}
    begun = tuple(key for key, end in named if end == "{" or key.endswith("_"))
    assert [key for key in words.catalogue() if key not in whole and not key.startswith(begun)] == []


def test_every_word_of_the_contract_is_said():
    keys = {f"word.severity_{one}" for one in SEVERITIES} | {f"word.status_{one}" for one in STATUSES}
    keys |= {f"word.program_{one}" for one in (*PROGRAMS, "common")}
    keys |= {f"case.event_{one}" for one in EVENTS} | {f"case.done_{one}" for one in EVENTS}
    assert keys <= words.catalogue().keys()


def test_a_text_that_is_not_there_fails_loudly():
    with pytest.raises(KeyError):
        words.text("today.none_such", "id")
    with pytest.raises(KeyError):
        words.text("today.waiting", "id")
