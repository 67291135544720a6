"""Whether the columns of a table that should lie in [0, 1] are given in percent.

Decided for each column, from the sampled rows. In percent: a header with "%", or numbers up to 100 of which some are
above 10 and which are not mostly fractions of 1. Whole numbers up to 10 say little by themselves: 0 and 1 are
percent where another column is and none is in fractions, more than 1 where another column is; else their scale is
unknown and the column is left out. A cell such as "72%" says its unit itself, in any column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from tonescape.gather.columns import ORDER, RANGES, WHOLE_NUMBERS
from tonescape.gather.values import number

SHARES = tuple(name for name in ORDER if RANGES[name] == (0.0, 1.0) and name not in WHOLE_NUMBERS)
"""the features in [0, 1]"""

MOST_OUTLIERS = 0.1
"""share of values that may lie outside of a column's range"""


class _Scale(Enum):
    FRACTION = "fractions"
    PERCENT = "percent"
    ZERO_OR_ONE = "only 0 and 1"
    UP_TO_TEN = "whole numbers up to 10"
    OTHER = "something else"


def divisors(columns: Mapping[str, tuple[str, Sequence[str]]]) -> dict[str, float | None]:
    """What a column's numbers are to be divided by: 1, 100, or None where their scale is unknown.

    columns : for each of SHARES that a table has, its header and its sampled cells
    """
    found = {name: _scale(header, cells) for name, (header, cells) in columns.items()}
    percent = _Scale.PERCENT in found.values()
    fraction = _Scale.FRACTION in found.values()
    out: dict[str, float | None] = {}
    for name, scale in found.items():
        if scale is _Scale.PERCENT or (percent and scale is _Scale.UP_TO_TEN):
            out[name] = 100.0
        elif scale is _Scale.ZERO_OR_ONE:
            out[name] = 100.0 if percent and not fraction else 1.0
        else:
            out[name] = 1.0 if scale is _Scale.FRACTION else None
    return out


def _scale(header: str, cells: Sequence[str]) -> _Scale:
    values = [value for cell in cells if (value := number(cell)) is not None and value >= 0.0]
    if "%" in header:
        return _Scale.PERCENT
    above = sum(value > 1.0 for value in values)
    within = sum(0.0 < value < 1.0 for value in values)
    if within and above <= within:
        return _Scale.FRACTION
    if not above:
        return _Scale.ZERO_OR_ONE
    inside = [value for value in values if value <= 100.0]
    if len(values) - len(inside) > MOST_OUTLIERS * len(values):
        return _Scale.OTHER
    return _Scale.PERCENT if max(inside) > 10.0 else _Scale.UP_TO_TEN


def remarks(found: Mapping[str, float | None]) -> list[str]:
    """What a person should know of the scales."""
    percent = [name for name, divisor in found.items() if divisor == 100.0]
    unknown = [name for name, divisor in found.items() if divisor is None]
    out = []
    if percent:
        out.append(f"read as percent: {', '.join(percent)}")
    if unknown:
        out.append(f"left out, for the numbers are neither from 0 to 1 nor percent: {', '.join(unknown)}")
    return out
