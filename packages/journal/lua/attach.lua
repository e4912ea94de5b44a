#!lua flags=allow-oom
-- T14. A person binds a task to a held generation. Its first poll is due at once. A task that was
-- bound before stays as an extra one.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 task id, 3 the unresolved attempt that made the task, or '',
--         4 deadline ms (unless the record has its own), 5 reason
-- Returns { 'changed', 'running' } | { 'ignored', reason }
-- @include now
-- @include record
-- @include tasks
-- @include decision
-- @include lane

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local taskId, attempt = ARGV[2], ARGV[3]
if rec.s ~= 'held' then return ignored('not_applicable') end
if otherOwner(taskId) then return ignored('task_taken') end
local rest, wasInDoubt = without(unresolvedOf(rec), attempt)
if attempt ~= '' and not wasInDoubt then return ignored('not_applicable') end

local set = {}
local number = taskNumber(rec, taskId) or addTask(rec, set, taskId)
local deadlineMs = rec.dl or ARGV[4]
set.u = #rest > 0 and joined(rest) or false
set.t, set.ts, set.da, set.e, set.rc = number, at, at + deadlineMs, false, false
-- For the deadline: how long polls had been refused by now.
set.pz = stampOf(refusedMs(loadLane(), at))
set.tl = '1'
-- The schedule of the polls begins anew.
set.pc = false
move(rec, at, 'running', at, set, 'attached', number, deadlineMs, attempt == '' and '0' or attempt,
  keepReason(ARGV[5]))
return { 'changed', 'running' }
