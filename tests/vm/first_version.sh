# Builds the package of a commit whose packaging/build wants a checkout: first_version.sh COMMIT OUTPUT, in the top folder.
set -euo pipefail
. requirements/prepare.sh
. packaging/root.sh
root=build/first.work
trap 'remove_root "$root"' EXIT
make_root bookworm "$root"
mkdir "$root/source"
git archive "$1" | tar --extract --directory "$root/source"
in_root "$root" sh -ec '
    apt-get update -qq && apt-get install -y -qq --no-install-recommends git
    cd /source && git init -q && git add -A
    git -c user.name=imgsvc -c user.email=maintainers@imgsvc.invalid commit -q -m 0.1.0
    packaging/build
'
cp "$root"/source/build/package/*.deb "$2"
