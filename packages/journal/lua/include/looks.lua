-- Tasks that somebody has to look at although no poll follows them: one that a callback named, and
-- one that may still finish after its generation has failed. `x:looks` of the lane has
-- "<ulid> <task id>" by the time of the next look; `c:<ulid>` of the generation has, by task id,
-- "<attempt>,<misses>,<first miss at or ''>,<until or ''>".
local looksIndex = lane .. 'x:looks'
local looksKey = lane .. 'c:' .. ulid
-- Tasks of one generation that are looked at at once: as many as its attempts may have made, and a
-- few that nobody made.
local MOST_LOOKS = 16
-- How long a task is looked at whose generation has failed.
local LATE_LOOKS_MS = 24 * 3600 * 1000
-- Failures that a task which finishes after all turns into a success (T9a).
local LIFTED = {
  timed_out = true, expired = true, invalid_request = true,
  authentication_error = true, insufficient_credits = true, abandoned = true,
}

local function lookOf(taskId)
  local text = redis.call('HGET', looksKey, taskId)
  if not text then return nil end
  local attempt, misses, since, limit = string.match(text, '^(%d+),(%d+),(%d*),(%d*)$')
  return { attempt = attempt, misses = tonumber(misses), since = tonumber(since), limit = tonumber(limit) }
end

local function planLook(taskId, dueAt, look)
  local function optional(ms) return ms and int(ms) or '' end
  redis.call('HSET', looksKey, taskId, table.concat({
    look.attempt, int(look.misses), optional(look.since), optional(look.limit) }, ','))
  redis.call('ZADD', looksIndex, dueAt, ulid .. ' ' .. taskId)
end

local function dropLook(taskId)
  redis.call('HDEL', looksKey, taskId)
  redis.call('ZREM', looksIndex, ulid .. ' ' .. taskId)
end

-- The task of a generation that failed without an end of it.
local function lookLate(taskId, at, firstLookMs)
  planLook(taskId, at + firstLookMs, { attempt = '0', misses = 0, limit = at + LATE_LOOKS_MS })
end

-- How long a grace may wait for a look beyond its end. While the lane's status calls are refused there
-- are none, and a person is asked for already.
local MOST_AWAITED_MS = 1800000

-- Whether a callback told of a task that nobody has looked at yet: until then nothing is sent again.
local function awaitsLook(rec) return rec.cb and redis.call('EXISTS', looksKey) == 1 end
