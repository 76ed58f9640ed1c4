"""One draw of chance, named, so that the shares in a story read as shares.

Everything random in this room comes from a seeded generator that is passed in; this
module only gives the commonest question to it a name.
"""

from random import Random


def chance(rng: Random, share: float) -> bool:
    """Tell whether something that happens in this share of cases (0..1) happens now."""
    return rng.random() < share
