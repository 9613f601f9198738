"""Twin of imgsvc/sources/stores/aws/profiles.py."""

from pathlib import Path

import pytest

from imgsvc.errors import CredentialsError
from imgsvc.sources.stores.aws.profiles import Profiles, RefusedProfileError, Step
from imgsvc.sources.stores.aws.settings import AwsSettings
from imgsvc.sources.stores.aws.sigv4 import Credentials
from imgsvc.sources.stores.aws.sts import Role

KEYS = "aws_access_key_id = AKID\naws_secret_access_key = hush\n"


@pytest.fixture(name="files")
def _files(tmp_path: Path) -> Path:
    return tmp_path


def profiles(files: Path, config: str = "", credentials: str = "", profile: str = "") -> Profiles:
    (files / "config").write_text(config)
    (files / "credentials").write_text(credentials)
    named = {"aws_config_file": str(files / "config"), "aws_shared_credentials_file": str(files / "credentials")}
    return Profiles(AwsSettings(aws_profile=profile, **named))


def test_keys_are_those_of_the_default_profile(files: Path) -> None:
    found = profiles(files, "[default]\nregion = eu-central-1\ns3 =\n  addressing_style = path\n", f"[default]\n{KEYS}")

    assert found.step() == Step("default", Credentials("AKID", "hush"))
    assert found.region() == "eu-central-1"


def test_a_profile_is_one_by_its_name_in_either_file(files: Path) -> None:
    found = profiles(files, "[profile shop]\nregion = eu-west-3\n[shop]\nregion = x\n", f"[shop]\n{KEYS}", "shop")

    assert found.step() == Step("shop", Credentials("AKID", "hush"))
    assert found.region() == "eu-west-3"


def test_a_role_is_taken_with_what_its_source_has(files: Path) -> None:
    config = "[profile shop]\nrole_arn = r\nsource_profile = base\nexternal_id = e\nrole_session_name = s\n"

    found = profiles(files, config, f"[base]\n{KEYS}aws_session_token = t\n", "shop").step()

    lender = Step("base", Credentials("AKID", "hush", "t"))
    assert found == Step("shop", role=Role("r", "s", "e"), lender=lender)


def test_a_role_may_be_taken_with_the_profiles_own_keys(files: Path) -> None:
    found = profiles(files, f"[default]\nrole_arn = r\nsource_profile = default\n{KEYS}").step()

    assert found == Step("default", role=Role("r"), lender=Step("default", Credentials("AKID", "hush")))


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("web_identity_token_file = f", Step("default", role=Role("r"), token_file="f")),
        ("credential_source = EcsContainer", Step("default", role=Role("r"), source="EcsContainer")),
    ],
)
def test_a_role_may_be_taken_with_a_token_or_with_what_the_machine_gives(files: Path, line: str, step: Step) -> None:
    assert profiles(files, f"[default]\nrole_arn = r\n{line}\n").step() == step


@pytest.mark.parametrize("config", ["", "[default]\n", "[default]\nregion = a\n"])
def test_a_profile_without_credentials_leads_on(files: Path, config: str) -> None:
    assert isinstance(profiles(files, config).step(), str)


@pytest.mark.parametrize(
    "config",
    [
        "[profile other]\n",
        "[profile shop]\nrole_arn = r\n",
        "[profile shop]\nrole_arn = r\nsource_profile = none\n",
        "[profile shop]\nrole_arn = r\ncredential_source = Roof\n",
        "[profile shop]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = shop\n",
        "no section = hush\n",
    ],
)
def test_a_profile_that_was_asked_for_by_name_and_leads_nowhere_is_an_error(files: Path, config: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        profiles(files, config, profile="shop").step()

    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("line", ["credential_process = /bin/a", "sso_session = s", "sso_start_url = u"])
@pytest.mark.parametrize("before", ["[default]\n", "[default]\nrole_arn=r\nsource_profile=b\n[profile b]\n"])
def test_one_that_wants_a_program_or_a_person_is_refused_and_not_passed_over(
    files: Path, line: str, before: str
) -> None:
    with pytest.raises(RefusedProfileError, match=line.split(maxsplit=1)[0]):
        profiles(files, f"{before}{line}\n").step()


def test_keys_outweigh_what_is_refused(files: Path) -> None:
    found = profiles(files, "[default]\ncredential_process = /bin/a\n", f"[default]\n{KEYS}").step()

    assert found == Step("default", Credentials("AKID", "hush"))


def test_files_that_are_not_there_have_no_profiles() -> None:
    found = Profiles(AwsSettings(aws_config_file="/nowhere/a", aws_shared_credentials_file="~nobody-at-all/b"))

    assert isinstance(found.step(), str)


def test_no_secret_is_shown(files: Path) -> None:
    assert "hush" not in repr(profiles(files, credentials=f"[default]\n{KEYS}").step())
