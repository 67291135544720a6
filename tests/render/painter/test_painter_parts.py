"""What the painter is made of: noise, strokes, terrain, layers, the stand-in libraries."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from songs import brief

from tonescape.render.painter.composition.model import WORK, along_edges
from tonescape.render.painter.motifs import mountain_lake, sea
from tonescape.render.painter.raster.filters import mix, smoothstep
from tonescape.render.painter.raster.noise import SPLINE_DEVIATION, fractal_noise, sample_tile
from tonescape.render.painter.styles.strokes.brush import follow, scatter
from tonescape.render.painter.subjects.terrain import SLICES, distances, see
from tonescape.render.skia import gl_stubs


def rng() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(5))


def test_noise_is_periodic_and_fills_the_range() -> None:
    noise = fractal_noise(rng(), cells=4, octaves=5)
    seam, inside = np.abs(noise[:, 0] - noise[:, -1]).mean(), np.abs(np.diff(noise, axis=1)).mean()
    assert seam < 2 * inside
    assert noise.min() == 0
    assert noise.max() == 1
    u, v = np.array([0.25, 1.25, -0.75]), np.array([0.5, 0.5, 2.5])
    assert np.ptp(sample_tile(noise, u, v)) < 1e-5


def test_the_spline_deviation_is_what_it_says() -> None:
    t = np.linspace(0, 1, 2001)[:-1]
    cubes = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3]) / 6
    assert (cubes**2).sum(0).mean() == pytest.approx(SPLINE_DEVIATION, abs=2e-3)


def test_step_and_mix() -> None:
    assert smoothstep(0.0, 1.0, np.array([-1.0, 0.5, 2.0])).tolist() == [0.0, 0.5, 1.0]
    assert smoothstep(1.0, 0.0, np.array([-1.0, 2.0])).tolist() == [1.0, 0.0]
    black, white = np.zeros((2, 2, 3), np.float32), np.ones(3, np.float32)
    half = mix(black, np.broadcast_to(white, black.shape), np.full((2, 2), 0.25, np.float32))
    assert np.allclose(half, 0.25)
    assert not black.any()


def test_strokes_follow_the_flow_and_stop_at_edges() -> None:
    lab = np.zeros((100, 100, 3), np.float32)
    lab[:, 50:] = 0.8
    flow = np.zeros((100, 100), np.float32)
    x, y = np.full(3, 0.45, np.float32), np.array([0.2, 0.5, 0.8], np.float32)
    strokes = follow(lab, flow, lab[..., 0], x, y, width=0.02, length=np.full(3, 0.4, np.float32), tolerance=0.2)
    assert np.allclose(np.abs(np.cos(strokes.angle)), 1)
    assert np.all(strokes.x + strokes.length / 2 <= 0.51)
    assert np.all(strokes.length >= 0.2)
    assert np.allclose(strokes.lab, 0)


def test_far_planes_are_painted_first() -> None:
    order = np.zeros((50, 50), np.float32)
    order[:25] = 2
    blank, flat = np.zeros((50, 50, 3), np.float32), np.zeros((50, 50), np.float32)
    x, y = scatter(rng(), 0.05, np.ones((4, 4), np.float32))
    strokes = follow(blank, flat, order, x, y, width=0.01, length=np.full(len(x), 0.02, np.float32), tolerance=1)
    near = strokes.y < 0.5
    assert not near[: int(near.size * 0.4)].any()


def test_scatter_keeps_the_share_it_is_told() -> None:
    x, _ = scatter(rng(), 0.01, np.full((8, 8), 0.3, np.float32))
    assert 0.27 < len(x) / (106 * 106) < 0.33


def test_strokes_turn_along_an_edge() -> None:
    lab = np.zeros((64, 64, 3), np.float32)
    lab[:, 32:, 0] = 0.7  # an upright edge
    flow = along_edges(lab, np.zeros((64, 64), np.float32))
    assert abs(np.sin(flow[32, 32])) > 0.95
    assert abs(np.sin(flow[32, 4])) < 0.05


def test_a_wall_hides_what_is_behind_it_and_shows_in_still_water() -> None:
    z = distances()
    height = np.zeros((SLICES, WORK), np.float32)
    wall = int(np.searchsorted(z[:, 0], 4.0))
    height[wall] = 0.8
    view = see(height, z, 0.3, 0.5)
    top = 0.5 - (0.8 - 0.3) / z[wall, 0]
    shown = np.argmax(view.alpha[:, 100] > 0.5) / WORK
    assert shown == pytest.approx(top, abs=2 / WORK)
    assert view.slice[int(0.5 * WORK) - 5, 100] <= wall + 1
    mirrored = see(height, z, 0.3, 0.5, mirrored=True)
    foot = 0.5 + (0.8 + 0.3) / z[wall, 0]
    covered = np.nonzero(mirrored.alpha[:, 100] > 0.5)[0].max() / WORK
    assert covered == pytest.approx(foot, abs=2 / WORK)


@pytest.mark.parametrize("compose", [mountain_lake.compose, sea.compose])
def test_planes_cover_the_picture_far_to_near(compose) -> None:  # type: ignore[no-untyped-def]
    scene = compose(brief(), rng())
    total = sum(plane.alpha for plane in scene.masks)
    assert abs(float(np.median(total)) - 1) < 0.01
    depths = [plane.depth for plane in scene.masks]
    assert depths == sorted(depths)
    layers = scene.layers()
    assert [layer.name for layer in layers] == [plane.name for plane in scene.masks]
    assert layers[0].image.shape == (WORK, WORK, 4)
    assert np.isfinite(scene.lab).all()
    assert np.isfinite(scene.flow).all()
    assert dict(scene.parameters)["horizon"] == scene.horizon


def test_the_highest_range_is_the_songs_own() -> None:
    """Two songs that differ only in their energy curve get mirrored skylines."""
    from dataclasses import replace

    rise = tuple(float(v) for v in np.linspace(0, 1, 64))
    skylines = []
    for contour in (rise, rise[::-1]):
        scene = mountain_lake.compose(replace(brief(seed=11), contour=contour), rng())
        sky = scene.masks[0].alpha
        skylines.append(sky[:, ::8].sum(0))  # more sky, lower land
    slope = [np.polyfit(np.arange(len(line)), line, 1)[0] for line in skylines]
    assert slope[0] < slope[1]


@pytest.mark.skipif(sys.platform != "linux" or platform.machine() not in gl_stubs.MACHINES, reason="ELF machines only")
def test_skia_loads_without_libgl(tmp_path: Path) -> None:
    """A copy of Skia's library that asks for names no system has loads once stand-ins of those names are there."""
    spec = find_spec("skia")
    assert spec is not None
    assert spec.origin is not None
    origin = Path(spec.origin)
    data = origin.read_bytes()
    for name in gl_stubs.STUB_LIBRARIES:
        data = data.replace(name.encode() + b"\0", name[:-1].encode() + b"9\0")
    (tmp_path / origin.name).write_bytes(data)
    (tmp_path / "skia_python.libs").symlink_to(origin.parent / "skia_python.libs")
    script = f"""
import ctypes, sys
sys.path.insert(0, {str(tmp_path)!r})
try:
    import skia
    sys.exit("the patched copy loaded by itself")
except ImportError as problem:
    assert "so.9" in str(problem), problem
from pathlib import Path
from tonescape.render.skia import gl_stubs
names = gl_stubs.gl_function_names(Path({str(origin)!r}))
assert "eglQueryString" in names and "glDrawArrays" in names
for number, name in enumerate(("libGL.so.9", "libEGL.so.9")):
    path = Path({str(tmp_path)!r}, name)
    path.write_bytes(gl_stubs.shared_object(name, names if number == 0 else (), {platform.machine()!r}))
    ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL)
import skia
assert skia.__file__.startswith({str(tmp_path)!r})
surface = skia.Surface(8, 8)
surface.getCanvas().clear(skia.ColorRED)
assert surface.makeImageSnapshot().tobytes()[2] == 255
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=os.environ, timeout=60)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(tmp_path)
