"""python -m imgsvc.observer guard|observer ARBITER LISTENER STACKS SUPERVISOR: started by the server, not by hand."""

import sys

from imgsvc.observer import spawning
from imgsvc.observer.guard import guard
from imgsvc.observer.serving import observe, patience_seconds
from imgsvc.observer.supervisor import Supervisor

if __name__ == "__main__":
    _, role, arbiter, listener, descriptor, supervisor = sys.argv
    spawning.supervise(supervisor)
    if role == "guard":
        guard(int(arbiter), listener, int(descriptor))
    else:
        observe(int(arbiter), listener, int(descriptor), Supervisor(supervisor, patience_seconds()))
