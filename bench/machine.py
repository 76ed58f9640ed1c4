"""What the machine is, and what processes cost on it: CPU seconds and memory, read from /proc.

Costs are summed over whole process trees, with the children that were waited for, so
that a worker or a database backend that has ended still counts. Linux only.
"""

import os
import platform
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


def tree(root: int) -> Iterator[int]:
    """Yield a process and all its living descendants, by id."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            children.setdefault(int(stat[1]), []).append(int(entry.name))
    found = [root]
    while found:
        pid = found.pop()
        yield pid
        found.extend(children.get(pid, ()))


def cpu_seconds(*roots: int) -> float:
    """Return user and system seconds of these process trees so far, children that ended included."""
    ticks = 0
    for root in roots:
        for pid in tree(root):
            if stat := _stat(pid):
                ticks += sum(int(stat[at]) for at in (11, 12, 13, 14))  # utime, stime, cutime, cstime
    return ticks / TICKS


def busy_seconds() -> float:
    """Return the CPU seconds that all processes of the machine used since it started, stolen time included."""
    first = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    # user nice system - - irq softirq steal; idle and iowait are left out
    return sum(int(first[at]) for at in (1, 2, 3, 6, 7, 8)) / TICKS


def parent(pid: int) -> int:
    """Return the id of a process's parent; 0 if there is no such process here."""
    stat = _stat(pid)
    return int(stat[1]) if stat else 0


def name(pid: int) -> str:
    """Return the command name of a process, empty if there is none."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def workers(root: int) -> list[int]:
    """Return the processes that the root started itself: the workers of a server."""
    return [pid for pid in tree(root) if parent(pid) == root]


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process now, in MiB; 0 if it is gone."""
    return _memory(pid, "VmRSS")


def peak_mib(pid: int) -> float:
    """Return the most resident memory that a process ever had, in MiB; 0 if it is gone."""
    return _memory(pid, "VmHWM")


def description(where: Path) -> dict[str, Any]:
    """Describe the machine and the file system that the databases lie on."""
    cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), ": ?")
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return {
        "cores": os.cpu_count(),
        "cpu": cpu.split(":", 1)[1].strip(),
        "memory_gib": round(int(memory.split()[1]) / 1024 / 1024, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "file_system": _file_system(where),
        "load_before": os.getloadavg()[0],
    }


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stat(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat from the state on: [0] state, [1] parent, [11] utime."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _memory(pid: int, field: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), 0.0)


def _file_system(where: Path) -> str:
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    inside = [(point, kind) for point, kind in mounts if where.resolve().is_relative_to(point)]
    return max(inside, key=lambda one: len(one[0]))[1] if inside else "?"
