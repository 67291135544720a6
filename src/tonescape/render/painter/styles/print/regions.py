"""A picture as a printer or glazier sees it: few regions, decided on a small grid, each with a soft cover.

A region's soft alpha is its mask under a Gaussian; shader.py prints them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tonescape.render.painter.raster.filters import blur, norm, upsample2
from tonescape.render.skia import graphics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.core.records import Pixels
    from tonescape.render.painter.composition.model import Composition
    from tonescape.render.painter.raster.filters import Field

    Labels = NDArray[np.intp]

CUT = 320
"""cells a side of the grid on which regions are decided; a knife or a lead line makes no finer shapes"""


SKY = 0
"""number of the farthest region that `groups` finds: the sky, in every motif that has one"""

TOLD = 0.4
"""share of the variance of lightness that lies between planes, below which they say less than the tones do"""


def reduced(field: Field) -> Field:
    """A field [WORK, WORK] or [WORK, WORK, c] on the grid of the regions: means over areas."""
    from PIL import Image

    planes = [field] if field.ndim == 2 else [field[..., channel] for channel in range(field.shape[2])]
    small = [
        np.array(Image.fromarray(np.ascontiguousarray(one, np.float32)).resize((CUT, CUT), Image.Resampling.BOX))
        for one in planes
    ]
    return small[0] if field.ndim == 2 else np.stack(small, -1)


def disc(scene: Composition) -> tuple[float, float, float] | None:
    """Unit x, y and radius of the sun or moon, where it can be seen: brighter than what is round it."""
    (x, y), radius = scene.light, scene.setting.sun_size
    at = (np.arange(CUT, dtype=np.float32) + 0.5) / CUT
    away = norm(at[None, :] - x, at[:, None] - y) / max(radius, 1e-3)
    light = reduced(scene.lab[..., :1])[..., 0]
    inside, ring = light[away < 0.8], light[(away > 1.3) & (away < 2.0)]
    if len(inside) < 20 or len(ring) < 20 or np.median(inside) < np.median(ring) + 0.035 or inside.std() > 0.07:
        return None
    return x, y, radius


def figure_alpha(scene: Composition) -> Field:
    """[CUT, CUT] in [0, 1], where figures, sun and moon stand, which a style draws crisply on its own."""
    alpha = np.zeros((CUT, CUT), np.float32)
    for thing in scene.figures:
        alpha = np.maximum(alpha, graphics.mask(thing.shapes, CUT))
    return alpha


def disc_alpha(found: tuple[float, float, float] | None) -> Field:
    """[CUT, CUT], 1 on the disc of the sun or moon and a little round it."""
    if found is None:
        return np.zeros((CUT, CUT), np.float32)
    at = (np.arange(CUT, dtype=np.float32) + 0.5) / CUT
    away = norm(at[None, :] - found[0], at[:, None] - found[1])
    return np.asarray(away < found[2] * 1.12 + 1 / CUT, np.float32)


def without_figures(image: Field, figures: Field) -> Field:
    """`image` [CUT, CUT, c] with what lies behind the figures guessed from round about them, near before far."""
    if not figures.any():
        return image
    free = (figures < 0.02).astype(np.float32)[..., None]
    result, weight = image * free, free
    for sigma in (2.0, 6.0, 20.0, 60.0):
        step = max(1, int(sigma // 3))
        small, trust = (blur(part[::step, ::step], sigma / step) for part in (image * free, free))
        guess = small / np.maximum(trust, 1e-6)
        guess = np.repeat(np.repeat(guess, step, 0), step, 1)[:CUT, :CUT]
        sure = np.clip(np.repeat(np.repeat(trust, step, 0), step, 1)[:CUT, :CUT] * 8, 0, 1) * (1 - weight)
        result, weight = result + guess * sure, weight + sure
    return np.asarray(result / np.maximum(weight, 1e-6), np.float32)


def groups(scene: Composition, most: int, figures: Field) -> Labels:
    """[CUT, CUT] numbers of at most `most` regions, far to near: the planes without the figures, neighbours in depth
    joined, the smallest first. The farthest is SKY; numbers are without gaps."""
    from scipy.ndimage import distance_transform_edt

    covers = np.stack([reduced(plane.alpha) for plane in scene.masks])
    labels = np.argmax(covers, axis=0)
    hidden = figures > 0.3
    if hidden.any() and not hidden.all():
        nearest = distance_transform_edt(hidden, return_distances=False, return_indices=True)
        labels = labels[tuple(nearest)]
    while True:
        present, labels = np.unique(labels, return_inverse=True)
        labels = labels.reshape(CUT, CUT)
        area = np.bincount(labels.ravel(), minlength=len(present))
        if len(present) <= 1 or (len(present) <= most and area.min() >= 0.004 * CUT * CUT):
            return np.asarray(labels, np.intp)
        small = int(np.argmin(area))
        beside = [n for n in (small - 1, small + 1) if 0 <= n < len(present)]
        labels[labels == small] = min(beside, key=lambda n: int(area[n]))


def blur_within(image: Field, labels: Labels, sigma: float) -> Field:
    """`image` [CUT, CUT, c] blurred inside each region, so that borders stay and everything else calms down."""
    result = np.zeros(image.shape, np.float32)
    step = 2 if sigma >= 3 else 1
    pad = 4 * (int(2.5 * sigma) // 4 + 2)
    for number in range(int(labels.max()) + 1):
        where = labels == number
        if not where.any():
            continue
        # only where the region lies: a quarter of the time
        spans = [np.flatnonzero(where.any(axis=axis)) // 4 * 4 for axis in (1, 0)]
        rows, columns = (slice(max(0, int(span[0]) - pad), min(CUT, int(span[-1]) + 4 + pad)) for span in spans)
        here = where[rows, columns].astype(np.float32)
        small = here[::step, ::step]
        weight = 1 / np.maximum(blur(small, sigma / step), 1e-4)
        for channel in range(image.shape[2]):
            mean = blur(image[rows, columns, channel][::step, ::step] * small, sigma / step) * weight
            wide = np.repeat(np.repeat(mean, step, 0), step, 1)
            result[rows, columns, channel] += here * wide[: here.shape[0], : here.shape[1]]
    return result


def covers(labels: Labels, count: int, sigma: float, exact: Field | None = None) -> dict[str, Pixels]:
    """Textures "part0", "part1" ... [CUT, CUT, 4] with the soft covers of regions 0 .. count - 1, three in each.

    Of 8 bits: a program reads them in half the time, and a border moves by less than a hundredth of a cell.

    exact : `shares` of the regions, for outlines finer than the grid
    """
    found = {}
    for first in range(0, count, 3):
        numbers = range(first, first + 3)
        masks = [labels == n if exact is None or n >= exact.shape[2] else exact[..., n] for n in numbers]
        soft = np.full((CUT, CUT, 4), 255, np.uint8)
        for channel, mask in enumerate(masks):
            soft[..., channel] = np.rint(blur(mask.astype(np.float32), sigma) * 255)
        found[f"part{first // 3}"] = soft
    return found


def shares(scene: Composition, labels: Labels, figures: Field) -> Field:
    """[CUT, CUT, count] how much of each cell the regions of `groups` take: without it a line that is nearly level
    would climb in steps of a cell. Where figures hide the planes, or a scrap changed sides, it is all or nothing."""
    count = int(labels.max()) + 1
    whole = (labels[..., None] == np.arange(count)).astype(np.float32)
    planes = np.stack([reduced(plane.alpha) for plane in scene.masks], -1)
    seen = np.argmax(planes, -1)
    part = np.zeros_like(whole)
    group = np.full(planes.shape[2], -1)
    for number in range(planes.shape[2]):
        own = labels[seen == number]
        if len(own):
            group[number] = np.bincount(own).argmax()
            part[..., group[number]] += planes[..., number]
    total = part.sum(-1, keepdims=True)
    sure = (group[seen] == labels) & (figures < 0.02) & (total[..., 0] > 0.9)
    return np.asarray(np.where(sure[..., None], part / np.maximum(total, 1e-6), whole), np.float32)


def border_distance(exact: Field, sigma: float) -> Field:
    """[2 CUT, 2 CUT] cells to the nearest border of the regions `exact` [CUT, CUT, count] (see `shares`), at most 8;
    smooth along a border, by the inverse of what a Gaussian makes of it."""
    from scipy.special import erfinv

    if exact.shape[2] < 2:
        return np.full((2 * CUT, 2 * CUT), 8.0, np.float32)
    planes = (blur(np.ascontiguousarray(exact[..., number]), sigma) for number in range(exact.shape[2]))
    soft = np.sort(np.stack([upsample2(plane) for plane in planes]), 0)
    gap = np.clip(soft[-1] - soft[-2], 0, 1 - 1e-6)
    return np.asarray(np.minimum(sigma * np.sqrt(2) * erfinv(gap), 8), np.float32)


def majority_filter(labels: Labels, sigma: float) -> Labels:
    """The same regions without what is finer than `sigma` cells: everywhere the one most common round about."""
    count = int(labels.max()) + 1
    common = [blur((labels == number).astype(np.float32), sigma) for number in range(count)]
    found = np.unique(np.argmax(np.stack(common), axis=0), return_inverse=True)[1]
    return np.asarray(found.reshape(labels.shape), np.intp)


def representative_colour(colours: Field) -> Field:
    """OKLab [3] that stands for colours [n, 3]: their mean with their mean chroma, since unlike hues add up to grey;
    where they fall into two hues, those of the greater half only."""
    off = colours[:, 1:] - colours[:, 1:].mean(0)
    _, turn = np.linalg.eigh(off.T @ off)
    side = off @ turn[:, 1] > 0
    if 0 < side.sum() < len(side):
        halves = colours[side], colours[~side]
        if float(np.linalg.norm(halves[0][:, 1:].mean(0) - halves[1][:, 1:].mean(0))) > 0.11:
            light = colours[:, 0].mean()
            colours = max(halves, key=len).copy()
            colours[:, 0] += 0.5 * (light - colours[:, 0].mean())
    mean = colours.mean(0)
    have = max(float(np.hypot(mean[1], mean[2])), 0.02)
    gain = min(1.7, float(np.hypot(colours[:, 1], colours[:, 2]).mean()) / have)
    return np.asarray(mean * np.array([1.0, gain, gain]), np.float32)


def pigments(lab: Field, start: Field, rounds: int = 6, keep: float = 0.0) -> Field:
    """[k, 3] OKLab: the picture's own k colours, by Lloyd's iteration from `start` (IEEE Trans. Inf. Theory 28, 1982).

    keep : share of the starting colour that is kept, [0, 1]
    """
    points = lab[::4, ::4].reshape(-1, 3).astype(np.float64)
    centres = np.array(start, np.float64)
    for _ in range(rounds):
        nearest = np.argmin(((points[:, None] - centres[None]) ** 2).sum(-1), 1)
        for number in range(len(centres)):
            own = points[nearest == number]
            if len(own):
                centres[number] = representative_colour(own)
    return np.asarray(centres + keep * (np.asarray(start) - centres), np.float32)


def nearest(lab: Field, colours: Field) -> Labels:
    """[s, s] number of the nearest of `colours` [k, 3]."""
    gaps = np.stack([((lab - colour) ** 2).sum(-1) for colour in colours])
    return np.asarray(np.argmin(gaps, axis=0), np.intp)


def variance_explained(lab: Field, labels: Labels) -> float:
    """Share of the variance of lightness that lies between the regions (eta squared), [0, 1]; 1 for a flat picture."""
    light, flat = lab[..., 0].ravel(), labels.ravel()
    area = np.bincount(flat)
    mean = np.bincount(flat, light) / np.maximum(area, 1)
    total = len(light) * float(light.var())
    return float(area @ (mean - light.mean()) ** 2) / total if total > 0 else 1.0


def cut(pieces: Labels, sigma: float) -> tuple[Labels, Labels, Field]:
    """(labels, the nearest other labels, gap), all [2 CUT, 2 CUT], with the steps of the grid ironed out: a place is of
    the piece whose soft cover is greatest there, and the gap to the next cover, [0, 1], is erf(d / (sigma sqrt 2)), d
    the distance to a straight cut in cells; where three pieces meet all are nearer.

    sigma : cells of the Gaussian that rounds the pieces
    """
    from scipy.ndimage import find_objects

    best = np.zeros((2 * CUT, 2 * CUT), np.float32)
    second = np.zeros_like(best)
    labels = np.repeat(np.repeat(pieces, 2, 0), 2, 1)  # views of these are written to below
    beside = labels.copy()
    pad = 7
    for number, found in enumerate(find_objects(pieces + 1)):
        if found is None:
            continue
        rows, columns = (slice(max(0, s.start - pad), min(CUT, s.stop + pad)) for s in found)
        own = np.pad((pieces[rows, columns] == number).astype(np.float32), 4, mode="edge")
        soft = upsample2(blur(own, sigma)[4:-4, 4:-4])
        area = (slice(2 * rows.start, 2 * rows.stop), slice(2 * columns.start, 2 * columns.stop))
        top, following, own_label, other = best[area], second[area], labels[area], beside[area]
        more = soft > top
        np.copyto(other, own_label, where=more)
        np.copyto(other, number, where=~more & (soft > following))
        np.maximum(following, np.minimum(soft, top), out=following)
        np.maximum(top, soft, out=top)
        own_label[more] = number
    return labels, beside, best - second
