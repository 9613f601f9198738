"""The composition: settings become a renderer, or a list of what does not fit together."""

import base64
import os
from pathlib import Path

import pytest
from falcon import testing

from imgsvc import app
from imgsvc.app import create_application, create_renderer
from imgsvc.config import from_environment
from imgsvc.options.formats import Format
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.source_url import SourceUrl
from tests import images
from tests.renderers import rendition


def test_a_local_root_makes_local_sources(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(images.encoded(images.solid(20, 10)))
    made_by = create_renderer(from_environment({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(tmp_path)}))

    assert rendition(made_by, "/_/w:10/plain/local:///a.png").result_size == (10, 5)


def test_the_environment_becomes_a_wsgi_application() -> None:
    assert callable(create_application({}))


def test_imgproxys_variables_are_understood(tmp_path: Path) -> None:
    made_by = create_renderer(from_environment({"IMGPROXY_LOCAL_FILESYSTEM_ROOT": str(tmp_path), "IMGPROXY_TTL": "5"}))

    assert made_by.path_prefix == ""


def test_as_many_connections_to_an_origin_are_kept_as_a_worker_fetches_at_once() -> None:
    config = from_environment({"IMGSVC_FETCHES": "64"})

    http = create_renderer(config).sources.source_for(SourceUrl.parse("http://a.test/"))

    assert http.client._connections == config.runtime.most_fetches()


def test_presets_come_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(images.encoded(images.solid(20, 10)))
    (tmp_path / "presets").write_text("# names\nsmall=w:4\n")
    settings = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(tmp_path), "IMGSVC_PRESETS_PATH": str(tmp_path / "presets")}

    made = rendition(create_renderer(from_environment(settings)), "/_/pr:small/plain/local:///a.png")
    assert made.result_size == (4, 2)


@pytest.mark.parametrize("kind", ["data", "path", "url"])
def test_the_watermark_comes_from_base64_a_file_or_a_url(tmp_path: Path, kind: str) -> None:
    body = images.encoded(images.solid(4, 4))
    (tmp_path / "mark.png").write_bytes(body)
    values = {"data": base64.b64encode(body).decode(), "path": str(tmp_path / "mark.png"), "url": "local:///mark.png"}
    settings = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(tmp_path), f"IMGSVC_WATERMARK_{kind.upper()}": values[kind]}

    watermark = create_renderer(from_environment(settings)).watermarks.configured
    assert watermark is not None
    assert watermark.image.size == (4, 4)


@pytest.mark.parametrize("name", ["IMGSVC_WATERMARK_DATA", "IMGSVC_FALLBACK_IMAGE_DATA"])
def test_a_standing_image_that_cannot_be_loaded_is_a_mistake(name: str) -> None:
    with pytest.raises(SettingsError, match=name.removesuffix("_DATA").removeprefix("IMGSVC_")):
        create_renderer(from_environment({name: "not base64!"}))


def test_a_watermark_that_is_no_image_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match="an image that can be read"):
        create_renderer(from_environment({"IMGSVC_WATERMARK_DATA": base64.b64encode(b"text").decode()}))


def test_a_preset_that_cannot_be_parsed_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match="nonsense"):
        create_renderer(from_environment({"IMGSVC_PRESETS": "bad=nonsense:1"}))


def test_a_preferred_format_that_cannot_be_written_does_not_count(caplog: pytest.LogCaptureFixture) -> None:
    made_by = create_renderer(from_environment({"IMGSVC_PREFERRED_FORMATS": "svg,png"}))

    assert made_by.rules.formats.preferred_formats == (Format.PNG,)
    assert "PREFERRED_FORMATS: svg cannot be written" in caplog.text


def test_preferred_formats_of_which_none_can_be_written_are_a_mistake() -> None:
    with pytest.raises(SettingsError, match="PREFERRED_FORMATS: expected at least one"):
        create_renderer(from_environment({"IMGSVC_PREFERRED_FORMATS": "svg"}))


def test_a_file_of_presets_that_is_no_text_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "presets").write_bytes(b"a=w:\xff")

    with pytest.raises(SettingsError, match="PRESETS_PATH: expected a text file"):
        create_renderer(from_environment({"IMGSVC_PRESETS_PATH": str(tmp_path / "presets")}))


