#!lua flags=allow-oom
-- A look that found nothing out: the upstream does not know the task, or did not say. A task that it
-- has denied five times over two minutes is forgotten, but for one that a generation is bound to, and
-- the one that may be the answer to a submit that waits for its own. One
-- of which it never said anything is forgotten days after the last callback can have come, where
-- nothing is sent again for it.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 task id, 3 'not_found' | 'unavailable', 4 ms until the next look,
--         5 misses that end it, 6 over at least ms
-- Returns { 'kept' | 'dropped' }
-- @include now
-- @include record
-- @include looks

-- Callbacks come for a week at most; the last of them is tried for a day.
local NOTHING_SAID_MS = 8 * 24 * 3600 * 1000

local rec = load()
local taskId = ARGV[2]
local look = lookOf(taskId)
if not rec or not look then
  dropLook(taskId)
  return { 'dropped' }
end
local at = now()
if ARGV[3] == 'not_found' then
  look.misses = look.misses + 1
  look.since = look.since or at
end
-- A submit whose answer is missing may well have made the task that its own callback named: forgotten
-- in its grace, it would be sent once more. So it is held when that ends, and forgotten then.
local isAwaited = isInFlight(rec) and rec.a == look.attempt
local isDenied = look.misses >= tonumber(ARGV[5]) and at - look.since >= tonumber(ARGV[6])
  and not isAwaited
local isSettled = rec.s == 'held' or TERMINAL[rec.s]
local isOver = isDenied or (isSettled and rec.cb and at - rec.cb >= NOTHING_SAID_MS)
if look.limit then isOver = at >= look.limit end
if not isOver then
  planLook(taskId, nextLookAt(rec, taskId, at, ARGV[4]), look)
  return { 'kept' }
end
dropLook(taskId)
local set = {}
note(rec, set, at, 'look_ended', look.attempt)
write(set)
return { 'dropped' }
