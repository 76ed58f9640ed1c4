"""Wrong values, as tired people type them: outside the hard ranges, or only unusual.

Each takes the right content and gives a wrong copy, or nothing where it does not fit.
The hard ones must be refused (a unit mixed up, a digit too many), the soft ones must be
taken with a warning.
"""

from random import Random
from typing import Any

Data = dict[str, Any]

_HARD: dict[str, tuple[tuple[str, Any], ...]] = {
    "person": (("nik", "16020501019"), ("full_name", ""), ("sex", "L")),
    "pregnancy": (("height_cm", 1.52), ("gravida", 0)),
    "anc_visit": (("hb_g_dl", 112), ("systolic_mmhg", 900), ("weight_kg", 512.0), ("temp_c", 98.6), ("muac_cm", 245)),
    "delivery": (("blood_loss_ml", 25000), ("mode", "normal")),
    "pnc_visit": (("temp_c", 3.7), ("subject", "bayi")),
    "child_visit": (("weight_kg", 8700), ("length_height_cm", 0.74), ("measured", None)),
    "immunisation": (("dose", "BCG9"),),
    "service_request": (("standard_workdays", "tiga"),),
    "complaint": (("channel", "warung"),),
    "survey_response": (("u3", 5), ("u7", 0)),
}
_SOFT: dict[str, tuple[tuple[str, Any], ...]] = {
    "anc_visit": (("weight_kg", 34.2), ("spo2_pct", 83), ("pulse_bpm", 152)),
    "child_visit": (("temp_c", 40.8),),
    "pregnancy": (("height_cm", 128.5),),
}


def can_be_wrong(kind: str) -> bool:
    """Tell whether there is a hard mistake for this type."""
    return kind in _HARD


def can_be_unusual(kind: str) -> bool:
    """Tell whether there is a soft mistake for this type."""
    return kind in _SOFT


def wrong(kind: str, data: Data, rng: Random) -> Data:
    """Return a copy with one field outside what is accepted."""
    field, value = rng.choice(_HARD[kind])
    return data | {field: value}


def unusual(kind: str, data: Data, rng: Random) -> Data:
    """Return a copy with one value that is possible but asks for confirmation."""
    field, value = rng.choice(_SOFT[kind])
    return data | {field: value}


def misheard(name: str, rng: Random) -> str:
    """Return a name as another officer would write it: a letter doubled or lost, an abbreviation."""
    for long, short in (("Muhammad", "M."), ("Abdul", "Abd."), ("Siti", "St."), ("Ahmad", "Achmad")):
        if name.startswith(long + " "):
            return short + name[len(long) :]
    at = rng.randrange(1, len(name) - 1)
    letter = name[at]
    if not letter.isalpha():
        return name
    return name[:at] + (letter * 2 if letter.islower() else letter) + name[at + 1 :]
