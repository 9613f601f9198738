from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from imgsvc.options.geometry import ResizingAlgorithm, ResizingType
from tests.images import gradient, noise, quadrants, solid
from tests.transforms.planned import plan_for, transformed

ALGORITHMS = [each for each in ResizingAlgorithm if each is not ResizingAlgorithm.LANCZOS3]


def cubic(x: Any) -> Any:
    near, far = 1.5 * abs(x) ** 3 - 2.5 * x**2 + 1, -0.5 * abs(x) ** 3 + 2.5 * x**2 - 4 * abs(x) + 2
    return np.where(abs(x) < 1, near, np.where(abs(x) < 2, far, 0))


# Where they shrink, in floating point.
KERNELS: dict[ResizingAlgorithm, Callable[[Any], Any]] = {
    ResizingAlgorithm.LINEAR: lambda x: np.maximum(1 - abs(x), 0),
    ResizingAlgorithm.CUBIC: cubic,
    ResizingAlgorithm.LANCZOS2: lambda x: np.where(abs(x) < 2, np.sinc(x) * np.sinc(x / 2), 0),
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize(("width", "height"), [(20, 0), (90, 0), (20, 70), (70, 10)])
def test_the_result_has_its_size_and_its_mode(algorithm: ResizingAlgorithm, mode: str, width: int, height: int) -> None:
    wishes = {"width": width, "height": height, "enlarge": True, "resizing_type": ResizingType.FORCE}

    found = transformed(noise(40, 30, mode), resizing_algorithm=algorithm, **wishes)

    assert (found.mode, found.width) == (mode, width)


@pytest.mark.parametrize("algorithm", list(KERNELS))
def test_a_shrunk_row_is_weighed_by_its_kernel(algorithm: ResizingAlgorithm) -> None:
    kernel = KERNELS[algorithm]
    image = noise(90, 1, "L").resize((90, 8), Image.Resampling.NEAREST)
    step = 3

    found = np.asarray(transformed(image, width=30, height=8, resizing_algorithm=algorithm,
                                   resizing_type=ResizingType.FORCE))[4]  # fmt: skip

    levels = np.asarray(image)[0].astype(float)
    for place in range(5, 25):
        weights = kernel((np.arange(90) + 0.5 - (place + 0.5) * step) / step)
        assert found[place] == pytest.approx((weights @ levels / weights.sum()).clip(0, 255), abs=1)


def test_nearest_takes_the_pixel_in_the_middle() -> None:
    image = noise(30, 30)

    found = transformed(image, width=10, resizing_algorithm=ResizingAlgorithm.NEAREST)

    wanted = np.asarray(image)[1::3, 1::3]
    assert np.array_equal(np.asarray(found), wanted)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_one_color_stays_one_color(algorithm: ResizingAlgorithm) -> None:
    found = transformed(solid(50, 50, (200, 100, 50, 128), "RGBA"), width=13, resizing_algorithm=algorithm)

    assert np.ptp(np.asarray(found).reshape(-1, 4), axis=0).max() == 0
    assert found.getpixel((0, 0)) == pytest.approx((200, 100, 50, 128), abs=1)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_part_is_the_same_part_of_the_whole(algorithm: ResizingAlgorithm) -> None:
    image = quadrants(80, 40)

    whole = transformed(image, width=40, resizing_algorithm=algorithm)

    part = transformed(image, width=20, height=20, resizing_type=ResizingType.FILL, resizing_algorithm=algorithm)
    assert part.tobytes() == whole.crop((10, 0, 30, 20)).tobytes()


def test_the_usual_kernel_is_not_named() -> None:
    assert plan_for((40, 20), width=20, resizing_algorithm=ResizingAlgorithm.LANCZOS3).algorithm is None
    assert plan_for((40, 20), width=20, resizing_algorithm=ResizingAlgorithm.CUBIC).describe() == [
        ("scale", "to 20x10, cubic")
    ]


def test_linear_enlarges_in_straight_lines() -> None:
    found = transformed(gradient(2, 2), width=20, enlarge=True, resizing_algorithm=ResizingAlgorithm.LINEAR)

    steps = np.diff(np.asarray(found)[10].astype(int))
    assert steps.min() >= 0
