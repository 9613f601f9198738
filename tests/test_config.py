from dataclasses import fields
from pathlib import Path

import pytest

from imgsvc.config import Config, cautions, from_environment, read, unused_variables
from imgsvc.security.settings import SignatureSettings
from imgsvc.settings.env import SettingsError
from imgsvc.sources.settings import SourceSettings

KEYS = {"IMGPROXY_KEY": "00", "IMGPROXY_SALT": "00"}


def test_an_empty_environment_gives_the_defaults() -> None:
    assert from_environment({}) == Config()


def test_the_mistakes_of_all_sections_are_reported_at_once() -> None:
    environ = {"IMGSVC_TTL": "soon", "IMGSVC_QUALITY": "101", "IMGPROXY_KEY": "xyz", "IMGSVC_PATH_PREFIX": "x"}

    with pytest.raises(SettingsError) as caught:
        from_environment(environ)

    assert {each.name for each in caught.value.mistakes} == set(environ)


def test_no_two_sections_share_a_setting() -> None:
    names = [each.name for section in fields(Config) for each in fields(section.type)]  # type: ignore[arg-type]

    assert len(names) == len(set(names))


def test_a_misspelled_setting_is_named_with_the_one_that_was_meant() -> None:
    [sentence] = unused_variables({"IMGSVC_QUALTY": "80", "IMGPROXY_QUALITY": "80", "PATH": "/bin"})

    assert "IMGSVC_QUALTY" in sentence
    assert "did you mean IMGSVC_QUALITY" in sentence


def test_a_variable_of_imgproxy_that_does_nothing_is_named_with_reason_and_remedy() -> None:
    [sentence] = unused_variables({"IMGPROXY_AUTOQUALITY_JPEG_NET": "a.onnx"})

    assert sentence.startswith("IMGPROXY_AUTOQUALITY_JPEG_NET does nothing here: imgproxy Pro: ")
    assert "; instead: the method `dssim`" in sentence


def test_variables_that_do_nothing_for_one_reason_are_named_in_one_sentence() -> None:
    [sentence] = unused_variables({"IMGPROXY_BUGSNAG_KEY": "1", "IMGPROXY_AIRBRAKE_ENV": "a"})

    assert sentence.startswith("IMGPROXY_AIRBRAKE_ENV and IMGPROXY_BUGSNAG_KEY do nothing here: errors are sent")


@pytest.mark.parametrize(
    ("name", "store"),
    [
        ("AWS_CA_BUNDLE", "USE_S3"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "USE_S3"),
        ("STORAGE_EMULATOR_HOST", "USE_GCS"),
    ],
)
def test_a_variable_of_a_stores_own_that_its_sdk_reads_and_imgsvc_does_not_is_named(name: str, store: str) -> None:
    [sentence] = unused_variables({name: "value", f"IMGPROXY_{store}": "true"})

    assert sentence.startswith(f"{name} does nothing here: ")
    assert list(unused_variables({name: "value"})) == []


def test_what_ends_the_start_is_not_only_warned_about() -> None:
    assert list(unused_variables({"IMGPROXY_ENV_AWS_SECRET_ID": "arn"})) == []


def test_a_variable_that_is_blank_or_not_ours_is_not_spoken_of() -> None:
    environ = {"IMGSVC_QUALTY": "", "IMGPROXY_USE_S3": " ", "LANG": "C", "HTTP_PROXY": "http://proxy"}

    assert list(unused_variables(environ)) == []


def test_a_variable_of_imgproxy_that_is_turned_off_asks_for_nothing() -> None:
    assert list(unused_variables({"IMGPROXY_S3_USE_DECRYPTION_CLIENT": "false", "IMGPROXY_PPROF_BIND": "0"})) == []


def test_an_env_file_that_is_not_there_is_named() -> None:
    [sentence] = unused_variables({"IMGPROXY_ENV_LOCAL_FILE_PATH": "/nowhere/env"})

    assert sentence == "IMGPROXY_ENV_LOCAL_FILE_PATH does nothing: there is no file /nowhere/env"


def test_a_store_of_secrets_that_cannot_be_asked_ends_the_start() -> None:
    with pytest.raises(SettingsError) as caught:
        from_environment({"IMGPROXY_ENV_GCP_SECRET_ID": "imgproxy-env", "IMGSVC_TTL": "soon"})

    assert [each.name for each in caught.value.mistakes] == ["IMGPROXY_ENV_GCP_SECRET_ID", "IMGSVC_TTL"]


