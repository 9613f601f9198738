"""python -m imgsvc.observer guard|observer ARBITER LISTENER STACKS: started by the server, not by hand."""

import sys

from imgsvc.observer.guard import guard
from imgsvc.observer.serving import observe

if __name__ == "__main__":
    _, role, arbiter, listener, descriptor = sys.argv
    {"guard": guard, "observer": observe}[role](int(arbiter), listener, int(descriptor))
