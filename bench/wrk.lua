-- What wrk asks for, in turn, and what it counts: answers within a window of CLOCK_MONOTONIC.
-- Each connection has a thread of its own, so that an answer is known to be that of the last request.
-- In a path, {other} is three digits that no request has that is under way.
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
    thread:set("place", #threads)
    table.insert(threads, thread)
end

function init(args)
    answers, wrong, bytes, statuses, latencies = 0, 0, 0, {}, {}
    begin_at, end_at = tonumber(args[1]), tonumber(args[2])
    requests = {}
    for number = 3, #args do
        table.insert(requests, args[number]:find("{other}", 1, true) and args[number] or wrk.format("GET", args[number]))
    end
end

function request()
    turn = turn + 1
    local found = requests[(turn - 1) % #requests + 1]
    if found:find("{other}", 1, true) then
        -- A thread's own of every 64, of which there are fifteen.
        found = wrk.format("GET", (found:gsub("{other}", string.format("%03d", turn % 15 * 64 + place % 64))))
    end
    asked_at = now()
    return found
end

function response(status, headers, body)
    local moment = now()
    if moment >= begin_at and moment < end_at then
        answers = answers + 1
        bytes = bytes + #body
        if status == 200 then
            table.insert(latencies, moment - asked_at)
        else
            wrong = wrong + 1
            statuses[status] = (statuses[status] or 0) + 1
        end
    end
end

-- Of sorted numbers.
local function percentile(numbers, share)
    return numbers[math.max(1, math.ceil(#numbers * share))] or 0
end

function done(summary, _, _)
    local answers, wrong, bytes, statuses, latencies, counted = 0, 0, 0, {}, {}, {}
    for _, thread in ipairs(threads) do
        answers = answers + thread:get("answers")
        wrong = wrong + thread:get("wrong")
        bytes = bytes + thread:get("bytes")
        for status, count in pairs(thread:get("statuses")) do
            statuses[status] = (statuses[status] or 0) + count
        end
        for _, seconds in ipairs(thread:get("latencies")) do
            table.insert(latencies, seconds)
        end
    end
    table.sort(latencies)
    for status, count in pairs(statuses) do
        table.insert(counted, string.format("\"%d\": %d", status, count))
    end
    local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    io.write(string.format(
        "counted {\"answers\": %d, \"wrong\": %d, \"bytes\": %d, \"failed\": %d, \"p50_ms\": %.3f, \"p95_ms\": %.3f, \"statuses\": {%s}}\n",
        answers, wrong, bytes, failed, 1000 * percentile(latencies, 0.5), 1000 * percentile(latencies, 0.95), table.concat(counted, ", ")))
end
