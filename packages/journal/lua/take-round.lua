#!lua flags=allow-oom
-- Takes the lane's rescue round, unless another process has it.
--
-- KEYS[1] lane prefix
-- ARGV    1 ms to hold it
-- Returns { 'taken' | 'busy' }

local taken = redis.call('SET', KEYS[1] .. ':rescue-round', '1', 'PX', ARGV[1], 'NX')
return { taken and 'taken' or 'busy' }
