-- Says how a namespace stands, and what an instance has of it still holds; see scripts.ts.
local epochKey, lifeKey, generationKey, continuesKey, claimsKey, instancesKey = unpack(KEYS)
local prefix, ownId, instance, claim, claimedEpoch, claimedLife, keepMs, forgottenMs = unpack(ARGV)

local epoch = redis.call('GET', epochKey) or ''
local life = redis.call('GET', lifeKey) or ''
-- A claim speaks of one situation: where others have decided meanwhile, there is nothing left to claim.
if claim ~= '' and epoch == claimedEpoch and life == claimedLife then
  redis.call('HSET', claimsKey, instance, claim)
  redis.call('PEXPIRE', claimsKey, keepMs)
end

-- Who looks is there. That it cannot be noted, such as when memory has run out, must keep nobody from looking.
local time = redis.call('TIME')
local nowMs = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.pcall('HSET', instancesKey, instance, string.format('%.0f', nowMs))
local instances = {}
local seen = redis.call('HGETALL', instancesKey)
for index = 1, #seen, 2 do
  if nowMs - tonumber(seen[index + 1]) > tonumber(forgottenMs) then
    redis.pcall('HDEL', instancesKey, seen[index])
  else
    instances[#instances + 1] = seen[index]
  end
end

local head, keyframe, own, oldest = '', '', '', ''
if epoch ~= '' then
  local logKey = prefix .. epoch .. ':log'
  head = redis.call('GET', prefix .. epoch .. ':head') or ''
  keyframe = redis.call('GET', prefix .. epoch .. ':keyframe') or ''
  if ownId ~= '' then
    local entry = redis.call('XRANGE', logKey, ownId, ownId)[1]
    if entry then
      for index = 1, #entry[2], 2 do
        if entry[2][index] == 'n' then
          own = ownId .. ' ' .. entry[2][index + 1]
        end
      end
    end
  end
  local first = redis.call('XRANGE', logKey, '-', '+', 'COUNT', 1)[1]
  oldest = first and first[1] or ''
end
return { epoch, life, redis.call('GET', generationKey) or '', redis.call('GET', continuesKey) or '', head, keyframe, own,
  oldest, redis.call('HGETALL', claimsKey), instances }
