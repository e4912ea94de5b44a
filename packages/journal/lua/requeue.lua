#!lua flags=allow-oom
-- T3, T8. An attempt of which no byte left, or which the upstream refused for now.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 attempt, 3 fence, 4 code ('not_sent' or the code of a refusal), 5 delay ms,
--         6 hint slack ms
-- Returns { 'changed', status } | { 'ignored', reason }
-- @include now
-- @include record

local rec = load()
if not rec then return ignored('unknown') end
local at = now()
local attempt, fence, code = ARGV[2], ARGV[3], ARGV[4]
local event = code == 'not_sent' and 'not_sent' or 'refused'

-- A definite answer counts when it comes late, too: the holder may have been given up as silent.
if isInFlight(rec) and isCurrent(rec, attempt, fence) then
  local refusals = rec.e == code and rec.rc + 1 or 1
  return requeue(rec, at, at + ARGV[5], tonumber(ARGV[6]), { e = code, rc = refusals },
    event, attempt, fence, code, ARGV[5])
end
if event == 'not_sent' then
  local rest, wasThere = without(unresolvedOf(rec), attempt, fence)
  if wasThere then
    update(rec, at, { u = #rest > 0 and joined(rest) or false }, event, attempt, fence, code, '0')
    return { 'changed', rec.s }
  end
end
return outcomeIgnored(rec, at, event, attempt, fence)
