-- T16. Queues generations again that failed for the account, have no task and no doubt; the oldest
-- failure first. The submit deadline counts from now on.
--
-- KEYS[1] lane prefix
-- ARGV    1 only those that failed until then, in ms since the epoch, or '' for now; 2 at most,
--         3 hint slack ms
-- Returns { until, '1' when more are left or '', per generation { ulid, wake, attempt,
--           priority (1 high, 2 normal, 3 low) } }
-- @include now
-- @include record
-- @include lane

local denied = lane .. 'x:denied'
local at = now()
local latest = ARGV[1] == '' and int(at) or ARGV[1]
local halted = stampOf(haltedMs(loadLane(), at))
local found = redis.call('ZRANGE', denied, '-inf', latest, 'BYSCORE', 'LIMIT', 0, ARGV[2])
local redriven = { latest, '' }
for _, one in ipairs(found) do
  ulid = one
  recordKey = lane .. 'g:' .. ulid
  local rec = load()
  if not rec or not isRedrivable(rec) or rec.x then
    -- A task that came late does not go again, so this is for good.
    redis.call('ZREM', denied, ulid)
  else
    local wake = int(rec.w + 1)
    local set = { w = wake, n = (rec.n or 1) + 1, qa = at, hz = halted }
    requeue(rec, at, at, tonumber(ARGV[3]), set, 'redriven')
    redriven[#redriven + 1] = { ulid, wake, rec.a, rec.p or '2' }
  end
end
if redis.call('ZCOUNT', denied, '-inf', latest) > 0 then redriven[2] = '1' end
return redriven
