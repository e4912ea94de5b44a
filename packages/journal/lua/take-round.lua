#!lua flags=allow-oom
-- The tick of a rescuer: leaves a sign of work, after adding what passed since the last one to all
-- send deadlines and graces where it was an outage; then takes the lane's round, unless another
-- process has it.
--
-- KEYS[1] lane prefix
-- ARGV    1 ms to hold it
-- Returns { 'taken' | 'busy', ms of the outage that this tick found, or '0' }
-- @include now
-- @include lane
-- @include outage

local at, state = now(), loadLane()
local gap = noticeGap(state, at)
if not state.rt then writeLane(state, { rt = at }) end
local taken = redis.call('SET', KEYS[1] .. ':rescue-round', '1', 'PX', ARGV[1], 'NX')
return { taken and 'taken' or 'busy', string.format('%.0f', gap) }
