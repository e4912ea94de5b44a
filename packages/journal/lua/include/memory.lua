-- Whether Redis has used up more of its memory than leaves room for what is under way. The server is
-- asked at most once a second for a lane; a server that may not be asked, or has no limit, is not full.
local MEMORY_PERCENT = 85
local MEMORY_SAMPLE_MS = 1000

local function memoryPercent()
  local info = redis.pcall('INFO', 'memory')
  if type(info) ~= 'string' then return 0 end
  local function bytes(name) return tonumber(string.match(info, name .. ':(%d+)') or 0) end
  local limit = bytes('\nmaxmemory')
  if limit == 0 then return 0 end
  -- Buffers of replicas and of the log do not count towards the limit.
  return math.floor((bytes('\nused_memory') - bytes('mem_not_counted_for_evict')) * 100 / limit)
end

local function isMemoryFull(state, at)
  local age = at - (state.mt or 0)
  if age < 0 or age >= MEMORY_SAMPLE_MS then
    writeLane(state, { mu = memoryPercent(), mt = at })
  end
  return tonumber(state.mu or 0) > MEMORY_PERCENT
end
