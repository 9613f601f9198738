"""The command line, as a person would use it."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imgsvc.cli import main
from tests import images
from tests.serving.server import Server

IMGPROXY_ENV = Path(__file__).parent / "imgproxy.env"
KEYS = {"IMGSVC_KEY": "736563726574", "IMGSVC_SALT": "68656c6c6f"}
ENCRYPTED = {"IMGSVC_SOURCE_URL_ENCRYPTION_KEY": "1eb5b0e971ad7f45324c1bb15c947cb207c43152fa5c6c7f35c4f36e0c18e0f1"}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of this machine."""
    path = tmp_path / "my photo.jpg"
    path.write_bytes(images.encoded(images.quadrants(400, 200), "jpg"))
    return path


def run(*arguments: str | Path, **environ: str) -> Result:
    """`imgsvc ARGUMENTS` with nothing in the environment but `environ`."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environ)


def root(photo: Path) -> dict[str, str]:
    """The setting that makes the photo's folder a source."""
    return {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(photo.parent)}


@pytest.mark.parametrize("before", ["", "http://127.0.0.1:8080", "https://cdn.example.com"])
def test_render_makes_the_picture_of_a_servers_url(photo: Path, before: str) -> None:
    out = photo.with_name("out.webp")
    result = run("render", f"{before}/_/w:100/plain/local:///my%20photo.jpg@webp", "-o", out, **root(photo))

    assert (result.exit_code, images.opened(out.read_bytes()).size) == (0, (100, 50))


def test_render_takes_a_file_and_the_format_of_the_outputs_name(photo: Path) -> None:
    out = photo.with_name("out.png")
    run("render", photo, "--options", "rs:fill:30:30", "-o", out)

    made = images.opened(out.read_bytes())
    assert (made.format, made.size) == ("PNG", (30, 30))


def test_an_error_says_what_the_server_would_answer_and_what_to_do(photo: Path) -> None:
    result = run("render", "/_/no-such:1/plain/local:///my%20photo.jpg", "-o", "-", **root(photo))

    assert result.exit_code == 1
    assert "404" in result.output
    assert "no-such" in result.output
    assert "docs/url.md" in result.output


def test_sign_prints_the_path_with_its_signature() -> None:
    path = "/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png"

    assert run("sign", path, **KEYS).output == f"/oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8{path}\n"


def test_a_url_that_is_built_is_one_that_can_be_rendered(photo: Path) -> None:
    built = run(
        "url", "local:///my photo.jpg", "--options", "w:50", "--format", "png", **KEYS, **root(photo)
    ).output.strip()
    out = photo.with_name("out.png")

    assert run("render", built, "-o", out, **KEYS, **root(photo)).exit_code == 0
    assert images.opened(out.read_bytes()).size == (50, 25)


@pytest.mark.parametrize("expand", [(), ("--expand",)])
def test_a_url_whose_source_is_encrypted_is_one_that_can_be_rendered(photo: Path, expand: tuple[str, ...]) -> None:
    given = {**KEYS, **ENCRYPTED, **root(photo)}
    built = run("url", "local:///my photo.jpg", "--encrypt", *expand, "--options", "w:50", **given).output.strip()
    out = photo.with_name("out.png")

    assert run("render", built, "-o", out, **given).exit_code == 0
    assert "/enc/" in built
    assert images.opened(out.read_bytes()).size == (50, 25)


def test_nothing_is_encrypted_without_a_key() -> None:
    result = run("url", "http://x/a.jpg", "--encrypt")

    assert (result.exit_code, "SOURCE_URL_ENCRYPTION_KEY" in result.output) == (64, True)


def test_an_encrypted_source_url_is_not_explained(photo: Path) -> None:
    given = {**ENCRYPTED, **root(photo)}
    built = run("url", "local:///my photo.jpg", "--encrypt", **given).output.strip()

    result = run("explain", built, **given)

    assert (result.exit_code, "my photo" in result.output, "enc/" in result.output) == (0, False, True)


def test_an_encrypted_url_is_signed_as_any_other() -> None:
    path = "/rs:fit:300:300/enc/AAECAwQFBgcICQoLDA0ODw-KywWY2Za5ejzT_iJIZeOXQLwt1IYAuJiebyDcKrJV.webp"
    keys = {"IMGSVC_KEY": b"test-key".hex(), "IMGSVC_SALT": b"test-salt".hex(), **ENCRYPTED}

    assert f"/SsCjE3yozEWeqw_hFmVh96TP1G5Yijc7xsG9j9QMI6g{path}\n" in run("sign", path, **keys).output


