import pytest

from bench.origins.pictures import _MAKERS
from bench.tasks import BY_NAME, parts_of
from imgsvc.app import create_renderer
from imgsvc.config import from_environment
from imgsvc.rendition import RenderRequest

ORIGIN = "http://127.0.0.1:9"
SINGLE = [task for task in BY_NAME.values() if not task.parts]


@pytest.mark.parametrize("task", SINGLE, ids=lambda task: task.name)
def test_imgsvc_is_asked_for_the_size_the_format_and_the_quality_of_the_task(task):
    job = create_renderer(from_environment({})).prepare(RenderRequest(task.imgproxy_path(ORIGIN)))

    assert (job.options.width, job.options.height) == (task.width, task.height)
    assert (job.options.format.word, job.options.quality or 0) == (task.format, task.quality)


def test_every_source_is_made():
    assert {task.source for task in SINGLE} == set(_MAKERS)


def test_peers_are_asked_for_the_same():
    crop, width = BY_NAME["J6"], BY_NAME["P1"]

    assert crop.thumbor_path("http://o") == ("/unsafe/300x300/filters:format(jpeg):quality(80)/http%3A%2F%2Fo%2Fj1.jpg")
    assert crop.ipx_path("http://o") == "/f_jpeg,q_80,s_300x300,fit_cover/http://o/j1.jpg"
    assert width.thumbor_path("http://o") == "/unsafe/500x/filters:format(png)/http%3A%2F%2Fo%2Fp1.png"
    assert width.ipx_path("http://o") == "/f_png,w_500/http://o/p1.png"


def test_a_mix_is_made_of_other_tasks():
    assert [task.name for task in parts_of(BY_NAME["M1"])] == ["J1", "J2", "J3", "J4", "J5", "J6"]
    assert parts_of(BY_NAME["J1"]) == (BY_NAME["J1"],)


def test_oximg_is_asked_for_the_same_in_another_way_each_time():
    assert BY_NAME["J1"].oximg_path(ORIGIN) == "/image/width=500,height=7{other},quality=80,format=jpeg/j1.jpg"


@pytest.mark.parametrize("name", ["J6", "S1", "B1"])
def test_oximg_is_not_asked_to_crop_nor_to_fetch_from_another_origin(name):
    assert not BY_NAME[name].oximg_path(ORIGIN)
