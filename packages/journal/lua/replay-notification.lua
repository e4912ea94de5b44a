-- Delivers a notification once more, whatever came of it, with its schedule from the beginning.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 version
-- Returns { 'changed', 'pending' } | { 'ignored', 'unknown' }
-- @include now

local messages = KEYS[1] .. ':m:' .. ARGV[1]
local line = redis.call('HGET', messages, ARGV[2])
if not line then return { 'ignored', 'unknown' } end
local kind, since, attempts, _, _, replays = string.match(line, '^(%w+),(%d+),(%d+),(%d+),([%w_]+),?(%d*)$')
local count = (tonumber(replays) or 0) + 1
redis.call('HSET', messages, ARGV[2],
  table.concat({ kind, since, attempts, attempts, 'pending', count }, ','))
redis.call('ZADD', KEYS[1] .. ':x:notify', now(), ARGV[1] .. ' ' .. ARGV[2])
return { 'changed', 'pending' }
