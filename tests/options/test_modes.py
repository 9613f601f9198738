import pytest

from imgsvc.options.modes import PROCESSED, has_alpha, in_color, is_gray, without_alpha


@pytest.mark.parametrize(("mode", "alpha", "gray"), [("L", 0, 1), ("LA", 1, 1), ("RGB", 0, 0), ("RGBA", 1, 0)])
def test_a_mode_tells_alpha_and_gray(mode: str, alpha: bool, gray: bool) -> None:
    assert (has_alpha(mode), is_gray(mode)) == (alpha, gray)


@pytest.mark.parametrize("mode", sorted(PROCESSED))
def test_without_alpha_there_is_none(mode: str) -> None:
    assert not has_alpha(without_alpha(mode))


@pytest.mark.parametrize("mode", sorted(PROCESSED))
def test_in_color_alpha_stays(mode: str) -> None:
    assert (has_alpha(in_color(mode)), is_gray(in_color(mode))) == (has_alpha(mode), False)
