-- Generations of the lane, newest first, from one of its time indexes. Looks at a bounded number of
-- entries and returns whole records, each as of one moment.
--
-- KEYS[1] lane prefix
-- ARGV    1 index (`created`, `tenant:<tenant>` or `user:<tenant>/<user>`), 2 position to go on behind or '',
--         3 records at most, 4 entries to look at at most, 5 bytes of requests at which to stop,
--         6 statuses as `,queued,held,` or '', 7 model or '', 8 '1' for the default tenant's alone
-- Returns { position to go on behind, or '' at the end of the index; bytes; per generation
--           { ulid, record as name and value in turn, request, options, files, error message } }

local index = KEYS[1] .. ':x:' .. ARGV[1]
local position, wanted, left = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local bytesLimit, statuses, model = tonumber(ARGV[5]), ARGV[6], ARGV[7]
local isDefaultAlone = ARGV[8] == '1'
-- Entries a step: a page without a filter reads few more than it returns.
local STEP = 100

local function matches(record)
  local found = redis.call('HMGET', record, 's', 'm', 'tn')
  if not found[1] then return false end
  if isDefaultAlone and found[3] then return false end
  if model ~= '' and found[2] ~= model then return false end
  return statuses == '' or string.find(statuses, ',' .. found[1] .. ',', 1, true) ~= nil
end

local function entriesBehind(from, count)
  local start = from == '' and '+' or '(' .. from
  return redis.call('XREVRANGE', index, start, '-', 'COUNT', count)
end

local page, bytes = {}, 0
while #page < wanted and left > 0 and bytes < bytesLimit do
  local entries = entriesBehind(position, math.min(STEP, left))
  if #entries == 0 then return { '', bytes, unpack(page) } end
  for _, entry in ipairs(entries) do
    position, left = entry[1], left - 1
    local ulid = entry[2][2]
    local key = function(kind) return KEYS[1] .. ':' .. kind .. ':' .. ulid end
    if matches(key('g')) then
      local request = redis.call('GET', key('r')) or ''
      page[#page + 1] = { ulid, redis.call('HGETALL', key('g')), request,
        redis.call('GET', key('o')) or '', redis.call('GET', key('f')) or '',
        redis.call('GET', key('e')) or '' }
      bytes = bytes + string.len(request)
      if #page >= wanted or bytes >= bytesLimit then break end
    end
  end
end
if #entriesBehind(position, 1) == 0 then position = '' end
return { position, bytes, unpack(page) }
