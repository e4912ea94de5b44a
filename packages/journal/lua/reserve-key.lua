-- Reserves an idempotency key before the record is stored, so that a retry finds the id and
-- finishes the enqueue. Until a record is stored the key has an end: nothing else would ever end it.
--
-- KEYS[1] the key of one tenant's idempotency key, `{aq.idem}:...`
-- ARGV    1 body digest, 2 generation id, 3 ms until it ends unless a record is stored
-- Returns { 'reserved' | 'same' | 'conflict', generation id, ms since it was reserved while its record
--         is not known to be stored, else '' }

local stored = redis.call('HMGET', KEYS[1], 'd', 'id')
if not stored[1] then
  redis.call('HSET', KEYS[1], 'd', ARGV[1], 'id', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return { 'reserved', ARGV[2], '' }
end
local left, life = redis.call('PTTL', KEYS[1]), tonumber(ARGV[3])
-- More is left than it was given: the clock stepped back since, and nobody waits until it is there again.
local age = left < 0 and '' or left > life and life or life - left
return { stored[1] == ARGV[1] and 'same' or 'conflict', stored[2], age }
