-- The pace that the upstream bears, as `afterAnswer` in core has it, and the breaker of an outage. Both
-- stand in the hash of the lane, and neither is there while all goes well.
--
-- ad "<pace>,<limit>,<tolerated>,<cut count>,<cut from>,<cut share>,<window from>,<answers>,<429s>";
-- pu nothing begins before this (Retry-After); br "<window from>,<submits>,<bad ones>,<pause ms or 0
-- while closed>,<next probe at>,<submits of the window before>,<bad ones of it>"
local MIN_WINDOW_MS, MAX_WINDOW_MS = 1000, 20000
local MIN_ANSWERS_AT_FIRST, MIN_ANSWERS = 5, 20
local MIN_ANSWERS_BEHIND_A_CUT, MIN_ANSWERS_NEAR = 50, 100
local MARGIN, DEVIATIONS = 0.01, 3
local CUT_TO, VAIN_CUTS, MOST_TOLERATED = 0.7, 3, 0.9
local CLIMB, NEAR, CREEP, DISPROVED = 1.3, 0.95, 0.002, 1.1
local TOLERANCE_KEPT = 0.995
local SLOWEST, FASTEST = 1, 1000
local FIRST_SHARE = 0.125
local LATENCIES_UNTIL_IT_TELLS = 2
local USED = 0.5
-- How long before its send deadline an attempt begins; the submit worker's SEND_WITHIN_MS.
local SEND_WITHIN_MS = 2000

local LONGEST_RETRY_AFTER_MS = 900000
local OUTAGE_WINDOW_MS, OUTAGE_SUBMITS = 30000, 20
local FIRST_OUTAGE_PAUSE_MS, LONGEST_OUTAGE_PAUSE_MS = 30000, 300000

local PACE_NAMES = { 'pace', 'limit', 'tolerated', 'cutCount', 'cutFrom', 'cutShare', 'from', 'answers', 'throttled' }

