-- What a producer goes on from: its newest id and its checkpoint, of one moment.
local epochKey, producersKey, checkpointsKey = unpack(KEYS)
if redis.call('GET', epochKey) ~= ARGV[1] then
  return { 'moved' }
end
return { 'ok', redis.call('HGET', producersKey, ARGV[2]) or '0', redis.call('HGET', checkpointsKey, ARGV[2]) or '' }
