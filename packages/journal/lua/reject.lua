#!lua flags=allow-oom
-- T5, T5a. The upstream refused the request for good, or the account.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 attempt, 3 fence, 4 code, 5 message
-- Returns { 'changed', status } | { 'ignored', reason }
-- @include now
-- @include record

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local attempt, fence, code = ARGV[2], ARGV[3], ARGV[4]
if not isInFlight(rec) or not isCurrent(rec, attempt, fence) then
  return outcomeIgnored(rec, at, 'rejected', attempt, fence)
end
if ARGV[5] ~= '' then redis.call('SET', lane .. 'e:' .. ulid, ARGV[5]) end
return failOrHold(rec, at, code, {}, code == 'invalid_request' and 'rejected' or 'denied',
  attempt, fence, code)
