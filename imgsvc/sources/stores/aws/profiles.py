"""Profiles of AWS's two files: which credentials one of them means, and that it means some which are not had here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from imgsvc.errors import CredentialsError
from imgsvc.sources.stores.aws.found import RefusedProfileError
from imgsvc.sources.stores.aws.settings import AwsSettings
from imgsvc.sources.stores.aws.sigv4 import Credentials
from imgsvc.sources.stores.aws.sts import Role

Profile = Mapping[str, str]

# What such a profile asks for, and what would be needed.
_REFUSED = {
    "credential_process": "runs another program",
    "sso_session": "wants a person to sign in (SSO)",
    "sso_start_url": "wants a person to sign in (SSO)",
    "login_session": "wants a person to sign in",
    "mfa_serial": "wants a person's MFA device",
}
# As an assumed role names where the credentials are that it is taken with.
SOURCES = frozenset({"Environment", "Ec2InstanceMetadata", "EcsContainer"})


@dataclass(frozen=True, slots=True)
class Step:
    """What a profile leads to: keys; or a role, with what it is taken: a token in a file, another step, or a source."""

    name: str
    keys: Credentials | None = None
    role: Role | None = None
    token_file: str = ""
    lender: "Step | None" = None
    source: str = ""


class Profiles:
    """Both files as they are now."""

    def __init__(self, aws: AwsSettings) -> None:
        self._chosen = aws.aws_profile
        self._profiles: dict[str, dict[str, str]] = {}
        self._files = aws.profile_files
        config, keys = map(_sections, self._files)
        for name, section in config.items():
            if name == "default" or name.startswith("profile "):
                self._profiles[name.removeprefix("profile ").strip()] = section
        for name, section in keys.items():
            self._profiles.setdefault(name, {}).update(section)

    def step(self) -> Step | str:
        """What the chosen profile leads to; why nothing where it says nothing of credentials."""
        name = self._chosen or "default"
        if name not in self._profiles:
            missing = f"no profile {name} in {' and '.join(self._files)}"
            if self._chosen:
                raise CredentialsError(f"AWS_PROFILE: {missing}")
            return missing
        return self._step(name, ())

    def region(self) -> str:
        """The chosen profile's region, if it names one."""
        return self._profiles.get(self._chosen or "default", {}).get("region", "")

    def _step(self, name: str, seen: tuple[str, ...]) -> Step | str:
        profile = self._profile(name)
        if seen[-1:] == (name,) or "role_arn" not in profile:
            return _keys(name, profile)
        if name in seen:
            raise CredentialsError(f"the profiles {', '.join((*seen, name))} are each other's source_profile")
        role = Role(
            profile["role_arn"],
            profile.get("role_session_name", ""),
            profile.get("external_id", ""),
            profile.get("duration_seconds", ""),
        )
        if file := profile.get("web_identity_token_file"):
            return Step(name, role=role, token_file=file)
        if source := profile.get("credential_source"):
            if source not in SOURCES:
                raise CredentialsError(f"profile {name}: credential_source is none of {', '.join(sorted(SOURCES))}")
            return Step(name, role=role, source=source)
        lender = self._step(profile["source_profile"], (*seen, name)) if "source_profile" in profile else ""
        if isinstance(lender, str):
            raise CredentialsError(f"profile {name}: its role has nothing to be taken with {lender}".rstrip())
        return Step(name, role=role, lender=lender)

    def _profile(self, name: str) -> Profile:
        """One that is there, and asks for nothing that is not done here.

        SECURITY: passed over, it would lead on to the instance's role, which may do more or less than was meant.
        """
        profile = self._profiles.get(name)
        if profile is None:
            raise CredentialsError(f"no profile {name} in {' and '.join(self._files)}")
        has_keys = {"aws_access_key_id", "aws_secret_access_key"} <= profile.keys()
        for option, reason in _REFUSED.items():
            if option in profile and not (has_keys and "role_arn" not in profile):
                raise RefusedProfileError(f"profile {name} {reason} ({option}), which is not done here")
        return profile


def _keys(name: str, profile: Profile) -> Step | str:
    key, secret = profile.get("aws_access_key_id", ""), profile.get("aws_secret_access_key", "")
    if not (key and secret):
        return f"no keys in profile {name}"
    return Step(name, keys=Credentials(key, secret, profile.get("aws_session_token", "")))


def _sections(file: str) -> dict[str, dict[str, str]]:
    """The file's sections; none where it is not there."""
    try:
        text = Path(file).expanduser().read_text("utf-8")
    # RuntimeError: there is no home.
    except (FileNotFoundError, NotADirectoryError, RuntimeError):
        return {}
    except (OSError, ValueError) as error:
        raise CredentialsError(f"{file} cannot be read: {type(error).__name__}") from None
    # PERF: 1.5 ms, for who has such a file.
    from configparser import ConfigParser, Error  # noqa: PLC0415

    parser = ConfigParser(
        interpolation=None, delimiters=("=",), strict=False, default_section="\0", allow_no_value=True
    )
    try:
        parser.read_string(text)
    except Error as error:
        # SECURITY: the parser's own text shows the line, which may be a secret.
        raise CredentialsError(f"{file} cannot be read: {type(error).__name__}") from None
    return {name: {key: value or "" for key, value in parser.items(name)} for name in parser.sections()}
