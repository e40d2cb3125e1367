-- Draws one from each bucket in turn, until one has none left.
--
-- KEYS are the buckets. ARGV has two numbers for each: what it holds, and what comes back in a minute. A level is counted
-- in sixty-millionths, so that what comes back in a microsecond is a whole number and nothing is ever rounded. The time
-- is the server's, so that it does not matter whose clock goes wrong. The answer has two numbers for each bucket that was
-- looked at: whether there was one, and the level. A bucket that is full again is forgotten.
local ONE = 60000000
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local answer = {}
for place, key in ipairs(KEYS) do
  local full = tonumber(ARGV[2 * place - 1]) * ONE
  local rate = tonumber(ARGV[2 * place])
  local level = full
  local kept, at = string.match(redis.call('GET', key) or '', '^(%d+) (%d+)$')
  local put_back = false
  if kept then
    -- A clock that was put back gives nothing away and keeps nobody waiting until it has caught up.
    put_back = now < tonumber(at)
    local passed = put_back and 0 or now - tonumber(at)
    kept = tonumber(kept)
    if passed < (full - kept) / rate then
      level = kept + passed * rate
    end
  end
  local admitted = 0
  if level >= ONE then
    admitted = 1
    level = level - ONE
  end
  if admitted == 1 or put_back then
    local milliseconds = math.ceil((full - level) / rate / 1000) + 1000
    redis.call('SET', key, string.format('%.0f %.0f', level, now), 'PX', string.format('%.0f', milliseconds))
  end
  answer[#answer + 1] = admitted
  answer[#answer + 1] = level
  if admitted == 0 then
    break
  end
end
return answer
