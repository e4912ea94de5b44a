#!lua flags=allow-oom
-- A worker says that it serves the lane, at its start and every few seconds. Another base URL while
-- work is open halts the lane; another key than the refused one, at a start, opens it.
--
-- KEYS[1] lane prefix
-- ARGV    1 'submit' | 'status', 2 base URL, 3 digest of its key, or '' when this is not its start
-- Returns { reason of a halt or '', 'halted' | 'opened' | '' for what this did }
-- @include now
-- @include lane

local state = loadLane()
local at = now()
local url, digest = ARGV[2], ARGV[3]

-- What a redrive would send is open as well: it must not go to another upstream unasked.
local function hasOpenWork()
  if redis.call('ZCARD', KEYS[1] .. ':x:denied') > 0 then return true end
  for _, status in ipairs({ 'queued', 'submitting', 'unconfirmed', 'held', 'running' }) do
    if redis.call('ZCARD', KEYS[1] .. ':x:' .. status) > 0 then return true end
  end
  return false
end

local change = ''
writeLane(state, { [ARGV[1] == 'submit' and 'ss' or 'ps'] = at })
if state.bu == url then
  writeLane(state, { bn = false })
elseif state.bu and hasOpenWork() then
  if doubtBaseUrl(state, at, url) then change = 'halted' end
else
  writeLane(state, { bu = url, bn = false })
end
local isNewKey = digest ~= '' and state.kr and state.kr ~= digest
if isNewKey and state.h == 'authentication_error' then
  openLane(state, at)
  change = 'opened'
end
return { state.h or '', change }
