"""What doctor finds."""

from imgsvc.commands.diagnosis import diagnose
from imgsvc.options.formats import Format


def test_every_format_is_looked_at() -> None:
    subjects = {finding.subject for finding in diagnose()}

    assert {each.word for each in Format} <= subjects


def test_an_installation_by_the_lock_is_well() -> None:
    assert [finding for finding in diagnose() if not finding.is_well] == []
