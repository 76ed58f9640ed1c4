"""The rule engine: facts about one subject in, findings out.

Pure: no database, no clock, no files but those that it is handed. What facts there are is declared above, in
`programs`; a rule is data, a tree of fixed operators over these facts, compiled once. No text is ever evaluated.
"""

from fieldsync.rules.book import Book, Finding, Ground, RuleError
from fieldsync.rules.checking import Known, Problem, check
from fieldsync.rules.comparing import Difference, alike, difference
from fieldsync.rules.describing import describe
from fieldsync.rules.explaining import Basis, basis_of, evidence, explain
from fieldsync.rules.facts import Context, Fact, Label, Sheet
from fieldsync.rules.packing import pack, plain, unpack
from fieldsync.rules.reading import RuleFile, read_rules, read_texts
from fieldsync.rules.rule import SEVERITIES, Due, Rule, Table

__all__ = [
    "SEVERITIES",
    "Basis",
    "Book",
    "Context",
    "Difference",
    "Due",
    "Fact",
    "Finding",
    "Ground",
    "Known",
    "Label",
    "Problem",
    "Rule",
    "RuleError",
    "RuleFile",
    "Sheet",
    "Table",
    "alike",
    "basis_of",
    "check",
    "describe",
    "difference",
    "evidence",
    "explain",
    "pack",
    "plain",
    "read_rules",
    "read_texts",
    "unpack",
]
