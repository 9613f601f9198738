"""The exit codes of every command, one row each; docs/operations.md and the tests read this table."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended; 64 and up are those of sysexits.h, and systemd's RestartPreventExitStatus knows 78."""

    OK = 0, "ended as asked"
    NO = (
        1,
        "it was tried, and the answer is no: a picture that cannot be made, a server that is not well, a test failed",
    )
    USAGE = 64, "the command line was wrong"
    UNAVAILABLE = 69, "what is needed is not there: a Python, a CPU, a program, for `./serve` the port"
    TRY_AGAIN = (
        75,
        "preparing failed, probably for the network, the watermark cannot be fetched just now, or `imgsvc warm` lost "
        "some to their origin or the store; try again",
    )
    NOT_PERMITTED = 77, "system packages are missing, and installing them is not allowed"
    CONFIG = 78, "settings cannot be used"
    INTERRUPTED = 130, "Ctrl-C"

    meaning: str

    def __new__(cls, code: int, meaning: str) -> "ExitCode":
        """A member is its code, and says what it means."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member
