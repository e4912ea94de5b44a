-- Attempts of a generation whose holder fell silent: "1.<ms since created>,2.<…>" in `sl`, the last
-- three. A holder that reports after all did not crash, and is taken off the list.
local POISON_ATTEMPTS = 3
local POISON_WITHIN_MS = 72 * 3600 * 1000

local function fellSilent(rec, set, at, attempt)
  local list = pairsOf(rec.sl)
  list[#list + 1] = { attempt, int(at - rec.c) }
  if #list > POISON_ATTEMPTS then table.remove(list, 1) end
  set.sl = joined(list)
end

local function wasHeard(rec, set, attempt)
  if not rec.sl then return end
  local rest = without(pairsOf(rec.sl), attempt)
  set.sl = #rest > 0 and joined(rest)
end

-- The same for a report that changes nothing else, because it came too late.
local function wasHeardLate(rec, attempt)
  local set = {}
  wasHeard(rec, set, attempt)
  if set.sl then redis.call('HSET', recordKey, 'sl', set.sl) end
  if set.sl == false then redis.call('HDEL', recordKey, 'sl') end
end

local function isPoisoned(rec, at)
  local silent = 0
  for _, item in ipairs(pairsOf(rec.sl)) do
    if at - rec.c - item[2] <= POISON_WITHIN_MS then silent = silent + 1 end
  end
  return silent >= POISON_ATTEMPTS
end
