"""Where each number and text of the scoreboard lies: the one table that its writers and its readers share.

Everything is an unsigned 64-bit word, aligned, so that a processor writes it whole; texts are a few words each.
A word has one process that writes it; the words of a slot's live part go together, and a version tells a reader when
to read again.
Counters are only ever added to, and stay in the slot when its worker goes: the next one there goes on counting.
"""

from enum import StrEnum

WORD = 8
FORMAT = 0x696D_6773_7663_000A


class State(StrEnum):
    """What a worker is doing; the stages of a request have the names that Scope.stage is called with."""

    FREE = "free"
    STARTING = "starting"
    IDLE = "idle"
    REQUEST = "request"
    FETCH = "fetch"
    HEADER = "header"
    DECODE = "decode"
    TRANSFORM = "transform"
    ENCODE = "encode"
    SEND = "send"
    STOPPING = "stopping"
    KILLED = "killed"


# In which native code works on a source: whoever ends a worker there is its source. Nobody is blamed for a wait.
NATIVE = frozenset({State.HEADER, State.DECODE, State.TRANSFORM, State.ENCODE})
# In which a request is held.
BUSY = frozenset(State) - {State.FREE, State.STARTING, State.IDLE, State.STOPPING}
STATES = tuple(State)


class Live(StrEnum):
    """The words of what a worker is doing now; moments are monotonic nanoseconds, 0 where there is none."""

    VERSION = "version"  # odd while it is written
    PID = "pid"
    STATE = "state"
    SINCE = "since"
    WORKERS = "workers"  # that this slot has had
    STARTED = "started"
    ARRIVED = "arrived"  # the request in work
    DEADLINE = "deadline"
    BEGAN = "began"  # when the main thread took it
    ORIGIN = "origin"  # its hash
    SOURCE = "source"  # the hash of the source URL that native code is working on
    SERVED = "served"  # requests of this worker
    RESIDENT = "resident"  # bytes
    QUEUED = "queued"  # since when the one waits that waits longest, for its fetch or for the main thread


class Gauge(StrEnum):
    """What there is of something in a worker now."""

    READING = "reading"  # connections whose request is not complete
    SENDING = "sending"  # connections whose answer is not taken
    UNSENT_BYTES = "unsent_bytes"
    WAITING = "waiting"  # requests whose fetch has not begun
    FETCHING = "fetching"  # sources that are being fetched, or passed on
    READY = "ready"  # requests that wait for the main thread
    HELD_BYTES = "held_bytes"  # of sources that are fetched, or being fetched
    LOST = "lost"  # fetch threads that did not come back


class Counter(StrEnum):
    """What is counted; docs/metrics.md says it in a sentence each."""

    CONNECTIONS = "connections"
    REQUESTS = "requests"
    QUEUE_TOO_OLD = "queue_too_old"
    OVERLOAD = "overload"
    QUEUE_CLIENT_GONE = "queue_client_gone"
    CLIENT_GONE = "client_gone"
    DEADLINE = "deadline"
    SOURCE_TIMEOUT = "source_timeout"
    ORIGIN_BUSY = "origin_busy"
    ORIGIN_QUEUE_TOO_OLD = "origin_queue_too_old"
    ORIGIN_DOWN = "origin_down"
    QUARANTINED = "quarantined"
    FALLBACK_MISSING = "fallback_missing"
    RESULT_HIT = "result_hit"
    RESULT_RENEWED = "result_renewed"
    RESULT_STALE = "result_stale"
    RESULT_MISS = "result_miss"
    RESULT_FAILED = "result_failed"
    RESULT_LOST = "result_lost"
    KEPT_SOURCE_HIT = "kept_source_hit"
    KEPT_SOURCE_RENEWED = "kept_source_renewed"
    KEPT_SOURCE_STALE = "kept_source_stale"
    KEPT_SOURCE_MISS = "kept_source_miss"
    KEPT_SOURCE_FAILED = "kept_source_failed"
    KEPT_SOURCE_LOST = "kept_source_lost"
    KILLED = "killed"
    BYTES_FETCHED = "bytes_fetched"
    BYTES_SENT = "bytes_sent"
    RECYCLED = "recycled"
    HEADER_TIMEOUT = "header_timeout"
    HEADER_GONE = "header_gone"
    WRITE_TIMEOUT = "write_timeout"
    WRITE_GONE = "write_gone"
    EVICTED = "evicted"
    CRASHED = "crashed"
    UNREADABLE = "unreadable"
    FAILED = "failed"
    WORKER_ENDED = "worker_ended"
    LOST = "lost"


