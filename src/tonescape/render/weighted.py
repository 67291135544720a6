"""Weighted prompts for Stable Diffusion's text encoder.

CLIP's text encoder reads 77 tokens; a longer prompt is split into chunks of 75 and their own start and end marks,
between parts where that is possible, each chunk is encoded by itself, and the embeddings are joined end to end: the
network's cross-attention takes any length. A part's weight w moves its tokens' embeddings towards those of an empty
text: e0 + w / w_max (e - e0). Parts with a negative weight become the negative prompt, weighted likewise; they act only
with guidance > 1, so not in SD-Turbo's default of none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tonescape.core.errors import UsageError
from tonescape.plan.prompt import Part
from tonescape.render.learned import package, say_split

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTENT = 75
"""tokens of a chunk besides its start and end"""

MOST_CHUNKS = 8
"""of a prompt; what comes after 600 tokens is refused rather than dropped in silence"""


def embeddings(pipe: Any, parts: Sequence[Part]) -> tuple[Any, Any]:
    """(wanted, unwanted) float [1, 77 k, d] each, of one length; k the chunks the longer one takes.

    UsageError for a prompt of more than MOST_CHUNKS chunks.
    """
    torch = package("torch")
    wanted = chunks(pipe.tokenizer, [part for part in parts if part.weight > 0])
    unwanted = chunks(pipe.tokenizer, [Part(part.text, -part.weight) for part in parts if part.weight < 0])
    length = max(len(wanted), len(unwanted))
    if length > MOST_CHUNKS:
        raise UsageError(f"the prompt has more than {MOST_CHUNKS * CONTENT} tokens; shorten it")
    if length > 1:
        say_split(sum(len(ids) for ids, _ in max(wanted, unwanted, key=len)), length)
    encoded = [_encode(pipe, side + [([], [])] * (length - len(side)), torch) for side in (wanted, unwanted)]
    return encoded[0], encoded[1]


def _encode(pipe: Any, pieces: Sequence[tuple[list[int], list[float]]], torch: Any) -> Any:
    tokens = pipe.tokenizer
    first, last, blank = tokens.bos_token_id, tokens.eos_token_id, tokens.pad_token_id
    rows = [[first, *ids, last, *[blank] * (CONTENT - len(ids))] for ids, _ in [*pieces, ([], [])]]
    shares = [[1.0, *weights, *[1.0] * (CONTENT + 1 - len(weights))] for _, weights in pieces]
    with torch.no_grad():
        seen = pipe.text_encoder(torch.tensor(rows, device=pipe.text_encoder.device))[0]
    empty, share = seen[-1:], torch.tensor(shares, device=seen.device, dtype=seen.dtype)[..., None]
    mixed = empty + share * (seen[:-1] - empty)
    return mixed.reshape(1, -1, seen.shape[-1])


def chunks(tokenizer: Any, parts: Sequence[Part]) -> list[tuple[list[int], list[float]]]:
    """Token numbers and weights, each list at most CONTENT long; at least one, which may be empty.

    A part that does not fit into what is left of a chunk starts the next; one longer than a chunk is split.
    weights : of the parts divided by the largest
    """
    most = max((part.weight for part in parts), default=1.0)
    done: list[tuple[list[int], list[float]]] = [([], [])]
    for part in parts:
        ids = tokenizer(f"{part.text},", add_special_tokens=False, verbose=False)["input_ids"]
        if len(done[-1][0]) + len(ids) > CONTENT and done[-1][0]:
            done.append(([], []))
        for start in range(0, len(ids), CONTENT):
            if start:
                done.append(([], []))
            piece = ids[start : start + CONTENT]
            done[-1][0].extend(piece)
            done[-1][1].extend([part.weight / most] * len(piece))
    return done
