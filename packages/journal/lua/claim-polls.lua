#!lua flags=allow-oom
-- Takes running generations whose poll is due: each is leased to the caller by moving its due time
-- forward. A caller that dies loses its leases; the polls come due again for another.
--
-- KEYS[1] lane prefix
-- ARGV    1 at most, 2 lease ms
-- Returns { now, ms until the next poll is due or '', then per poll:
--           { ulid, due at, task id, model, submitted at, deadline at, polls, errors, doubt,
--             progress } }
-- @include now

local running = KEYS[1] .. ':x:running'
local at = now()
local stamp = string.format('%.0f', at)
local due = redis.call('ZRANGE', running, '-inf', stamp, 'BYSCORE', 'LIMIT', 0, ARGV[1], 'WITHSCORES')
local claimed = { stamp, '' }
for i = 1, #due, 2 do
  local ulid = due[i]
  local recordKey = KEYS[1] .. ':g:' .. ulid
  local rec = redis.call('HMGET', recordKey, 't', 'm', 'ts', 'da', 'pc', 'pe', 'pd', 'pg')
  redis.call('ZADD', running, at + ARGV[2], ulid)
  local poll = { ulid, due[i + 1], redis.call('HGET', recordKey, 'k' .. (rec[1] or '')) or '' }
  for j = 2, 8 do poll[#poll + 1] = rec[j] or '' end
  claimed[#claimed + 1] = poll
end
local next = redis.call('ZRANGE', running, 0, 0, 'WITHSCORES')
if next[2] then claimed[2] = string.format('%.0f', math.max(0, next[2] - at)) end
return claimed
