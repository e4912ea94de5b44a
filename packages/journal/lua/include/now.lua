-- The only clock of the journal: Redis's own, in milliseconds since the epoch.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
