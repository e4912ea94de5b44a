#!lua flags=allow-oom
-- Queued generations whose hint is still there: only when to look for it again. Not a transition: no
-- version, no history. One that moved meanwhile is left alone.
--
-- KEYS[1] lane prefix
-- ARGV    1 ms until the next look, then for each generation: ulid, the wake that was looked at
-- Returns { how many are kept }
-- @include now

local nextLook = string.format('%.0f', now() + ARGV[1])
local kept = {}
for i = 2, #ARGV, 2 do
  local rec = redis.call('HMGET', KEYS[1] .. ':g:' .. ARGV[i], 's', 'w')
  if rec[1] == 'queued' and rec[2] == ARGV[i + 1] then
    kept[#kept + 1] = nextLook
    kept[#kept + 1] = ARGV[i]
  end
end
if #kept > 0 then redis.call('ZADD', KEYS[1] .. ':x:queued', unpack(kept)) end
return { string.format('%.0f', #kept / 2) }
