-- sync: make the pools hold exactly these numbers.
--
-- ARGV[2]  the Plan's serial
-- ARGV[3]  one word for all that the Plan says of numbers (`stock_rows.fingerprint`)
-- ARGV[4]  that itself, as JSON: {"pools": {POOL: [NUMBER, …]}, "released": {NUMBER: "moment"}};
--          "" when it is sent only if it is needed
-- Returns  1 when it counts, 0 for a serial lower than the last, -1 when ARGV[4] is needed

local known = redis.call('HMGET', KEYS[1], 'serial', 'fingerprint')
-- As digits, not as numbers: a serial may be made of nanoseconds, which a double does not hold.
local function is_lower(serial, other)
  if #serial ~= #other then return #serial < #other end
  return serial < other
end

if known[1] and is_lower(ARGV[2], known[1]) then return 0 end
if ARGV[2] == known[1] and known[2] == ARGV[3] then
  -- Nothing new, and written all the same: a server that is full or may not write is not well.
  redis.call('HSET', KEYS[1], 'serial', ARGV[2])
  return 1
end
if ARGV[4] == '' then return -1 end

local stock = cjson.decode(ARGV[4])
local changed = {}  -- number -> {pool, position}

local function released_at(e164)
  return tonumber(stock.released[e164] or 0)
end

-- Where each number stands. Every number known stands in one queue, if only that of no pool.
local stands, had_release = {}, {}
local pools_before = redis.call('HKEYS', key('pools'))
table.insert(pools_before, NOWHERE)
for _, pool in ipairs(pools_before) do
  for _, member in ipairs(redis.call('ZRANGE', key('queue', pool), 0, -1)) do
    local position, e164 = string.match(member, '^(%d+):(.*)$')
    stands[e164] = {pool, tonumber(position)}
  end
end
local released_before = redis.call('HGETALL', key('released'))
for i = 1, #released_before, 2 do
  had_release[released_before[i]] = tonumber(released_before[i + 1])
end

-- Find what differs. Positions have gaps: a number that leaves moves none of those behind it.
for pool, numbers_there in pairs(stock.pools) do
  local last = -1
  for _, e164 in ipairs(numbers_there) do
    local stood = stands[e164]
    local stays = stood and stood[1] == pool and stood[2] > last
    last = stays and stood[2] or last + 1
    if not stays or (had_release[e164] or 0) ~= released_at(e164) then
      changed[e164] = {pool, last, is_known = stood ~= nil}
    end
    stands[e164] = nil
  end
end
for e164, stood in pairs(stands) do  -- they left all pools, and keep their promises
  if stood[1] ~= NOWHERE or (had_release[e164] or 0) ~= released_at(e164) then
    changed[e164] = {NOWHERE, stood[2], is_known = true}
  end
end

for e164, place in pairs(changed) do
  local pool, position = place[1], place[2]
  local row = place.is_known and read_number(e164)
  if row then
    row.pool, row.position, row.released_at = pool, position, released_at(e164)
    write_number(row)
    numbers[e164] = nil  -- a large Plan does not fit into Lua's memory for long
  else
    -- Written as `write_number` would, without a table for each of a great many.
    redis.call('HSET', key('number', e164), 'pool', pool, 'position', position,
      'released_at', text(released_at(e164)))
    redis.call('ZADD', key('queue', pool), 0, member_of(position, e164))
  end
end

redis.call('DEL', key('released'))
for e164, moment in pairs(stock.released) do redis.call('HSET', key('released'), e164, moment) end
for _, pool in ipairs(pools_before) do
  if not stock.pools[pool] then redis.call('HDEL', key('pools'), pool) end
end
for pool in pairs(stock.pools) do redis.call('HSETNX', key('pools'), pool, 0) end
redis.call('HSET', KEYS[1], 'serial', ARGV[2], 'fingerprint', ARGV[3])

-- Pages need not clear away what this left in Lua's memory: after 100,000 numbers they took five
-- times as long.
stock, stands, changed = nil, nil, nil
collectgarbage()
return 1
