#!lua flags=allow-oom
-- T13, T13b. The task of a running generation cannot be followed: a person decides.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 task id, 3 reason ('task_not_found' | 'status_rejected')
-- Returns { 'changed', status } | { 'ignored', reason }
-- @include now
-- @include record

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
if rec.s ~= 'running' or rec['k' .. rec.t] ~= ARGV[2] then return ignored('not_applicable') end
if rec.x then return cancel(rec, at, {}, 'untraceable', ARGV[3]) end
return hold(rec, at, ARGV[3], {}, 'untraceable', ARGV[3])
