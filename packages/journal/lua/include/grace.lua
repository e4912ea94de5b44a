-- How long a submit without an answer may still be confirmed by its callback, and whether callbacks
-- come at all. Does what `learnedGraceMs` and `isChannelSilent` in core do.
local DURATIONS_KEPT = 128
local FEWEST_DURATIONS = 30
local SHORTEST_GRACE_MS = 120000
local LONGEST_GRACE_MS = 1800000
-- Generations whose end a poll saw, the latest first; older ones than the twenty that are judged are
-- there because the latest may be too young.
local ENDS_KEPT = 40
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

local function keepEnd()
  redis.call('LPUSH', lane .. 'ends', ulid)
  redis.call('LTRIM', lane .. 'ends', 0, ENDS_KEPT - 1)
end

local function isChannelSilent(at)
  local judged, calledBack = 0, 0
  for _, ended in ipairs(redis.call('LRANGE', lane .. 'ends', 0, -1)) do
    local times = redis.call('HMGET', lane .. 'g:' .. ended, 'sa', 'cb')
    local endedAt, heardAt = tonumber(times[1] or nil), tonumber(times[2] or nil)
    local isHeard = endedAt and heardAt and heardAt <= endedAt + CALLBACK_WITHIN_MS
    if isHeard or (endedAt and at >= endedAt + CALLBACK_WITHIN_MS) then
      judged = judged + 1
      if isHeard then calledBack = calledBack + 1 end
      if judged == ENDS_JUDGED then break end
    end
  end
  return judged == ENDS_JUDGED and calledBack < CALLED_BACK_AT_LEAST
end
