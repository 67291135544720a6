"""One way to run many items; same results serially and in a pool."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tonescape.core.errors import SongError
from tonescape.core.records import Failure
from tonescape.core.work import AHEAD, run


def square(n: int) -> int:
    if n == 3:
        raise SongError(f"{n}: cannot be read")
    if n == 4:
        raise ZeroDivisionError("oh")
    time.sleep(0.002 * (n % 3))
    return n * n


def crash(n: int) -> int:
    if n == 5:
        os._exit(11)
    return n


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_order_and_failures(workers):
    got = list(run(square, range(30), workers=workers))
    assert [item for item, _ in got] == list(range(30))
    assert [r for i, r in got if i not in (3, 4)] == [i * i for i in range(30) if i not in (3, 4)]
    assert got[3][1] == Failure("3", "3: cannot be read")
    assert "ZeroDivisionError" in got[4][1].error and "defect" in got[4][1].error


@pytest.mark.parametrize("workers", [1, 2])
def test_known_items_cost_no_work(workers):
    got = dict(run(square, [1, 3, 2], workers=workers, known=lambda n: -1 if n == 3 else None))
    assert got == {1: 1, 3: -1, 2: 4}


def test_an_item_that_kills_its_process_fails_alone():
    got = dict(run(crash, range(12), workers=2))
    assert {n: r for n, r in got.items() if n != 5} == {n: n for n in range(12) if n != 5}
    assert isinstance(got[5], Failure) and "crashed" in got[5].error


def test_items_are_taken_as_needed():
    taken = []

    def endless():
        n = 10
        while True:
            taken.append(n)
            yield n
            n += 1

    results = run(square, endless(), workers=2)
    for _ in range(20):
        next(results)
    results.close()
    assert len(taken) <= 20 + AHEAD * 2 + 2


ORPHANS = """
import os, sys, time
from tonescape.core.work import run
def f(n):
    if n == 0: print(os.getpid(), flush=True)
    time.sleep(0 if n == 0 else 600)
for _ in run(f, range(4), workers=2): pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_workers_do_not_outlive_a_killed_parent():
    parent = subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True)
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    for _ in range(100):
        try:
            if Path(f"/proc/{worker}/stat").read_text().split()[2] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    pytest.fail("the worker lives on")


def large(n: int) -> bytes:
    return bytes(3_000_000)  # many times what a pipe holds: its worker is stopped halfway through handing it over


@pytest.mark.parametrize("wait", [0.0, 0.002, 0.005, 0.01])
def test_a_run_is_stopped_while_results_come_in(wait):
    results = run(large, range(100), workers=2)
    next(results)
    time.sleep(wait)
    results.close()
    assert not multiprocessing.active_children()
    assert threading.active_count() == 1, "a thread that waits for a worker would keep the interpreter from ending"


def late(path: Path) -> None:
    if path.name != "first":
        time.sleep(10)
    path.touch()


def test_what_is_under_way_is_not_waited_for(tmp_path):
    results = run(late, [tmp_path / name for name in ("first", "second", "third")], workers=2)
    next(results)
    results.close()
    assert [path.name for path in tmp_path.iterdir()] == ["first"] and not multiprocessing.active_children()


def die_while_handing_over(n: int) -> bytes:
    if n == 2:
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return large(n)
    return b"%d" % n


def slow_after_two():
    for n in range(6):
        yield n
        if n == 2:
            time.sleep(1.5)  # nobody takes the result meanwhile: its worker waits with half of it in the pipe


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
def test_a_worker_killed_halfway_through_a_result_costs_that_result_only():
    got = dict(run(die_while_handing_over, slow_after_two(), workers=2))
    assert isinstance(got.pop(2), Failure) and got == {n: b"%d" % n for n in (0, 1, 3, 4, 5)}


def own_process(n: int) -> int:
    return os.getpid()


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
def test_a_worker_killed_while_it_waits_costs_nothing():
    results = run(own_process, range(40), workers=2)
    seen = [pid for _, pid in (next(results), next(results))]
    time.sleep(0.5)  # what they were given besides is done by now: they wait
    for pid in set(seen):
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert all(isinstance(pid, int) for _, pid in results)
