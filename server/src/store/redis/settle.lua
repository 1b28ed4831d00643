-- Decides how a namespace goes on, unless somebody else has; see scripts.ts.
local epochKey, lifeKey, generationKey, continuesKey, claimsKey = unpack(KEYS, 1, 5)
local seenEpoch, seenLife, epoch, life, generation, continues, partCount, leftMs = unpack(ARGV)
local newHeadKey = KEYS[6]

if (redis.call('GET', epochKey) or '') ~= seenEpoch or (redis.call('GET', lifeKey) or '') ~= seenLife then
  return 0
end
-- What was prepared for it goes by itself after a while: whoever stood still for so long would point to nothing.
if epoch ~= seenEpoch and redis.call('EXISTS', newHeadKey) == 0 then
  return 0
end
redis.call('SET', lifeKey, life)
redis.call('DEL', claimsKey)
if epoch ~= seenEpoch then
  redis.call('SET', epochKey, epoch)
  redis.call('SET', generationKey, generation)
  if continues == '' then
    redis.call('DEL', continuesKey)
  else
    redis.call('SET', continuesKey, continues)
  end
  -- Until now they would have gone by themselves: whoever prepared them may have died over it.
  for index = 6, 5 + tonumber(partCount) do
    redis.call('PERSIST', KEYS[index])
  end
  -- Likewise those of the epoch before, if whoever decides is cut off before it has taken them away.
  for index = 6 + tonumber(partCount), #KEYS do
    redis.call('PEXPIRE', KEYS[index], leftMs)
  end
end
return 1
