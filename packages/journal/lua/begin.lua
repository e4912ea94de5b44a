-- T2. Stores the intent of one attempt before any byte of it is sent. Run again with the same
-- fence (a client re-sends a command after an outage) it gives the same answer.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 fence, 3 send within ms, 4 answer within ms after that,
--         5 submit deadline ms since created (0: never), 6 policy ('resubmit' | 'hold'),
--         7 attempts per second or '', 8 attempts at once after a pause, 9 in flight at most or ''
-- Returns { 'begun', attempt, last error or '', refusals in a row, unresolved, request JSON }
--         or { 'refused', 'unknown' | 'not_queued' | 'expired', status }
--         or { 'early', ms to wait }
--         or { 'busy', 'in_flight', '' } or { 'busy', 'paced', ms to wait }
-- @include now
-- @include record

-- Whether the lane has as many in flight as it may.
local function crowded()
  if ARGV[9] == '' then return nil end
  local inFlight = 0
  for _, status in ipairs({ 'submitting', 'unconfirmed', 'running' }) do
    inFlight = inFlight + redis.call('ZCARD', lane .. 'x:' .. status)
  end
  return inFlight >= tonumber(ARGV[9]) and { 'busy', 'in_flight', '' } or nil
end

-- The pace of the lane, for all its workers: `pace` holds the time at which an attempt would begin
-- if all had kept their distance. A burst may run ahead of it.
local function paced(at)
  if ARGV[7] == '' then return nil end
  local distance = 1000 / ARGV[7]
  local ahead = distance * (ARGV[8] - 1)
  local ideal = tonumber(redis.call('GET', lane .. 'pace') or at)
  -- Further ahead than any burst: another rate, or a clock that stepped back.
  ideal = math.min(math.max(ideal, at), at + ahead + distance)
  if ideal - at > ahead then return { 'busy', 'paced', int(math.ceil(ideal - at - ahead)) } end
  local nextIdeal = ideal + distance
  redis.call('SET', lane .. 'pace', string.format('%.3f', nextIdeal),
    'PX', int(math.ceil(nextIdeal - at)))
  return nil
end

local rec = load()
if not rec then return { 'refused', 'unknown', '' } end
-- Read before anything is written: a begun attempt without its request could not be sent.
local request = redis.call('GET', lane .. 'r:' .. ulid)
if not request then return { 'refused', 'unknown', '' } end
local at = now()
local isRepeated = rec.s == 'submitting' and rec.f == ARGV[2]
if not isRepeated then
  if rec.s ~= 'queued' then return { 'refused', 'not_queued', rec.s } end
  if tonumber(ARGV[5]) > 0 and at - rec.c > tonumber(ARGV[5]) then
    local outcome = failOrHold(rec, at, 'expired', {}, 'expired')
    return { 'refused', 'expired', outcome[2] }
  end
  if at < tonumber(rec.wa) then return { 'early', int(rec.wa - at) } end
  local refusal = crowded() or paced(at)
  if refusal then return refusal end
  local deadline = at + ARGV[3]
  rec.a = int(rec.a + 1)
  local set = { a = rec.a, f = ARGV[2], sd = deadline, y = ARGV[6] == 'hold' and '1' }
  move(rec, at, 'submitting', deadline + ARGV[4], set, 'begun', rec.a, ARGV[2], ARGV[3])
end
return { 'begun', rec.a, rec.e or '', rec.rc or '0', #unresolvedOf(rec), request }
