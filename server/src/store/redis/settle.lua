-- Decides how a namespace goes on, unless somebody else has; see scripts.ts.
local epochKey, lifeKey, generationKey, continuesKey, claimsKey = unpack(KEYS, 1, 5)
local seenEpoch, seenLife, epoch, life, generation, continues = unpack(ARGV)

if (redis.call('GET', epochKey) or '') ~= seenEpoch or (redis.call('GET', lifeKey) or '') ~= seenLife then
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
  for index = 6, #KEYS do
    redis.call('PERSIST', KEYS[index])
  end
end
return 1
