# shellcheck shell=bash
# Prepares .venv; sourced by ./serve and ./check. Nothing is done twice: a stamp in .venv says what was done.
#
#   prepare           what the server needs
#   prepare dev       also what ./check needs

set -euo pipefail

VENV=.venv
LOG=$VENV.log
# What Pillow-SIMD is compiled against: a header of each, and Debian's package that has it.
HEADERS="jpeglib.h:libjpeg-dev tiff.h:libtiff-dev webp/encode.h:libwebp-dev lcms2.h:liblcms2-dev"
# Debian's libimagequant is GPL-3+, and what it is linked into with it. IMAGEQUANT=disable does without: palettes are
# Pillow's own then (docs/decisions/0012-libimagequant.md).
IMAGEQUANT=${IMAGEQUANT:-enable}
[ "$IMAGEQUANT" != enable ] || HEADERS+=" libimagequant.h:libimagequant-dev"
OLDEST_PYTHON="3.11"

say() { printf '%s\n' "$@"; }

fail() {
    printf '\n%s\n' "$1" >&2
    exit "${2:-1}"
}

# Which Python builds .venv: $PYTHON, or the first that is new enough.
# The system's first, if it can: distributions compile theirs with profiles, and with one from pyenv, which is not, a
# small picture takes a tenth longer (docs/performance.md).
find_python() {
    local each system=/usr/bin/python3
    if ! { has_venv "$system" && has_python_header "$system"; } 2>/dev/null; then system=""; fi
    for each in ${PYTHON:-$system python3 python3.13 python3.12 python3.11}; do
        if "$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            # Not a virtual environment's: .venv itself is on PATH where a test starts this, and would be made anew.
            "$each" -c 'import os, sys; print(os.path.realpath(sys._base_executable))'
            return
        fi
    done
    fail "Python $OLDEST_PYTHON or newer is needed; found: $("${PYTHON:-python3}" --version 2>&1 || true).
Name another one with PYTHON=/path/to/python3." 69
}

# Pillow-SIMD's kernels come in two sets; the wider one needs a CPU of 2013 or later.
simd() { if grep -q -m1 -w avx2 /proc/cpuinfo 2>/dev/null; then say avx2; else say sse4; fi; }

# What a step leaves behind depends on these; another fingerprint means doing it again.
fingerprint() {
    case $2 in
        simd) "$1" -VV; say "$1"; pwd; simd; toolchain; say "$IMAGEQUANT"
            cat requirements/{build,pillow-simd,zlib-ng}.txt requirements/pillow-simd.patch
            declare -f step_environment step_zlib step_simd locked locked_source ;;
        runtime) cat requirements/runtime.txt; sed '/^\[tool:pytest\]/,$d' setup.cfg ;;
        dev) cat requirements/dev.txt; declare -f unpack_nginx ;;
    esac | sha256sum | cut -d' ' -f1
}

# The compiler, what it is told, and the libraries that it finds.
toolchain() {
    sh -c "${CC:-cc} --version" 2>&1 || true
    say "${CC:-}" "${CPPFLAGS:-}" "${CFLAGS:-}" "${LDFLAGS:-}"
    for each in libjpeg libtiff-4 libwebp libwebpmux libwebpdemux lcms2 imagequant; do
        say "$each $(pkg-config --modversion "$each" 2>/dev/null)"
    done
}

is_done() { [ "$(cat "$VENV/$2.stamp" 2>/dev/null)" = "$(fingerprint "$1" "$2")" ]; }

# The steps that are still to be taken.
todo() {
    local python=$1
    shift
    if ! is_done "$python" simd; then
        say system environment zlib simd "$@"
        return
    fi
    for each; do is_done "$python" "$each" || say "$each"; done
}

prepare() {
    local python steps number=0 each
    [ "$(uname -m)" = x86_64 ] || fail "Pillow-SIMD's kernels are for x86-64; this machine is $(uname -m)." 69
    python=$(find_python)
    [ -n "$(todo "$python" runtime "$@")" ] || return 0

    # Made anew, what it leads to would be emptied, and that may be another folder's environment.
    [ ! -L "$VENV" ] || fail "$VENV is a link to $(realpath "$VENV"), which is not as this folder needs it:
prepare it there, or take the link away." 69

    exec 9>"$VENV.lock"
    flock -n 9 || { say "Waiting for another ./serve or ./check in this folder to finish preparing."; flock 9; }
    read -r -a steps <<<"$(todo "$python" runtime "$@" | xargs)"
    : >"$LOG"
    for each in "${steps[@]}"; do
        number=$((number + 1))
        step "[$number/${#steps[@]}]" "$each" "$python"
        # Mostly a wait for the network: beside the compiler.
        case "$each ${steps[*]}" in "environment "*" runtime"*) begin runtime "$python" ;; esac
        case $each in simd | runtime | dev) fingerprint "$python" "$each" >"$VENV/$each.stamp" ;; esac
    done
    exec 9>&-
}

