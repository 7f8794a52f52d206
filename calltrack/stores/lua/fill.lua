-- fill: count each pool's numbers. Changes nothing.
--
-- Answers  {{{pool, numbers, promised, kept, resting, free}, …}}

local at, behind = read_clock()
local fills = {}
local rests = redis.call('HGETALL', key('pools'))
for i = 1, #rests, 2 do
  local pool, rest = rests[i], tonumber(rests[i + 1])
  local queue, since = key('queue', pool), math.max(at - rest, 0)
  local numbers_there = redis.call('ZCARD', queue)
  local free = redis.call('ZCOUNT', queue, '-inf', text(since))
  local resting = redis.call('ZCOUNT', queue, '(' .. text(since), text(at))
  local kept = 0
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', key('kept', pool), '-inf', text(at))) do
    local row = number_of(member)
    if firm_until(row) <= at and at < row.kept_until then kept = kept + 1 end
  end
  local promised = numbers_there - free - resting - kept
  table.insert(fills, {pool, numbers_there, promised, kept, resting, free})
end
return answer(at, behind, fills)
