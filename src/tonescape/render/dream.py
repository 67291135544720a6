"""The optimisation of `vqgan-clip`: a code grid, changed an iteration at a time until CLIP's views of it fit a goal."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.errors import InputError
from tonescape.render.learned import package, resized, stored

if TYPE_CHECKING:
    from pathlib import Path

    from tonescape.core.records import Pixels

NOISE, TURN, SHIFT, TINT = 0.1, 15.0, 0.1, 0.1
"""augmentation of a cutout: most noise, degrees, share of the side, and change of a channel's strength"""

FORMAT = "tonescape vqgan-clip 1"


class Dream:
    """The optimisation, an iteration at a time. done : iterations so far"""

    def __init__(
        self, codec: Any, judge: Any, goal: Any, side: int, seed: int, start: Pixels | None, *, cuts: int, rate: float
    ) -> None:
        torch = package("torch")
        self.codec, self.judge, self.goal, self.seed = codec, judge, goal, seed
        self.done, self.side, self.cuts, self.rate = 0, side, cuts, rate
        codes = codec.codes
        with torch.no_grad():
            if start is None:
                cells = side // codec.factor
                chance = torch.Generator().manual_seed(seed)
                drawn = torch.randint(len(codes), (1, cells, cells), generator=chance).to(codes.device)
                grid = codes[drawn].permute(0, 3, 1, 2)
            else:
                pixels = torch.from_numpy(resized(start, side).astype(np.float32) / 127.5 - 1)
                grid = codec.encode(pixels.permute(2, 0, 1)[None].to(codes.device))
        self.grid = grid.detach().clone().contiguous().requires_grad_()
        self.low, self.high = (end[None, :, None, None] for end in (codes.amin(0), codes.amax(0)))
        self.optimiser = torch.optim.Adam([self.grid], lr=rate)

    def step(self) -> float:
        """One iteration; its distance before the step."""
        from tonescape.render.clip import distance

        torch = package("torch")
        self.done += 1
        chance = torch.Generator().manual_seed((self.seed * 1_000_003 + self.done) % 2**63)
        seen = cutouts(self._decoded(), self.judge.side, self.cuts, chance)
        loss = distance(self.judge.views(seen), self.goal)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        with torch.no_grad():  # outside the codebook's box the nearest code no longer changes
            self.grid.copy_(self.grid.maximum(self.low).minimum(self.high))
        return float(loss.detach())

    def _decoded(self) -> Any:
        """float [1, 3, side, side] in [0, 1]; gradients pass the quantiser and the limits as if they were not there."""
        from tonescape.render.vqgan import quantised

        pixels = (self.codec.decode(quantised(self.grid, self.codec.codes)) + 1) / 2
        return pixels + (pixels.clamp(0, 1) - pixels).detach()

    def picture(self) -> Pixels:
        """uint8 [side, side, 3]"""
        with package("torch").no_grad():
            pixels = self._decoded()[0].permute(1, 2, 0).float().cpu().numpy()
        out: Pixels = np.rint(pixels * 255).clip(0, 255).astype(np.uint8)
        return out

    def save(self, path: Path, asked: str) -> None:
        """All that `restore` needs to go on to the same numbers, as safetensors."""
        from tonescape.core.store import write_atomically

        torch = package("torch")
        kept = {"grid": self.grid.detach(), "done": torch.tensor(self.done)}
        kept |= {f"adam.{name}": torch.as_tensor(value) for name, value in self.optimiser.state[self.grid].items()}
        packed = package("safetensors.torch").save
        kept = {name: value.cpu().contiguous() for name, value in kept.items()}
        write_atomically(path, packed(kept, {"format": FORMAT, "asked": self._mark(asked)}))

    def restore(self, path: Path, asked: str) -> None:
        """Go on where `save` left off. InputError for a file that is damaged or belongs to another picture."""
        torch = package("torch")
        try:
            about, kept = stored(path, FORMAT)
        except ValueError as problem:
            raise InputError(f"{path} cannot be read as a run's state ({problem}); delete it to start anew") from None
        if about.get("asked") != self._mark(asked):
            raise InputError(f"{path} is the state of another picture; name another file, or delete it to start anew")
        with torch.no_grad():
            self.grid.copy_(kept["grid"])
        self.done = int(kept["done"])
        adam = {name.removeprefix("adam."): value for name, value in kept.items() if name.startswith("adam.")}
        self.optimiser.load_state_dict(self.optimiser.state_dict() | {"state": {0: adam}} if adam else {})

    def _mark(self, asked: str) -> str:
        """What makes this run this one: prompt, seed, goal, size and settings, but not how long it is."""
        digest = hashlib.sha256(f"{asked}\n{self.side} {self.cuts} {self.rate!r}".encode())
        for part in (self.goal.places, self.goal.weights, self.codec.codes):
            digest.update(part.detach().float().cpu().numpy().tobytes())
        return digest.hexdigest()


def cutouts(pixels: Any, side: int, count: int, chance: Any) -> Any:
    """float [count, 3, side, side] in [0, 1]: squares of any size and place, mirrored, turned, shifted, tinted, noisy.

    pixels : [1, 3, h, w] in [0, 1]      chance : torch.Generator on the CPU, so that a seed means the same everywhere
    CLIP is easily fooled by one view; what it finds in many is in the picture (Crowson et al., section 3.3).
    """
    torch = package("torch")
    functional = torch.nn.functional
    height, width = pixels.shape[2:]
    least, most = min(height, width, side), min(height, width)
    seen = []
    for _ in range(count):
        size, top, left = torch.rand(3, generator=chance).tolist()
        edge = round(least + (most - least) * size)
        y, x = round(top * (height - edge)), round(left * (width - edge))
        cut = pixels[:, :, y : y + edge, x : x + edge]
        seen.append(
            functional.interpolate(cut, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
        )
    batch = torch.cat(seen)
    draw = torch.rand(count, 8, generator=chance).to(batch) * 2 - 1
    turn = draw[:, 0] * (TURN * np.pi / 180)
    mirror = torch.where(draw[:, 1] < 0, -1.0, 1.0)
    cos, sin = torch.cos(turn), torch.sin(turn)
    places = torch.stack([cos * mirror, -sin, SHIFT * draw[:, 2], sin * mirror, cos, SHIFT * draw[:, 3]], 1)
    grid = functional.affine_grid(places.reshape(count, 2, 3), list(batch.shape), align_corners=False)
    batch = functional.grid_sample(batch, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    batch = batch * (1 + TINT * draw[:, 4:7, None, None])
    noise = torch.randn(batch.shape, generator=chance).to(batch)
    return batch + NOISE * draw[:, 7, None, None, None].abs() * noise
