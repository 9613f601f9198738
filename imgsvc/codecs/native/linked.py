"""The C libraries that extension modules are linked with, for what the modules do not offer of them.

They are asked for through the module, never by a file's name: so it is that library and no other of the same kind,
whatever the distribution calls it.
"""

import ctypes
from importlib.machinery import PathFinder
from importlib.util import find_spec
from types import ModuleType


def library_of(module: ModuleType) -> ctypes.CDLL:
    """Every function of the libraries that an extension module is linked with."""
    # What is looked up in it is looked up in what it depends on, too.
    return ctypes.CDLL(str(module.__file__))


def library_beside(package: str, name: str) -> ctypes.CDLL | None:
    """The same for the extension module `name` of a package, without running the package; None where it is missing.

    PERF: pylibjxl's first import takes asyncio with it, 1.4 MB and 14 ms of each process.
    """
    found = find_spec(package)
    spec = PathFinder.find_spec(f"{package}.{name}", found.submodule_search_locations) if found else None
    return ctypes.CDLL(spec.origin) if spec and spec.origin else None