def test_what_is_left_open_is_cautioned_about() -> None:
    signature = SignatureSettings(key=(b"k",), salt=(b"s",))

    assert ["KEY" in each for each in cautions(Config())] == [True]
    assert list(cautions(Config(signature=signature))) == []
    assert "LOCAL_FILESYSTEM_ROOT" in next(
        cautions(Config(signature=signature, sources=SourceSettings(local_filesystem_root=Path("/"))))
    )


def test_who_encrypts_and_does_not_sign_is_cautioned() -> None:
    unsigned = from_environment({"IMGPROXY_SOURCE_URL_ENCRYPTION_KEY": "00" * 32})
    signed = from_environment({"IMGPROXY_SOURCE_URL_ENCRYPTION_KEY": "00" * 32, **KEYS})

    assert ["SOURCE_URL_ENCRYPTION_KEY" in each for each in cautions(unsigned)] == [False, True]
    assert list(cautions(signed)) == []


@pytest.mark.parametrize("key", ["00" * 15, "00" * 33, "no", "0" * 31])
def test_a_key_of_another_length_ends_the_start(key: str) -> None:
    with pytest.raises(SettingsError, match="16, 24 or 32 bytes") as caught:
        from_environment({"IMGPROXY_SOURCE_URL_ENCRYPTION_KEY": key})

    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "environ",
    [
        {"IMGSVC_KEY": "not hex", "IMGSVC_SALT": "00"},
        {"IMGPROXY_KEY": "00", "IMGPROXY_SALT": "no"},
        {"IMGSVC_KEY": "00"},
        {"IMGSVC_KEY": "00", "IMGSVC_SALT": "00", "IMGSVC_TIMEOUT": "soon", "IMGSVC_DOWNLOAD_TIMEOUT": "60"},
    ],
)
def test_what_cannot_be_read_is_not_cautioned_about_as_well(environ: dict[str, str]) -> None:
    config, mistakes = read(environ)

    assert len(mistakes) == 1
    assert list(cautions(config, mistakes)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEVELOPMENT_ERRORS_MODE", "true"),
        ("COOKIE_PASSTHROUGH_ALL", "true"),
        ("COOKIE_BASE_URL", "example.com"),
    ],
)
def test_what_may_not_be_meant_so_is_cautioned_about(name: str, value: str) -> None:
    config = from_environment({f"IMGPROXY_{name}": value, "IMGPROXY_KEY": "00", "IMGPROXY_SALT": "00"})

    assert [name in each for each in cautions(config)] == [True]


@pytest.mark.parametrize("name", ["USER_AGENT", "ETAG_BUSTER", "ALLOW_ORIGIN"])
@pytest.mark.parametrize("value", ["caf\u00e9", "a\nb: c"])
def test_what_cannot_be_sent_in_a_header_is_a_mistake(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"IMGSVC_{name}: expected {name} of printable ASCII"):
        from_environment({f"IMGSVC_{name}": value})


@pytest.mark.parametrize("name", ["IMGPROXY_USE_ETAG", "IMGPROXY_ETAG_ENABLED"])
def test_a_name_of_older_imgproxys_is_understood(name: str) -> None:
    assert not from_environment({name: "false"}).cache.use_etag


def test_the_newer_name_comes_before_the_older() -> None:
    assert from_environment({"IMGPROXY_ETAG_ENABLED": "0", "IMGPROXY_USE_ETAG": "1"}).cache.use_etag


def test_the_observer_listens_elsewhere_than_the_server() -> None:
    _, mistakes = read({"IMGPROXY_BIND": ":8080", "IMGPROXY_PROMETHEUS_BIND": ":8080"})

    assert [(each.name, each.value) for each in mistakes] == [("IMGPROXY_PROMETHEUS_BIND", ":8080")]


@pytest.mark.parametrize(("bind", "whose"), [(":8080", "BIND"), ("127.0.0.1:8081", "OBSERVER_BIND")])
def test_the_playground_listens_elsewhere_than_both(bind: str, whose: str) -> None:
    _, [mistake] = read({"IMGSVC_PLAYGROUND_BIND": bind})

    assert (mistake.name, mistake.expected) == ("IMGSVC_PLAYGROUND_BIND", f"another address than that of {whose}")


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, "without OPEN_TELEMETRY_ENABLE"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "IMGPROXY_OPEN_TELEMETRY_ENABLE": "1"}, "gRPC's"),
    ],
)
def test_a_collector_that_would_get_nothing_is_said(environ: dict[str, str], word: str) -> None:
    assert [line for line in cautions(from_environment(environ)) if word in line]
