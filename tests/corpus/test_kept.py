from pathlib import Path

import pytest

from tests.corpus.answer import differences
from tests.corpus.manifest import KEPT, Row, rows
from tests.corpus.rendering import answered


@pytest.mark.parametrize("row", [each for each in rows() if each.kept], ids=lambda row: row.kept)
def test_a_kept_file_comes_out_as_its_reader_says(row: Row) -> None:
    body = (KEPT / row.kept).read_bytes()

    found, said = answered(body, Path(row.path).suffix)

    assert differences(row.wanted, found, row.tolerance) == [], said
