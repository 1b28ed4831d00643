-- KEYS: the lease, the newest token of all leases. ARGV: who asks, for how many ms.
-- Answers 1 and the lease when it is given, else 0 and the lease as another holds it.
local held = redis.call('GET', KEYS[1])
if held then
  return { 0, held }
end
-- Above every token given before: also by a Redis that has come back from an older copy, and by a clock that went back.
local now = redis.call('TIME')
local token = tonumber(now[1]) * 1000000 + tonumber(now[2])
local newest = tonumber(redis.call('GET', KEYS[2]) or '0')
if token <= newest then
  token = newest + 1
end
local text = string.format('%.0f', token)
local lease = text .. ' ' .. ARGV[1]
redis.call('SET', KEYS[2], text)
redis.call('SET', KEYS[1], lease, 'PX', ARGV[2])
return { 1, lease }
