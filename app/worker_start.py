"""What every worker process does before its first task.

Only the standard library is imported here: the number of threads of numpy's linear algebra and the
limit of the address space must stand before numpy is loaded.
"""

import ctypes
import os
import sys
import threading
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import wait

_THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker process may use.

    address_space_bytes: None leaves it unlimited (CUDA maps far more than it uses).
    n_threads: threads of linear algebra.
    niceness: added to the process's priority, so that the machine stays usable.
    """

    address_space_bytes: int | None
    n_threads: int
    niceness: int


def start_worker(limits: Limits) -> None:
    """Bind the worker's life to its parent's, and limit what it may use."""
    _end_with_parent()
    for variable in _THREAD_VARIABLES:
        os.environ[variable] = str(limits.n_threads)
    # A thread that waits for the next piece of arithmetic sleeps, and leaves its core to decoders.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    if hasattr(os, "nice"):
        os.nice(limits.niceness)
    if limits.address_space_bytes is not None and sys.platform == "linux":
        _limit_address_space(limits.address_space_bytes)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(0)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def _limit_address_space(size_bytes: int) -> None:
    import resource

    _, most_bytes = resource.getrlimit(resource.RLIMIT_AS)
    if most_bytes != resource.RLIM_INFINITY:  # whoever started the program allows it less
        size_bytes = min(size_bytes, most_bytes)
    resource.setrlimit(resource.RLIMIT_AS, (size_bytes, size_bytes))
    _keep_one_arena()


def _keep_one_arena() -> None:
    """Each arena of glibc reserves 64 MiB of address space; one is enough here."""
    m_arena_max = -8
    try:
        ctypes.CDLL(None).mallopt(m_arena_max, 1)
    except (OSError, AttributeError):  # another C library
        return
