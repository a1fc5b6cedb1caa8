"""Peak memory of every kind of process while `segue scan` analyses a folder (Linux).

python -m benchmarks.scan_memory FOLDER [--data DIR]
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

POLL_S = 0.1
MIB = 1024**2


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        data_dir = options.data or Path(fresh)
        command = [
            sys.executable,
            "-m",
            "app",
            "scan",
            str(options.folder),
            "--data",
            str(data_dir),
        ]
        program = subprocess.Popen(command)
        peaks = _watch(program)
    print(f"segue scan ended with exit code {program.returncode}")
    for kind in ("program", "decoder", "embedder"):
        sizes = [size for (a_kind, _), size in peaks.items() if a_kind == kind]
        if sizes:
            print(f"{kind:9} {len(sizes):4} processes, peak {max(sizes) / MIB:7.0f} MiB resident")


def _watch(program: "subprocess.Popen[bytes]") -> dict[tuple[str, int], int]:
    """Peak resident bytes by kind and process id, until the program has ended."""
    peaks: dict[tuple[str, int], int] = {}
    kinds = {program.pid: "program"}
    while True:
        for pid in [program.pid, *_workers(program.pid)]:
            peak = _peak_bytes(pid)
            if peak is not None:
                kinds[pid] = _kind(pid, kinds)
                peaks[kinds[pid], pid] = max(peak, peaks.get((kinds[pid], pid), 0))
        try:
            program.wait(POLL_S)
        except subprocess.TimeoutExpired:
            continue
        return {key: size for key, size in peaks.items() if kinds[key[1]] == key[0]}


def _workers(pid: int) -> list[int]:
    try:
        children = psutil.Process(pid).children()
        return [child.pid for child in children if "spawn_main" in " ".join(child.cmdline())]
    except psutil.Error:
        return []


def _peak_bytes(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 if lines else None


def _kind(pid: int, kinds: dict[int, str]) -> str:
    """A worker counts as a decoder until it has loaded torch."""
    if kinds.get(pid) in ("program", "embedder"):
        return kinds[pid]
    try:
        maps = Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return kinds.get(pid, "decoder")
    return "embedder" if "libtorch" in maps else "decoder"


if __name__ == "__main__":
    main()
