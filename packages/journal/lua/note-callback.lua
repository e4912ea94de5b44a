#!lua flags=allow-oom
-- A callback came: whatever it says of the end of a task, somebody has to look at that task. Nothing
-- else follows from it, and a repeated one changes nothing.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 attempt that the address was made for, 3 task id, 4 ms between two looks that
--         callbacks bring about
-- Returns { 'candidate' }  a task that the generation does not know
--         { 'poll_due' }   its running task: the poll is due now
--         { 'late_due' }   it has failed: its task is looked at now
--         { 'full' }       as many tasks of it are looked at as may be: nothing is kept of this one
--         { 'nothing' | 'unknown' }
-- @include now
-- @include record
-- @include tasks
-- @include looks

local rec = load()
if not rec then return { 'unknown' } end
local at = now()
local attempt, taskId = ARGV[2], ARGV[3]
local number = taskNumber(rec, taskId)
local isBound = number and int(number) == rec.t

-- Keeps when the upstream was first heard of, and that it brought something about.
local function heard(outcome, isLooked)
  local set = {}
  if not rec.cb or outcome == 'candidate' then note(rec, set, at, 'called_back', attempt) end
  if not rec.cb then set.cb = at end
  if isLooked then set.cl = at end
  if next(set) then write(set) end
  return { outcome }
end

local function isTooSoon() return rec.cl and at - rec.cl < tonumber(ARGV[4]) and at >= tonumber(rec.cl) end

if not number then
  if otherOwner(taskId) then return { 'nothing' } end
  if lookOf(taskId) then return { 'nothing' } end
  if redis.call('HLEN', looksKey) >= MOST_LOOKS then return { 'full' } end
  planLook(taskId, at, { attempt = attempt, misses = 0 })
  return heard('candidate')
end
if isTooSoon() then return { 'nothing' } end
if isBound and rec.s == 'running' then
  redis.call('ZADD', lane .. 'x:running', 'LT', at, ulid)
  return heard('poll_due', true)
end
local isLost = isBound and rec.s == 'held'
local isLate = isLifted(rec, isBound)
if not isLost and not isLate then return heard('nothing') end
local look = lookOf(taskId) or { attempt = isBound and '0' or attempt, misses = 0 }
if isLate and not look.limit then look.limit = at + LATE_LOOKS_MS end
planLook(taskId, at, look)
return heard(isLate and 'late_due' or 'candidate', true)
