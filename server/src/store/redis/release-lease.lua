-- KEYS: the lease. ARGV: the lease as it was given.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
