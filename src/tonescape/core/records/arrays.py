"""Array types of the records, and how an array is made read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Pixels: TypeAlias = NDArray[np.uint8]

Array = TypeVar("Array", bound="NDArray[Any]")


def readonly(array: Array) -> Array:
    """The same array with its write flag off."""
    array.flags.writeable = False
    return array
