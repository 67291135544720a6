"""Settings from the environment (TONESCAPE_*), and the tables of what is installed."""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import UsageError

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings

    class Settings(BaseSettings):
        """See `settings`."""

        cache: Path
        workers: int


@cache
def settings() -> Settings:
    """The settings of this process.

    TONESCAPE_CACHE : folder of the catalogue and the feature cache, by default ~/.cache/tonescape (or XDG_CACHE_HOME)
    TONESCAPE_WORKERS : processes that hear at the same time, by default the cores this process may use
    """
    from pydantic import Field, ValidationError
    from pydantic_settings import BaseSettings, SettingsConfigDict

    class Settings(BaseSettings):
        model_config = SettingsConfigDict(env_prefix="TONESCAPE_")
        cache: Path = Field(default_factory=_default_cache)
        workers: int = Field(default_factory=_cores, ge=1, le=256)

    try:
        return Settings()  # type: ignore[return-value]
    except ValidationError as problem:
        first = problem.errors()[0]
        name = "TONESCAPE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise UsageError(f"{name}: {first['msg']}. Correct or unset that variable.") from None


def _default_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "tonescape"


def _cores() -> int:
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


@cache
def plugins(group: str) -> dict[str, EntryPoint]:
    """Installed engines, motifs or styles by name, sorted; objects load on `.load()`.

    group : "engines", "motifs" or "styles"
    """
    found = entry_points(group=f"tonescape.{group}")
    return {point.name: point for point in sorted(found, key=lambda point: point.name)}


def plugin(group: str, name: str) -> object:
    """The object called `name`; UsageError naming the nearest names where there is none."""
    table = plugins(group)
    if name not in table:
        import difflib

        near = difflib.get_close_matches(name, table, n=3, cutoff=0.4) or list(table)
        raise UsageError(f"no {group.removesuffix('s')} is called {name!r}; there is {', '.join(near)}")
    return table[name].load()