# The processes of the steps that have begun.
declare -A BEGUN=()

# Begins a step, with its output in a log of its own until its turn has come.
begin() {
    : >"$LOG.$1"
    "step_$1" "$2" >>"$LOG.$1" 2>&1 &
    BEGUN[$1]=$!
}

end_all() { [ ${#BEGUN[@]} -eq 0 ] || kill "${BEGUN[@]}" 2>/dev/null || true; }

# Runs one step, if it has not begun, and shows how long it has taken so far.
step() {
    local count=$1 name=$2 python=$3 start=$SECONDS pid line result=0
    line="$count $(title "$name")"
    if [ "$name" = system ]; then need_system "$python" "$line" || return 0; fi
    if [ -t 1 ]; then printf '%s' "$line"; else say "$line"; fi
    [ -n "${BEGUN[$name]:-}" ] || begin "$name" "$python"
    pid=${BEGUN[$name]}
    trap 'end_all; exit 130' INT TERM
    while kill -0 "$pid" 2>/dev/null; do
        if [ -t 1 ]; then printf '\r%s  %s s ' "$line" $((SECONDS - start)); fi
        sleep 0.2
    done
    trap - INT TERM
    wait "$pid" || result=$?
    unset "BEGUN[$name]"
    cat "$LOG.$name" >>"$LOG"
    rm "$LOG.$name"
    [ "$result" -eq 0 ] || explain "$name"
    if [ -t 1 ]; then printf '\r%s  %s s\n' "$line" $((SECONDS - start)); else say "      $((SECONDS - start)) s"; fi
}

title() {
    case $1 in
        system) say "system packages" ;;
        environment) say "virtual environment and build tools" ;;
        zlib) say "zlib-ng, for Pillow-SIMD" ;;
        simd) say "Pillow-SIMD, compiled for $(simd) (the longest: about half a minute)" ;;
        runtime) say "locked dependencies" ;;
        dev) say "development tools" ;;
    esac
}

# Says what went wrong in one screen, and what to do.
explain() {
    local hint="The whole output is in $LOG."
    if grep -q -i -E 'resolve|connection|timed out|unreachable|network|certificate|proxy|no matching distribution' "$LOG"; then
        hint="It looks like the network: are the package registries reachable from here, by a proxy perhaps
(https_proxy, PIP_INDEX_URL, PIP_CERT)? $hint"
    fi
    end_all
    say ""
    tail -n 15 "$LOG" >&2
    fail "Failed: $(title "$1"). $hint
Start the command again once it is mended: what was done is kept." 75
}

# Debian's packages that are missing, found by looking for what they hold rather than for their names.
missing_packages() {
    local python=$1 each
    if ! { command -v cc && command -v c++; } >/dev/null; then say gcc g++ libc6-dev; fi
    for each in make patch; do command -v "$each" >/dev/null || say "$each"; done
    # Pillow-SIMD's build finds Debian's header folders through it.
    command -v pkg-config >/dev/null || say pkg-config
    has_venv "$python" 2>/dev/null || say python3-venv
    has_python_header "$python" || say python3-dev
    # Without a font, text in SVG is not drawn.
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' -print -quit 2>/dev/null)" ] || say fonts-dejavu-core
    for each in $HEADERS; do
        if ! has_header "${each%%:*}"; then say "${each##*:}"; fi
    done
}

has_venv() { "$1" -c 'import ensurepip, venv'; }

