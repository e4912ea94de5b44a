-- What is known of how one generation came to be where it is, as of one moment: for whoever asks
-- for an explanation. The request stays where it is.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid
-- Returns {} | { now, record as name and value in turn, error message or '', older history lines,
--           reasons of decisions, when somebody has to look again or '' }
-- @include now

local function key(kind) return KEYS[1] .. ':' .. kind .. ':' .. ARGV[1] end
local record = redis.call('HGETALL', key('g'))
if #record == 0 then return {} end
local status = redis.call('HGET', key('g'), 's')
local lookAt = redis.call('ZSCORE', KEYS[1] .. ':x:' .. status, ARGV[1])
if lookAt and (status == 'submitting' or status == 'unconfirmed') then
  -- These leave out the time that did not count.
  lookAt = string.format('%.0f', lookAt + (redis.call('HGET', KEYS[1] .. ':lane', 'gp') or 0))
end
return { string.format('%.0f', now()), record, redis.call('GET', key('e')) or '',
  redis.call('LRANGE', key('h'), 0, -1), redis.call('LRANGE', key('d'), 0, -1),
  lookAt or '' }
