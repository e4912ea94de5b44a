#!lua flags=allow-oom
-- T12, T13a. The task of a running generation ended, or its deadline passed.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 task id, 3 event ('finished' | 'task_failed' | 'timed_out'),
--         4 files JSON or message or ''
-- Returns { 'changed', status, ms since submitted, ms since created } | { 'ignored', reason }
-- @include now
-- @include record
-- @include looks
-- @include grace
-- @include lane

local FIRST_LATE_LOOK_MS = 3600000

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local event = ARGV[3]
local isBound = rec.t and rec['k' .. rec.t] == ARGV[2]
if rec.s ~= 'running' or not isBound then
  -- Another call held it, or ended it by its deadline, while this one was answered: somebody looks again.
  local isLate = isLifted(rec, true) and event == 'finished'
  if isBound and event ~= 'timed_out' and (rec.s == 'held' or isLate) then lookNow(ARGV[2], at, isLate) end
  return ignored('not_applicable')
end
-- A person may have given it more time since this poll was taken.
if event == 'timed_out' and at < rec.da + refusedMs(loadLane(), at) - (rec.pz or 0) then
  return ignored('not_applicable')
end
if ARGV[4] ~= '' then
  redis.call('SET', lane .. (event == 'finished' and 'f:' or 'e:') .. ulid, ARGV[4])
end
-- A task that a callback named is bound when it is over: that says nothing of how long it took, nor of
-- whether others call back.
if event == 'finished' and not rec.tl then keepDuration(rec.m, at - rec.ts) end
if event ~= 'finished' and not rec.x then lookAtOthers(rec, at) end
if event == 'timed_out' then
  if not rec.x then lookLate(ARGV[2], at, FIRST_LATE_LOOK_MS) end
elseif rec.cq and not rec.tl then
  keepEnd(at)
end
local outcome
if event == 'finished' and not rec.x then
  move(rec, at, 'succeeded', at, { sa = at }, event)
  outcome = { 'changed', 'succeeded' }
elseif event == 'finished' then
  outcome = cancel(rec, at, {}, event)
else
  local isFailed = event == 'task_failed'
  local set = { te = isFailed and rec.x and '1' or nil }
  outcome = fail(rec, at, isFailed and 'generation_failed' or 'timed_out', set, event)
end
outcome[3], outcome[4] = int(at - rec.ts), int(at - rec.c)
return outcome