PRESETS = {"IMGSVC_PRESETS": "default=q:70,thumb=w:50/h:50"}
# Settings that change how URLs are read, and options that they leave.
READINGS = [
    pytest.param({}, "w:50", id="none"),
    pytest.param(PRESETS, "pr:thumb/el:1", id="presets"),
    pytest.param({**PRESETS, "IMGSVC_ONLY_PRESETS": "1"}, "thumb", id="only presets"),
    pytest.param(
        {"IMGSVC_PRESETS": "a=w;50", "IMGSVC_ONLY_PRESETS": "1", "IMGSVC_ARGUMENTS_SEPARATOR": ";"}, "a;a", id=";"
    ),
    pytest.param({**KEYS, "IMGSVC_PATH_PREFIX": "/img"}, "w:50", id="a prefix and keys"),
    pytest.param({"IMGSVC_ALLOWED_PROCESSING_OPTIONS": "w,h"}, "w:50/h:50", id="some options"),
    pytest.param({"IMGSVC_BASE64_URL_INCLUDES_FILENAME": "1"}, "w:50", id="names behind base64"),
    pytest.param({"IMGSVC_BASE_URL": "local:///", "IMGSVC_URL_REPLACEMENTS": "a://=local:///"}, "w:50", id="rewriting"),
]


@pytest.mark.parametrize("as_base64", [False, True])
@pytest.mark.parametrize(("settings", "options"), READINGS)
def test_a_url_that_is_built_is_one_that_is_explained(
    photo: Path, settings: dict[str, str], options: str, as_base64: bool
) -> None:
    environ = settings | root(photo)
    flags = ["--format", "webp", *(["--base64"] if as_base64 else [])]

    built = run("url", "local:///my photo.jpg", "--options", options, *flags, **environ)
    told = run("explain", built.stdout.strip(), **environ)

    assert (built.exit_code, told.exit_code, "webp, as requested" in told.stdout) == (0, 0, True), built.output
    assert f"/{options}/" in built.stdout


@pytest.mark.parametrize(("settings", "options"), READINGS)
def test_a_path_that_is_signed_is_one_that_is_explained(photo: Path, settings: dict[str, str], options: str) -> None:
    environ = settings | root(photo)

    signed = run("sign", f"/{options}/plain/local:/my%20photo.jpg", **environ).stdout.strip()

    assert run("explain", signed, **environ).exit_code == 0, signed


@pytest.mark.parametrize(("settings", "options"), [*READINGS, ({"IMGSVC_ALLOWED_SOURCES": "http://x/"}, "w:50")])
def test_a_file_is_rendered_whatever_the_settings_say_of_sources(
    photo: Path, settings: dict[str, str], options: str
) -> None:
    out = photo.with_name("out.png")
    result = run("render", photo, "--options", options, "-o", out, **settings)

    assert (result.exit_code, images.opened(out.read_bytes()).width) == (0, 50), result.output


def test_presets_are_written_out_on_request() -> None:
    arguments = ["url", "http://x/a.jpg", "--options", "pr:thumb"]

    assert run(*arguments, **PRESETS).output == "/unsafe/pr:thumb/plain/http://x/a.jpg\n"
    assert run(*arguments, "--expand", **PRESETS).output == "/unsafe/rs:fit:50:50/q:70/plain/http://x/a.jpg\n"


def test_where_urls_hold_presets_alone_nothing_is_written_out() -> None:
    result = run("url", "http://x/a.jpg", "--options", "thumb", "--expand", **PRESETS, IMGSVC_ONLY_PRESETS="1")

    assert (result.exit_code, "ONLY_PRESETS" in result.output) == (64, True)


def test_a_path_that_is_signed_though_it_would_be_refused_is_pointed_out() -> None:
    result = run("sign", "/no-such:1/plain/http://x/a?b", **KEYS)

    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    assert "no-such" in result.stderr
    assert "%3F" in result.stderr


@pytest.mark.parametrize("host", ["http://p", "http://t/p", "https://user@h:1/h"])
def test_a_server_s_name_is_not_taken_for_a_part_of_the_path(photo: Path, host: str) -> None:
    prefix = "/" + host.partition("//")[2].partition("/")[2]
    settings = {"IMGSVC_PATH_PREFIX": prefix} if prefix != "/" else {}

    result = run("explain", f"{host}/_/w:1/plain/local:///my%20photo.jpg", **root(photo), **settings)

    assert result.exit_code == 0, result.output


def test_a_source_url_that_is_longer_than_a_file_s_name_is_still_a_url(photo: Path) -> None:
    built = run("url", f"local:///{'x' * 400}", "--base64").output.strip()

    assert "SourceUnreachableError" in run("explain", built, **root(photo)).output


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "options"), [READINGS[2], READINGS[4]])
def test_a_url_that_is_built_is_one_that_is_served(photo: Path, settings: dict[str, str], options: str) -> None:
    built = run("url", "local:///my photo.jpg", "--options", options, "--format", "webp", **settings).output.strip()

    with Server(settings | root(photo), awaits_health="IMGSVC_PATH_PREFIX" not in settings) as server:
        assert server.await_log("Listening at")
        assert images.opened(server.get(built).content).width == 50


