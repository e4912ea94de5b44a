#!lua flags=allow-oom
-- Gives up an idempotency key with the generation that holds it. That one is removed by another script,
-- in another slot, and may be wanted again in between: so the key has an end while that is open.
--
-- KEYS[1] the key of one tenant's idempotency key, `{aq.idem}:...`
-- ARGV    1 generation id, 2 'end' before the generation is removed, then 'release', or 'keep' where
--         it stays
-- Returns { 'changed' } | { 'ignored' }

local OPEN_MS = 24 * 3600 * 1000

if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return { 'ignored' } end
if ARGV[2] == 'end' then
  redis.call('PEXPIRE', KEYS[1], OPEN_MS)
elseif ARGV[2] == 'keep' then
  redis.call('PERSIST', KEYS[1])
else
  redis.call('DEL', KEYS[1])
end
return { 'changed' }
