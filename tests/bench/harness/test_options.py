import subprocess
from pathlib import Path

import pytest

from bench.options import parse
from bench.tasks import ALONE, BUCKETS, ORIGINS, OTHERS, TASKS

ROOT = Path(__file__).parents[3]


def test_without_options_every_task_is_measured():
    assert parse([]).tasks == tuple(task.name for task in TASKS)


def test_tasks_keep_their_order_and_are_measured_once():
    assert parse(["--tasks", "P1,J1,P1"]).tasks == ("J1", "P1")


def test_others_are_measured_where_they_are_asked_for():
    assert parse(["--tasks", "O2,J1"]).tasks == ("J1", "O2")
    assert parse(["--tasks", "others"]).tasks == tuple(task.name for task in OTHERS)


def test_another_commit_is_measured_in_nine_pairs_and_one_at_a_time():
    found = parse(["--against", "c1f2e45"])

    assert (found.against, found.rounds, found.tasks) == ("c1f2e45", 9, (*(task.name for task in TASKS), "L1"))


def test_slow_origins_are_a_group_of_tasks():
    assert parse(["--tasks", "origins"]).tasks == tuple(task.name for task in ORIGINS)


def test_so_are_buckets():
    assert parse(["--tasks", "buckets"]).tasks == ("B1", "B2")


def test_a_setting_may_be_given_with_or_without_its_prefix():
    assert parse(["--set", "WORKERS=2", "--set", "IMGSVC_QUALITY=70"]).settings == (
        ("IMGSVC_WORKERS", "2"),
        ("IMGSVC_QUALITY", "70"),
    )


@pytest.mark.parametrize(
    "arguments",
    [["--tasks", "X9"], ["--with", "imagor"], ["--rounds", "0"], ["--seconds", "1000"], ["--imgproxy", "/nowhere"],
     ["--checkout", "/"], ["--set", "workers"]],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ending:
        parse(arguments)

    assert ending.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_the_command_explains_itself():
    answer = subprocess.run([ROOT / "bench" / "run", "--help"], capture_output=True, text=True, check=True)

    assert "usage: bench/run" in answer.stdout
    assert all(task.meaning in answer.stdout for task in (*TASKS, *OTHERS, *ORIGINS, *BUCKETS, ALONE))
