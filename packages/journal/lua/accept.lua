#!lua flags=allow-oom
-- T4, T4a. The upstream accepted the task. A late answer wins over everything that only waits; a
-- second task id is kept as an extra payment; one that is known ends the doubt about its attempt.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 attempt, 3 fence, 4 task id, 5 deadline ms (unless the record has its own),
--         6 ms until the first poll, 7 trace of the exchange or ''
-- Returns { 'changed', status, 'bound' | 'extra' | 'known', 'opened' when it was the probe that opens the
--           lane, or '' } | { 'ignored', reason }
-- @include now
-- @include record
-- @include tasks
-- @include lane
-- @include adaptive-pace
-- @include looks

-- A task runs for minutes: nothing is lost by asking a little later.
local FIRST_LATE_LOOK_MS = 60000

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local attempt, fence, taskId = ARGV[2], ARGV[3], ARGV[4]
trace = ARGV[7]
local isOwn = isInFlight(rec) and isCurrent(rec, attempt, fence)
local unresolved, wasInDoubt = without(unresolvedOf(rec), attempt, fence)
local number = taskNumber(rec, taskId)
-- The answer to this very attempt may be a task that a person let go of before: that is bound again.
if number and not isOwn then
  if not wasInDoubt then return ignored('duplicate') end
  -- A person may have attached it without knowing which attempt made it.
  local set = { u = #unresolved > 0 and joined(unresolved) or false }
  update(rec, at, set, 'accepted', attempt, fence, number, '0')
  return { 'changed', rec.s, 'known' }
end
if otherOwner(taskId) then return ignored('task_taken') end

local state = loadLane()
if rec.s == 'submitting' and isCurrent(rec, attempt, fence) then
  tellPace(state, rec, at, false)
  tellHealth(state, at, false)
end
local set = {}
number = number or addTask(rec, set, taskId)
if rec.t or TERMINAL[rec.s] then
  set.u = #unresolved > 0 and joined(unresolved) or false
  update(rec, at, set, 'accepted', attempt, fence, number, '0')
  redis.call('ZREM', lane .. 'x:denied', ulid)
  -- It failed before its answer came: that was paid for, and may finish all the same (T9a).
  if isLifted(rec, false) and not lookOf(taskId) then lookLate(taskId, at, FIRST_LATE_LOOK_MS) end
  return { 'changed', rec.s, 'extra' }
end

-- The current attempt, overtaken by an older one, may have been paid as well.
if isInFlight(rec) and not isOwn then
  unresolved[#unresolved + 1] = { rec.a, rec.f }
end
local deadlineMs = rec.dl or ARGV[5]
set.u = #unresolved > 0 and joined(unresolved) or false
set.t, set.ts, set.da, set.e, set.rc = number, at, at + deadlineMs, false, false
-- For the deadline: how long polls had been refused by now.
set.pz, set.sl = stampOf(refusedMs(state, at)), false
if rec.tl then set.tl = false end
-- Credits are back when a probe of this very halt is accepted.
local isProof = isOwn and rec.pb
  and state.h == 'insufficient_credits' and isOfEpoch(state, rec.le)
move(rec, at, 'running', at + ARGV[6], set, 'accepted', attempt, fence, number, deadlineMs)
if isProof then openLane(state, at) end
return { 'changed', 'running', 'bound', isProof and 'opened' or '' }
