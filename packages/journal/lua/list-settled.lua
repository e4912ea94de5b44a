#!lua flags=allow-oom
-- Settled generations whose retention is over, oldest first; and forgets events as old as they are.
-- Left out are those that a redrive may still want, while the lane is halted, and those whose
-- idempotency key is younger than it has to become: without their record it would pay again. The next
-- tick goes on behind what this one left out, and begins anew at the end.
--
-- KEYS[1] lane prefix
-- ARGV    1 ms since settled, 2 at most, 3 ms that an idempotency key lives at least
-- Returns per generation { ulid, options JSON or '' }
-- @include now
-- @include lane

-- However many are left out, a tick looks at no more.
local MOST_LOOKED_AT = 1000

local at, state = now(), loadLane()
local before = string.format('%.0f', at - ARGV[1])
redis.call('XTRIM', KEYS[1] .. ':events', 'MINID', before)

local function isWanted(ulid, options)
  if state.h and redis.call('ZSCORE', KEYS[1] .. ':x:denied', ulid) then return true end
  -- Metadata may have the word as well.
  local isKeyed = string.find(options, '"idempotencyKey":"', 1, true)
    and type(cjson.decode(options).idempotencyKey) == 'string'
  return isKeyed and at - redis.call('HGET', KEYS[1] .. ':g:' .. ulid, 'c') < tonumber(ARGV[3])
end

local found = {}
local index = KEYS[1] .. ':x:settled'
local from = tonumber(state.rl or 0)
local left = redis.call('ZRANGE', index, from, from + MOST_LOOKED_AT - 1, 'WITHSCORES')
local wanted, isEnd = 0, #left < 2 * MOST_LOOKED_AT
for i = 1, #left, 2 do
  if #found == tonumber(ARGV[2]) then
    isEnd = false
    break
  end
  if tonumber(left[i + 1]) > tonumber(before) then
    isEnd = true
    break
  end
  local ulid = left[i]
  local options = redis.call('GET', KEYS[1] .. ':o:' .. ulid) or ''
  if isWanted(ulid, options) then
    wanted = wanted + 1
  else
    found[#found + 1] = { ulid, options }
  end
end
-- What is found goes, so that those behind it move up.
local next = isEnd and 0 or from + wanted
if next ~= from then writeLane(state, { rl = next > 0 and next }) end
return found
