from dataclasses import replace

import pytest

from imgsvc.errors import BrokenImageError
from imgsvc.options.geometry import Size
from tests.codecs.files import opened
from tests.images import (
    encoded,
    solid,
)


@pytest.mark.parametrize(("word", "header"), [("gif", Size(9, 8)), ("png", Size(8, 9)), ("tiff", Size(9, 9))])
def test_nothing_is_decoded_that_has_not_its_headers_size(word: str, header: Size) -> None:
    found = opened(encoded(solid(8, 8), word), word)
    promising = replace(found, header=replace(found.header, size=header))

    with pytest.raises(BrokenImageError, match="where its header says"):
        promising.decode()
