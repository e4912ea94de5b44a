-- T14. A person gives a held generation up.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 reason
-- Returns { 'changed', 'failed' } | { 'ignored', reason }
-- @include now
-- @include record
-- @include decision

local rec = load()
if not rec then return ignored('unknown') end
if rec.s ~= 'held' then return ignored('not_applicable') end
return fail(rec, now(), 'abandoned', {}, 'abandoned', keepReason(ARGV[2]))
