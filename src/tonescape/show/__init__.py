"""Pictures become things people open: covers, sheet, report, tables, tags."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tonescape.core.records import Failure
    from tonescape.show.paint_job import PaintJob


def publish(out: Path, painted: Sequence[tuple[PaintJob, str]], failures: Sequence[Failure], suffix: str) -> Path:
    """Write recipe.json, the contact sheet's pages (sheet, sheet-2, ...) and report.html into `out`; the report's path.

    painted : jobs with their recipes; of more than one, the last may be the whole playlist's
    Raises OutputError where one cannot be written.
    """
    from tonescape.show import recipes, report, sheet

    jobs = [job for job, _ in painted]
    sets = [job for job in jobs if job.brief.songs > 1]  # several playlists' pictures are jobs like others
    whole = jobs.pop() if len(jobs) > 1 and sets == jobs[-1:] else None
    title = whole.brief.title if whole else jobs[0].brief.title if len(jobs) == 1 else ""
    recipes.write_recipes(out / "recipe.json", [recipe for _, recipe in painted])
    tiles = [(job.picture, sheet.caption_of(job.brief, palette="palette" in job.uses)) for job in jobs]
    sheet.save_sheets(tiles, out / f"sheet{suffix}", sheet.Heading(title))
    report.write_report(out / "report.html", jobs, title=title, playlist=whole, failures=failures)
    return out / "report.html"