class Tally(StrEnum):
    """What is counted for each format."""

    SOURCES = "sources"
    RESULTS = "results"
    INFOS = "infos"


class Spent(StrEnum):
    """What a picture takes of its worker, by the format of its source."""

    CPU = "cpu"  # seconds of its main thread
    PEAK = "peak"  # bytes that the worker had at most meanwhile


class FetchResult(StrEnum):
    """How a fetch ended, for the origin that was asked."""

    OK = "ok"  # with an image, or with the word that the client's is good
    STATUS = "status"  # with another status
    TIMEOUT = "timeout"
    FAILED = "failed"  # unreachable, broken off, too large, at an address that is refused
    REFUSED = "refused"  # not asked: it has all its fetches, or is down, or there are no credentials for it
    ABANDONED = "abandoned"  # the client left, or we failed


# Answers by status; any other is counted in the last one of its hundred.
STATUSES = (200, 206, 299, 301, 304, 399, 400, 403, 404, 405, 408, 414, 422, 431, 499, 498, 500, 502, 503, 504, 599)
# Errors by RenderingError.category.
CATEGORIES = ("path_parsing", "security", "download", "timeout", "processing", "overload", "unexpected")

# Names of image formats; options/formats.py, which stands above, has the same.
FORMATS = ("jpeg", "jxl", "png", "webp", "gif", "ico", "svg", "heic", "avif", "bmp", "tiff", "pdf", "psd", "other")

# What is timed; `queue` is from a request's arrival until its fetch begins, and from there being its source until its
# picture is begun; `login` one request for credentials, within the fetch that waits for them; `beside` the fetch of a
# watermark beside its picture's source; `request` from its arrival to its end, `processing` all that is done with
# pixels.
TIMED = (
    "request",
    "queue",
    "fetch",
    "login",
    "beside",
    "header",
    "decode",
    "transform",
    "encode",
    "send",
    "processing",
)
# Seconds, upper bounds; over the last one comes everything else.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
# A histogram: a word for each bound, one for what is over them, the sum in nanoseconds.
HISTOGRAM_WORDS = len(BOUNDS) + 2
# How long caches may keep an answer: seconds, up to a year; laid out like the others, the sum in seconds.
LIFETIME_BOUNDS = (0.0, 60.0, 3_600.0, 86_400.0, 604_800.0, 2_592_000.0, 31_536_000.0)
LIFETIME_WORDS = len(LIFETIME_BOUNDS) + 2

# Bytes
PEAK_BOUNDS = tuple(float(mebibytes << 20) for mebibytes in (64, 96, 128, 192, 256, 384, 512, 768, 1024))
SPENT_BOUNDS = {Spent.CPU: BOUNDS, Spent.PEAK: PEAK_BOUNDS}

REQUEST_ID_BYTES = 64
ORIGIN_BYTES = 96

# A worker's own findings of origins: hash, timeouts since it last answered, when last timed out, when last answered,
# since when it is probed, how long it takes to answer on average.
FINDING_WORDS = 6
FINDINGS = 32

# The arbiter's list of sources that ended workers: hash, how often, when last.
CULPRIT_WORDS = 3
CULPRITS = 128

# The board's head: format, slots, the arbiter's pid, workers wanted, made when; then the culprits.
HEAD_FORMAT, HEAD_SLOTS, HEAD_ARBITER, HEAD_WANTED, HEAD_MADE = range(5)
# Until when there is an overload: workers/overload.py.
HEAD_OVERLOAD = 5
# The observer's verdict and when it was told: verdict.py.
HEAD_VERDICT = 6
HEAD_CULPRITS = 8
# Origins whose fetches are counted apart: hash, name. The others are counted together, behind the last of them.
ORIGINS = 32
ORIGIN_WORDS = 1 + ORIGIN_BYTES // WORD
HEAD_ORIGINS = HEAD_CULPRITS + CULPRITS * CULPRIT_WORDS
HEAD_WORDS = HEAD_ORIGINS + ORIGINS * ORIGIN_WORDS

