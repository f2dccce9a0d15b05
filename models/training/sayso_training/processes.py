"""Processes beside this one, none of which outlives it or the work that it was begun for."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait

OWN_END_SECONDS, ASKED_END_SECONDS = 3, 20
"""How long a process may take to end by itself when all are stopped, and once it was asked to."""


def cores() -> int:
    """How many processes are worth it: two at most, which is what the figures are told for."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(2, there))


@contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes for jobs that do not know of each other. What ends the block early ends them in the middle of a job:
    they rename into place what is whole, so nothing is lost but that job."""
    before = set(multiprocessing.active_children())
    made = ProcessPoolExecutor(workers, initializer=_begin)
    try:
        yield made
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    finally:
        made.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    # Ctrl-C reaches every process of a terminal; the first one decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    follow_parent()


def follow_parent() -> None:
    """Ends this process when the one that began it has ended: a killed one cannot end anybody. Also in the middle of
    handing something over that nobody will take."""
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    wait([multiprocessing.parent_process().sentinel])
    os._exit(1)


def stop_children() -> None:
    """Ends the processes that this one began. Those of a terminal have been told by the same Ctrl-C; others are."""
    children = multiprocessing.active_children()
    for child in children:
        child.join(OWN_END_SECONDS)
    for child in children:
        with suppress(OSError):
            if child.is_alive():
                os.kill(child.pid, signal.SIGINT)
    for child in children:
        child.join(ASKED_END_SECONDS)
        if child.is_alive():
            child.kill()