def test_mistakes_that_are_known_already_come_first() -> None:
    with pytest.raises(SettingsError) as caught:
        create_renderer(from_environment({"IMGSVC_WATERMARK_DATA": "?"}), [Mistake("TTL", "a number", "soon")])

    assert [each.name for each in caught.value.mistakes] == ["TTL", "WATERMARK_DATA"]


def test_the_application_is_made_only_when_it_is_asked_for() -> None:
    with pytest.raises(AttributeError):
        app.no_such_name  # noqa: B018


# Tags: local files, real settings, a client of the whole application


def client_of(folder: Path, **settings: str) -> testing.TestClient:
    (folder / "a.png").write_bytes(images.encoded(images.quadrants()))
    # The same file, whenever it was written.
    os.utime(folder / "a.png", (1_600_000_000, 1_600_000_000))
    environ = {f"IMGSVC_{name}": value for name, value in settings.items()}
    return testing.TestClient(create_application({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder), **environ}))


def tag(asked: testing.TestClient, accept: str = "*/*", path: str = "/_/wm:1/w:20/plain/local:///a.png") -> str:
    return str(asked.simulate_get(path, headers={"Accept": accept}).headers["etag"])


@pytest.mark.parametrize("how", ["AUTO", "ENFORCE"])
def test_each_negotiated_format_has_a_tag_of_its_own(tmp_path: Path, how: str) -> None:
    asked = client_of(tmp_path, **{f"{how}_WEBP": "1", f"{how}_AVIF": "1"})

    tags = [tag(asked, accept) for accept in ("*/*", "image/webp", "image/avif", "image/jxl")]

    assert len(set(tags)) == 3
    assert tags[0] == tags[3]


def test_what_is_not_negotiated_has_one_tag(tmp_path: Path) -> None:
    asked = client_of(tmp_path, AUTO_WEBP="1")
    path = "/_/plain/local:///a.png@png"

    assert tag(asked, "image/webp", path) == tag(asked, "*/*", path) == tag(client_of(tmp_path), path=path)


@pytest.mark.parametrize(("sent", "status"), [("image/webp", 304), ("*/*", 200), ("image/webp,image/avif", 200)])
def test_a_tag_is_good_for_the_format_that_it_was_made_with(tmp_path: Path, sent: str, status: int) -> None:
    asked = client_of(tmp_path, AUTO_WEBP="1", AUTO_AVIF="1")
    path = "/_/w:20/plain/local:///a.png"
    first = asked.simulate_get(path, headers={"Accept": "image/webp"}).headers
    known = {"If-None-Match": first["etag"], "If-Modified-Since": first["last-modified"]}

    answer = asked.simulate_get(path, headers={"Accept": sent, **known})

    assert answer.status_code == status
    assert (answer.headers["etag"] == first["etag"]) is (status == 304)


@pytest.mark.parametrize(
    "settings",
    [
        {"QUALITY": "50"},
        {"PREFERRED_FORMATS": "webp"},
        {"USE_LINEAR_COLORSPACE": "1"},
        {"STRIP_COLOR_PROFILE": "0"},
        {"PRESETS": "default=blur:3"},
        {"WATERMARK_DATA": base64.b64encode(images.encoded(images.solid(4, 4))).decode()},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_settings_that_change_the_bytes_change_the_tag(tmp_path: Path, settings: dict[str, str]) -> None:
    assert tag(client_of(tmp_path, **settings)) != tag(client_of(tmp_path))


@pytest.mark.parametrize("settings", [{"TTL": "5"}, {"SVG_TIMEOUT": "9"}, {"WORKERS": "3"}, {"QUALITY": "80"}])
def test_settings_that_do_not_leave_it(tmp_path: Path, settings: dict[str, str]) -> None:
    assert tag(client_of(tmp_path, **settings)) == tag(client_of(tmp_path))


def test_a_watermark_changes_the_tags_of_what_it_is_on_alone(tmp_path: Path) -> None:
    mark = base64.b64encode(images.encoded(images.solid(4, 4))).decode()
    path = "/_/w:20/plain/local:///a.png"

    assert tag(client_of(tmp_path, WATERMARK_DATA=mark), path=path) == tag(client_of(tmp_path), path=path)
