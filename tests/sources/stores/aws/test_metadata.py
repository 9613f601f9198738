"""Twin of imgsvc/sources/stores/aws/metadata.py."""

import time
from pathlib import Path

import pytest

from imgsvc.errors import CredentialsError
from imgsvc.sources.stores.aws.found import Found
from imgsvc.sources.stores.aws.metadata import INSTANCE_SECONDS, of_container, of_instance
from imgsvc.sources.stores.aws.settings import AwsSettings
from imgsvc.sources.stores.aws.sigv4 import Credentials
from imgsvc.sources.stores.aws.sts import moment
from tests.misbehaving import Answer, Exchange, Origin, drips, never_answers, response, says
from tests.sources.stores.aws.places import ENDS, GIVEN, ROLES, SECRET, TOKEN, in_time
from tests.sources.stores.aws.places import of_instance as answers_as_instance

CREDENTIALS = Credentials("AKIDLENT", SECRET, TOKEN)


def instance(origin: Origin, seconds: float = 5) -> Found | str:
    aws = AwsSettings(aws_ec2_metadata_service_endpoint=origin.url("/"))
    return in_time(lambda client: of_instance(client, aws), seconds)


def container(**settings: str) -> Found | str:
    named = {f"aws_container_{name}": value for name, value in settings.items()}
    return in_time(lambda client: of_container(client, AwsSettings(**named)))


class TestInstance:
    def test_its_role_is_asked_for_with_a_token(self) -> None:
        with Origin({"*": answers_as_instance}) as origin:
            found = instance(origin)

            assert found == Found(CREDENTIALS, f"the instance at {origin.url('')}, role reader", moment(ENDS))
            assert origin.targets == ["/latest/api/token", ROLES, f"{ROLES}reader"]

    def test_it_is_not_asked_where_that_is_off(self) -> None:
        aws = AwsSettings(aws_ec2_metadata_disabled="true")

        assert "AWS_EC2_METADATA_DISABLED" in str(in_time(lambda client: of_instance(client, aws)))

    @pytest.mark.parametrize(("answer", "said"), [(says(b"", 404), "404"), (says(b"a b\nc"), "what no header may")])
    def test_what_it_says_in_place_of_a_role_is_told(self, answer: Answer, said: str) -> None:
        with Origin({"*": answer}) as origin, pytest.raises(CredentialsError, match=said):
            instance(origin)

    def test_a_role_that_is_no_part_of_a_path_is_not_asked_for(self) -> None:
        def odd(exchange: Exchange) -> None:
            exchange.send(response(b"a b" if exchange.target == ROLES else b"a-token"))

        with Origin({"*": odd}) as origin, pytest.raises(CredentialsError, match="names no role"):
            instance(origin)

    @pytest.mark.parametrize("answer", [never_answers, drips(b"token" * 1000, 0.05)])
    def test_one_that_stalls_is_given_up_before_the_request_is(self, answer: Answer) -> None:
        began = time.monotonic()

        with Origin({"*": answer}) as origin, pytest.raises(CredentialsError, match="does not answer"):
            instance(origin, 30)

        assert INSTANCE_SECONDS <= time.monotonic() - began < 25

    def test_a_proxy_of_the_environment_is_not_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        monkeypatch.setenv("no_proxy", "")

        with Origin({"*": answers_as_instance}) as origin:
            assert isinstance(instance(origin), Found)


class TestContainer:
    def test_without_a_word_of_one_there_is_none(self) -> None:
        assert "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" in str(container())

    def test_its_agent_is_told_the_token_as_the_file_has_it_now(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("one\n")
        with Origin({"/v1": says(GIVEN)}) as origin:
            names = {"credentials_full_uri": origin.url("/v1?x=a"), "authorization_token_file": str(tmp_path / "token")}
            found = container(**names)
            (tmp_path / "token").write_text("two")
            container(**names)

            assert found == Found(CREDENTIALS, f"the container's agent at {origin.url('')}", moment(ENDS))
            assert [head.partition("Authorization: ")[2].split("\r")[0] for head in origin.heads] == ["one", "two"]

    @pytest.mark.parametrize(
        "uri", ["http://example.com/", "http://10.0.0.1/", "ftp://localhost/", "nothing", "http://169.254.169.254/"]
    )
    def test_another_machine_is_not_asked_without_tls(self, uri: str) -> None:
        with pytest.raises(CredentialsError, match="neither https nor"):
            container(credentials_full_uri=uri, authorization_token="hush")

    def test_what_no_header_may_hold_is_not_sent(self) -> None:
        with pytest.raises(CredentialsError, match="what no header may") as caught:
            container(credentials_full_uri="http://127.0.0.1:1/", authorization_token="hush\r\nX: y")

        assert "hush" not in str(caught.value)

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"AccessKeyId": "hush"}', GIVEN.replace(b"2026", b"?")])
    def test_what_is_no_credentials_is_said_to_be_none_and_not_shown(self, body: bytes) -> None:
        with Origin({"/v1": says(body)}) as origin, pytest.raises(CredentialsError, match="something else") as caught:
            container(credentials_full_uri=origin.url("/v1"))

        assert caught.value.__suppress_context__
        assert "hush" not in str(caught.value)
