#!lua flags=allow-oom
-- T3, T8. An attempt of which no byte left, or which the upstream refused for now. An address that
-- is not the API's halts the lane, unless it was opened since the attempt began.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 attempt, 3 fence, 4 code ('not_sent' or the code of a refusal), 5 delay ms,
--         6 hint slack ms, 7 trace of the exchange or '', 8 ms after which the upstream said to come
--         again or '', 9 '1' when it speaks of an outage of the upstream or ''
-- Returns { 'changed', status, 'halted' when this halted the lane, or '' } | { 'ignored', reason }
-- @include now
-- @include record
-- @include lane
-- @include silence
-- @include adaptive-pace

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local attempt, fence, code = ARGV[2], ARGV[3], ARGV[4]
trace = ARGV[7]
local event = code == 'not_sent' and 'not_sent' or 'refused'

-- A definite answer counts when it comes late, too: the holder may have been given up as silent.
if isInFlight(rec) and isCurrent(rec, attempt, fence) then
  local refusals = rec.e == code and rec.rc + 1 or 1
  local set = { e = code, rc = refusals }
  wasHeard(rec, set, attempt)
  if code == 'rate_limited' or ARGV[9] == '1' then
    local state = loadLane()
    if code == 'rate_limited' then
      tellAnswered(state, at)
      tellPace(state, rec, at, true)
      if ARGV[8] ~= '' then pauseUntil(state, at + ARGV[8], at) end
    else
      tellHealth(state, at, true)
    end
  end
  local outcome = requeue(rec, at, at + ARGV[5], tonumber(ARGV[6]), set, event, attempt, fence, code,
    ARGV[5])
  if code == 'upstream_misconfigured' then
    local state = loadLane()
    if isOfEpoch(state, rec.le) and haltLane(state, at, code) then outcome[3] = 'halted' end
  end
  return outcome
end
wasHeardLate(rec, attempt)
return notPaid(rec, at, event, attempt, fence, code) or outcomeIgnored(rec, at, event, attempt, fence)
