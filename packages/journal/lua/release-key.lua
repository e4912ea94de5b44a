#!lua flags=allow-oom
-- Gives up an idempotency key with the generation that held it.
--
-- KEYS[1] the key of one tenant's idempotency key, `{aq.idem}:...`
-- ARGV    1 generation id
-- Returns { 'changed' } | { 'ignored' }

if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return { 'ignored' } end
redis.call('DEL', KEYS[1])
return { 'changed' }
