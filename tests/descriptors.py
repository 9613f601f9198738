"""What this process has open."""

from pathlib import Path


def open_descriptors(part: str) -> list[str]:
    """The targets that have `part` in them; a count of all would see what threads of other tests open meanwhile."""
    targets = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            targets.append(str(descriptor.readlink()))
        except FileNotFoundError:  # closed since it was listed
            continue
    return sorted(target for target in targets if part in target)