local function numbersOf(text)
  local numbers = {}
  for number in string.gmatch(text, '[^,]+') do numbers[#numbers + 1] = tonumber(number) end
  return numbers
end

local function packed(numbers)
  local parts = {}
  for i, number in ipairs(numbers) do parts[i] = string.format('%.17g', number) end
  return table.concat(parts, ',')
end

local function loadPace(state)
  if not state.ad then return nil end
  local pace = {}
  for i, number in ipairs(numbersOf(state.ad)) do pace[PACE_NAMES[i]] = number end
  return pace
end

local function savePace(state, pace)
  local numbers = {}
  for i, name in ipairs(PACE_NAMES) do numbers[i] = pace[name] end
  writeLane(state, { ad = pace.pace < FASTEST and packed(numbers) })
end

local function firstPace(inFlight, at, latencyMs)
  return {
    pace = math.max(SLOWEST, inFlight * FIRST_SHARE), limit = 0, tolerated = 0,
    cutCount = 0, cutFrom = 0, cutShare = 0,
    from = at + LATENCIES_UNTIL_IT_TELLS * latencyMs, answers = 0, throttled = 0,
  }
end

local function answersToJudge(p)
  if p.cutCount > 0 then return MIN_ANSWERS_BEHIND_A_CUT end
  if p.limit == 0 then return MIN_ANSWERS_AT_FIRST end
  return p.pace >= NEAR * p.limit and MIN_ANSWERS_NEAR or MIN_ANSWERS
end

local function climb(p, ageMs)
  if p.limit == 0 then
    p.pace = p.pace * CLIMB
    return
  end
  local near = NEAR * p.limit
  if p.pace < near then
    p.pace = math.min(p.pace * CLIMB, near)
    return
  end
  p.pace = p.pace * (1 + (CREEP * ageMs) / 1000)
  if p.pace > DISPROVED * p.limit then p.limit = 0 end
end

local function judge(p, at, latencyMs, ageMs)
  local answers, throttled, tolerated = p.answers, p.throttled, p.tolerated
  local share = throttled / answers
  local accepted = ((answers - throttled) * 1000) / ageMs
  p.from, p.answers, p.throttled = at, 0, 0
  local function cut()
    p.limit = math.max(SLOWEST, accepted)
    p.pace = math.max(SLOWEST, CUT_TO * p.limit)
    p.cutCount = p.cutCount + 1
    p.from = at + LATENCIES_UNTIL_IT_TELLS * latencyMs
  end
  local function noCut() p.cutCount, p.cutFrom, p.cutShare = 0, 0, 0 end

  if p.cutCount > 0 and share > tolerated and share * 2 >= p.cutShare then
    if p.cutCount < VAIN_CUTS or share > MOST_TOLERATED then return cut() end
    p.pace, p.limit, p.tolerated = p.cutFrom, 0, share
    p.from = at + LATENCIES_UNTIL_IT_TELLS * latencyMs
    return noCut()
  end
  local expected = tolerated + MARGIN
  local deviation = math.sqrt((expected * (1 - expected)) / answers)
  if p.cutCount == 0 and share > expected + DEVIATIONS * deviation then
    p.cutFrom, p.cutShare = p.pace, share
    return cut()
  end
  if p.cutCount > 0 and share > tolerated then
    p.tolerated = share
  elseif share < tolerated then
    p.tolerated = tolerated * TOLERANCE_KEPT
  end
  if answers * 1000 >= USED * p.pace * ageMs then climb(p, ageMs) end
  noCut()
end

-- An attempt was accepted or told to slow down. The first 429 of a lane begins to count.
local function tellPace(state, rec, at, isThrottled)
  if not state.ad and not isThrottled then return end
  local latencyMs = rec.sd and math.max(0, at - (rec.sd - SEND_WITHIN_MS)) or 0
  local p = loadPace(state)
  if not p then
    return savePace(state, firstPace(redis.call('ZCARD', lane .. 'x:submitting'), at, latencyMs))
  end
  local ageMs = at - p.from
  if ageMs < 0 then return end
  p.answers = p.answers + 1
  if isThrottled then p.throttled = p.throttled + 1 end
  local isFull = p.answers >= answersToJudge(p) and ageMs >= MIN_WINDOW_MS
  if isFull or ageMs >= MAX_WINDOW_MS then judge(p, at, latencyMs, ageMs) end
  savePace(state, p)
end

-- How many may begin at once after a pause; `burstOf` in core.
local function burstOf(pace) return 1 + math.floor(pace * 0.2) end

-- The upstream said when to come again: nothing begins before, and no burst then.
local function pauseUntil(state, untilAt, at)
  if untilAt <= tonumber(state.pu or 0) then return end
  writeLane(state, { pu = untilAt })
  local p = loadPace(state)
  local ahead = p and 1000 / p.pace * (burstOf(p.pace) - 1) or 0
  redis.call('SET', lane .. 'pace', string.format('%.3f', untilAt + ahead),
    'PX', string.format('%.0f', math.ceil(untilAt + ahead - at) + 60000))
end

-- The upstream answers again: the breaker closes, and the pace begins from below.
local function endOutage(state, at)
  writeLane(state, { br = false })
  local p = loadPace(state) or firstPace(0, at, 0)
  p.pace, p.from, p.answers, p.throttled = SLOWEST, at, 0, 0
  return savePace(state, p)
end

-- A submit was refused for what it is, or for being one too many: that opens no breaker and counts for
-- none, but only an API that works says so.
local function tellAnswered(state, at)
  if state.br and numbersOf(state.br)[4] > 0 then endOutage(state, at) end
end

-- A submit came to something that speaks of the upstream's health. Half of twenty bad ones within
-- 30 s open the breaker; one that is accepted closes it.
local function tellHealth(state, at, isBad)
  if not state.br and not isBad then return end
  local b = numbersOf(state.br or '0,0,0,0,0,0,0')
  local isOpen = b[4] > 0
  if isOpen then
    if not isBad then endOutage(state, at) end
    return
  end
  local ageMs = at - b[1]
  if ageMs >= OUTAGE_WINDOW_MS then
    if not isBad and b[3] == 0 then return writeLane(state, { br = false }) end
    local isNext = ageMs < 2 * OUTAGE_WINDOW_MS
    b = { at, 0, 0, 0, 0, isNext and b[2] or 0, isNext and b[3] or 0 }
  end
  b[2] = b[2] + 1
  if isBad then b[3] = b[3] + 1 end
  -- Of the window before as much counts as lies within the last 30 s: bursts do not keep to windows.
  local share = math.max(0, 1 - (at - b[1]) / OUTAGE_WINDOW_MS)
  local submits, bad = b[2] + share * (b[6] or 0), b[3] + share * (b[7] or 0)
  if submits >= OUTAGE_SUBMITS and bad * 2 >= submits then
    b[4], b[5] = FIRST_OUTAGE_PAUSE_MS, at + FIRST_OUTAGE_PAUSE_MS
  end
  writeLane(state, { br = packed(b) })
end

-- Ms until a probe may find out whether the outage is over; 0 for one that may now, nil for no outage.
local function outageWaitMs(state, at)
  if not state.br then return nil end
  local b = numbersOf(state.br)
  if b[4] == 0 then return nil end
  return math.min(math.max(0, b[5] - at), b[4])
end

-- Each probe doubles the pause before the next.
local function planOutageProbe(state, at)
  local b = numbersOf(state.br)
  b[4] = math.min(b[4] * 2, LONGEST_OUTAGE_PAUSE_MS)
  b[5] = at + b[4]
  writeLane(state, { br = packed(b) })
end
