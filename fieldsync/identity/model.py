"""What this process decides with: weights, those of the program or of a file; village codes that have changed.

Chosen once, when a process starts, before it decides anything; all parts of this room ask here.
"""

from pathlib import Path

from fieldsync.config import ConfigError, Settings
from fieldsync.identity.matching.weights import Weights, WeightsError, read, shipped
from fieldsync.identity.places import use_villages

_chosen: list[Weights] = []


def prepare(settings: Settings) -> Weights:
    """Decide from now on with what the settings name; return the weights.

    Raises:
        ConfigError: a file can't be used; the message names it, and what is wrong.
    """
    use_villages(settings.village_changes)
    return use_weights(settings.identity_weights)


def use_weights(path: Path | None) -> Weights:
    """Decide with the weights of a file from now on, or with the shipped ones; return them.

    Raises:
        ConfigError: the file can't be read, or its levels are not those of this program.
    """
    weights = shipped() if path is None else _read(path)
    _chosen[:] = [weights]
    return weights


def weights_in_use() -> Weights:
    """Return the weights that this process decides with."""
    return _chosen[0] if _chosen else shipped()


def _read(path: Path) -> Weights:
    try:
        return read(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"FIELDSYNC_IDENTITY_WEIGHTS: can't read {path} ({error.strerror})") from error
    except WeightsError as error:
        raise ConfigError(f"FIELDSYNC_IDENTITY_WEIGHTS: {path}: {error}") from error
