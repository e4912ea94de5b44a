-- T2a. A queued generation whose submit deadline passed, when nobody began it.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 submit deadline ms since created or sent again (0: never)
-- Returns { 'changed', status } | { 'ignored', reason }
-- @include now
-- @include record
-- @include lane

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local limit = tonumber(ARGV[2])
if rec.s ~= 'queued' or limit == 0 then return ignored('not_applicable') end
if waitedMs(loadLane(), at, rec.qa or rec.c, rec.hz) <= limit then return ignored('not_applicable') end
return failOrHold(rec, at, 'expired', {}, 'expired')
