#!lua flags=allow-oom
-- Takes running generations whose poll is due: each is leased to the caller by moving its due time
-- forward. A caller that dies loses its leases; the polls come due again for another. While the key
-- of the lane is refused, or its base URL in doubt, they wait, but for one now and then (T13c). Deadlines
-- stand still while polls are refused.
--
-- KEYS[1] lane prefix
-- ARGV    1 at most, 2 lease ms, 3 ms between two polls while the key is refused
-- Returns { now, ms until the next poll is due or '', epoch of the lane, '1' while polls are refused
--           or '', then per poll:
--           { ulid, due at, task id, model, submitted at, deadline at, polls, errors, doubt,
--             progress } }
-- @include now
-- @include lane

local running = KEYS[1] .. ':x:running'
local at = now()
local stamp = string.format('%.0f', at)
local state = loadLane()
local refused = refusedMs(state, at)

-- How many polls may go through now; where they wait, ms until one may, or nil for a person.
local function allowed()
  if not state.pr then return tonumber(ARGV[1]), 0 end
  if state.h == 'base_url_changed' then return 0, nil end
  if not state.pn then return tonumber(ARGV[1]), 0 end
  if isToCome(state.pn - at, ARGV[3]) then return 0, state.pn - at end
  return 1, 0
end

local most, pauseMs = allowed()
local claimed = { stamp, '', state.ep or '0', state.pr and '1' or '' }
local due = {}
if most > 0 then
  due = redis.call('ZRANGE', running, '-inf', stamp, 'BYSCORE', 'LIMIT', 0, most, 'WITHSCORES')
end
if state.pr and state.pn and #due > 0 then
  pauseMs = tonumber(ARGV[3])
  writeLane(state, { pn = at + pauseMs })
end
for i = 1, #due, 2 do
  local ulid = due[i]
  local recordKey = KEYS[1] .. ':g:' .. ulid
  local rec = redis.call('HMGET', recordKey, 't', 'm', 'ts', 'da', 'pc', 'pe', 'pd', 'pg', 'pz')
  redis.call('ZADD', running, at + ARGV[2], ulid)
  local poll = { ulid, due[i + 1], redis.call('HGET', recordKey, 'k' .. (rec[1] or '')) or '' }
  if rec[4] then rec[4] = string.format('%.0f', rec[4] + refused - (rec[9] or 0)) end
  for j = 2, 8 do poll[#poll + 1] = rec[j] or '' end
  claimed[#claimed + 1] = poll
end
local next = redis.call('ZRANGE', running, 0, 0, 'WITHSCORES')
if next[2] and pauseMs then
  claimed[2] = string.format('%.0f', math.max(pauseMs, next[2] - at))
end
return claimed
