"""Which weights this process decides with: those that come with the program, or a file that the settings name.

Chosen once, when a process starts, before it decides anything; all parts of this room ask here.
"""

from pathlib import Path

from fieldsync.config import ConfigError
from fieldsync.identity.matching.weights import Weights, WeightsError, read, shipped

_chosen: list[Weights] = []


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
