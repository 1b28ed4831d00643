-- Gives a batch its place in the log and stores it, in one step; see scripts.ts for what comes in and goes out.
-- The texts of updates, checkpoints and ids pass through untouched: Lua's JSON makes {} of [] and cuts long numbers.
local epochKey, lifeKey, headKey, logKey, producersKey, checkpointsKey, fencesKey = unpack(KEYS)
local epoch, life, nonce, acceptedAtMs, producer, fence, token, firstId, newestId, ids, checkpoint = unpack(ARGV, 1, 11)
local count, updates, lengths = tonumber(ARGV[12]), ARGV[13], ARGV[14]
local skipped = 0

if redis.call('GET', epochKey) ~= epoch or redis.call('GET', lifeKey) ~= life then
  return { 'moved' }
end
local isNewerToken = false
if fence ~= '' then
  local known = redis.call('HGET', fencesKey, fence)
  if known and tonumber(known) > tonumber(token) then
    return { 'fenced' }
  end
  isNewerToken = known ~= token
end

local known, lastId = '', ''
if firstId ~= '' then
  known = redis.call('HGET', producersKey, producer) or '0'
  if tonumber(firstId) > tonumber(known) + 1 then
    return { 'out_of_order', known }
  end
  lastId = tonumber(newestId) > tonumber(known) and newestId or known
  if tonumber(firstId) <= tonumber(known) then
    local news = {}
    for id in string.gmatch(ids, '%d+') do
      if tonumber(id) > tonumber(known) then
        news[#news + 1] = id
      else
        skipped = skipped + 1
      end
    end
    ids = table.concat(news, ',')
    local left, start = skipped, 1
    for length in string.gmatch(lengths, '%d+') do
      if left == 0 then
        break
      end
      left = left - 1
      start = start + tonumber(length) + 1
    end
    updates = string.sub(updates, start)
  end
end

local head = redis.call('GET', headKey)
count = count - skipped
local id = ''
if count > 0 or checkpoint ~= '' or lastId ~= known then
  local seq, sub = string.match(head, '^(%d+)-(%d+) ')
  if count > 0 then
    id = string.format('%.0f-0', tonumber(seq) + count)
  else
    id = string.format('%s-%.0f', seq, tonumber(sub) + 1)
  end
  -- Written first: where memory runs out, it is this that is refused, and nothing has been written.
  redis.call('XADD', logKey, id, 'a', head, 'n', nonce, 'p', producer, 't', acceptedAtMs,
    'i', ids, 'l', lastId, 'c', checkpoint, 'u', updates)
  redis.call('SET', headKey, id .. ' ' .. nonce)
  if lastId ~= known then
    redis.call('HSET', producersKey, producer, lastId)
  end
  if checkpoint ~= '' then
    redis.call('HSET', checkpointsKey, producer, checkpoint)
  end
end
if isNewerToken then
  redis.call('HSET', fencesKey, fence, token)
end
return { 'ok', head, id, skipped, lastId }
