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
-- Whether a task that finishes after all turns the failure into a success (T9a): any but the one that
-- failed itself.
local function isLifted(rec, isBound)
  return rec.s == 'failed' and not (isBound and rec.r == 'generation_failed')
end

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

-- The bound task of one that is held or has failed, by news of it.
local function lookNow(taskId, at, isLate)
  local look = lookOf(taskId) or { attempt = '0', misses = 0 }
  if isLate and not look.limit then look.limit = at + LATE_LOOKS_MS end
  planLook(taskId, at, look)
end

-- One that has failed: its other tasks were paid for as well, and one of them may finish (T9a).
local function lookAtOthers(rec, at)
  local n = 1
  while rec['k' .. n] do
    if int(n) ~= rec.t then lookNow(rec['k' .. n], at, true) end
    n = n + 1
  end
end

-- When to look again after `pauseMs`; now, where a callback came while somebody looked: what was found
-- out is older than that.
local function nextLookAt(rec, taskId, at, pauseMs)
  local dueAt = redis.call('ZSCORE', looksIndex, ulid .. ' ' .. taskId)
  if rec.cl and dueAt and tonumber(dueAt) == tonumber(rec.cl) then return at end
  return at + pauseMs
end

-- Whether a callback told of a task that nobody has looked at yet: until then nothing is sent again.
local function awaitsLook(rec) return rec.cb and redis.call('EXISTS', looksKey) == 1 end

-- The same for one that is queued. Where nothing of it can have been paid for all we know, it waits no
-- longer than a grace does: a callback proves nothing.
local function isBegunBehindLook(rec, at)
  return awaitsLook(rec) and (rec.u or at - rec.cb < MOST_AWAITED_MS)
end
