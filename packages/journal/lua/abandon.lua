-- T14. A person gives a held generation up. A task of it may finish all the same (T9a).
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 reason
-- Returns { 'changed', 'failed' } | { 'ignored', reason }
-- @include now
-- @include record
-- @include decision
-- @include looks

local FIRST_LATE_LOOK_MS = 3600000

local rec = load()
if not rec then return ignored('unknown') end
if rec.s ~= 'held' then return ignored('not_applicable') end
local at = now()
lookAtOthers(rec, at)
if rec.t then lookLate(rec['k' .. rec.t], at, FIRST_LATE_LOOK_MS) end
return fail(rec, at, 'abandoned', {}, 'abandoned', keepReason(ARGV[2]))
