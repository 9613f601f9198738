#!/bin/sh
# Works the locks out again, with hashes, for every Python that setup.cfg allows.
# requirements/lock.sh            keeps what still fits
# requirements/lock.sh --upgrade  takes the newest of everything
set -eu
cd "$(dirname "$0")"
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet uv
compile() {
    "$tools/bin/uv" pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
        --no-emit-index-url --custom-compile-command requirements/lock.sh "$@"
}
lock() {
    # `pillow` stays out: it would overwrite Pillow-SIMD (docs/decisions/0002-pillow-simd-lock.md).
    compile --no-emit-package pillow "$@"
}
lock build.in -o build.txt "$@"
lock pillow-simd.in -o pillow-simd.txt "$@"
lock zlib-ng.in -o zlib-ng.txt "$@"
lock runtime.in -o runtime.txt "$@"
# An extra, of the versions that it has beside all else.
lock gs.in -o gs.txt --constraint runtime.txt "$@"
lock jpegli.in -o jpegli.txt --constraint runtime.txt "$@"
lock dev.in -o dev.txt "$@"
# Another extra, of the versions that it is tested with.
lock warm.in -o warm.txt --constraint runtime.txt --constraint dev.txt "$@"
lock package.in -o package.txt "$@"
# A peer that bench/run measures, in an environment of its own, where `pillow` is what it runs on.
compile ../bench/peers/thumbor.in -o ../bench/peers/thumbor.txt "$@"
compile ../bench/peers/plotting.in -o ../bench/peers/plotting.txt "$@"
# The servers of ./check stores.
compile ../tests/stores/openstack.in -o ../tests/stores/openstack.txt "$@"
