-- Writes documents as they stand somewhere after the keyframe, and moves it on; see scripts.ts.
local epochKey, documentsKey, keyframeKey, logKey = unpack(KEYS)
local epoch, base, keyframe, trimTo = unpack(ARGV, 1, 4)

local stored = redis.call('GET', keyframeKey)
if redis.call('GET', epochKey) ~= epoch or stored ~= base then
  return stored or ''
end
for index = 5, #ARGV, 3 do
  local topic, seq, state = ARGV[index], tonumber(ARGV[index + 1]), ARGV[index + 2]
  local known = redis.call('HGET', documentsKey, topic)
  local knownSeq = known and tonumber(string.match(known, '^%d+')) or -1
  if state == '' then
    if known and knownSeq <= seq then
      redis.call('HDEL', documentsKey, topic)
    end
  elseif seq > knownSeq then
    redis.call('HSET', documentsKey, topic, ARGV[index + 1] .. '|' .. state)
  end
end
if keyframe ~= '' and tonumber(keyframe) > tonumber(base) then
  redis.call('SET', keyframeKey, keyframe)
  stored = keyframe
end
if trimTo ~= '' then
  -- Whoever loads needs everything after the keyframe.
  local oldest = math.min(tonumber(trimTo), tonumber(stored))
  redis.call('XTRIM', logKey, 'MINID', '~', string.format('%.0f-0', oldest))
end
return stored
