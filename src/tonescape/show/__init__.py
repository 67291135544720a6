"""Pictures become things people open: covers, sheet, report, tables, tags."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tonescape.core.records import Failure
    from tonescape.show.plate import Plate


def publish(out: Path, painted: Sequence[tuple[Plate, str]], failures: Sequence[Failure], suffix: str) -> Path:
    """Write recipe.json, the contact sheet and report.html into `out` and return the report's path.

    painted : plates with their recipes; of more than one, the last may be the whole playlist's
    Raises OutputError where one cannot be written.
    """
    from tonescape.show import cover, recipes, report, sheet
    from tonescape.show.plate import palette_shows

    plates = [plate for plate, _ in painted]
    sets = [plate for plate in plates if plate.brief.songs > 1]  # several playlists' pictures are plates like others
    whole = plates.pop() if len(plates) > 1 and sets == plates[-1:] else None
    title = whole.brief.title if whole else plates[0].brief.title if len(plates) == 1 else ""
    recipes.write_recipes(out / "recipe.json", [recipe for _, recipe in painted])
    pictures = ((plate.picture, sheet.caption_of(plate.brief, palette=palette_shows(plate))) for plate in plates)
    cover.save_cover(sheet.contact_sheet(pictures, len(plates), title=title), out / f"sheet{suffix}")
    report.write_report(out / "report.html", plates, title=title, playlist=whole, failures=failures)
    return out / "report.html"
