import pytest

from tests.serving.server import PATIENCE_SECONDS, Server

EX_CONFIG = 78


def refused(**settings):
    """Exit code and log of a server that is given these settings."""
    with Server({f"IMGSVC_{name}": value for name, value in settings.items()}, awaits_health=False) as server:
        code = server.process.wait(PATIENCE_SECONDS)
        return code, server.log()


@pytest.mark.parametrize(
    "settings", [{"WORKERS": "many"}, {"TTL": "-1"}], ids=["what gunicorn reads", "what the application reads"]
)
def test_a_setting_that_cannot_be_used_ends_the_start(settings):
    code, log = refused(**settings)

    assert code == EX_CONFIG
    assert "Traceback" not in log


def test_all_mistakes_are_told_at_once():
    _, log = refused(WORKERS="many", TTL="-1", USE_ETAG="perhaps")

    assert [name for name in ("IMGSVC_WORKERS", "IMGSVC_TTL", "IMGSVC_USE_ETAG") if name not in log] == []


def test_no_secret_is_told():
    _, log = refused(KEY="not-hex-7", TTL="-1")

    assert "not-hex-7" not in log


def test_what_does_nothing_here_is_said_once_when_the_server_starts():
    settings = {"IMGPROXY_USE_S3": "true", "IMGSVC_QUALTY": "5", "IMGSVC_WORKERS": "2"}
    with Server(settings) as server:
        log = server.log()

    assert log.count("IMGPROXY_USE_S3 does nothing here: s3:// sources are not built in") == 1
    assert log.count("IMGSVC_QUALTY is not a setting, and does nothing; did you mean IMGSVC_QUALITY?") == 1
    assert log.count("signatures are not checked") == 1
