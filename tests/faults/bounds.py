"""The numbers of the promises, in one table: what a row says, and what a busy machine is asked for in the short form.

`FAULTS=full` (./check faults) takes the first column; the short form runs beside other tests on two cores.
"""

import os
from dataclasses import dataclass

IS_FULL = os.environ.get("FAULTS") == "full"


@dataclass(frozen=True)
class Bound:
    promised: float
    lenient: float

    def now(self) -> float:
        return self.promised if IS_FULL else self.lenient


def _bound(promised: float, lenient: float) -> float:
    return Bound(promised, lenient).now()


# Budgets that the servers under test are given, in seconds.
D = int(_bound(10, 4))  # a whole request
T_O = int(_bound(5, 2))  # a source
T_W = int(_bound(5, 2))  # an answer not taken
Q = 2  # age in the accept queue

# Shares of the probe's requests that are answered 200.
PROBE_SERVED = _bound(0.99, 0.90)
PROBE_SERVED_ALL = _bound(1.0, 0.90)
# p95 of the probe under fault: this many times the quiet one, or the quiet one and this much more.
P95_RATIO = _bound(2, 10)
P95_EXTRA_SECONDS = _bound(0.020, 1.5)
# Throughput under fault, of the quiet one.
THROUGHPUT_SHARE = _bound(0.95, 0.40)
# Goodput under overload, of the capacity.
GOODPUT_SHARE = _bound(0.90, 0.40)
# Refusals of an overload: this share of them comes within so many seconds. Those that were taken in hand before the
# load generator slowed the workers down are refused at Q: in the short form's few hundred, more than one in a hundred.
REFUSED_SHARE = _bound(0.99, 0.90)
REFUSAL_SECONDS = _bound(0.050, 1.0)
# Those of a crowd, whose 256 threads have the same two cores as the server in the short form.
CROWDS_REFUSAL_SECONDS = _bound(0.050, Q + T_O + 6.0)
# Until those who wait for a source that never answers are told; admission.SLOW_SECONDS and a little.
MOMENT_SECONDS = _bound(0.300, 1.5)
# A budget ends this near to its moment.
BUDGET_SLACK_SECONDS = _bound(0.3, 2.0)
# The watchdog's, after D.
OVERRUN_SECONDS = _bound(0.5, 3.0)
# What costs nothing answers in this time.
CHEAP_SECONDS = _bound(0.200, 2.0)
OBSERVER_SECONDS = _bound(0.100, 1.0)
TAKEOVER_SECONDS = _bound(3.0, 15.0)
RESPAWN_SECONDS = _bound(1.0, 5.0)
READINESS_SECONDS = _bound(5, 10)
SETTLE_SECONDS = _bound(5, 15)
# Resident bytes that a hostile file may leave behind.
RESIDENT_DELTA = 64 * 2**20
# What a worker ever has at most: the largest legal image, several times over.
RESIDENT_CAP = 1_500_000_000
HOSTILE_SECONDS = _bound(2.0, 20.0)

# What lies idle is let go of in this time, down to so many descriptors more than at the start.
REST_SECONDS = _bound(20, 60)
DESCRIPTORS_MORE = 8
# Resident bytes of the last minute over those of the first.
MEMORY_GROWTH = _bound(0.10, 0.40)
STEADY_SECONDS = _bound(180, 12)

# How much of it: counts and seconds.
QUIET_SECONDS = _bound(5, 2)
FAULT_SECONDS = _bound(30, 4)
CROWD = int(_bound(200, 60))
ABORTS = int(_bound(1000, 60))
FUZZED = int(_bound(10_000, 60))
SOAK = int(_bound(20_000, 400))
OVERLOAD_SECONDS = _bound(60, 10)
# Who came before it was known may be refused at Q. Of a minute they are less than one in a hundred, of ten seconds not.
OVERLOAD_BEGINS_SECONDS = _bound(0, Q)
