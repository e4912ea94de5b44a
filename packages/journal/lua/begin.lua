#!lua flags=allow-oom
-- T2. Stores the intent of one attempt before any byte of it is sent. Run again with the same
-- fence (a client re-sends a command after an outage) it gives the same answer.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 fence, 3 send within ms, 4 answer within ms after that,
--         5 submit deadline ms since created or sent again (0: never), 6 policy ('resubmit' | 'hold'),
--         7 attempts per second or '', 8 attempts at once after a pause, 9 in flight at most or '',
--         10 ms until the first probe of a lane without credits or '', 11 longest ms between them,
--         12 base URL or '', 13 '1' when the attempt asks for a callback or ''
-- Returns { 'begun', attempt, last error or '', refusals in a row, unresolved, request JSON,
--           '1' for a probe of a halted lane or '' }
--         or { 'refused', 'unknown' | 'not_queued' | 'expired' | 'poison', status }
--         or { 'early', ms to wait }
--         or { 'busy', 'in_flight' | 'halted' | 'memory', '' }
--         or { 'busy', 'paced' | 'halted' | 'outage', ms to wait }
-- It may run in a full Redis, to say so.
-- @include now
-- @include record
-- @include lane
-- @include adaptive-pace
-- @include memory
-- @include outage
-- @include silence
-- @include looks

-- A task that a callback named is looked at first.
local AWAITED_LOOK_MS = 2000

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
-- if all had kept their distance. A burst may run ahead of it. The slower one counts of what is set
-- and of what the upstream bears.
local function paced(state, at)
  local pausedMs = (state.pu or 0) - at
  -- Further ahead than any pause: a clock that stepped back.
  if pausedMs > 0 and pausedMs <= LONGEST_RETRY_AFTER_MS then return { 'busy', 'paced', int(pausedMs) } end
  local rate, burst = tonumber(ARGV[7]), tonumber(ARGV[8])
  local borne = state.ad and loadPace(state).pace
  if borne and (not rate or borne < rate) then rate, burst = borne, burstOf(borne) end
  if not rate then return nil end
  local distance = 1000 / rate
  local ahead = distance * (burst - 1)
  local ideal = tonumber(redis.call('GET', lane .. 'pace') or at)
  -- Further ahead than any burst: another rate, or a clock that stepped back.
  ideal = math.min(math.max(ideal, at), at + ahead + distance)
  if ideal - at > ahead then return { 'busy', 'paced', int(math.ceil(ideal - at - ahead)) } end
  local nextIdeal = ideal + distance
  -- It ends a minute behind its use, by the server's own clock: another one may stand still meanwhile.
  redis.call('SET', lane .. 'pace', string.format('%.3f', nextIdeal),
    'PX', int(math.ceil(nextIdeal - at) + 60000))
  return nil
end

-- What a halted lane says, or nil; one probe for credits may pass it.
local function closed(state, at)
  local url = ARGV[12]
  if url ~= '' and state.bu ~= url then
    if state.bu then doubtBaseUrl(state, at, url) else writeLane(state, { bu = url }) end
  end
  if not state.h then return nil end
  if state.h ~= 'insufficient_credits' or ARGV[10] == '' then return { 'busy', 'halted', '' } end
  local left = (state.np or state.ha + ARGV[10]) - at
  return isToCome(left, state.pi or ARGV[10]) and { 'busy', 'halted', int(left) } or nil
end

-- While an outage lasts, one attempt now and then finds out whether it still does.
local function outage(state, at)
  local wait = outageWaitMs(state, at)
  return wait and wait > 0 and { 'busy', 'outage', int(wait) } or nil
end

-- Each probe doubles the pause before the next, whatever becomes of it.
local function planNextProbe(state, at)
  local pause = math.min((state.pi or ARGV[10]) * 2, tonumber(ARGV[11]))
  writeLane(state, { np = at + pause, pi = pause })
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
  local state = loadLane()
  noticeGap(state, at)
  local waited = waitedMs(state, at, rec.qa or rec.c, rec.hz)
  if tonumber(ARGV[5]) > 0 and waited > tonumber(ARGV[5]) then
    local outcome = failOrHold(rec, at, 'expired', {}, 'expired')
    return { 'refused', 'expired', outcome[2] }
  end
  if at < tonumber(rec.wa) then return { 'early', int(rec.wa - at) } end
  if isBegunBehindLook(rec, at) then return { 'early', AWAITED_LOOK_MS } end
  if isPoisoned(rec, at) then
    local outcome = hold(rec, at, 'poison', { sl = false }, 'poisoned')
    return { 'refused', 'poison', outcome[2] }
  end
  local refusal = closed(state, at)
    or (isMemoryFull(state, at) and { 'busy', 'memory', '' })
    or outage(state, at) or crowded() or paced(state, at)
  if refusal then return refusal end
  if outageWaitMs(state, at) then planOutageProbe(state, at) end
  if state.h then planNextProbe(state, at) end
  local deadline = at + ARGV[3]
  rec.a = int(rec.a + 1)
  rec.pb = state.h and '1'
  local set = {
    a = rec.a, f = ARGV[2], sd = deadline, y = ARGV[6] == 'hold' and '1', cq = ARGV[13] == '1' and '1',
    le = state.ep or false, pb = rec.pb or false,
    gz = stampOf(uncountedMs(state)),
  }
  move(rec, at, 'submitting', deadline + ARGV[4] - uncountedMs(state), set, 'begun', rec.a, ARGV[2], ARGV[3])
end
return { 'begun', rec.a, rec.e or '', rec.rc or '0', #unresolvedOf(rec), request, rec.pb or '' }
