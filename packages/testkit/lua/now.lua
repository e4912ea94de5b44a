-- The clock of a test: a key that the test sets.
local function now()
  return tonumber(redis.call('GET', KEYS[1] .. ':test-clock'))
end
