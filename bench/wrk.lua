-- What wrk asks for, in turn, and what it counts: answers within a window of CLOCK_MONOTONIC.
-- wrk ... URL -- BEGIN END PATH...
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long nanoseconds; } moment; int clock_gettime(int clock, moment *found);")
local CLOCK_MONOTONIC = 1
local at = ffi.new("moment")

local function now()
    ffi.C.clock_gettime(CLOCK_MONOTONIC, at)
    return tonumber(at.seconds) + tonumber(at.nanoseconds) * 1e-9
end

local threads = {}

function setup(thread)
    -- Each begins elsewhere, or a mix would ask for the slow ones all at once.
    thread:set("turn", #threads)
    table.insert(threads, thread)
end

function init(args)
    answers, wrong, bytes, statuses = 0, 0, 0, ""
    begin_at, end_at = tonumber(args[1]), tonumber(args[2])
    requests = {}
    for number = 3, #args do
        table.insert(requests, wrk.format("GET", args[number]))
    end
    turn = turn * math.floor((#requests + 1) / 2)
end

function request()
    turn = turn + 1
    return requests[(turn - 1) % #requests + 1]
end

function response(status, headers, body)
    local moment = now()
    if moment >= begin_at and moment < end_at then
        answers = answers + 1
        bytes = bytes + #body
        if status ~= 200 then
            wrong = wrong + 1
            statuses = statuses .. " " .. status
        end
    end
end

function done(summary, latency, _)
    local answers, wrong, bytes, statuses = 0, 0, 0, ""
    for _, thread in ipairs(threads) do
        answers = answers + thread:get("answers")
        wrong = wrong + thread:get("wrong")
        bytes = bytes + thread:get("bytes")
        statuses = statuses .. thread:get("statuses")
    end
    local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    io.write(string.format(
        "counted {\"answers\": %d, \"wrong\": %d, \"bytes\": %d, \"failed\": %d, \"p50_ms\": %.3f, \"p95_ms\": %.3f, \"statuses\": \"%s\"}\n",
        answers, wrong, bytes, failed, latency:percentile(50) / 1000, latency:percentile(95) / 1000, statuses))
end
