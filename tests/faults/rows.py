"""The rows of docs/faults.md: what is done to the service, and what it promises."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    number: int
    injected: str
    promised: str
    changed: str = ""

    @property
    def name(self) -> str:
        return f"F{self.number:02d}"


_TEXT = """
1 | clients ask for 20 MB and never read: eight more than there are workers | nobody else is delayed, each of them is cut off at WRITE_RESPONSE_TIMEOUT, no worker is replaced
2 | the same through nginx, with and without buffering | buffered: no effect; not buffered: as F1
3 | the incident: a burst of connections that are neither read nor closed, then 1, 3 and 10 more a second | at least 99 % of the probe is answered, during it and after it; nothing is to be restarted
4 | clients read everything and never close | at least 95 % of the quiet throughput
5 | connections that say nothing | nobody waits for them, at least 95 % of the quiet throughput, and each is ended
6 | slow headers and slow bodies, directly and through nginx | nobody waits for them, at least 95 % of the quiet throughput; 408 and a close
7 | clients leave with FIN, at any moment of their request | the work stops and its source is let go; no descriptor, no file, no worker is lost
8 | clients leave with RST, close only their sending side, or take an HTTP/2 stream back | as F7; whoever stops sending counts as gone, as it does to nginx
9 | queued requests whose clients have left | none of them fetches or decodes anything; who waits behind them is served at once
10 | the first of two equal requests is aborted, or its worker killed | the other is answered || There is no single-flight: equal requests do not depend on each other, so none can be wedged by another.
11 | a hundred times one picture, and a hundred times one source in ten sizes | all are answered, with the same bytes || There is no single-flight: each is fetched and made for itself; a cache in front of the service joins them.
12 | a source accepts and never answers; two hundred at once are asked for it | all other sources are served as before; who has a place waits until DOWNLOAD_TIMEOUT (504), the surplus is 503 as soon as the origin's silence says that it cannot be served in QUEUE_TIMEOUT, whoever comes then at once; after several timeouts 504 at once || Whether a source hangs is not known when it is first asked: who comes together with its first requests is told within QUEUE_TIMEOUT.
13 | a source drips, or stalls at 99 %; two hundred at once are asked for it | 504 at DOWNLOAD_TIMEOUT, or 503 as in F12; all other sources are served as before, and no worker is replaced
14 | a source resets, ends early, breaks its gzip, never ends, announces 10 GB | an error of the source, within DOWNLOAD_TIMEOUT || 422 throughout and not 502 or 413: imgproxy's answers, which clients of its API expect (docs/errors.md).
15 | a source redirects in circles, to loopback, to the metadata address, to file:, to another scheme | 4xx; nothing is connected to but the source itself
16 | names that cannot be looked up, that change between two lookups, that mix addresses inside and outside | 404 or 504 within DOWNLOAD_TIMEOUT; no address inside is connected to
17 | more than sixty spellings of addresses inside | all refused, none connected to
18 | a pooled connection to a source goes dark | one retry, unseen, within DOWNLOAD_TIMEOUT
19 | a picture that crashes its worker, once and twenty times at once | only its own requests fail, and each runs once; the worker is back within a second; the third request for it is 422 || A worker is back in some 100 ms where the machine is idle; gunicorn looks for dead ones once a second at the latest.
20 | SIGKILL to a worker every second | no more requests fail than workers were killed
21 | SIGSTOP to a worker | it is replaced within gunicorn's timeout and 2 s; nobody else is affected
22 | SIGKILL and SIGSTOP to the arbiter | killed: its workers leave, the port is free, and another server takes over within 3 s; stopped: the workers go on serving || A stopped arbiter is still its workers' parent: they serve on, which is better than ending; only the arbiter's own watch is missing until its supervisor acts.
23 | a native call of a minute, with and without the interpreter's lock; heavy work against a short TIMEOUT | ended within half a second after TIMEOUT, with an answer and a stack in the log; nobody else is affected || Where native code keeps the interpreter's lock to the end, nobody is left to answer: the process ends half a second after TIMEOUT, and the connection with it. What may keep it for long is bounded beforehand, or done by a process of its own (SVG).
24 | the largest legal pictures, twice as many as workers | every worker stays below 1.5 GB
25 | pictures that lie about their size, and small ones with a great deal around them | 422 from the header; at most 64 MiB grown
26 | results that would be huge | 422 before anything is allocated, or scaled down to MAX_RESULT_DIMENSION
27 | animations of thousands of frames, of huge frames, without delay | bounded in frames, pixels and time: 200, or 422
28 | damaged files of every format | 200 or 422, and no worker is lost
29 | formats that are not allowed, under another name | 422, and their decoders are never opened
30 | five times the capacity, open loop | at least 90 % of the capacity is answered in time; the rest is 503 with Retry-After, at once
31 | a burst of 2,000 connections | all are answered or refused within the queue's age
32 | a flood of bad signatures | 403 at once; at least 90 % of valid requests are served
33 | every worker is pinned; F1 and F12 together | /ready is false within 5 s and true within 5 s after, /health stays true, and neither differs from what clients get
34 | SIGTERM with requests in work and in the queue | all are answered, nobody is reset
35 | SIGHUP every two seconds under load; with a worker that is stuck | no request is lost, no gap
36 | workers that are recycled by count | one at a time, and no request is lost
37 | nginx reloads under load; nginx is killed and started | no error while it reloads; clean after the start
38 | another version takes over under load | no error, and the new version answers
39 | a long run of mixed requests and aborts | memory under 1 % a 1,000 requests in the last third, descriptors flat
40 | the log's reader stops; a disk stalls | no worker waits for a log or a disk; lines are dropped, and counted || There is no result cache, so none can be full or read-only; the heartbeat is in memory. Only what a client does not take of a raw answer is written to a file, and where there is no room for it, that one answer is broken off.
41 | what was made before is asked for again | made again, to the byte || There is no result cache, so no entry can be damaged.
42 | the wall clock jumps by an hour, both ways | no deadline moves; what expires follows the clock
43 | 64 descriptors; no more processes | 503 or a wait, no crash; the service comes back || Where fork fails, gunicorn's arbiter ends: its supervisor starts it again, and it is not left half alive.
44 | thousands of workers come and go | /metrics answers at once, stays small, never falls
45 | fifty clients ask for health and metrics while every worker is stopped | answered in under 100 ms
46 | strange and malformed URLs and requests | 200, 400, 404 or 414; nothing behind a malformed request is run
47 | a configuration that cannot be used, at the start and at a reload | the start is refused in clear lines; the reload is refused, and the old one goes on
48 | an application that started a thread before the fork | the start is refused
49 | a source answers with a page, JSON, nothing, 204, 206, 304, 4xx, 5xx | the answer of the table in docs/errors.md, and no dropped connection
50 | a request that waits in the queue and then works | no more than TIMEOUT in all, counted from its arrival
51 | a source that is passed on (`raw`) sends its headers at once and then drips; forty are asked for at once | as F12 and F13: all other sources are served, it ends at DOWNLOAD_TIMEOUT, and after several timeouts it is answered for at once
52 | a worker gets no more threads and processes for a while | 503 with Retry-After for what needs one, everything else is served; it is as before as soon as there are some again
53 | every header that is read, absent, empty, of 8 kB, of 5,000 digits, not ASCII, repeated, contradicting; strange targets of every method; each directly and through both nginx files | no 5xx, no other route, no cached error, and nothing of it in what the next client gets || nginx itself answers 501 to a transfer coding that it does not know, as RFC 9112 says.
54 | source URLs and redirects whose host can be read in two ways (a backslash, a control character, two `@`, an escape, characters that stand for others, `127.1`), or that only look like an allowed source, while cookies are passed on | 404; no other host is connected to than the one that was allowed, and none but the site's own gets cookies
55 | requests wait behind a picture that overruns its deadline | each is served or told 503; one worker is ended, and none of their sources is blamed
56 | of two requests that are complete while their worker is busy, the first one's client leaves | the second one is answered as soon as the worker is free
57 | a worker is ended by the watchdog while it has complete requests, and half sent ones, in its hands, and no other worker is there | each is told 503 with Retry-After, and counted
58 | one source of 200 ms is asked for more often than its fetches allow | as many answers as these give; who would not be served within QUEUE_TIMEOUT is refused at once || Who comes before the first answer is waiting for an origin of which nothing is known, and may be refused at QUEUE_TIMEOUT.
59 | sixty-four clients and more drip a header to the observer | /ready, /health, /metrics and /status answer everybody else at once; each that drips is told 408 or goes
60 | more half-sent heads than a worker may have connections, while a picture is half sent | the picture is sent to its end
61 | a name server does not answer while the server reloads, or starts | the reload is refused and costs no request and no worker; a start waits for the watermark, and goes on without the fallback image
62 | a source sends 100, 102 or 103 before its 200, a thousand of them, or a status that ends nothing (101, 999), for a picture and for `raw` | informational answers are passed over, up to ten; anything else is the source's error, and nothing of it is passed on
63 | health checks while costly pictures keep all workers busy and the queue full | all are answered 200, at once
64 | a head that comes in two parts, further apart than QUEUE_TIMEOUT, within READ_REQUEST_TIMEOUT | 200: the age in the queue begins with the whole head
65 | a raw download is resumed after its source has changed | the whole of what there is now, never two halves of two versions; every part says by its validators what it is a part of
66 | pictures, drawings, sources that come and go, clients that leave; then rest | descriptors are back to eight more than at the start within 20 s, no process that draws is left; under load, memory does not grow by more than a tenth from the first minute to the last
67 | a worker is ended by the watchdog while it fetches for ten others | none of the ten is lost: a sibling takes their connections over, with what they asked
68 | workers are replaced (150 reloads, and by recycling) while an origin of a second is asked at 80 % of what it can be | nobody is lost
69 | native code holds the interpreter for longer than a source may take, and the source has answered meanwhile | no 504: who was held up looks again before it judges
70 | thirty-two sources of 20 MB at once, with a length, without one, with a wrong one, and zipped | what is held of them stays within MAX_FETCHED_MEGABYTES, and all are read in the end
71 | ten thousand connections to origins that close them | descriptors and threads are as before || As fast as they go, which is minutes, and not over an hour: it is connections that are counted.
72 | a client leaves while its source is fetched | the fetch ends within 50 ms, and its bytes are given back
73 | a disk below the local root answers nobody any more (FUSE without its daemon) | who asks for it is answered at TIMEOUT, and nobody else notices
74 | SIGTERM while twelve requests wait for an origin of 1.5 s | all twelve are answered
75 | an origin of 20 ms to a second is asked at up to 80 % of what it can be; a burst of 200 to one of which nothing is known | nobody is refused
76 | an origin that has been quick for a while does not answer any more, of a server of one worker | whoever asks for another one is served meanwhile; they are served as soon as it answers again
77 | a worker is ended by the watchdog, stopped or reloaded while five others have their sources, and wait for their watermarks alone | none of the five is lost: a sibling takes their connections over, or the worker answers them first
78 | the origin of watermarks that URLs name hangs, drips or stalls; sixty or two hundred at once name one of its | pictures with another origin's watermark are all served meanwhile; whose watermark is fetched waits until DOWNLOAD_TIMEOUT (504), the surplus is 503; as before when it is over
79 | a watermark that a URL names is redirected to a forbidden address or scheme, has 30 MB or 54 megapixels, is gone, closes or is cut off | the status of a source of that kind, and a line that names the watermark; the picture without it is served
80 | drawings whose style sheets explode: too many rules or selectors, steps in steps, `:has()` and `:not()` in themselves, variables that double, the same in drawings in the drawing | 422 within two seconds; meanwhile pictures of other sources and /health are all answered, and no worker is replaced
81 | source URLs that are encrypted, and everything that can go wrong with them: origins that repeat what they were asked for, redirect, break off, are silent or not there, and pictures that end a worker; debug log, development mode, traces and reports are on | nothing of a URL, and no address, is in an answer, the log, a trace, a report, /status, /stacks or /metrics
82 | headers that the operator names, to and from sources, as a server redirects to another one, for a picture and for `raw` | no other server gets one of them, no secret is in the log, `Vary` has all that the source was asked with, and an answer to a client's credentials is private
83 | URLs of 1,000 chained pipelines, and of as many as are allowed that enlarge again and again, that pad, or that scale up to crop | 404 or 422 at once, and no memory is taken
84 | a chain of as many pipelines as are allowed, one of them to the most pixels that may be made, the others turning and blurring as many as the source has; in all workers at once | each is answered, or told 503 at its deadline; every worker stays below 1.5 GB, and who comes next is served
85 | what is asked about sources whose metadata are made to harm: thousands of tags, directories in a circle, bombs of XMP, texts that unpack to 256 MB, data sets and items by the hundred thousand | 200 or 422 within two seconds, no worker is replaced, and no memory is kept
86 | what is asked about sources of origins that give a byte in place of a part, another part, ever another file, a size that cannot be, or that drip, stall and break off | the status of a source of that kind within DOWNLOAD_TIMEOUT, after nine requests at most; meanwhile other questions and pictures are answered
88 | JPEGs whose gain map claims gigapixels, ends in its header, is nowhere or has no end, and PNGs whose gamma and primaries no profile holds; the map is asked for | the picture is served without it, at once, and no memory is taken
90 | a bucket never answers, stalls half-way, or drips; all workers and eight more are asked for it | as F12 and F13: 504 at DOWNLOAD_TIMEOUT, and other sources are served as before
91 | who gives the credentials of a bucket never answers, refuses, or answers something else | 503 with Retry-After within DOWNLOAD_TIMEOUT, and at once for who comes right after; other sources are served as before, and places are those of an origin of its own, with a row in the metrics; it is asked again after a pause
92 | names of buckets that mean another host, an address inside or another path | 404, and nothing is connected to
93 | credentials end, and are refused | new ones are asked for once, and every picture is answered
94 | a store, and who gives its credentials, say back in their refusals what they were sent, for a picture and for `raw`; the log is at debug | no secret and no signature is in an answer, the log, /status or /metrics
95 | a store's login (GCS's metadata server, Azure's, Swift's) never answers, or drips; all workers and eight more are asked for an object | 503 with Retry-After at DOWNLOAD_TIMEOUT, and then at once; other stores and sources are not held up; as before as soon as it answers
96 | an object of a store stalls before its head, half-way, or trickles | 504 at DOWNLOAD_TIMEOUT; other sources are not held up
97 | containers that look like hosts, user names, escapes or dots | 404; nothing is connected to
98 | a store, or its login, fails and repeats what it was sent: tokens, keys, signatures; in development mode, with the log at debug | nothing of it is in the log, the answer, /status or /metrics
99 | a store takes a token back that is not at its end | no request is lost; one new login
100 | RESULT_STORE is on a disk that never answers; forty pictures are asked for | each is made and answered, a third of a second later at most; nothing that is kept is found, and no worker is replaced
101 | what RESULT_STORE holds is cut short, damaged, somebody else's, a folder in a file's place; its disk is full; workers are killed while they write | the answer is the picture, always and whole; what is damaged is mended
102 | the source of a kept picture changes, fails, hangs, closes, is gone, or has more waiting for it than it will come to, once the picture is old | changed: the new picture; gone: 404, and nothing of it comes back when its origin is down; else the kept one, and caches are told to ask again in a minute
103 | RESULT_STORE is a bucket that never answers, stalls half-way, or drips; forty pictures are asked for | each is made and answered, a third of a second later at most; /health is answered, no worker is replaced; it is asked again as soon as it answers
104 | the bucket has entries that are cut short, damaged, somebody else's or another picture's; it announces 10 GB, breaks off, sends without end, redirects | the answer is the picture, always and whole; what is damaged is mended, and no redirect is followed
105 | the bucket refuses (403), fails (503), is full (507), or is not there | each picture is made and answered; the metrics count it, the log says why, with no secret in it
106 | two servers share a bucket while the source of a picture changes, and its results are forgotten | each answer is one of the two pictures, whole
107 | a catalogue is warmed, and ten times its driver, one of its workers or its scheduler is killed (SIGKILL) and, where nobody else does that, started again | every rendition is there in the end; nothing that stood when somebody was killed is made again
108 | among 2,000 pictures that are warmed one ends its process by a signal, one is killed from without, one hangs with the interpreter's lock held, one takes 3 GB, and one source never ends | these fail, each by its name and cause; all others are made
110 | PDFs of a million curves, that unpack to a gigabyte, hold a picture of ten gigapixels, a million pages or pages in a circle, whose sides cannot be, or that are encrypted; one page is asked for, and a hundred from the last | 422, or what they show, within PDF_TIMEOUT and two seconds; meanwhile pictures of other sources and /health are all answered, no worker is replaced, and no memory is kept
111 | the origin of a source that SOURCE_STORE keeps changes it, fails, hangs, closes, has it no more, or is down | fresh: it is not asked; old and changed: the new one; gone: 404, also when its origin is down next; else a picture of the kept one, and caches are told to ask again in a minute
112 | what SOURCE_STORE holds is cut short, damaged or somebody else's; its disk is full; workers are killed while they write | the answer is the picture, always and whole; what is damaged is mended
113 | SOURCE_STORE is a bucket that never answers, stalls, drips, sends without end, refuses, or that two servers share while sources change | each picture is made and answered, a third of a second later at most; no worker is replaced; no old picture once the origin has another
114 | two servers behind nginx, with our files, without its cache and with it, share RESULT_STORE and SOURCE_STORE (a folder, a bucket), while sixteen clients ask for pictures whose sources, with validators of each kind and without, change, go, come back, and at last cannot be asked | each answer is a whole picture of its own URL, no older than what is documented; no 5xx while the origin answers; what is kept stands in while it does not
"""  # noqa: E501


def _row(line: str) -> Row:
    facts, _, changed = line.partition(" || ")
    number, injected, promised = facts.split(" | ")
    return Row(int(number), injected, promised, changed)


ROWS = tuple(map(_row, _TEXT.strip().splitlines()))
