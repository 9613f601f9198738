# shellcheck shell=bash
# Roots of Debian's releases, in which things are built: sourced by packaging/release, behind requirements/prepare.sh.
#
#   make_root SUITE FOLDER      a fresh one, with what debian/control wants for building
#   in_root FOLDER COMMAND...   runs a command in it, with this machine's network

ROOTS=build/roots

# The packages that debian/control names under Build-Depends, separated by commas.
build_depends() {
    sed -n '/^Build-Depends:/,/^[A-Z]/{/^ /p}' packaging/debian/control | sed -E 's/^ ([a-z0-9+.-]+).*/\1/' |
        xargs | tr ' ' ,
}

# Its archive is kept for a day, so that what is built twice is built with the same compiler and libraries.
make_root() {
    local suite=$1 folder=$2 archive=$ROOTS/$1.tar
    mkdir -p "$ROOTS"
    if [ -z "$(find "$archive" -mmin -1440 2>/dev/null)" ]; then
        mmdebstrap --quiet --variant=minbase --include="build-essential,ca-certificates,$(build_depends)" \
            "$suite" "$archive.new.tar"
        mv "$archive.new.tar" "$archive"
    fi
    remove_root "$folder"
    mkdir -p "$folder"
    tar --extract --numeric-owner --file "$archive" --directory "$folder"
}

# Never into what is mounted there.
remove_root() { rm -rf --one-file-system "$1"; }

# What is said to pip and to programs about proxies and certificates is true in there as well.
in_root() {
    # shellcheck disable=SC2016  # the inner shell's own
    unshare --mount --pid --fork --kill-child /bin/bash -euc '
        root=$1; shift
        mount --make-rprivate /
        cp /etc/resolv.conf "$root/etc/resolv.conf"
        for each in /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
            if [ -e "$each" ]; then touch "$root$each"; mount --bind "$each" "$root$each"; fi
        done
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        for each in http_proxy https_proxy no_proxy PIP_INDEX_URL SOURCE_DATE_EPOCH IMAGEQUANT; do
            if [ -n "${!each-}" ]; then set -- "$each=${!each}" "$@"; fi
        done
        exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
    ' - "$@"
}
