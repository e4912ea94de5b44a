#!lua flags=allow-oom
-- Takes tasks that are to be looked at: each is leased to the caller by moving its time forward.
-- While the key of the lane is refused, or its base URL in doubt, they wait like its polls.
--
-- KEYS[1] lane prefix
-- ARGV    1 at most, 2 lease ms
-- Returns { now, ms until the next look is due or '', epoch of the lane, then per look:
--           { ulid, task id, misses, '1' when the generation has failed or '' } }
-- @include now
-- @include lane

local index = KEYS[1] .. ':x:looks'
local at = now()
local stamp = string.format('%.0f', at)
local state = loadLane()
local claimed = { stamp, '', state.ep or '0' }
if state.pr and (state.pn or state.h == 'base_url_changed') then return claimed end
local due = redis.call('ZRANGE', index, '-inf', stamp, 'BYSCORE', 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do
  local ulid, taskId = string.sub(member, 1, 26), string.sub(member, 28)
  local look = redis.call('HGET', KEYS[1] .. ':c:' .. ulid, taskId)
  if look then
    redis.call('ZADD', index, at + ARGV[2], member)
    local failed = redis.call('HGET', KEYS[1] .. ':g:' .. ulid, 's') == 'failed'
    claimed[#claimed + 1] = { ulid, taskId, string.match(look, '^%d+,(%d+)'), failed and '1' or '' }
  else
    redis.call('ZREM', index, member)
  end
end
local next = redis.call('ZRANGE', index, 0, 0, 'WITHSCORES')
if next[2] then claimed[2] = string.format('%.0f', math.max(0, next[2] - at)) end
return claimed
