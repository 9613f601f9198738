"""imgproxy Pro's settings of its cache of results, as it names them: what they say is a RESULT_STORE."""

from dataclasses import dataclass

from imgsvc.keeping.location import Location, location
from imgsvc.settings.env import BOOLEAN, SECONDS, STRING, Kind, choice, integer, setting

# As its names for stores are spelled here.
_SCHEMES = {"s3": "s3", "gcs": "gs", "abs": "abs", "swift": "swift"}
_USE: Kind[str] = choice("fs", *_SCHEMES)


@dataclass(frozen=True, slots=True)
class CacheStoreSettings:
    """imgproxy Pro's own names; where CACHE_USE is set, or a store has one, they count alone, and not the sources'."""

    cache_use: str = setting("", _USE, "Kind of store: what RESULT_STORE says in one URL.", zero="off")
    cache_bucket: str = setting("", STRING, "Bucket or container; with fs, a folder below CACHE_FS_ROOT.")
    cache_path_prefix: str = setting("", STRING, "What keys begin with.")
    cache_fs_root: str = setting("", STRING, "With fs: an absolute path.")
    cache_s3_region: str = setting("", STRING, "As S3_REGION.", zero="AWS_REGION, or us-west-1")
    cache_s3_endpoint: str = setting("", STRING, "As S3_ENDPOINT.")
    cache_s3_endpoint_use_path_style: bool = setting(True, BOOLEAN, "As S3_ENDPOINT_USE_PATH_STYLE.")
    cache_s3_assume_role_arn: str = setting("", STRING, "As S3_ASSUME_ROLE_ARN.")
    cache_s3_assume_role_external_id: str = setting("", STRING, "As S3_ASSUME_ROLE_EXTERNAL_ID.")
    cache_gcs_key: str = setting("", STRING, "As GCS_KEY.", secret=True)
    cache_gcs_endpoint: str = setting("", STRING, "As GCS_ENDPOINT.")
    cache_abs_name: str = setting("", STRING, "As ABS_NAME.")
    cache_abs_key: str = setting("", STRING, "As ABS_KEY.", secret=True)
    cache_abs_endpoint: str = setting("", STRING, "As ABS_ENDPOINT.")
    cache_swift_username: str = setting("", STRING, "As SWIFT_USERNAME.")
    cache_swift_api_key: str = setting("", STRING, "As SWIFT_API_KEY.", secret=True)
    cache_swift_auth_url: str = setting("", STRING, "As SWIFT_AUTH_URL.")
    cache_swift_auth_version: int = setting(0, integer(0, 3), "As SWIFT_AUTH_VERSION.")
    cache_swift_tenant: str = setting("", STRING, "As SWIFT_TENANT.")
    cache_swift_domain: str = setting("", STRING, "As SWIFT_DOMAIN.")
    cache_swift_timeout_seconds: int = setting(60, SECONDS, "As SWIFT_TIMEOUT_SECONDS; lookups have 0.3 s.")
    cache_swift_connect_timeout_seconds: int = setting(10, SECONDS, "As SWIFT_CONNECT_TIMEOUT_SECONDS.")

    def __post_init__(self) -> None:
        if self.cache_use == "fs" and not self.cache_fs_root.startswith("/"):
            raise ValueError("CACHE_FS_ROOT with an absolute path where CACHE_USE is fs")
        if self.cache_use and self.cache_use != "fs" and not self.cache_bucket:
            raise ValueError(f"CACHE_BUCKET where CACHE_USE is {self.cache_use}")
        try:
            self.location()
        except ValueError:
            raise ValueError("CACHE_BUCKET and CACHE_PATH_PREFIX that RESULT_STORE could have") from None

    def location(self) -> Location | None:
        """Where they say that results are kept; ValueError where that cannot be."""
        below = "/".join(filter(None, (self.cache_bucket, self.cache_path_prefix.strip("/"))))
        if self.cache_use == "fs":
            return location(f"file://{'/'.join(filter(None, (self.cache_fs_root.rstrip('/'), below))) or '/'}")
        return location(f"{_SCHEMES[self.cache_use]}://{below}") if self.cache_use else None
