"""Settings of Swift sources."""

from dataclasses import dataclass

from imgsvc.settings.env import BOOLEAN, LIST, SECONDS, STRING, integer, is_header_text, setting
from imgsvc.sources.stores.targets import is_server


def auth_version(url: str, version: int = 0) -> int:
    """The version that is set, or with 0 the one that the URL names; 0 where it names none."""
    return version or next((each for each in (3, 2, 1) if f"v{each}" in url), 0)


@dataclass(frozen=True, slots=True)
class SwiftSettings:
    """Sources in OpenStack Swift; docs/sources.md has an ACL with the least rights."""

    use_swift: bool = setting(False, BOOLEAN, "Read swift://container/object.")
    swift_username: str = setting("", STRING, "User who logs in.")
    swift_api_key: str = setting("", STRING, "The user's password or key.", secret=True)
    swift_auth_url: str = setting("", STRING, "Where the user logs in; needed for swift://.")
    swift_auth_version: int = setting(
        0, integer(0, 3), "Version of the login: 1 is Swift's own, 2 and 3 are Keystone's.", zero="as the URL says"
    )
    swift_tenant: str = setting("", STRING, "Tenant (v2) or project (v3).")
    swift_domain: str = setting("", STRING, "Domain of user and project (v3).", zero="Default")
    swift_timeout_seconds: int = setting(
        60, SECONDS, "Seconds for the whole of an object; of this and DOWNLOAD_TIMEOUT the lesser counts."
    )
    swift_connect_timeout_seconds: int = setting(10, SECONDS, "Seconds of these for a login.")
    swift_allowed_buckets: tuple[str, ...] = setting((), LIST, "Containers that may be read.", zero="all")
    swift_denied_buckets: tuple[str, ...] = setting((), LIST, "Containers that may not; this outweighs the other list.")

    def __post_init__(self) -> None:
        if self.swift_auth_url and not is_server(self.swift_auth_url):
            raise ValueError("SWIFT_AUTH_URL as an http URL without user name and query")
        if self.use_swift and not self.swift_auth_url:
            raise ValueError("SWIFT_AUTH_URL where USE_SWIFT is on")
        if self.use_swift and not auth_version(self.swift_auth_url, self.swift_auth_version):
            raise ValueError("SWIFT_AUTH_URL with v1, v2 or v3 in it, or SWIFT_AUTH_VERSION")
        is_sent = is_header_text(self.swift_username + self.swift_api_key)
        if auth_version(self.swift_auth_url, self.swift_auth_version) == 1 and not is_sent:
            raise ValueError(
                "SWIFT_USERNAME and SWIFT_API_KEY of printable ASCII characters, as version 1 sends headers"
            )
