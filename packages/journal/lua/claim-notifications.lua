#!lua flags=allow-oom
-- Takes notifications that are to be delivered: each is leased to the caller by moving its time
-- forward. Who dies with one loses it to another worker: delivered at least once.
--
-- KEYS[1] lane prefix
-- ARGV    1 at most, 2 lease ms
-- Returns { ms until the next one is due or '', then per notification: { ulid, version, its line } }
-- @include now

local index = KEYS[1] .. ':x:notify'
local at = now()
local due = redis.call('ZRANGE', index, '-inf', string.format('%.0f', at), 'BYSCORE', 'LIMIT', 0, ARGV[1])
local claimed = { '' }
for _, member in ipairs(due) do
  local ulid, version = string.match(member, '^(%S+) (%d+)$')
  local line = redis.call('HGET', KEYS[1] .. ':m:' .. ulid, version)
  if line then
    redis.call('ZADD', index, at + ARGV[2], member)
    claimed[#claimed + 1] = { ulid, version, line }
  else
    redis.call('ZREM', index, member)
  end
end
local next = redis.call('ZRANGE', index, 0, 0, 'WITHSCORES')
if next[2] then claimed[1] = string.format('%.0f', math.max(0, next[2] - at)) end
return claimed
