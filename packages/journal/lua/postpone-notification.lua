#!lua flags=allow-oom
-- Puts a notification off that was claimed and not sent: its receiver has enough in hand.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 version, 3 ms until it is due again
-- Returns { 'changed', 'pending' }
-- @include now

redis.call('ZADD', KEYS[1] .. ':x:notify', 'XX', now() + ARGV[3], ARGV[1] .. ' ' .. ARGV[2])
return { 'changed', 'pending' }
