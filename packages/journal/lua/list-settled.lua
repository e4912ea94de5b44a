#!lua flags=allow-oom
-- Settled generations whose retention is over, oldest first; and forgets events as old as they are.
-- Left out are those that a redrive may still want, while the lane is halted, and those whose
-- idempotency key is younger than it has to become: without their record it would pay again.
--
-- KEYS[1] lane prefix
-- ARGV    1 ms since settled, 2 at most, 3 ms that an idempotency key lives at least
-- Returns per generation { ulid, options JSON or '' }
-- @include now
-- @include lane

-- However many are left out, a tick looks at no more.
local MOST_LOOKED_AT = 1000

local at, isHalted = now(), loadLane().h
local before = string.format('%.0f', at - ARGV[1])
redis.call('XTRIM', KEYS[1] .. ':events', 'MINID', before)

local function isWanted(ulid, options)
  if isHalted and redis.call('ZSCORE', KEYS[1] .. ':x:denied', ulid) then return true end
  if not string.find(options, '"idempotencyKey":"', 1, true) then return false end
  return at - redis.call('HGET', KEYS[1] .. ':g:' .. ulid, 'c') < tonumber(ARGV[3])
end

local found = {}
local old = redis.call('ZRANGE', KEYS[1] .. ':x:settled', '-inf', before, 'BYSCORE', 'LIMIT', 0, MOST_LOOKED_AT)
for _, ulid in ipairs(old) do
  if #found == tonumber(ARGV[2]) then break end
  local options = redis.call('GET', KEYS[1] .. ':o:' .. ulid) or ''
  if not isWanted(ulid, options) then found[#found + 1] = { ulid, options } end
end
return found
