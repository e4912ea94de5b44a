#!lua flags=allow-oom
-- T5, T5a. The upstream refused the request for good, or the account: then the lane halts, unless
-- it was opened since the attempt began. A probe is always parked: it was sent to find out.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 attempt, 3 fence, 4 code, 5 message, 6 trace of the exchange or '',
--         7 'fail' | 'park' for what the account was refused, 8 hint slack ms,
--         9 ms until the first probe of a lane without credits or '', 10 digest of the key or ''
-- Returns { 'changed', status, for the account 'halted' (this did it) | 'is_halted' | 'open', or '' }
--         | { 'ignored', reason }
-- @include now
-- @include record
-- @include lane
-- @include silence
-- @include adaptive-pace

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local attempt, fence, code = ARGV[2], ARGV[3], ARGV[4]
trace = ARGV[6]
if not isInFlight(rec) or not isCurrent(rec, attempt, fence) then
  wasHeardLate(rec, attempt)
  local event = code == 'invalid_request' and 'rejected' or 'denied'
  return notPaid(rec, at, event, attempt, fence, code) or outcomeIgnored(rec, at, 'rejected', attempt, fence)
end
local set = {}
wasHeard(rec, set, attempt)

local function keepMessage()
  if ARGV[5] ~= '' then redis.call('SET', lane .. 'e:' .. ulid, ARGV[5]) end
end

if code == 'invalid_request' then
  keepMessage()
  tellAnswered(loadLane(), at)
  return failOrHold(rec, at, code, set, 'rejected', attempt, fence, code)
end

local state = loadLane()
local isHalted = false
if isOfEpoch(state, rec.le) then
  isHalted = haltLane(state, at, code, ARGV[9])
  if code == 'authentication_error' and ARGV[10] ~= '' then writeLane(state, { kr = ARGV[10] }) end
end
local outcome
if ARGV[7] == 'park' or rec.pb then
  set.e, set.rc = code, rec.e == code and rec.rc + 1 or 1
  outcome = requeue(rec, at, at, tonumber(ARGV[8]), set, 'denied', attempt, fence, code, 'park')
else
  keepMessage()
  outcome = failOrHold(rec, at, code, set, 'denied', attempt, fence, code)
end
outcome[3] = isHalted and 'halted' or state.h and 'is_halted' or 'open'
return outcome
