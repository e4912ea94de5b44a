-- How long a submit without an answer may still be confirmed by its callback, and whether callbacks
-- come at all. Does what `learnedGraceMs` and `isChannelSilent` in core do.
local DURATIONS_KEPT = 128
local FEWEST_DURATIONS = 30
local SHORTEST_GRACE_MS = 120000
local LONGEST_GRACE_MS = 1800000
-- Generations whose end a poll saw, by that time. Those that are too young to be judged are kept, and
-- the twenty before them.
local ends = lane .. 'x:ends'
local ENDS_JUDGED = 20
local CALLED_BACK_AT_LEAST = 18
local CALLBACK_WITHIN_MS = 30000

local function keepDuration(model, ms)
  local key = lane .. 'durations:' .. model
  redis.call('LPUSH', key, int(ms))
  redis.call('LTRIM', key, 0, DURATIONS_KEPT - 1)
end

local function learnedGraceMs(model)
  local durations = redis.call('LRANGE', lane .. 'durations:' .. model, 0, -1)
  if #durations < FEWEST_DURATIONS then return LONGEST_GRACE_MS end
  local longest = 0
  for _, ms in ipairs(durations) do longest = math.max(longest, tonumber(ms)) end
  return math.min(math.max(math.ceil(longest * 1.5), SHORTEST_GRACE_MS), LONGEST_GRACE_MS)
end

local function keepEnd(at)
  redis.call('ZADD', ends, at, ulid)
  local old = redis.call('ZCOUNT', ends, '-inf', int(at - CALLBACK_WITHIN_MS))
  if old > ENDS_JUDGED then redis.call('ZREMRANGEBYRANK', ends, 0, old - ENDS_JUDGED - 1) end
end

local function isChannelSilent(at)
  local judged = redis.call('ZRANGE', ends, int(at - CALLBACK_WITHIN_MS), '-inf', 'BYSCORE', 'REV',
    'LIMIT', 0, ENDS_JUDGED, 'WITHSCORES')
  if #judged < 2 * ENDS_JUDGED then return false end
  local calledBack = 0
  for i = 1, #judged, 2 do
    local heardAt = tonumber(redis.call('HGET', lane .. 'g:' .. judged[i], 'cb') or nil)
    if heardAt and heardAt <= judged[i + 1] + CALLBACK_WITHIN_MS then calledBack = calledBack + 1 end
  end
  return calledBack < CALLED_BACK_AT_LEAST
end
