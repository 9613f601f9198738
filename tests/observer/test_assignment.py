import os

import pytest

from imgsvc.observer.assignment import Assignment, read, settings_in, write


@pytest.fixture
def descriptor():
    made = os.memfd_create("assignment")
    yield made
    os.close(made)


def test_what_is_written_is_read(descriptor):
    assignment = Assignment("unix:/run/s", "@notify", {"IMGSVC_OBSERVER_BIND": ":9"})
    write(descriptor, assignment)

    assert read(descriptor) == assignment


def test_a_shorter_one_leaves_nothing_of_a_longer_one(descriptor):
    write(descriptor, Assignment("127.0.0.1:80", settings={"IMGSVC_BIND": "x" * 1000}))
    write(descriptor, Assignment("127.0.0.1:81"))

    assert read(descriptor) == Assignment("127.0.0.1:81")


def test_the_server_s_settings_come_before_the_process_s_own():
    assignment = Assignment("", settings={"IMGSVC_OBSERVER_BIND": ":2"})

    found = assignment.environment({"IMGSVC_OBSERVER_BIND": ":1", "IMGPROXY_PROMETHEUS_BIND": ":3", "PATH": "/bin"})

    assert found == {"IMGSVC_OBSERVER_BIND": ":2", "PATH": "/bin"}


def test_no_secret_is_handed_over():
    assert settings_in({"IMGSVC_KEY": "ab", "IMGSVC_SECRET": "hush", "IMGSVC_TIMEOUT": "9"}) == {"IMGSVC_TIMEOUT": "9"}
