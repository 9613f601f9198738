"""The C libraries that Pillow's own modules are linked with, for what Pillow does not offer of them.

They are asked for through the module, never by a file's name: so it is that library and no other of the same kind,
whatever the distribution calls it.
"""

import ctypes
from types import ModuleType


def library_of(module: ModuleType) -> ctypes.CDLL:
    """Every function of the libraries that an extension module is linked with."""
    # What is looked up in it is looked up in what it depends on, too.
    return ctypes.CDLL(str(module.__file__))
