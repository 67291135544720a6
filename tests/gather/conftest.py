"""Fixtures of the tests about reading files and folders."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator

import pytest

CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3 of linux/capability.h
DAC_OVERRIDE, DAC_READ_SEARCH = 1, 2


@pytest.fixture
def obeys_permissions() -> Iterator[None]:
    """File permissions hold during the test, also for root: it gives up the two capabilities that override them."""
    if os.name != "posix" or (os.geteuid() == 0 and sys.platform != "linux"):
        pytest.skip("nothing here makes a file unreadable")
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: the low 32 bits, then the high ones
    assert libc.capget(header, sets) == 0
    effective = sets[0]
    sets[0] = effective & ~(1 << DAC_OVERRIDE | 1 << DAC_READ_SEARCH)
    assert libc.capset(header, sets) == 0
    yield
    sets[0] = effective
    assert libc.capset(header, sets) == 0
