"""What an error is that says nothing of itself."""

from imgsvc.rendering_error import Blame, RenderingError


def test_an_error_is_ours_until_it_says_otherwise() -> None:
    error = RenderingError("x")

    assert (error.status, error.blame, error.of_watermark) == (500, Blame.US, False)
