-- What is known of how one generation came to be where it is, as of one moment: for whoever asks
-- for an explanation. The request stays where it is.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid
-- Returns {} | { now, record as name and value in turn, error message or '', older history lines,
--           reasons of decisions, when somebody has to look again or '',
--           deadline of a running one, or '' while it stands still,
--           '1' while nothing is sent before a look, or a late one may still make a success of a
--           failure, or '', until when at most or '' }
-- @include now
-- @include record
-- @include looks
-- @include lane
-- @include outage

local rec = load()
if not rec then return {} end
local at, state = now(), loadLane()
local lookAt = not TERMINAL[rec.s] and redis.call('ZSCORE', indexOf(rec.s), ulid)
-- The scores of these leave out the time that did not count.
if lookAt and isInFlight(rec) then lookAt = int(lookAt + uncountedMs(state)) end
local deadline = ''
if rec.s == 'running' and not state.pr then
  deadline = int(rec.da + refusedMs(state, at) - (rec.pz or 0))
end
local isLookAwaited, lookUntil = false, ''
if rec.s == 'failed' then
  for _, taskId in ipairs(redis.call('HKEYS', looksKey)) do
    isLookAwaited = true
    lookUntil = int(math.max(tonumber(lookUntil) or 0, lookOf(taskId).limit or 0))
  end
  if lookUntil == '0' then lookUntil = '' end
end
if rec.s == 'queued' then
  isLookAwaited = isBegunBehindLook(rec, at)
  if isLookAwaited and not rec.u then lookUntil = int(rec.cb + MOST_AWAITED_MS) end
elseif rec.s == 'unconfirmed' then
  isLookAwaited = awaitsLook(rec)
  if isLookAwaited and not state.pr then
    lookUntil = int(rec.ge + uncountedMs(state) - (rec.gz or 0) + MOST_AWAITED_MS)
  end
end
return { int(at), redis.call('HGETALL', recordKey), redis.call('GET', lane .. 'e:' .. ulid) or '',
  redis.call('LRANGE', lane .. 'h:' .. ulid, 0, -1), redis.call('LRANGE', lane .. 'd:' .. ulid, 0, -1),
  lookAt or '', deadline, isLookAwaited and '1' or '', lookUntil }
