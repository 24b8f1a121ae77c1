"""The machine the numbers come from, and what a process uses of it (read from /proc: Linux only)."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import tempfile
from pathlib import Path

BUSY_LOAD = 0.5
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def described() -> list[str]:
    """What to print above the numbers."""
    cpus = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    lines = [
        f"{cpus} CPUs ({_cpu_model()}), {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, database files on {_filesystem()}",
        f"load average at the start: {load:.2f}",
    ]
    if load > BUSY_LOAD:
        lines.append(f"WARNING: something else is running (load above {BUSY_LOAD}); times will be too long.")
    return lines


def facts() -> dict[str, object]:
    """The same, for --json."""
    return {
        "cpus": len(os.sched_getaffinity(0)),
        "model": _cpu_model(),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "load": os.getloadavg()[0],
    }


def cpu_s(pid: int) -> float:
    """Processor time the process has used so far, in seconds."""
    # The name in parentheses may hold spaces; the fields counted on come after it.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def rss_mb(pid: int) -> float:
    """Memory of the process that is in RAM, in MB."""
    return _memory_mb(pid, "VmRSS:")


def peak_mb(pid: int) -> float:
    """The most memory of the process that ever was in RAM, in MB."""
    return _memory_mb(pid, "VmHWM:")


def _memory_mb(pid: int, what: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _filesystem() -> str:
    """The kind of file system that temporary files are on."""
    folder = Path(tempfile.gettempdir()).resolve()
    mounts = [line.split() for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    kinds = {Path(m[1]): m[2] for m in mounts}
    return next((kinds[place] for place in (folder, *folder.parents) if place in kinds), "?")
