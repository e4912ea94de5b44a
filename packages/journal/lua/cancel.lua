-- T15, T15a. The caller no longer wants the generation. What may be out upstream cannot be
-- stopped: there the wish is stored and wins at the next step. What a redrive would send again is kept
-- from it.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid
-- Returns { 'changed', status } | { 'ignored', reason }
-- @include now
-- @include record

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
if TERMINAL[rec.s] and not isRedrivable(rec) then return ignored('not_applicable') end
if rec.x then return ignored('duplicate') end
if rec.s == 'queued' or rec.s == 'held' then
  return cancel(rec, at, { x = at }, 'cancel_requested')
end
if TERMINAL[rec.s] then redis.call('ZREM', lane .. 'x:denied', ulid) end
update(rec, at, { x = at }, 'cancel_requested')
return { 'changed', rec.s }
