from pathlib import Path

import pytest

from imgsvc.keeping.mounts import is_local

# As proc(5) has them: id, parent, device, root, where, how, fields that may be missing, -, kind, device, how.
TABLE = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /mnt rw - tmpfs tmpfs rw
31 30 0:41 / /mnt/with\\040space rw - nfs4 server:/a rw
32 22 0:42 / /srv rw master:2 - fuse.sshfs them rw
33 22 0:43 / /covered rw - ext4 /dev/vdb rw
34 22 0:44 / /covered rw - cifs //server/b rw
"""


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/var/lib/imgsvc", True),
        ("/mnt/results", True),
        ("/mnt/with space/results", False),
        ("/mnt/with", True),
        ("/srv", False),
        ("/srv/deep/er", False),
        ("/srvice", True),
        ("/covered/a", False),
    ],
)
def test_a_folder_is_where_it_is_mounted(tmp_path: Path, folder: str, expected: bool) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(TABLE)

    assert is_local(Path(folder), table) is expected


def test_the_table_of_this_machine_can_be_read() -> None:
    assert not is_local(Path("/proc/self"))
    assert is_local(Path("/dev/shm/results"))
