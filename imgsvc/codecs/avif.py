"""What aom, the AV1 encoder, is asked for; docs/decisions/0009-avif-speed.md has the measurements."""

from typing import Any

# Where aom begins to choose without trying out: a third of the time, for a twentieth more bytes at the same look.
FASTEST = 9
# It is for stills alone: aom refuses it where a frame may look at another one.
_STILL = {"tune": "iq"}
# COMPAT: as libheif without it; a sequence has no imgproxy to be compared with.
_SEQUENCE = {"tune": "ssim"}
# NOTE: aom sharpens for this tuning, which its fastest choices answer with bytes and not with a better look.
_STILL_FASTEST = {**_STILL, "sharpness": "0"}
# Of 100: one step of aom's 63, by which the fastest choices are behind.
_STEP = 2


def avif_parameters(quality: int, speed: int, *, is_sequence: bool) -> dict[str, Any]:
    """Pillow's parameters for a quality of 1 to 100 and a speed of 0 to 9, as imgproxy means these."""
    if is_sequence:
        return {"quality": quality, "speed": speed, "advanced": _SEQUENCE}
    if speed < FASTEST:
        return {"quality": quality, "speed": speed, "advanced": _STILL}
    # 100 is without loss, and nobody who asked for 99 wants that.
    return {"quality": max(quality, min(quality + _STEP, 99)), "speed": speed, "advanced": _STILL_FASTEST}
