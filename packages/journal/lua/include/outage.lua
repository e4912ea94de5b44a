-- Time that counts for no send deadline and no grace: Redis was away, or no worker ran. Who could not
-- report then must not be taken for silent. docs/decisions/0008 has the table.
--
-- Lane fields: rt when a worker was last seen at work; gp ms that did not count until now. A record
-- keeps in gz what gp was when its deadline was set, where that was not 0, and the indexes of such
-- deadlines have scores without it: so no record has to be touched for an outage, and their order
-- stays that of the effective deadlines.
local GAP_MS = 10000
-- For workers that come back, and have to tell what became of their attempts.
local REPORT_MS = 15000
-- Two signs of work within this are as good as one.
local SIGN_MS = 1000

local function uncountedMs(state) return tonumber(state.gp or 0) end

-- Before any deadline is set or judged: books the gap since the last sign of work, once. The
-- rescuer's tick gives the first sign; without one there is no gap to be known of.
local function noticeGap(state, at)
  if not state.rt then return 0 end
  local gap = at - state.rt
  if gap > GAP_MS then
    writeLane(state, { gp = uncountedMs(state) + gap + REPORT_MS, rt = at })
    return gap
  end
  -- Below 0: the clock stepped back.
  if gap < 0 or gap >= SIGN_MS then writeLane(state, { rt = at }) end
  return 0
end
