"""`python -m tonescape`."""

from tonescape.cli import main

main()
