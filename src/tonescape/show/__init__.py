"""Pictures become things people open: covers, sheet, report, tables, tags."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tonescape.core.records import Failure
    from tonescape.show.report import Plate


def publish(out: Path, painted: Sequence[tuple[Plate, str]], failures: Sequence[Failure], suffix: str) -> Path:
    """Write recipe.json, the contact sheet and report.html into `out` and return the report's path.

    painted : plates with their recipes; of more than one, the last is the whole playlist's if it has no song
    Raises OutputError where one cannot be written.
    """
    from tonescape.show import cover, recipes, report, sheet

    plates = [plate for plate, _ in painted]
    whole = plates.pop() if len(plates) > 1 and plates[-1].heard is None and plates[0].heard else None
    title = whole.brief.title if whole else plates[0].brief.title if len(plates) == 1 else ""
    recipes.write_recipes(out / "recipe.json", [recipe for _, recipe in painted])
    pictures = ((plate.picture, sheet.caption_of(plate.brief, palette=report.palette_shows(plate))) for plate in plates)
    cover.save_cover(sheet.contact_sheet(pictures, len(plates), title=title), out / f"sheet{suffix}")
    report.write_report(out / "report.html", plates, title=title, playlist=whole, failures=failures)
    return out / "report.html"
