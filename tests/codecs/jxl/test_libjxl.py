import subprocess
import sys

import pytest

from imgsvc.codecs.jxl.libjxl import HAS_JXL, fault, opened, version
from imgsvc.codecs.jxl.structures import Event
from tests.codecs.jxl.files import still
from tests.images import noise


def test_the_lock_installs_a_libjxl_that_is_known() -> None:
    assert (HAS_JXL, fault(), version()[:5]) == (True, None, "0.11.")


@pytest.mark.parametrize("number", [7_000, 10_004, 12_000, 1_000_000])
def test_one_of_another_interface_is_a_fault(number: int) -> None:
    assert "not 0.11.x" in (fault(number) or "")


@pytest.mark.parametrize("body", [still(noise())[:9], b"\xff\x0a" + b"\xff" * 64], ids=["cut off", "damaged"])
def test_what_is_not_whole_is_an_error(body: bytes) -> None:
    with opened(body, Event.FRAME) as decoder, pytest.raises(OSError, match="damaged"):
        list(decoder.events())


def test_without_the_package_the_format_is_unknown_and_it_is_said_why() -> None:
    program = (
        "import sys; sys.modules['pylibjxl'] = None\n"
        "from imgsvc.codecs.capabilities import capabilities\n"
        "print([(each.reads, each.writes) for each in capabilities() if each.format.word == 'jxl'])\n"
        "from imgsvc.codecs.jxl.libjxl import fault; print(fault())"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said == "[(False, False)]\npylibjxl is missing\n"
