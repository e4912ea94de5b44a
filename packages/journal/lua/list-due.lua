#!lua flags=allow-oom
-- Generations of one status whose time has come, oldest first, for the rescuer.
--
-- KEYS[1] lane prefix
-- ARGV    1 status, 2 at most
-- Returns per generation { ulid, attempt, fence or '', wake, priority, unresolved,
--           ms since created or sent again by a person, without the time behind a halted lane }
-- @include now
-- @include lane
-- @include outage

-- Whose scores leave out the time that did not count.
local IN_FLIGHT = { submitting = true, unconfirmed = true }

local at, state = now(), loadLane()
noticeGap(state, at)
local stamp = string.format('%.0f', at - (IN_FLIGHT[ARGV[1]] and uncountedMs(state) or 0))
local due = redis.call('ZRANGE', KEYS[1] .. ':x:' .. ARGV[1], '-inf', stamp, 'BYSCORE', 'LIMIT', 0, ARGV[2])
local found = {}
for i, ulid in ipairs(due) do
  local rec = redis.call('HMGET', KEYS[1] .. ':g:' .. ulid, 'a', 'f', 'w', 'p', 'u', 'c', 'qa', 'hz')
  local _, commas = string.gsub(rec[5] or '', ',', '')
  local unresolved = rec[5] and commas + 1 or 0
  found[i] = { ulid, rec[1] or '0', rec[2] or '', rec[3] or '0', rec[4] or '2',
    string.format('%.0f', unresolved), string.format('%.0f', waitedMs(state, at, rec[7] or rec[6] or at, rec[8])) }
end
return found
