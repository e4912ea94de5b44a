-- The lane's state, one hash. Does what `laneTransition` in core does; docs/decisions/0007 has the
-- table of events.
--
-- h reason of the halt (absent: open), ha halted since, hw words of the person, np next probe at,
-- pi pause before it, ep epoch, th ms halted before this halt; pr polls refused since, pn next poll
-- at while they wait, tp ms of that before; kr digest of the refused key; bu base URL, bn another one
-- that came while work was open; ss, ps submit and status worker last seen at; mu percent of the
-- memory limit in use, mt when that was asked; rl how many settled
-- ones the retention has left out since it began at the oldest; rt, gp: see outage.lua.
local laneKey = KEYS[1] .. ':lane'

-- The stronger reason stays.
local STRENGTH = {
  insufficient_credits = 1, upstream_misconfigured = 2, authentication_error = 3,
  by_hand = 4, base_url_changed = 5,
}

local function loadLane()
  local flat = redis.call('HGETALL', laneKey)
  local state = {}
  for i = 1, #flat, 2 do state[flat[i]] = flat[i + 1] end
  return state
end

-- Writes fields and the state at hand; a value of false deletes its field.
local function writeLane(state, set)
  local fields, gone = {}, {}
  for name, value in pairs(set) do
    if value == false then
      if state[name] then gone[#gone + 1] = name end
      state[name] = nil
    else
      local text = type(value) == 'number' and string.format('%.0f', value) or value
      fields[#fields + 1] = name
      fields[#fields + 1] = text
      state[name] = text
    end
  end
  if #gone > 0 then redis.call('HDEL', laneKey, unpack(gone)) end
  if #fields > 0 then redis.call('HSET', laneKey, unpack(fields)) end
end

-- How long the lane was halted, and its polls refused, until now.
local function haltedMs(state, at) return (state.th or 0) + (state.h and at - state.ha or 0) end
local function refusedMs(state, at) return (state.tp or 0) + (state.pr and at - state.pr or 0) end

-- What a record keeps of such a sum: nothing, where it is 0. Below 0 the clock stepped back meanwhile:
-- the record must know, or what is added since would count from too little.
local function stampOf(ms) return ms ~= 0 and ms end

-- For how long a queued generation has waited since it was created or sent again, without the time
-- behind a halted lane.
local function waitedMs(state, at, since, haltedBefore)
  return at - since - (haltedMs(state, at) - (haltedBefore or 0))
end

-- Whether what is planned in `left` ms waits for its time; further ahead than the pause before it, the
-- clock stepped back, and nobody waits for that.
local function isToCome(left, pause) return left > 0 and left <= tonumber(pause) end

-- Whether what began in `epoch` may still halt the lane.
local function isOfEpoch(state, epoch) return (epoch or '0') == (state.ep or '0') end

-- Returns whether the lane is halted for another reason than before.
local function haltLane(state, at, reason, firstProbeMs, words)
  -- A person may say anew why.
  local isAnew = reason == 'by_hand' and state.h == reason
  if state.h and STRENGTH[reason] <= STRENGTH[state.h] and not isAnew then return false end
  local isProbed = reason == 'insufficient_credits' and (firstProbeMs or '') ~= ''
  writeLane(state, {
    h = reason,
    ha = state.ha or at,
    hw = words or false,
    np = isProbed and at + firstProbeMs,
    pi = isProbed and firstProbeMs,
  })
  return true
end

local function allowPolls(state, at)
  if state.pr then writeLane(state, { tp = refusedMs(state, at), pr = false, pn = false }) end
end

local function openLane(state, at)
  allowPolls(state, at)
  writeLane(state, {
    ep = (state.ep or 0) + 1, th = haltedMs(state, at),
    h = false, ha = false, hw = false, np = false, pi = false, kr = false, bn = false,
  })
end

-- A worker with another base URL, while work is open.
local function doubtBaseUrl(state, at, url)
  writeLane(state, { bn = url, pr = state.pr or at })
  return haltLane(state, at, 'base_url_changed')
end
