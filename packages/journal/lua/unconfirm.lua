#!lua flags=allow-oom
-- T6, T7. A submit was sent and got no answer, or its holder fell silent.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 attempt, 3 fence, 4 code ('answer_lost' | 'unanswered'), 5 grace ms,
--         6 trace of the exchange or ''
-- Returns { 'changed', status } | { 'ignored', reason }
-- @include now
-- @include record
-- @include silence
-- @include lane
-- @include outage

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local attempt, fence = ARGV[2], ARGV[3]
trace = ARGV[6]
if rec.s ~= 'submitting' or not isCurrent(rec, attempt, fence) then
  return outcomeIgnored(rec, at, 'answer_lost', attempt, fence)
end
local graceEnd = at + ARGV[5]
local state = loadLane()
noticeGap(state, at)
local set = { f = fence, ge = graceEnd, e = ARGV[4], rc = 0, gz = stampOf(uncountedMs(state)) }
if ARGV[4] == 'unanswered' then fellSilent(rec, set, at, attempt) end
move(rec, at, 'unconfirmed', graceEnd - uncountedMs(state), set,
  'answer_lost', attempt, fence, ARGV[4] == 'unanswered' and ARGV[4] or 'lost', ARGV[5])
return { 'changed', 'unconfirmed' }
