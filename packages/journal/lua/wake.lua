-- Decides that a queued generation gets a new wake-up hint.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 the wake that was looked at, 3 ms until the next look
-- Returns { 'changed', 'queued', wake } | { 'ignored', reason }
-- @include now
-- @include record

local rec = load()
if not rec then return ignored('unknown') end
if rec.s ~= 'queued' or rec.w ~= ARGV[2] then return ignored('not_applicable') end
local at = now()
redis.call('ZADD', lane .. 'x:queued', at + ARGV[3], ulid)
local set = { w = int(rec.w + 1) }
note(rec, set, at, 'woken', set.w)
write(set)
return { 'changed', 'queued', set.w }
