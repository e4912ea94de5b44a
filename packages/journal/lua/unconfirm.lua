#!lua flags=allow-oom
-- T6, T7. A submit was sent and got no answer, or its holder fell silent.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 attempt, 3 fence, 4 code ('answer_lost' | 'unanswered'), 5 grace ms,
--         6 trace of the exchange or '', 7 grace ms of an attempt that asked for a callback, or '' for
--         the one that its model has taught us; 5 is that of an attempt that did not ask
-- Returns { 'changed', status } | { 'ignored', reason }
-- @include now
-- @include record
-- @include lane
-- @include adaptive-pace
-- @include silence
-- @include grace
-- @include outage

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local attempt, fence = ARGV[2], ARGV[3]
trace = ARGV[6]
if rec.s ~= 'submitting' or not isCurrent(rec, attempt, fence) then
  if ARGV[4] == 'answer_lost' then wasHeardLate(rec, attempt) end
  return outcomeIgnored(rec, at, 'answer_lost', attempt, fence)
end
local graceMs = ARGV[5]
if rec.cq then graceMs = ARGV[7] ~= '' and ARGV[7] or int(learnedGraceMs(rec.m)) end
local graceEnd = at + graceMs
local state = loadLane()
noticeGap(state, at)
local set = { f = fence, ge = graceEnd, e = ARGV[4], rc = 0, gz = stampOf(uncountedMs(state)) }
if ARGV[4] == 'unanswered' then
  fellSilent(rec, set, at, attempt)
else
  tellHealth(state, at, true)
end
move(rec, at, 'unconfirmed', graceEnd - uncountedMs(state), set,
  'answer_lost', attempt, fence, ARGV[4] == 'unanswered' and ARGV[4] or 'lost', graceMs)
return { 'changed', 'unconfirmed' }
