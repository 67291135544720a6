"""What every test run needs before anything is imported."""

import os
from pathlib import Path

# librosa compiles with numba at first use and keeps the result beside its own code. Two workers of a fresh machine that
# write there at once leave a file from which every later run crashes, so each has a folder of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ["NUMBA_CACHE_DIR"] = str(Path(__file__).parents[1] / ".pytest_cache" / "numba" / WORKER)
