"""python -m imgsvc.observer ARBITER LISTENER STACKS SUPERVISOR: started by the guard, not by hand."""

import sys

from imgsvc.observer import spawning
from imgsvc.observer.serving import observe, patience_seconds
from imgsvc.observer.supervisor import Supervisor

if __name__ == "__main__":
    _, arbiter, listener, descriptor, supervisor = sys.argv
    spawning.supervise(supervisor)
    observe(int(arbiter), listener, int(descriptor), Supervisor(supervisor, patience_seconds()))
