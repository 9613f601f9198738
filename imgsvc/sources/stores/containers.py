"""Which containers may be read, as S3_ALLOWED_BUCKETS and S3_DENIED_BUCKETS and their like list them."""

from dataclasses import dataclass

from imgsvc.errors import SourceUnreachableError


@dataclass(frozen=True, slots=True)
class Containers:
    """Those that `allowed` lists, all where it lists none, less those that `denied` lists.

    `setting` is what the two settings begin with.
    """

    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    setting: str = ""

    def check(self, container: str) -> None:
        """Raise SourceUnreachableError where this one may not be read."""
        if container in self.denied:
            raise SourceUnreachableError(f"{self.setting}_DENIED_BUCKETS lists {container}")
        if self.allowed and container not in self.allowed:
            raise SourceUnreachableError(f"{self.setting}_ALLOWED_BUCKETS does not list {container!r}")
