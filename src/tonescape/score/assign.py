"""One song for each cue of a film: near its scenes, no song twice, and no jumps the film does not make.

The cost of a plan is the sum of the songs' distances plus, for neighbouring cues, the square of how much further apart
their songs sound than the cues are. Small films are solved exactly by branch and bound; larger ones start from the
best assignment without the neighbours (Jonker-Volgenant, in SciPy) and are improved by exchanges until none helps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Ints: TypeAlias = NDArray[np.int64]

SHORTLIST = 48
"""songs considered for a cue; one more for each cue that could take them away, up to this many"""

EXACT_NODES = 60_000
"""partial plans looked at before branch and bound gives up on being exact"""

EXACT_CUES = 9
SWEEPS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """costs [cues, songs]; moods [songs, 2] of the sound; asks [cues, 2] of the scenes; beside [cues - 1]: 1 where a
    cue follows directly on the one before; uses: how often a song may come."""

    costs: Floats
    moods: Floats
    asks: Floats
    beside: Floats
    smooth: float
    uses: int = 1


def assign(task: Task, fixed: dict[int, int]) -> Ints:
    """[cues] indices of songs. fixed : cue to song, settled before (leitmotifs); those songs go to no other cue."""
    cues = len(task.costs)
    free = [cue for cue in range(cues) if cue not in fixed]
    plan = np.full(cues, -1, np.int64)
    for cue, song in fixed.items():
        plan[cue] = song
    if not free:
        return plan
    lists = _shortlists(task, free, set(fixed.values()))
    plan = _start(task, plan, free, lists)
    plan = _improve(task, plan, free, lists)
    return _exact(task, plan, free, lists) if len(free) <= EXACT_CUES else plan


def value(task: Task, plan: Ints) -> float:
    """The cost of a plan."""
    total = float(task.costs[np.arange(len(plan)), plan].sum())
    return total + float(sum(_joint(task, i, plan[i], plan[i + 1]) for i in range(len(plan) - 1)))


def _joint(task: Task, cue: int, left: int, right: int) -> float:
    """Between a cue and the next."""
    if not task.beside[cue]:
        return 0.0
    jump = task.moods[left] - task.moods[right]
    asked = task.asks[cue] - task.asks[cue + 1]
    more = max(0.0, float(np.hypot(*jump)) - float(np.hypot(*asked)))
    return task.smooth * more * more


def _shortlists(task: Task, free: list[int], taken: set[int]) -> dict[int, Ints]:
    from tonescape.score.cost import best

    near = best(task.costs[free], min(task.costs.shape[1], SHORTLIST + len(taken)))
    out = {}
    for row, cue in enumerate(free):
        kept = np.array([song for song in near[row] if int(song) not in taken], np.int64)
        out[cue] = kept if len(kept) else near[row]
    return out


def _start(task: Task, plan: Ints, free: list[int], lists: dict[int, Ints]) -> Ints:
    from scipy.optimize import linear_sum_assignment

    union = np.unique(np.concatenate([lists[cue] for cue in free]))
    copies = max(task.uses, -(-len(free) // len(union)))
    columns = np.tile(union, copies)
    # a song's second use costs a little more, so that the first is taken first
    again = np.repeat(np.arange(copies, dtype=np.float32) * 1e-3, len(union))
    rows, chosen = linear_sum_assignment(task.costs[free][:, columns] + again)
    out = plan.copy()
    for row, column in zip(rows, chosen, strict=True):
        out[free[row]] = columns[column]
    return out


def _improve(task: Task, plan: Ints, free: list[int], lists: dict[int, Ints]) -> Ints:
    """Replaces or exchanges songs while that lowers the cost; the same plan every time."""
    plan = plan.copy()
    limit = max(task.uses, _most_used(plan))
    for _ in range(SWEEPS):
        changed = False
        for cue in free:
            counts = np.bincount(plan, minlength=task.costs.shape[1])
            base, choice = _local(task, plan, cue), None
            for song in lists[cue]:
                if song == plan[cue] or counts[song] >= limit:
                    continue
                cost = _with(task, plan, {cue: int(song)}, (cue,))
                if cost < base - 1e-6:
                    base, choice = cost, int(song)
            if choice is not None:
                plan[cue] = choice
                changed = True
        changed |= _exchange(task, plan, free)
        if not changed:
            break
    return plan


def _exchange(task: Task, plan: Ints, free: list[int]) -> bool:
    """Swaps the songs of two cues where both together gain."""
    changed = False
    for at, one in enumerate(free):
        gains = task.costs[one, plan[one]] + task.costs[free, plan[free]]
        gains = gains - task.costs[one, plan[free]] - task.costs[free, plan[one]]
        for other in np.array(free)[np.argsort(-gains, kind="stable")[:6]]:
            two = int(other)
            if two in (one, *free[: at + 1]) or plan[one] == plan[two]:
                continue
            before = _with(task, plan, {}, (one, two))
            if _with(task, plan, {one: int(plan[two]), two: int(plan[one])}, (one, two)) < before - 1e-6:
                plan[one], plan[two] = plan[two], plan[one]
                changed = True
    return changed


def _local(task: Task, plan: Ints, cue: int) -> float:
    return _with(task, plan, {}, (cue,))


def _with(task: Task, plan: Ints, change: dict[int, int], cues: tuple[int, ...]) -> float:
    """The part of the cost that touches `cues`, after a change."""

    def song(cue: int) -> int:
        return change.get(cue, int(plan[cue]))

    edges = {edge for cue in cues for edge in (cue - 1, cue) if 0 <= edge < len(plan) - 1}
    own = sum(float(task.costs[cue, song(cue)]) for cue in cues)
    return own + sum(_joint(task, edge, song(edge), song(edge + 1)) for edge in edges)


def _most_used(plan: Ints) -> int:
    return int(np.bincount(plan[plan >= 0]).max())


def _exact(task: Task, plan: Ints, free: list[int], lists: dict[int, Ints]) -> Ints:
    """Branch and bound from a good plan; that plan itself where the search grows too large."""
    limit = max(task.uses, _most_used(plan))
    lowest = [float(task.costs[cue, lists[cue]].min()) for cue in range(len(plan)) if cue in lists]
    after = [*np.cumsum(lowest[::-1])[::-1], 0.0]
    base = plan.copy()
    settled = [cue for cue in range(len(plan)) if cue not in lists]
    fixed_cost = sum(float(task.costs[cue, base[cue]]) for cue in settled)
    state = {"best": value(task, plan) - 1e-9, "nodes": 0.0}
    found = plan.copy()

    def descend(depth: int, so_far: float, trial: Ints, counts: dict[int, int]) -> None:
        state["nodes"] += 1
        if state["nodes"] > EXACT_NODES:
            return
        if depth == len(free):
            cost = value(task, trial)
            if cost < state["best"]:
                state["best"] = cost
                found[:] = trial
            return
        cue = free[depth]
        for song in lists[cue]:
            own = float(task.costs[cue, song])
            if fixed_cost + so_far + own + after[depth + 1] >= state["best"]:
                break  # the list is sorted
            if counts.get(int(song), 0) >= limit:
                continue
            trial[cue] = song
            counts[int(song)] = counts.get(int(song), 0) + 1
            joint = _joint(task, cue - 1, int(trial[cue - 1]), int(song)) if cue else 0.0
            descend(depth + 1, so_far + own + joint, trial, counts)
            counts[int(song)] -= 1

    used: dict[int, int] = {}
    for cue in settled:
        used[int(base[cue])] = used.get(int(base[cue]), 0) + 1
    descend(0, 0.0, base.copy(), used)
    return found
