"""Packs folders as the layers of an OCI image, in one archive of the OCI layout: python packaging/oci.py --help.

The same folders give the same bytes. Python's own library alone: it runs where the release is built.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_VENDOR = "application/vnd.oci.image"


@dataclass(slots=True)
class Layout:
    """The blobs by the names that they have in the archive."""

    blobs: dict[str, bytes] = field(default_factory=dict)

    def add(self, content: bytes, kind: str) -> dict[str, Any]:
        """Keep a blob; its descriptor."""
        digest = hashlib.sha256(content).hexdigest()
        self.blobs[f"blobs/sha256/{digest}"] = content
        return {"mediaType": f"{_VENDOR}.{kind}", "digest": f"sha256:{digest}", "size": len(content)}


def layer(root: Path, moment: int) -> bytes:
    """A folder as a tar: in the order of names, owned by root, with no time later than the release's."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in _below(root):
            entry = archive.gettarinfo(path, str(path.relative_to(root)))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = min(int(entry.mtime), moment)
            with path.open("rb") if entry.isreg() else io.BytesIO() as content:
                archive.addfile(entry, content if entry.isreg() else None)
    return made.getvalue()


def _below(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders.sort()
        links = [each for each in folders if Path(folder, each).is_symlink()]
        yield from (Path(folder, each) for each in sorted([*files, *links]))
        yield from (Path(folder, each) for each in folders if each not in links)


def pack(roots: Sequence[Path], settings: dict[str, Any], moment: int) -> Layout:
    """The image whose layers are these folders."""
    layout = Layout()
    created = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    plain = [layer(root, moment) for root in roots]
    layers = [layout.add(gzip.compress(each, 9, mtime=0), "layer.v1.tar+gzip") for each in plain]
    config = {
        "created": created,
        "architecture": "amd64",
        "os": "linux",
        "config": settings,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(each).hexdigest()}" for each in plain]},
        "history": [{"created": created, "created_by": f"packaging/image: {root.name}"} for root in roots],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{_VENDOR}.manifest.v1+json",
        "config": layout.add(_json(config), "config.v1+json"),
        "layers": layers,
        "annotations": settings["Labels"],
    }
    version = settings["Labels"]["org.opencontainers.image.version"]
    described = layout.add(_json(manifest), "manifest.v1+json") | {
        "annotations": {"org.opencontainers.image.ref.name": version}
    }
    index = {"schemaVersion": 2, "mediaType": f"{_VENDOR}.index.v1+json", "manifests": [described]}
    layout.blobs |= {"index.json": _json(index), "oci-layout": _json({"imageLayoutVersion": "1.0.0"})}
    return layout


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def write(layout: Layout, output: Path, moment: int) -> None:
    """All of it in one tar, as skopeo, podman and containerd read it (oci-archive)."""
    with tarfile.open(output, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(layout.blobs.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(content), moment, 0o644
            archive.addfile(entry, io.BytesIO(content))


def settings(version: str, license_: str) -> dict[str, Any]:
    """How the image is run. Healthcheck is Docker's, and whoever does not know it passes over it."""
    seconds = 1_000_000_000
    return {
        # By number: Kubernetes's runAsNonRoot looks nothing up.
        "User": "65532:65532",
        "Env": ["PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/nonexistent", "IMGSVC_BIND=:8080"],
        "Entrypoint": ["/usr/bin/imgsvc"],
        "Cmd": ["serve"],
        "WorkingDir": "/",
        "ExposedPorts": {"8080/tcp": {}},
        # gunicorn's, which lets requests in work end.
        "StopSignal": "SIGTERM",
        "Healthcheck": {
            "Test": ["CMD", "/usr/bin/imgsvc", "health"],
            "Interval": 30 * seconds,
            "Timeout": 10 * seconds,
            "StartPeriod": 20 * seconds,
            "Retries": 3,
        },
        "Labels": {
            "org.opencontainers.image.title": "imgsvc",
            "org.opencontainers.image.description": "An image processing server that speaks imgproxy's URL API",
            "org.opencontainers.image.licenses": license_,
            "org.opencontainers.image.version": version,
        },
    }


def main(arguments: Sequence[str]) -> int:
    """Write the archive."""
    parser = argparse.ArgumentParser(prog="packaging/oci.py", description=__doc__)
    parser.add_argument("--layer", type=Path, action="append", required=True, help="a folder, the lowest first")
    parser.add_argument("--version", required=True)
    parser.add_argument("--license", default="Apache-2.0 AND GPL-3.0-or-later")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    moment = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    write(pack(options.layer, settings(options.version, options.license), moment), options.output, moment)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
