from io import StringIO

from rich.console import Console

from imgsvc.bench.choices import Choice
from imgsvc.bench.comparing import Compared, Look
from imgsvc.bench.comparison import comparison
from imgsvc.options.formats import Format
from imgsvc.options.geometry import ScalingMethod


def look(score, size, scaling=ScalingMethod.FINE, format_=Format.WEBP, quality=80):
    return Look(Choice(format_, "", scaling, quality, ""), score, 0.9876, size, 0.0123)


def shown(*looks):
    console = Console(width=160, record=True, file=StringIO())
    console.print(comparison(Compared("a.jpg", "512x320", looks)))
    return console.export_text()


OWN = look(70, 1000, scaling=None, quality=0)


def test_every_row_says_how_it_looks_and_what_it_takes():
    rows = shown(OWN, look(75.04, 1100)).splitlines()

    assert rows[0] == "a.jpg, in 512x320"
    assert rows[2].split() == ["webp", "as", "set", "as", "set", "70.0", "0.988", "1000", "12.3"]
    assert rows[3].split() == ["webp", "fine", "80", "75.0", "0.988", "1100", "12.3", "+5.0,", "bytes", "+10%"]


def test_what_is_no_worse_and_smallest_is_named():
    assert "No worse, in 80% of the bytes: SCALING=fine, quality 60." in shown(OWN, look(71, 800, quality=60))


def test_what_is_no_larger_and_best_is_named():
    text = shown(OWN, look(71, 800, quality=60), look(74, 990, quality=75), look(90, 1001))

    assert "No larger, and +4.0: SCALING=fine, quality 75." in text


def test_where_nothing_is_better_that_is_said():
    assert "Nothing here is as good in fewer bytes" in shown(OWN, look(90, 1001))


def test_each_format_has_a_table_of_its_own():
    lossless = look(99, 5000, scaling=None, format_=Format.PNG, quality=0)

    assert shown(OWN, lossless).count("SSIMULACRA2") == 2
