#!lua flags=allow-oom
-- A poll that ended nothing: remembers what it learnt and when the next one is due. Not a
-- transition: no version, no history.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 task id, 3 ms until the next poll, 4 polls, 5 errors in a row,
--         6 doubt ("kind,count,since") or '', 7 progress or ''
-- Returns { 'changed', 'running' } | { 'ignored', reason }
-- @include now
-- @include record

local current = redis.call('HMGET', recordKey, 's', 't', 'cl')
if current[1] ~= 'running' then return ignored('not_applicable') end
if redis.call('HGET', recordKey, 'k' .. current[2]) ~= ARGV[2] then return ignored('not_applicable') end
write({
  pc = ARGV[4],
  pe = ARGV[5] ~= '0' and ARGV[5],
  pd = ARGV[6] ~= '' and ARGV[6],
  pg = ARGV[7] ~= '' and ARGV[7],
})
-- A callback that came while this poll was out has made the next one due: what it found out is older.
local dueAt = redis.call('ZSCORE', lane .. 'x:running', ulid)
local isCalled = current[3] and dueAt and tonumber(dueAt) == tonumber(current[3])
if not isCalled then redis.call('ZADD', lane .. 'x:running', now() + ARGV[3], ulid) end
return { 'changed', 'running' }
