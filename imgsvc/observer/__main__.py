"""python -m imgsvc.observer ARBITER BOARD STACKS ASSIGNMENT: started by the guard, not by hand."""

import sys

from imgsvc.observer.serving import observe
from imgsvc.observer.spawning import Handed

if __name__ == "__main__":
    observe(Handed.from_arguments(sys.argv[1:]))
