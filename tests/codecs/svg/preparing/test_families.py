import pytest

from imgsvc.codecs.svg.preparing.families import installed, with_generic

HAS_FONTCONFIG = installed("") is not None


@pytest.mark.skipif(not HAS_FONTCONFIG, reason="this machine has no fontconfig")
@pytest.mark.parametrize(
    "families", ["DejaVu Sans", "'DejaVu Sans'", 'No Such Font, "DejaVu Sans"', "DejaVu Sans, serif"]
)
def test_a_family_that_is_there_is_used(families: str) -> None:
    assert installed(families) == "DejaVu Sans"


@pytest.mark.skipif(not HAS_FONTCONFIG, reason="this machine has no fontconfig")
def test_where_none_is_there_it_is_the_one_for_no_name_at_all() -> None:
    assert installed("No Such Font, No Other") == installed("") == installed("sans-serif")


@pytest.mark.parametrize(
    ("families", "result"),
    [
        ("A", "A, sans-serif"),
        ("'A', B", "'A', B, sans-serif"),
        ("A, Serif", "A, Serif"),
        ("monospace", "monospace"),
        ("'serif'", "'serif'"),
    ],
)
def test_a_list_ends_with_a_generic_family(families: str, result: str) -> None:
    assert with_generic(families) == result
