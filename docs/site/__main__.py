"""Builds the documentation as a site of static files, and checks every link and anchor of it.

python -m docs.site             into build/site; exit code 1 if a link leads nowhere
python -m docs.site FOLDER      into that folder, which is made anew
"""

import sys
from pathlib import Path

from docs.site.building import ROOT, build
from docs.site.links import broken


def main(arguments: list[str]) -> int:
    """Build, check, and say so."""
    folder = Path(arguments[0]) if arguments else ROOT / "build" / "site"
    pages = build(folder)
    faults = list(broken(folder))
    for fault in faults:
        print(fault)
    print(f"{pages} pages in {folder}: {len(faults)} links lead nowhere" if faults else f"{pages} pages in {folder}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
