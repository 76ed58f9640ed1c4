"""Why a pair waits for a human, or why the machine decided: levels and weights, in words and numbers.

Levels are kept, weights are those of the model that comes with the program; of a model with other levels nothing
can be said but its name.
"""

from collections.abc import Sequence
from typing import Any

from fieldsync.db import Sealer
from fieldsync.identity.matching.compare import FEATURES
from fieldsync.identity.model import weights_in_use
from fieldsync.identity.reviews import Review
from fieldsync.identity.wording import per_cent, phrase, reason, signed


def explained(review: Review, language: str) -> dict[str, Any]:
    """Return a review as it goes into an answer, but for its sides: scores, and the weight of every field in words."""
    weights = weights_in_words(review.levels, language)
    telling = ", ".join(f"{one['text']} ({one['shown']})" for one in weights if abs(one["weight"]) >= TELLING)
    return {
        "id": review.id,
        "status": review.status,
        "p": review.p,
        "gain": review.gain,
        "reason": review.reason,
        "reason_text": reason(review.reason, language),
        "model": review.model,
        "weights": weights,
        "explanation": f"{telling}: {per_cent(review.p, language)}",
        "opened_at": review.opened_at.isoformat(timespec="seconds"),
        "decided_by": review.decided_by,
        "decided_at": None if review.decided_at is None else review.decided_at.isoformat(timespec="seconds"),
    }


TELLING = 0.5  # natural log odds below which a field is not worth a reader's time in the one-line explanation


def weights_in_words(levels: Sequence[int], language: str) -> list[dict[str, Any]]:
    """Return what each field weighs, the heaviest first; none when the levels are of another model."""
    sizes = [len(names) for names in FEATURES.values()]
    if len(levels) != len(sizes) or any(level >= size for level, size in zip(levels, sizes, strict=True)):
        return []
    found = [
        {
            "feature": feature,
            "level": level,
            "weight": round(weight, 2),
            "text": phrase(feature, level, language),
            "shown": signed(weight, language),
        }
        for feature, (level, weight) in weights_in_use().parts(levels).items()
    ]
    return sorted(found, key=lambda one: -abs(float(str(one["weight"]))))


def note_of(sealer: Sealer, review: Review) -> str | None:
    """Return what the human wrote to the decision."""
    return None if review.note is None else sealer.open(review.note, f"note {review.id}").decode()
