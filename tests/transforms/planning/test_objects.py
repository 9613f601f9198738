import pytest

from imgsvc.options.geometry import Gravity, GravityType
from imgsvc.options.processing import Crop, ProcessingOptions
from imgsvc.transforms.planning.objects import without_network

OBJECTS = Gravity(GravityType.OBJECTS, classes=(("face", 1.0),))
NORTH = Gravity(GravityType.NORTH)


@pytest.mark.parametrize(("to_smart", "type_"), [(True, GravityType.SMART), (False, GravityType.CENTER)])
def test_objects_are_what_draws_the_eye_or_the_center(to_smart: bool, type_: GravityType) -> None:
    asked = ProcessingOptions(gravity=OBJECTS, crop=Crop(5, 5, OBJECTS))

    found = without_network(asked, to_smart=to_smart)

    assert found == ProcessingOptions(gravity=Gravity(type_), crop=Crop(5, 5, Gravity(type_)))


def test_another_gravity_stays() -> None:
    asked = ProcessingOptions(gravity=NORTH, crop=Crop(5, 5, OBJECTS))

    assert without_network(asked, to_smart=True).gravity == NORTH


def test_who_asks_for_no_objects_gets_what_he_asked_for() -> None:
    asked = ProcessingOptions(gravity=NORTH)

    assert without_network(asked, to_smart=True) is asked
