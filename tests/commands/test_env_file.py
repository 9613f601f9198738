from imgsvc.commands.env_file import env_file
from imgsvc.config import from_environment


def lines(**environ: str) -> list[str]:
    return list(env_file(from_environment(environ), environ))


def test_what_is_set_is_plain_and_all_else_a_comment() -> None:
    found = lines(IMGPROXY_TTL="60")

    assert "IMGSVC_TTL=60" in found
    assert "# IMGSVC_USE_ETAG=true" in found


def test_a_secret_is_masked() -> None:
    assert "IMGSVC_SOURCE_URL_ENCRYPTION_KEY=***" in lines(IMGSVC_SOURCE_URL_ENCRYPTION_KEY="ab" * 16)
