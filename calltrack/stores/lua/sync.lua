-- sync: make the pools hold exactly these numbers.
--
-- ARGV[2]  the Plan's serial
-- ARGV[3]  one word for all that the Plan says of numbers (`stock_rows.fingerprint`)
-- ARGV[4]  that itself, as JSON: {"pools": {POOL: [NUMBER, …]}, "released": {NUMBER: "moment"}};
--          "" when it is sent only if it is needed
-- Returns  1 when it counts, 0 for a serial lower than the last, -1 when ARGV[4] is needed

local known = redis.call('HMGET', KEYS[1], 'serial', 'fingerprint')
if known[1] and tonumber(ARGV[2]) < tonumber(known[1]) then return 0 end
if known[1] and tonumber(ARGV[2]) == tonumber(known[1]) and known[2] == ARGV[3] then return 1 end
if ARGV[4] == '' then return -1 end

local stock = cjson.decode(ARGV[4])
local changed = {}  -- number -> {pool, position, released_at}

local function released_at(e164)
  return tonumber(stock.released[e164] or 0)
end

-- All numbers stand in some queue now: find those whose place is another, or that are new.
local wanted = {}
for pool, numbers_there in pairs(stock.pools) do
  for position, e164 in ipairs(numbers_there) do wanted[e164] = {pool, position - 1} end
end
local pools_before = redis.call('HKEYS', key('pools'))
table.insert(pools_before, NOWHERE)
local released_before = redis.call('HGETALL', key('released'))
local had_release = {}
for i = 1, #released_before, 2 do
  had_release[released_before[i]] = tonumber(released_before[i + 1])
end
for _, pool in ipairs(pools_before) do
  for _, member in ipairs(redis.call('ZRANGE', key('queue', pool), 0, -1)) do
    local position, e164 = string.match(member, '^(%d+):(.*)$')
    position = tonumber(position)
    local place = wanted[e164] or {NOWHERE, position}  -- one that left keeps its promise
    local stays = place[1] == pool and place[2] == position
    if not stays or (had_release[e164] or 0) ~= released_at(e164) then changed[e164] = place end
    wanted[e164] = nil
  end
end
for e164, place in pairs(wanted) do changed[e164] = place end

for e164, place in pairs(changed) do
  local row = read_number(e164) or new_number(e164)
  row.pool, row.position, row.released_at = place[1], place[2], released_at(e164)
  write_number(row)
end

redis.call('DEL', key('released'))
for e164, moment in pairs(stock.released) do redis.call('HSET', key('released'), e164, moment) end
for _, pool in ipairs(pools_before) do
  if not stock.pools[pool] then redis.call('HDEL', key('pools'), pool) end
end
for pool in pairs(stock.pools) do redis.call('HSETNX', key('pools'), pool, 0) end
redis.call('HSET', KEYS[1], 'serial', ARGV[2], 'fingerprint', ARGV[3])
return 1
