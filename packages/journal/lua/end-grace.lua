#!lua flags=allow-oom
-- T10, T11. The grace is over: held, or queued for another attempt.
-- An attempt that was begun under 'hold' is held, whatever the process that ends its grace thinks. So
-- is one whose callback is missing while few callbacks come: its silence proves nothing. A task that
-- a callback named is looked at first; one that is held for the want of an answer about it is bound
-- all the same when that comes.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 policy ('resubmit' | 'hold'), 3 max paid attempts, 4 hint slack ms
-- Returns { 'changed', status, wake } | { 'ignored', reason }
-- @include now
-- @include record
-- @include looks
-- @include grace
-- @include lane
-- @include outage

local AWAITED_LOOK_MS = 5000

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
if rec.s ~= 'unconfirmed' then return ignored('not_applicable') end
local state = loadLane()
noticeGap(state, at)
local overMs = at - uncountedMs(state) - (rec.ge - (rec.gz or 0))
if overMs < 0 then return ignored('not_applicable') end
local isLookAwaited = awaitsLook(rec)
if isLookAwaited and (state.pr or overMs < MOST_AWAITED_MS) then
  redis.call('ZADD', lane .. 'x:unconfirmed', at + AWAITED_LOOK_MS - uncountedMs(state), ulid)
  return ignored('not_applicable')
end
local unresolved = unresolvedOf(rec)
unresolved[#unresolved + 1] = { rec.a, rec.f }
local set = { u = joined(unresolved) }
local policy = rec.y and 'hold' or ARGV[2]
if policy == 'resubmit' and rec.cq and isChannelSilent(at) then policy = 'channel_silent' end
if isLookAwaited then policy = 'look_unanswered' end
if rec.x then return cancel(rec, at, set, 'grace_ended', policy, ARGV[3]) end
if policy ~= 'resubmit' or paidCount(rec, unresolved) >= tonumber(ARGV[3]) then
  return hold(rec, at, 'unconfirmed', set, 'grace_ended', policy, ARGV[3])
end
local wake = int(rec.w + 1)
set.w = wake
requeue(rec, at, at, tonumber(ARGV[4]), set, 'grace_ended', policy, ARGV[3])
return { 'changed', 'queued', wake }
