"""CLIP as a judge of pictures: how far a picture is from weighted texts and other pictures.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021), through transformers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tonescape.core.errors import UsageError, WeightsError
from tonescape.render.learned import device, package, say_split

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tonescape.core.records import Pixels
    from tonescape.plan.prompt import Part

MOST_CHUNKS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Where to go. places : float [k, d], unit vectors      weights : float [k], negative ones push away"""

    places: Any
    weights: Any


@dataclass(frozen=True, slots=True, eq=False)
class ClipModel:
    """model, tokenizer, processor : of transformers      side : px that it looks at
    mean, spread : [1, 3, 1, 1], of a channel in [0, 1]"""

    model: Any
    tokenizer: Any
    processor: Any
    side: int
    mean: Any
    spread: Any

    def texts(self, words: Sequence[str]) -> Any:
        """float [n, d], unit vectors. A text beyond 77 tokens is split; its parts' vectors are averaged by length."""
        torch = package("torch")
        limit = self.model.config.text_config.max_position_embeddings - 2
        first, last = self.tokenizer.bos_token_id, self.tokenizer.eos_token_id
        rows = []
        for text in words:
            ids = self.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
            pieces = [ids[start : start + limit] for start in range(0, max(1, len(ids)), limit)]
            if len(pieces) > MOST_CHUNKS:
                raise UsageError(f"a part of the prompt has more than {MOST_CHUNKS * limit} tokens; shorten it")
            if len(pieces) > 1:
                say_split(len(ids), len(pieces))
            inputs = [torch.tensor([[first, *piece, last]], device=self.model.device) for piece in pieces]
            units = [self._unit(self.model.get_text_features(input_ids=row)) for row in inputs]
            mixed = sum(unit * max(1, len(piece)) for unit, piece in zip(units, pieces, strict=True))
            rows.append(self._unit(mixed))
        return torch.cat(rows)

    def pictures(self, images: Sequence[Pixels]) -> Any:
        """float [n, d], unit vectors of uint8 [h, w, 3] pictures."""
        ready = self.processor(images=list(images), return_tensors="pt")["pixel_values"]
        return self._unit(self.model.get_image_features(pixel_values=ready.to(self.model.device)))

    def views(self, pixels: Any) -> Any:
        """The same of float [n, 3, side, side] in [0, 1], with gradients."""
        return self._unit(self.model.get_image_features(pixel_values=(pixels - self.mean) / self.spread))

    def goal(self, parts: Sequence[Part], images: Sequence[tuple[Pixels, float]] = ()) -> Goal:
        """What texts and pictures ask for together. Weights of 0 are left out; UsageError if none is left."""
        torch = package("torch")
        parts = [part for part in parts if part.weight]
        images = [(image, weight) for image, weight in images if weight]
        if not parts and not images:
            raise UsageError("every weight of the prompt is 0; give at least one another")
        with torch.no_grad():
            places = [self.texts([part.text for part in parts])] if parts else []
            places += [self.pictures([image for image, _ in images])] if images else []
        weights = [part.weight for part in parts] + [weight for _, weight in images]
        return Goal(torch.cat(places), torch.tensor(weights, dtype=places[0].dtype, device=places[0].device))

    @staticmethod
    def _unit(found: Any) -> Any:
        vectors = getattr(found, "pooler_output", found)  # transformers 5 wraps the vectors, 4 did not
        return package("torch").nn.functional.normalize(vectors, dim=-1)


def load(folder: Path) -> ClipModel:
    """CLIP from a local folder. WeightsError in one line where it cannot be used, MissingError without transformers."""
    torch, transformers = package("torch"), package("transformers")
    transformers.utils.logging.disable_progress_bar()  # standard error is for our own progress
    local = {"local_files_only": True}
    place = device()[0]
    try:
        model = transformers.CLIPModel.from_pretrained(folder, use_safetensors=True, **local)
        tokenizer = transformers.CLIPTokenizer.from_pretrained(folder, **local)
        processor = transformers.CLIPImageProcessorPil.from_pretrained(folder, **local)
    except Exception as problem:  # transformers and safetensors raise a dozen kinds for a damaged folder
        line = " ".join(str(problem).split())[:160]
        raise WeightsError(f"{folder}: not a CLIP that can be used ({line}); get its files again") from problem
    mean, spread = (
        torch.tensor(values, device=place)[None, :, None, None]
        for values in (processor.image_mean, processor.image_std)
    )
    model = model.eval().requires_grad_(False).to(place)
    return ClipModel(model, tokenizer, processor, int(model.config.vision_config.image_size), mean, spread)


def distance(views: Any, goal: Goal) -> Any:
    """Weighted mean of the squared great-circle distances 2 asin(|a - b| / 2)^2 of all views to all places of a goal.

    views : [n, d] unit vectors. The distance of K. Crowson's VQGAN + CLIP (Crowson et al., ECCV 2022, section 3.1); a
    negative weight counts the distance as nearness, so going down leads away. Divided by the sum of |weight|, so that
    many parts take no larger steps than few.
    """
    torch = package("torch")
    # |a - b| has no slope at 0, so its square, kept off 0 and off the antipode, is what is computed
    chord = (2 - 2 * views @ goal.places.T).clamp(1e-8, 4 - 1e-6).sqrt() / 2
    away = 2 * torch.asin(chord).square()
    return (away.mean(0) * goal.weights).sum() / goal.weights.abs().sum()
