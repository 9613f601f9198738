# shellcheck shell=bash
# What every finding starts with: an environment of its own, thrown away at the end, and a way to say what was seen.

set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$work/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH

# Installs these packages, each pinned, and nothing that they do not ask for.
packages() {
    "${PYTHON:-python3}" -m venv "$work"
    "$work/bin/pip" install --quiet "$@"
    printf 'with %s\n' "$*"
}

# Runs the program on stdin, and fails if what it prints is not what was seen when this was written.
sees() {
    local expected=$1 found
    found=$(cd "$work" && bin/python - 2>/dev/null)
    printf '%s\n' "$found"
    [ "$found" = "$expected" ] && printf 'as it was\n' && return
    printf '\nThis has changed. It was:\n%s\n' "$expected" >&2
    return 1
}