has_python_header() { [ -e "$("$1" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ]; }

has_header() {
    local folder
    for folder in /usr/include /usr/local/include /usr/include/x86_64-linux-gnu; do
        if [ -e "$folder/$1" ]; then return 0; fi
    done
    return 1
}

# Nothing is built with it, but ./serve ends with three lines of it.
curl_too() { if ! command -v curl >/dev/null; then say curl; fi; }

# True if there is something to install and a way to do it; says what to type where there is none.
need_system() {
    local packages
    packages=$(missing_packages "$1" | xargs)
    [ -n "$packages" ] || { say "$2: all there"; return 1; }
    packages+=" $(curl_too)"
    may_install "$packages"
}

# Ends with what to type where these packages cannot be installed from here.
may_install() {
    command -v apt-get >/dev/null || fail "Missing, by Debian's names: $1
Install what your system calls them, and start again." 69
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || fail "These system packages are missing. Install them, and start again:

    sudo apt-get update && sudo apt-get install -y --no-install-recommends $1" 77
}

install_packages() {
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    $sudo apt-get update
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

step_system() {
    # shellcheck disable=SC2046  # one word for each package
    install_packages $(missing_packages "$1") $(curl_too)
}

step_environment() {
    "$1" -m venv --clear "$VENV"
    locked --only-binary=:all: -r requirements/build.txt
}

# Twice as fast at PNG as zlib itself; docs/decisions/0008-zlib-ng.md.
step_zlib() {
    local folder=$VENV/zlib-ng made
    locked_source zlib-ng "$folder"
    # Elsewhere, for its makefiles take no folder with a blank in its name.
    made=$(mktemp -d)
    tar -xzf "$folder"/zlib_ng-*.tar.gz --directory "$made" --strip-components=4 --wildcards '*/src/zlib_ng/zlib-ng/*'
    (cd "$made" && CFLAGS="-O3 -fPIC" ./configure --zlib-compat --static && make -j2 libz.a)
    cp "$made"/libz.a "$made"/*.h "$folder"
    rm -rf "$made"
}

# With a patch of our own: docs/decisions/0010-pillow-simd-patch.md and 0011-jpeg-huffman.md.
# No cache: pip would take a wheel that was compiled for other instructions for this one.
# The compiler's switches stay in the file, and `imgsvc doctor` reads them there.
step_simd() {
    local zlib flags each settings=() folder=$VENV/pillow-simd
    # Python takes both apart as a shell would, and a folder's name may have a blank in it.
    printf -v zlib %q "$(realpath "$VENV/zlib-ng")"
    flags=" -frecord-gcc-switches -I$zlib"
    [ "$(simd)" = sse4 ] || flags+=" -mavx2"
    # What is enabled fails the build where it is missing, instead of leaving a format out.
    for each in jpeg zlib tiff webp lcms; do settings+=("--config-settings=$each=enable"); done
    settings+=("--config-settings=imagequant=$IMAGEQUANT")
    for each in jpeg2000 freetype raqm xcb avif; do settings+=("--config-settings=$each=disable"); done
    locked_source pillow-simd "$folder"
    tar -xzf "$folder"/pillow_simd-*.tar.gz --directory "$folder" --strip-components=1
    # Where it was made, or nowhere: with fuzz a hunk may land in a place that only looks like its own.
    patch --directory "$folder" --strip=1 --fuzz=0 --input "$(realpath requirements/pillow-simd.patch)"
    # Its symbols are nobody else's, or those of the zlib that Python is linked with would come first.
    CC="${CC:-cc}$flags" LDFLAGS="-L$zlib -Wl,--exclude-libs,libz.a ${LDFLAGS:-}" "$VENV/bin/pip" install \
        --disable-pip-version-check --no-deps --no-cache-dir --no-build-isolation "${settings[@]}" "$(realpath "$folder")"
}

step_runtime() {
    locked --only-binary=:all: -r requirements/runtime.txt
    "$VENV/bin/pip" install --disable-pip-version-check --no-deps --no-build-isolation --editable .
}

step_dev() {
    # All but sniffpy, which httplint asks for and which comes as its source alone.
    locked --only-binary=:all: --no-binary=sniffpy --no-build-isolation -r requirements/dev.txt
    unpack_nginx || say "no nginx: the tests that need one are skipped, and say so"
}

# The real nginx, for the tests that need one: unpacked and not installed, so that no service starts.
unpack_nginx() {
    local folder=$VENV/nginx sudo="" each
    ! command -v nginx && ! [ -x /usr/sbin/nginx ] || return 0
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    $sudo apt-get update || true
    rm -rf "$folder" && mkdir "$folder"
    # Ubuntu has the program in nginx-core up to 22.04.
    (cd "$folder" && { apt-get download nginx nginx-core || apt-get download nginx; }) || return 1
    for each in "$folder"/*.deb; do dpkg -x "$each" "$folder"; done
    "$folder/usr/sbin/nginx" -v && ln -sf ../nginx/usr/sbin/nginx "$VENV/bin/nginx"
}

# Exactly what the lock says, and nothing that it does not: pillow above all (docs/decisions/0002-pillow-simd-lock.md).
locked() { "$VENV/bin/pip" install --disable-pip-version-check --require-hashes --no-deps "$@"; }

# The sdist of the one package in a lock, in a folder of its own.
locked_source() {
    rm -rf "$2"
    mkdir "$2"
    "$VENV/bin/pip" download --disable-pip-version-check --require-hashes --no-deps --no-build-isolation \
        --no-binary=:all: --dest "$2" -r "requirements/$1.txt"
}
