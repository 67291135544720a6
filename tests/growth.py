"""How the cost of a function grows with its input, without a clock on the wall."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


def processor_s(action: Callable[[], object]) -> float:
    """Seconds of processor time that a call takes: the least of three, as other programs can only add to it."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        action()
        spent.append(time.process_time() - start)
    return min(spent)


def growth(action: Callable[[int], object], n: int) -> float:
    """The exponent k of a cost ~ n^k between n and 4 n: near 1 for linear time, 2 for quadratic.

    A millisecond is added to both costs, so that what takes no time counts as constant.
    """
    small, large = (processor_s(lambda n=size: action(n)) + 1e-3 for size in (n, 4 * n))  # type: ignore[misc]
    return math.log(large / small, 4)