def test_what_is_asked_about_a_source_is_signed_behind_its_route_told_and_explained(photo: Path) -> None:
    settings = {**KEYS, **root(photo)}
    signed = run("sign", "/info/exif:0/chs:md5/plain/local:///my%20photo.jpg", **settings).output.strip()
    told = run("render", signed, "-o", "-", **settings).stdout
    explained = run("explain", signed, **settings).output

    assert signed.startswith("/info/")
    assert json.loads(told)["width"] == 400
    assert "calc_hashsums:md5" in explained
    assert explained.splitlines()[-1].split(maxsplit=2)[2] == "all of it"


def test_explain_shows_options_plan_and_result(photo: Path) -> None:
    output = run("explain", "/_/rs:fill:100:100/plain/local:///my%20photo.jpg@webp", **root(photo)).output

    assert "resize:fill:100:100" in output
    assert "400x200 as stored" in output
    assert "100x100 webp" in output


def test_settings_that_cannot_be_used_are_all_listed_and_end_in_78() -> None:
    result = run("config", "--check", IMGSVC_TTL="soon", IMGPROXY_QUALITY="200")

    assert result.exit_code == 78
    assert "IMGSVC_TTL" in result.output
    assert "IMGPROXY_QUALITY" in result.output


def test_settings_that_can_be_used_are_said_to_be() -> None:
    result = run("config", "--check", **KEYS)

    assert (result.exit_code, result.output) == (0, "The settings can be used.\n")


@pytest.mark.parametrize(
    ("settings", "code"), [({}, 0), ({"IMGPROXY_PPROF_BIND": "1"}, 78), ({"IMGSVC_QUALTY": "50"}, 78)]
)
def test_a_strict_check_takes_warnings_for_mistakes(settings: dict[str, str], code: int) -> None:
    assert run("config", "--check", "--strict", **KEYS, **settings).exit_code == code


def test_a_check_that_is_not_strict_warns_and_passes() -> None:
    result = run("config", "--check", **KEYS, IMGPROXY_PPROF_BIND="1")

    assert result.exit_code == 0
    assert "IMGPROXY_PPROF_BIND does nothing here" in result.output


def test_a_key_that_cannot_be_read_is_not_said_to_be_missing() -> None:
    assert "not set" not in run("config", "--check", IMGSVC_KEY="no hex", IMGSVC_SALT="00").output


def test_a_misspelt_setting_is_pointed_out() -> None:
    assert "did you mean IMGSVC_QUALITY" in run("config", "--check", IMGSVC_QUALTY="50").output


def test_the_printed_settings_hold_no_secret() -> None:
    output = run("config", "--print", **KEYS).output

    assert "IMGSVC_KEY=***" in output
    assert "736563" not in output


def test_the_printed_settings_can_be_read_back(tmp_path: Path) -> None:
    file = tmp_path / "imgsvc.env"
    file.write_text(run("config", "--print", IMGSVC_QUALITY="33").stdout.replace("# IMGSVC_", "IMGSVC_"))

    assert "IMGSVC_QUALITY=33" in run("--env-file", file, "config", "--print").output


def test_what_needs_quotes_in_an_env_file_is_printed_with_them(tmp_path: Path) -> None:
    file = tmp_path / "imgsvc.env"
    file.write_text(run("config", "--print", IMGSVC_URL_REPLACEMENTS="a b#=$HOME/'${1}'").stdout)

    printed = run("--env-file", file, "config", "--print").stdout
    assert r"IMGSVC_URL_REPLACEMENTS='a b#=$HOME/\'${1}\''" in printed


def test_mistakes_of_every_room_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "mark").write_text("no image")
    result = run(
        "config",
        IMGPROXY_TTL="soon",
        IMGPROXY_PRESETS="a=nonsense:1",
        IMGPROXY_WATERMARK_PATH=str(tmp_path / "mark"),
        IMGPROXY_FALLBACK_IMAGE_DATA="?",
    )

    lines = result.stderr.splitlines()
    told = [line.partition(":")[0] for line in lines[lines.index("These settings cannot be used:") + 1 :]]
    assert (result.exit_code, told) == (78, ["IMGPROXY_TTL", "PRESETS", "WATERMARK_PATH", "FALLBACK_IMAGE_DATA"])


def test_settings_with_mistakes_are_printed_as_far_as_they_go() -> None:
    result = run("config", "--print", IMGPROXY_TTL="soon", IMGPROXY_QUALITY="33")

    assert result.exit_code == 78
    assert "IMGSVC_QUALITY=33" in result.stdout
    assert "IMGPROXY_TTL: expected" in result.stderr