LIVE = {name: place for place, name in enumerate(Live)}
LIVE_REQUEST_ID = len(LIVE)
LIVE_ORIGIN = LIVE_REQUEST_ID + REQUEST_ID_BYTES // WORD
LIVE_WORDS = LIVE_ORIGIN + ORIGIN_BYTES // WORD

GAUGES = {name: LIVE_WORDS + place for place, name in enumerate(Gauge)}
COUNTERS = {name: LIVE_WORDS + len(GAUGES) + place for place, name in enumerate(Counter)}
_AFTER_COUNTERS = LIVE_WORDS + len(GAUGES) + len(COUNTERS)
BY_STATUS = {status: _AFTER_COUNTERS + place for place, status in enumerate(STATUSES)}
_AFTER_STATUSES = _AFTER_COUNTERS + len(STATUSES)
BY_CATEGORY = {name: _AFTER_STATUSES + place for place, name in enumerate(CATEGORIES)}
_AFTER_CATEGORIES = _AFTER_STATUSES + len(CATEGORIES)
HISTOGRAMS = {name: _AFTER_CATEGORIES + place * HISTOGRAM_WORDS for place, name in enumerate(TIMED)}
LIFETIMES = _AFTER_CATEGORIES + len(TIMED) * HISTOGRAM_WORDS
_AFTER_LIFETIMES = LIFETIMES + LIFETIME_WORDS
_FORMAT_KEYS = [(tally, word) for tally in Tally for word in FORMATS]
BY_FORMAT = {key: _AFTER_LIFETIMES + place for place, key in enumerate(_FORMAT_KEYS)}
_AFTER_FORMAT_COUNTS = _AFTER_LIFETIMES + len(BY_FORMAT)
# Histograms like the others; the sum of seconds is in nanoseconds, that of bytes in kibibytes.
_CPU_WORDS, _PEAK_WORDS = HISTOGRAM_WORDS, len(PEAK_BOUNDS) + 2
SPENT = {(Spent.CPU, word): _AFTER_FORMAT_COUNTS + place * _CPU_WORDS for place, word in enumerate(FORMATS)}
_AFTER_CPU = _AFTER_FORMAT_COUNTS + len(FORMATS) * _CPU_WORDS
SPENT |= {(Spent.PEAK, word): _AFTER_CPU + place * _PEAK_WORDS for place, word in enumerate(FORMATS)}
_AFTER_FORMATS = _AFTER_CPU + len(FORMATS) * _PEAK_WORDS
# By the origin's row; ORIGINS stands for all others.
_ORIGIN_KEYS = [(row, result) for row in range(ORIGINS + 1) for result in FetchResult]
BY_ORIGIN = {key: _AFTER_FORMATS + place for place, key in enumerate(_ORIGIN_KEYS)}
SLOT_FINDINGS = _AFTER_FORMATS + len(BY_ORIGIN)
# What each fetch thread is at: since when (0: it is idle), the thread, the request's id, the origin's name.
FETCH_ROWS = 56
FETCH_REQUEST_ID = 2
FETCH_ORIGIN = FETCH_REQUEST_ID + REQUEST_ID_BYTES // WORD
FETCH_ROW_WORDS = FETCH_ORIGIN + ORIGIN_BYTES // WORD
SLOT_FETCHES = SLOT_FINDINGS + FINDINGS * FINDING_WORDS
# Of these the sum over all slots says something.
SUMMED_WORDS = SLOT_FINDINGS
SLOT_WORDS = SLOT_FETCHES + FETCH_ROWS * FETCH_ROW_WORDS


def board_bytes(slots: int) -> int:
    """The size of a board with so many slots; behind them is the load of each: balance.py."""
    return (HEAD_WORDS + slots * (SLOT_WORDS + 1)) * WORD


def known_status(status: int) -> int:
    """The status under which `status` is counted."""
    if status in BY_STATUS:
        return status
    last = {2: 299, 3: 399, 4: 498, 5: 599}
    return last.get(status // 100, 599)
