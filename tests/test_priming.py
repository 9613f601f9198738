"""Pictures that are made before anybody asks."""

import subprocess
import sys

from imgsvc.priming import prime
from imgsvc.security.settings import LimitSettings
from tests.images import encoded, solid
from tests.renderers import renderer


def test_the_first_picture_of_a_worker_loads_nothing_more(tmp_path):
    (tmp_path / "a.jpg").write_bytes(encoded(solid(), "jpeg"))
    code = (
        "import sys; from pathlib import Path; from imgsvc.priming import prime;"
        "from tests.renderers import renderer, rendition; made_by = renderer(Path(sys.argv[1]));"
        "prime(made_by); before = set(sys.modules);"
        "rendition(made_by, '/unsafe/rs:fit:4/plain/local:///a.jpg@jpg');"
        "print(sorted(set(sys.modules) - before))"
    )

    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_settings_that_refuse_so_small_a_picture_end_nothing(tmp_path):
    prime(renderer(tmp_path, limits=LimitSettings(max_src_resolution=100)))