def test_an_env_file_with_a_line_that_says_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("IMGPROXY_QUALITY=3\nIMGPROXY_TTL: 5\n")
    result = run("--env-file", file, "config", "--check")

    assert (result.exit_code, "line 2" in result.output) == (78, True)


@pytest.mark.parametrize("command", ["--check", "--print"])
def test_an_env_file_of_imgproxy_is_understood_but_for_what_does_nothing_here(command: str) -> None:
    result = run("--env-file", IMGPROXY_ENV, "config", command)

    assert result.exit_code == 0
    assert set(re.findall(r"IMGPROXY_\w+", result.stderr)) == {
        "IMGPROXY_KEEP_ALIVE_TIMEOUT",
        "IMGPROXY_JPEG_TRELLIS_QUANT",
        "IMGPROXY_FREE_MEMORY_INTERVAL",
    }


def test_the_values_of_an_env_file_of_imgproxy_are_those_in_force() -> None:
    printed = run("--env-file", IMGPROXY_ENV, "config", "--print").stdout.splitlines()

    assert {
        "IMGSVC_BIND=:8080",
        "IMGSVC_KEY=***",
        "IMGSVC_TTL=2592000",
        "IMGSVC_MAX_SRC_RESOLUTION=75",
        "IMGSVC_ALLOWED_SOURCES=https://images.example.com/,https://*.cdn.example.com/",
        "IMGSVC_FORMAT_QUALITY=webp=75,avif=50,jxl=77,jpeg=82",
        "IMGSVC_URL_REPLACEMENTS='media://=https://images.example.com/;old://*/=https://cdn.example.com/${1}/'",
        "IMGSVC_USER_AGENT='Pictures of example.com'",
    } <= set(printed)


def test_doctor_shows_each_step_to_a_source() -> None:
    result = run(
        "doctor",
        "--source",
        "s3://bucket/key",
        IMGPROXY_USE_S3="1",
        IMGPROXY_S3_ENDPOINT="127.0.0.1:1",
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE="/nowhere",
        AWS_SHARED_CREDENTIALS_FILE="/nowhere",
    )

    assert result.exit_code == 1
    assert re.findall(r"^(ok|!!)  (\w+) ", result.output, re.MULTILINE) == [
        ("ok", "bucket"),
        ("ok", "credentials"),
        ("!!", "answer"),
    ]
    assert "requests are not signed" in result.output


def test_without_credentials_a_picture_of_a_bucket_is_a_sentence_that_says_where_they_were_looked_for() -> None:
    result = run(
        "render",
        "/_/plain/s3://bucket/key",
        "-o",
        "-",
        IMGPROXY_USE_S3="1",
        AWS_CONFIG_FILE="/nowhere",
        AWS_SHARED_CREDENTIALS_FILE="/nowhere",
        AWS_EC2_METADATA_SERVICE_ENDPOINT="http://127.0.0.1:1",
    )

    assert result.exit_code == 1
    assert "CredentialsError (the server answers 503): no credentials for S3" in result.output
    assert "AWS_ACCESS_KEY_ID" in result.output


def test_doctor_names_the_library_and_every_format() -> None:
    output = run("doctor").output

    assert "Pillow-SIMD" in output
    assert "webp" in output
    assert "avif" in output


def test_health_says_that_nobody_answers() -> None:
    result = run("health", IMGSVC_BIND="127.0.0.1:9")

    assert (result.exit_code, "does not answer" in result.output) == (1, True)


def test_config_says_what_of_an_imgproxys_settings_counts_and_prints_the_env_file_of_it(tmp_path: Path) -> None:
    result = run("config", "--from", IMGPROXY_ENV)

    (tmp_path / "imgsvc.env").write_text(result.stdout)
    assert re.search("^IMGPROXY_UNSHARP_MASKING_MODE +Pro, and free here$", result.stderr, re.MULTILINE)
    assert re.search("^IMGPROXY_KEEP_ALIVE_TIMEOUT +ignored: a connection carries one", result.stderr, re.MULTILINE)
    assert "IMGSVC_TTL=2592000" in run("--env-file", tmp_path / "imgsvc.env", "config", "--print").output


def test_config_reads_the_environment_of_a_process_as_env_prints_it() -> None:
    printed = "PATH=/bin\nIMGPROXY_KEY=73\nIMGPROXY_BASE_URL=https://x/a b#c\n"

    result = CliRunner().invoke(main, ["config", "--from", "-"], input=printed, env={})

    assert "IMGSVC_KEY=73\n" in result.stdout
    assert "IMGSVC_BASE_URL='https://x/a b#c'\n" in result.stdout
