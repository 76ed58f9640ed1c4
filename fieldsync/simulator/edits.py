"""Which fields of which records get edited later, and to what.

A table of small, valid corrections: a value typed again, a telephone number that has
changed. Each gives a value that differs from the one that stands, inside the ranges of
the data dictionary.
"""

from collections.abc import Callable
from random import Random
from typing import Any

Maker = Callable[[Random, Any], Any]


def _near(step: float, digits: int) -> Maker:
    def make(rng: Random, old: Any) -> Any:
        moved = old + rng.choice((-1, 1)) * rng.randint(1, 4) * step
        return round(moved, digits) if digits else round(moved)

    return make


def _other(*values: Any) -> Maker:
    return lambda rng, old: rng.choice([one for one in values if one != old])


def _phone(rng: Random, old: Any) -> Any:
    return next(one for one in iter(lambda: f"0852{rng.randint(10_000_000, 99_999_999)}", None) if one != old)


EDITABLE: dict[str, dict[str, Maker]] = {
    "person": {"phone": _phone, "blood_type": _other("A", "B", "AB", "O")},
    "household": {"hamlet": _other("Dusun V", "Dusun VI", "Talang Baru"), "rt": _other("013", "014", "015")},
    "pregnancy": {"height_cm": _near(0.1, 1), "pre_pregnancy_weight_kg": _near(0.1, 1)},
    "anc_visit": {
        "weight_kg": _near(0.1, 1),
        "muac_cm": _near(0.1, 1),
        "hb_g_dl": _near(0.1, 1),
        "pulse_bpm": _near(1, 0),
        "urine_protein": _other("neg", "trace", "+"),
    },
    "delivery": {"blood_loss_ml": _near(5, 0)},
    "pnc_visit": {"temp_c": _near(0.1, 1), "breastfeeding": _other("exclusive", "mixed", "none")},
    "child_visit": {"head_circumference_cm": _near(0.1, 1), "length_height_cm": _near(0.1, 1), "temp_c": _near(0.1, 1)},
    "complaint": {"category": _other("civil_registration", "health_service", "infrastructure")},
}


def fields_of(kind: str, data: dict[str, Any]) -> list[str]:
    """Return the fields of this record that can be edited."""
    return [name for name in EDITABLE.get(kind, {}) if name in data]


def new_value(rng: Random, kind: str, field: str, old: Any) -> Any:
    """Return another valid value for a field."""
    return EDITABLE[kind][field](rng, old)
