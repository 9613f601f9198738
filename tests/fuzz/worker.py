"""A process that takes numbers of mutants from stdin, and writes what is wrong with each to stdout, in JSON."""

import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from imgsvc.runtime.workers.memory import limit_addresses
from tests.fuzz.judge import Judge
from tests.fuzz.mutants import mutant

# For the machine's sake: what takes more than this fails, and is found for what it took until then.
_MOST_MEGABYTES = 3000


def main(seed: int, only: str, said: Path) -> None:
    """Until stdin ends; what libraries write to stderr is in the file `said`."""
    # Under AddressSanitizer, addresses are taken by the terabyte, and its own options limit memory.
    if "ASAN_OPTIONS" not in os.environ:
        limit_addresses(_MOST_MEGABYTES)
    # What is left on the terminal's stdout by others would not be JSON.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory(prefix="imgsvc-fuzz-") as folder:
        judge = Judge(Path(folder), said)
        for line in sys.stdin:
            found = judge.findings(mutant(seed, int(line), only))
            answers.write(json.dumps([judge.makes, [asdict(each) for each in found]]) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
