#!/usr/bin/env bash
# Dask blames tasks that had not begun for the end of a worker, even with the setting by which it gives a worker one.
cd "$(dirname "$0")" && . ./fresh.sh

# A task that ends its worker is said to be a KilledWorker; so is one that only waited on that worker for its turn.
# `worker-saturation: 1.0` lets no task wait there, but only of tasks of one name of which there are more than twice as
# many as threads: the first ones are handed out at once, and wait.
packages distributed==2026.8.0
sees 'the first of twenty ends its worker: a neighbor is blamed
the tenth: nobody else is' <<'PYTHON'
import os
import signal
import time

import dask
from distributed import Client, KilledWorker, LocalCluster

dask.config.set({"distributed.worker.multiprocessing-method": "fork",
                 "distributed.scheduler.worker-saturation": 1.0,
                 "distributed.scheduler.allowed-failures": 0})


def work(number, poison):
    if number == poison:
        # The others are there by now.
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)


def blamed(poison):
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50) as cluster, \
            Client(cluster) as client:
        futures = [client.submit(work, number, poison, key=f"unit-{number}") for number in range(20)]
        others = futures[:poison] + futures[poison + 1 :]
        is_one = any(isinstance(each.exception(), KilledWorker) for each in others)
    return "a neighbor is blamed" if is_one else "nobody else is"


print("the first of twenty ends its worker:", blamed(0))
print("the tenth:", blamed(9))
PYTHON
