"""Whether a folder is on a disk of this machine, or beyond a network that may not answer."""

from pathlib import Path

# What the kernel reads by itself; behind any other name somebody else may have to answer.
_LOCAL = frozenset(
    {"bcachefs", "btrfs", "exfat", "ext2", "ext3", "ext4", "f2fs", "jfs", "overlay", "tmpfs", "xfs", "zfs"}
)
_MOUNTS = Path("/proc/self/mountinfo")


def is_local(folder: Path, table: Path = _MOUNTS) -> bool:
    """Where it is mounted, or will be once it is made; proc(5) has the form of the table."""
    best, kind = "", ""
    for line in table.read_text("utf-8", "surrogateescape").splitlines():
        fields, _, described = line.partition(" - ")
        point = _unescaped(fields.split(" ")[4])
        # The last one of two at one place is the one that is seen.
        if folder.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, described.partition(" ")[0]
    return kind in _LOCAL


def _unescaped(text: str) -> str:
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
