"""`./check fuzz`: mutants against the rules, then the same ones through native code under sanitizers."""

import argparse
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from imgsvc.exit_codes import ExitCode
from tests.fuzz.judge import REPORTS
from tests.fuzz.mutants import ORIGINALS
from tests.fuzz.running import CHECKOUT, Run

FOLDER = CHECKOUT / "build" / "fuzz"
FORMS = ("rules", "native")
# Not on stderr: imgsvc takes what codecs write there for its own log.
# A sanitizer's own allocator keeps what is freed, and limits what may be asked for at once.
_REPORTS = FOLDER / "native" / "report"
_ASAN = f"log_path={_REPORTS}:detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=2000:exitcode=99"


def main(arguments: Sequence[str]) -> int:
    """Run both forms, and tell what was found."""
    chosen = _options(arguments)
    seed = random.SystemRandom().randrange(1 << 31) if chosen.seed is None else chosen.seed
    say(f"seed {seed}: ./check fuzz --seed {seed} makes the same mutants again")
    clean = dict(os.environ)
    forms = (chosen.form,) if chosen.form else FORMS
    if "native" in forms:
        subprocess.run([CHECKOUT / "tests/fuzz/build-native"], check=True)
    environs = {"rules": clean, "native": sanitized(clean)}
    runs = {form: Run(seed, FOLDER / "found" / form, environs[form], chosen.only) for form in forms}
    try:
        for name, run in runs.items():
            say(f"== {name}, {chosen.seconds / len(runs):.0f} s")
            run.run(chosen.seconds / len(runs), chosen.processes, say)
    except KeyboardInterrupt:
        say("Interrupted; what was found so far:")
    return ExitCode.NO if sum([_told(name, run) for name, run in runs.items()]) else ExitCode.OK


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("./check fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="for both forms together (600)")
    parser.add_argument("--seed", type=int, help="to make the same mutants again")
    parser.add_argument("--only", default="", help=f"only files whose kind begins so: {', '.join(ORIGINALS)}")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="as many as there are processors")
    parser.add_argument("--form", choices=FORMS, help="only this one: the rules, or native code under sanitizers")
    return parser.parse_args(arguments)


def sanitized(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Python loads the Pillow-SIMD that was compiled under sanitizers."""
    libraries = [_library(name) for name in ("libasan.so", "libubsan.so")]
    site = FOLDER / "native" / "site"
    return dict(environ) | {
        "LD_PRELOAD": " ".join(libraries),
        "PYTHONPATH": f"{site}:{CHECKOUT}",
        "PYTHONMALLOC": "malloc",
        "ASAN_OPTIONS": _ASAN,
        "UBSAN_OPTIONS": "print_stacktrace=1",
        REPORTS: str(_REPORTS),
    }


def _library(name: str) -> str:
    found = subprocess.run(["cc", f"-print-file-name={name}"], capture_output=True, text=True, check=True)
    return str(Path(found.stdout.strip()).resolve())


def _told(name: str, run: Run) -> int:
    """Say what a form has found; how much that is."""
    say("", f"{name}: {run.done} mutants, {run.made} pictures, {len(run.counts)} findings")
    for (kind, signature), count in run.counts.most_common():
        say(f"  {count:5} x {kind:9} {signature}", f"            {run.kept[kind, signature][0].relative_to(CHECKOUT)}")
    return len(run.counts)


def say(*lines: str) -> None:
    """Lines that are seen at once."""
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
