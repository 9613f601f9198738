"""Settings of fetching."""

from dataclasses import dataclass
from pathlib import Path

from imgsvc.settings.env import BOOLEAN, DIRECTORY, SECONDS, SECONDS_OR_OFF, STRING, integer, is_header_text, setting


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How sources are fetched."""

    download_timeout: int = setting(5, SECONDS, "Seconds for the whole of a source: connecting, headers and body.")
    max_redirects: int = setting(10, integer(0), "Requests that one source may take; N allows N-1 redirects.")
    user_agent: str = setting("imgsvc/%current_version", STRING, "User-Agent; %current_version is replaced.")
    client_keep_alive_timeout: int = setting(
        90, SECONDS_OR_OFF, "Seconds that an idle connection to a source is kept.", zero="none is kept"
    )
    ignore_ssl_verification: bool = setting(False, BOOLEAN, "Accept any certificate of a source.")
    local_filesystem_root: Path | None = setting(
        None, DIRECTORY, "Directory that local:/// URLs are read from.", zero="local:/// is off"
    )
    source_url_query_separator: str = setting(
        "?", STRING, "Cuts a version off a URL that is not http.", zero="never cut", keeps_empty=True
    )

    def __post_init__(self) -> None:
        if not is_header_text(self.user_agent):
            raise ValueError("USER_AGENT of printable ASCII characters")
