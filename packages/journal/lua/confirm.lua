#!lua flags=allow-oom
-- T9, T9a, T4a. A status call knows the task that was looked at. A generation that waits for one is
-- bound to it; one that failed succeeds when the task has finished; elsewhere the task is an extra
-- payment.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 task id, 3 what the call said ('running' | 'finished' | 'failed'),
--         4 files JSON or '', 5 deadline ms (unless the record has its own),
--         6 ms until the next look, where the task may still finish
-- Returns { 'changed', status, 'bound' | 'extra' | 'late' | 'known' } | { 'ignored', reason }
-- @include now
-- @include record
-- @include tasks
-- @include looks
-- @include lane

local rec = load()
local taskId, seen = ARGV[2], ARGV[3]
local look = lookOf(taskId)
if not rec then
  dropLook(taskId)
  return ignored('unknown')
end
if not look then return ignored('duplicate') end
local at = now()
local number = taskNumber(rec, taskId)
local isBound = number and int(number) == rec.t
if not number and otherOwner(taskId) then
  dropLook(taskId)
  return ignored('task_taken')
end
local unresolved, wasInDoubt = without(unresolvedOf(rec), look.attempt)
local set = {}

-- Which attempt made a task that is known may be news all the same.
local function known(reason)
  if not wasInDoubt then return ignored(reason) end
  set.u = #unresolved > 0 and joined(unresolved) or false
  update(rec, at, set, 'confirmed', look.attempt, number, '0')
  return { 'changed', rec.s, 'known' }
end

if isLifted(rec, isBound) and seen ~= 'failed' then
  if seen == 'running' then
    look.limit = look.limit or at + LATE_LOOKS_MS
    if at < look.limit then planLook(taskId, nextLookAt(rec, taskId, at, ARGV[6]), look) else dropLook(taskId) end
    if number then return known('not_applicable') end
    -- It is paid for, whatever becomes of it: nothing of the generation may be sent again unasked.
    set.u = #unresolved > 0 and joined(unresolved) or false
    number = addTask(rec, set, taskId)
    update(rec, at, set, 'confirmed', look.attempt, number, '0')
    redis.call('ZREM', lane .. 'x:denied', ulid)
    return { 'changed', rec.s, 'extra' }
  end
  dropLook(taskId)
  number = number or addTask(rec, set, taskId)
  redis.call('SET', lane .. 'f:' .. ulid, ARGV[4])
  set.u = #unresolved > 0 and joined(unresolved) or false
  set.n = (rec.n or 1) + 1
  set.t, set.sa, set.te = number, at, false
  if not isBound then set.ts = at end
  move(rec, at, 'succeeded', at, set, 'finished_late', look.attempt, number)
  return { 'changed', 'succeeded', 'late' }
end

dropLook(taskId)
if isBound and seen == 'failed' and TERMINAL[rec.s] then redis.call('HSET', recordKey, 'te', '1') end
local isLost = isBound and rec.s == 'held'
if number and not isLost then
  -- The answer came between the callback and this look: the poll need not wait for its time.
  if isBound and rec.s == 'running' and seen ~= 'running' then
    redis.call('ZADD', lane .. 'x:running', 'LT', at, ulid)
  end
  return known('duplicate')
end
set.u = #unresolved > 0 and joined(unresolved) or false
if not isLost and (rec.t or TERMINAL[rec.s]) then
  number = addTask(rec, set, taskId)
  update(rec, at, set, 'confirmed', look.attempt, number, '0')
  redis.call('ZREM', lane .. 'x:denied', ulid)
  return { 'changed', rec.s, 'extra' }
end

-- The current attempt, overtaken by an older one, may have been paid as well.
if isInFlight(rec) and rec.a ~= look.attempt then
  unresolved[#unresolved + 1] = { rec.a, rec.f }
  set.u = joined(unresolved)
end
number = number or addTask(rec, set, taskId)
local deadlineMs = rec.dl or ARGV[5]
set.t, set.ts, set.da, set.e, set.rc = number, at, at + deadlineMs, false, false
-- For the deadline: how long polls had been refused by now. The schedule of the polls begins anew.
set.pz, set.sl, set.pc = stampOf(refusedMs(loadLane(), at)), false, false
set.tl = '1'
move(rec, at, 'running', at, set, 'confirmed', look.attempt, number, deadlineMs)
return { 'changed', 'running', 'bound' }
