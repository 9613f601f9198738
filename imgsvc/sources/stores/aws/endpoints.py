"""Which server has a bucket, and how its objects are asked for there: a container and a region in, a place out.

SECURITY: a bucket may become part of a host name, so that names are held against S3's grammar first, and the host that
comes of it is held against the one that was meant.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from types import MappingProxyType
from typing import NamedTuple

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key
from imgsvc.sources.stores.aws.settings import ACCESS_POINT, AwsSettings, S3Settings, is_on, server
from imgsvc.sources.stores.targets import quoted, quoted_value

# Buckets of old may have capitals, underscores and 255 characters: never in a host.
_NAME = re.compile(r"(?!\.+$)[A-Za-z0-9._-]{3,255}")
# A dot would be one too many for Amazon's certificates.
_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]")
_DIRECTORY_BUCKET = r".*--x[a-z]?-s3"
# By how their regions begin.
_SUFFIXES = {
    "cn-": "amazonaws.com.cn",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "eu-isoe-": "cloud.adc-e.uk",
    "us-isof-": "csp.hci.ic.gov",
    "eusc-": "amazonaws.eu",
}
_REMEMBERED = 256


class Place(NamedTuple):
    """A bucket's server, what its paths begin with, and what requests to it are signed for."""

    server: SourceUrl
    # As the Host header has it.
    host: str
    prefix: str
    region: str
    service: str = "s3"

    @classmethod
    def at(cls, server: SourceUrl, below: str, region: str, service: str = "s3") -> "Place":
        """At a server, whose own path comes first."""
        return cls(server, server.netloc, f"{server.target.rstrip('/')}{below}", region, service)

    def target(self, key: Key) -> str:
        """What is asked for, byte by byte as the key was written."""
        path = f"{self.prefix}/{quoted(key.key)}"
        return f"{path}?versionId={quoted_value(key.version)}" if key.version else path


def domain(region: str) -> str:
    """What the names of Amazon's servers in a region end with."""
    return next((suffix for start, suffix in _SUFFIXES.items() if region.startswith(start)), "amazonaws.com")


class Endpoints:
    """Where buckets are, by the settings; `is_hosting`: the bucket is part of the host."""

    def __init__(
        self,
        custom: SourceUrl | None = None,
        is_hosting: bool = True,
        flavor: str = "",
        access_points: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._custom, self._is_hosting, self._flavor = custom, is_hosting, flavor
        self.access_points = access_points
        # PERF: the same few buckets again and again.
        self._bucket = lru_cache(_REMEMBERED)(self._found_bucket)

    @classmethod
    def of(cls, settings: S3Settings, aws: AwsSettings) -> "Endpoints":
        """What the settings say; COMPAT: the path style is for an endpoint of S3_ENDPOINT alone."""
        custom = settings.s3_endpoint or aws.aws_endpoint_url_s3 or aws.aws_endpoint_url
        flavor = "-fips" if is_on(aws.aws_use_fips_endpoint) else ""
        flavor += ".dualstack" if is_on(aws.aws_use_dualstack_endpoint) else ""
        is_hosting = not (settings.s3_endpoint and settings.s3_endpoint_use_path_style)
        return cls(server(custom) if custom else None, is_hosting, flavor, dict(settings.s3_access_points))

    def check(self, bucket: str) -> None:
        """Raise SourceUnreachableError where that is no bucket."""
        if bucket in self.access_points:
            return
        if not _NAME.fullmatch(bucket):
            raise SourceUnreachableError(f"{bucket!r} is no name of a bucket")
        if bucket.endswith("-s3") and re.fullmatch(_DIRECTORY_BUCKET, bucket):
            raise SourceUnreachableError(f"{bucket} is a directory bucket (S3 Express), which is not read")

    def place(self, bucket: str, region: str) -> Place:
        """Where a bucket is that was checked."""
        if arn := self.access_points.get(bucket):
            return self._access_point(arn)
        return self._bucket(bucket, region)

    def _found_bucket(self, bucket: str, region: str) -> Place:
        base = self._custom or _amazons(f"s3{self._flavor}", region)
        if self._is_hosting and _HOST_LABEL.fullmatch(bucket) and not _is_address(base.host):
            return Place.at(_below(base, bucket), "", region)
        return Place.at(base, f"/{bucket}", region)

    def _access_point(self, arn: str) -> Place:
        found = ACCESS_POINT.fullmatch(arn)
        if not found:
            raise SourceUnreachableError(f"{arn} is no ARN of an access point in one region")
        service, region = found["service"], found["region"]
        labels = f"{found['name']}-{found['account']}" + (f".{found['outpost']}" if found["outpost"] else "")
        name = "s3-accesspoint" if service == "s3" else service
        base = self._custom or _amazons(f"{name}{self._flavor}", region)
        return Place.at(_below(base, labels), "", region, service)


def _amazons(name: str, region: str) -> SourceUrl:
    return SourceUrl.parse(f"https://{name}.{region}.{domain(region)}/")


def _below(base: SourceUrl, labels: str) -> SourceUrl:
    """The same server under a longer name."""
    found = SourceUrl.parse(f"{base.scheme}://{labels}.{base.netloc}{base.path}")
    if found.host != f"{labels}.{base.host}":
        raise SourceUnreachableError(f"{labels} cannot be part of a host name")
    return found


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
