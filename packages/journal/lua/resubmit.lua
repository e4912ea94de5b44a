-- T14. A person sends a held generation again. A task that was bound stays as an extra one. The
-- submit deadline counts from now on: whoever sends it again wants it now.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 hint slack ms, 3 reason
-- Returns { 'changed', 'queued', wake, attempt, priority (1 high, 2 normal, 3 low),
--           submits that may have been paid by now } | { 'ignored', reason }
-- @include now
-- @include record
-- @include decision
-- @include lane
-- @include looks

local rec = load()
if not rec then return ignored('unknown') end
if rec.s ~= 'held' then return ignored('not_applicable') end
local at = now()
local paid = paidCount(rec, unresolvedOf(rec))
local wake = int(rec.w + 1)
local set = { w = wake, qa = at, t = false, ts = false, da = false, pc = false }
-- Whoever sends it again has looked into why its workers fell silent.
set.sl = false
-- What the upstream called back about before says nothing of the task that comes now.
if not awaitsLook(rec) then set.cb = false end
set.hz = stampOf(haltedMs(loadLane(), at))
requeue(rec, at, at, tonumber(ARGV[2]), set, 'resubmitted', keepReason(ARGV[3]))
return { 'changed', 'queued', wake, rec.a, rec.p or '2', paid }
