"""From a bare Debian and a checkout to the first picture; and what is said where that cannot be."""

from tests.ports import free_port
from tests.release.conftest import Root

# The first of the three lines that ./serve prints, with a port that is free here: the network is this machine's.
FIRST_PICTURE = """
cd /root/imgsvc
port={port} begun=$SECONDS
./serve --bind 127.0.0.1:$port >/tmp/said 2>&1 &
until curl -sfo /tmp/small.jpg "http://127.0.0.1:$port/demo/rs:fit:300:200/plain/local:///meadow.jpg" 2>/dev/null; do
    kill -0 $! 2>/dev/null || {{ cat /tmp/said; exit 1; }}
    sleep 0.2
done
echo "first picture after $((SECONDS - begun)) s"
cat /tmp/said
kill $!
"""


def test_one_command_leads_to_the_first_picture(root: Root) -> None:
    root.checkout("root/imgsvc")
    done = root(FIRST_PICTURE.format(port=free_port()))
    # The only place where the time is told; -s shows it.
    print(root.path.name, done.stdout)  # noqa: T201

    assert done.returncode == 0, done.stdout + done.stderr
    assert (root.path / "tmp/small.jpg").read_bytes().startswith(b"\xff\xd8")


def test_who_may_install_nothing_is_told_what_is_missing_before_anything_begins(root: Root) -> None:
    root.checkout("home/ann/imgsvc")
    done = root("chown -R ann /home/ann; cd /home/ann/imgsvc; su ann -c ./serve")

    assert done.returncode == 77
    assert "sudo apt-get install -y --no-install-recommends gcc g++ libc6-dev make" in done.stderr.replace(
        "update && ", ""
    )
    assert not (root.path / "home/ann/imgsvc/.venv").exists()


def test_a_python_that_is_too_old_is_told(root: Root) -> None:
    root.checkout("root/old")
    old = root.path / "usr/bin/python3.9"
    old.write_text('#!/bin/sh\nif [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi\n')
    old.chmod(0o755)
    done = root("cd /root/old; PYTHON=python3.9 ./serve")

    assert done.returncode == 69
    assert "Python 3.11 or newer is needed; found: Python 3.9.2" in done.stderr


def test_a_machine_without_python_is_told(root: Root) -> None:
    root.checkout("root/none")
    done = root("rm /usr/bin/python3*; cd /root/none; ./serve")

    assert done.returncode == 69
    assert "python3" in done.stderr
