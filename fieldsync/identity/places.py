"""The village codes that the office says have changed: its file, checked whole before anything is decided by it.

A file that is wrong anywhere stops the process that reads it; none of its lines is passed over in silence.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from fieldsync.access import known_to_kemendagri
from fieldsync.config import ConfigError
from fieldsync.identity.normal.villages import (
    COLUMNS,
    ChangesError,
    Line,
    VillageChanges,
    read_changes,
    use_changes,
)

PROVINCE = 2  # characters of a code


def use_villages(path: Path) -> int:
    """Go by the changes of village codes in a file from now on; by none when there is no file. Return how many.

    Args:
        path: of a CSV file with a head and the columns COLUMNS, in any order, separated by comma or semicolon.

    Raises:
        ConfigError: the file can't be read, or one of its lines is wrong; tells which.
    """
    try:
        changes = _read(path)
    except FileNotFoundError:
        changes = VillageChanges()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"can't read {path} ({type(error).__name__})") from error
    except ChangesError as error:
        raise ConfigError(f"{path}, {error}") from error
    use_changes(changes)
    return len(changes.following)


def _read(path: Path) -> VillageChanges:
    lines = list(_lines(path))
    changes = read_changes(lines)
    _refuse_unknown(lines, changes)
    return changes


def _lines(path: Path) -> Iterator[Line]:
    """Yield every line that is not blank, by its number in the file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        reader = csv.reader(file, delimiter=";" if ";" in first else ",", strict=True)
        try:
            head = [name.strip() for name in next(reader, [])]
            if sorted(head) != sorted(COLUMNS):
                raise ChangesError(1, f"the columns are {', '.join(COLUMNS)}")
            for cells in reader:
                if any(map(str.strip, cells)):
                    yield reader.line_num, _row(reader.line_num, head, cells)
        except csv.Error as error:
            raise ChangesError(reader.line_num, str(error)) from error


def _row(line: int, head: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(head):
        raise ChangesError(line, f"{len(cells)} values for {len(head)} columns")
    return {name: cell.strip() for name, cell in zip(head, cells, strict=True)}


def _refuse_unknown(lines: list[Line], changes: VillageChanges) -> None:
    """Refuse what is probably mistyped: a last code that is nobody's, an old one of no province.

    Old codes are in no list that is kept, so no more can be known of them.
    """
    codes = {code for _, row in lines for code in (row["new"], row["old"][:PROVINCE])}
    known = known_to_kemendagri(codes)
    for line, row in lines:
        if row["new"] not in known and row["new"] not in changes.following:
            raise ChangesError(line, f"no village has the code {row['new']}")
        if row["old"][:PROVINCE] not in known:
            raise ChangesError(line, f"no province has the code {row['old'][:PROVINCE]}")
