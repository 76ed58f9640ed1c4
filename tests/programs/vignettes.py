"""Cases with every flag that they raise: the examples of the domain, and those written from the text of its rules."""

import json
from pathlib import Path
from typing import Any

FILES = ("vignettes.jsonl", "audited_vignettes.jsonl", "reread_vignettes.jsonl")
_DATA = Path(__file__).parent.parent / "data"


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_DATA / name).read_text(encoding="utf-8").splitlines()]
