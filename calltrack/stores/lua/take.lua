-- take: give a session a number for each ask of a page, or renew the one it holds.
--
-- Numbers are found for all asks in rounds, so that no ask takes what is another's: what the session
-- has, what the returning visitor had, the longest idle, one taken back, one shared. Every round
-- looks at a queue's head only: its cost does not grow with the pool.
--
-- ARGV[2…4]  session, client ("": confirmed), how long an unconfirmed lease is promised
-- ARGV[5]    the asks, as JSON: [{vestiging, pool, span (of the promise), rest, number and session
--            that the visitor had before, share, cap}, …]; null for what there is none of
-- Answers    {vestigingen over their cap, those whose pool has nothing, events}; the leases asked for
--            are those `given` and `renewed`, not those `confirmed`

-- Fails with NOSTOCK where no pools are known: a server that came back empty gives no numbers.

if not redis.call('HGET', KEYS[1], 'serial') then
  return redis.error_reply('NOSTOCK no pools are known')
end

local session, client, minute = ARGV[2], ARGV[3], tonumber(ARGV[4])
local at, behind = tick()
local held, shared = of_session(session, at)
local asks = cjson.decode(ARGV[5])
local leases, given, events = {}, {}, {}

-- Counts and spans ------------------------------------------------------------------------------

local function is_capped(ask)
  if client == '' or ask.cap == cjson.null then return false end
  local kept = redis.call('ZCOUNT', key('client', ask.pool, client), '(' .. text(at), '+inf')
  return kept >= ask.cap
end

-- The latest end that has had its rest; never given (0) always has.
local function idle_since(ask)
  return math.max(at - ask.rest, 0)
end

-- Until when a lease is promised and kept, which was so until then already.
local function promise(ask, of_client, promised, kept)
  local full = at + ask.span
  if of_client == '' then
    local longest = math.max(promised, kept, full)
    return longest, longest
  end
  promised = math.max(promised, math.min(at + minute, full))
  return promised, math.max(promised, kept, full)
end

-- The last holder may have it again: nobody else has it.
local function is_its_holders(row)
  return not is_released(row, at) and (is_kept(row, at) or row.shared_until <= at)
end

-- What the rounds do ----------------------------------------------------------------------------

local function note(ask, lease, kind, before)
  leases[ask.vestiging] = lease
  given[lease.e164] = true
  table.insert(events, {kind, fact(lease, at), before})
end

-- Forget who shared a number that goes to somebody now: their promises are over.
local function drop_shares(row)
  if row.shared_until == 0 then return end
  local sharers = redis.call('SMEMBERS', key('shares', row.e164))
  table.sort(sharers)
  for _, sharer in ipairs(sharers) do
    local share = read_share(row.e164, sharer)
    forget_share(share)
    if goes_on(share, at) then table.insert(events, {'ended', fact(share, at), 'taken_back'}) end
  end
end

-- Make the session the number's holder. An heir takes over what was promised and kept. A lease that
-- goes on ends for `reason`.
local function give(row, ask, is_heir, reason)
  local is_renewal = is_heir and row.session == session and goes_on(row, at)
  local is_continued = is_heir and is_kept(row, at)
  local before = ''
  if is_continued and row.session ~= session then before = row.session end
  if reason and goes_on(row, at) then table.insert(events, {'ended', fact(row, at), reason}) end
  if not is_continued then
    drop_shares(row)
    row.kept_until, row.shared_until = 0, 0
  end
  if not is_heir then row.pinned_until = 0 end
  if not is_renewal then row.given_at = at end
  if not is_renewal or client == '' then row.client = client end
  row.promised_until, row.kept_until = promise(ask, row.client, row.promised_until, row.kept_until)
  row.session, row.vestiging, row.leased_from = session, ask.vestiging, ask.pool
  row.ended_at = 0
  write_number(row)
  note(ask, row, is_renewal and 'renewed' or 'given', before)
end

-- Clean up a few shares that are over, more than come.
local function forget_old_shares()
  local over = {'ZRANGEBYSCORE', key('share_ends'), '-inf', text(at), 'LIMIT', 0, 10}
  for _, name in ipairs(redis.call(unpack(over))) do
    local e164, sharer = string.match(name, '^([^:]*):(.*)$')
    forget_share(read_share(e164, sharer))
  end
end

local function begin_share(row, ask)
  forget_old_shares()
  local share = read_share(row.e164, session) or new_share(row.e164, session)
  share.promised_until, share.kept_until =
    promise(ask, client, share.promised_until, share.kept_until)
  share.vestiging, share.leased_from, share.client = ask.vestiging, ask.pool, client
  share.given_at, share.ended_at = at, 0
  write_share(share)
  note(ask, share, 'given', '')
end

local function renew_share(share, ask)
  if client == '' then share.client = '' end
  share.promised_until, share.kept_until =
    promise(ask, share.client, share.promised_until, share.kept_until)
  share.leased_from = ask.pool
  write_share(share)
  note(ask, share, 'renewed', '')
end

-- The rounds ------------------------------------------------------------------------------------

-- Of several, a lease that was not let go of counts most, then the latest, then the first number.
local function is_better(one, other)
  if not other then return true end
  if (one.ended_at == 0) ~= (other.ended_at == 0) then return one.ended_at == 0 end
  if one.given_at ~= other.given_at then return one.given_at > other.given_at end
  return one.e164 < other.e164
end

-- What the session has for the vestiging: its lease, a share, or its last number.
local function again(ask)
  local row, share
  for _, one in ipairs(held[ask.vestiging] or {}) do
    if one.pool == ask.pool and is_its_holders(one) and is_better(one, row) then row = one end
  end
  for _, one in ipairs(shared[ask.vestiging] or {}) do
    local is_mine = goes_on(one, at) and not is_released(one, at)
    if one.pool == ask.pool and is_mine and is_better(one, share) then share = one end
  end
  if share and not (row and goes_on(row, at)) then
    renew_share(share, ask)
  elseif row and (goes_on(row, at) or not is_capped(ask)) then
    give(row, ask, true)
  end
end

-- The number the visitor had before: still that session's, or free.
local function brought(ask)
  local row = ask.number ~= cjson.null and read_number(ask.number)
  if not row or row.pool ~= ask.pool then return end
  local had = row.session == ask.session and row.vestiging == ask.vestiging
  if had and is_its_holders(row) then
    give(row, ask, true, 'returned')
  elseif busy_until(row) <= idle_since(ask) then
    give(row, ask, false)
  end
end

local function longest_idle(ask)
  local first = redis.call('ZRANGE', key('queue', ask.pool), 0, 0, 'WITHSCORES')
  if first[1] and tonumber(first[2]) <= idle_since(ask) then
    give(number_of(first[1]), ask, false)
  end
end

-- Those that may be taken back from a pool, the first last; no more than there are asks.
local function find_unconfirmed(pool)
  local found, skipped, index = {}, 0, key('kept', pool)
  while #found < #asks do
    local range = {'ZRANGEBYSCORE', index, '-inf', text(at), 'LIMIT', skipped, #asks}
    local members = redis.call(unpack(range))
    if #members == 0 then break end
    for _, member in ipairs(members) do
      local row = number_of(member)
      if row.kept_until <= at then
        -- Over by itself: nobody need look at it again. Time never runs back, and whoever gets or
        -- renews the number writes it anew.
        redis.call('ZREM', index, member)
        row.indexed[index] = nil
      else
        skipped = skipped + 1
        local is_mine = row.session == session and row.ended_at == 0
        if firm_until(row) <= at and not is_mine then table.insert(found, 1, row) end
      end
    end
  end
  return found
end

local to_take_back = {}

local function take_back(ask)
  to_take_back[ask.pool] = to_take_back[ask.pool] or find_unconfirmed(ask.pool)
  local row = table.remove(to_take_back[ask.pool])
  if row then give(row, ask, false, 'taken_back') end
end

-- The number given least recently, beside whoever holds it.
local function share(ask)
  if not ask.share then return end
  local index, skipped = key('given', ask.pool, ask.vestiging), 0
  while true do
    local members = redis.call('ZRANGE', index, skipped, skipped + 9)
    if #members == 0 then return end
    for _, member in ipairs(members) do
      local row = number_of(member)
      local mine = read_share(row.e164, session)
      local was_released = mine and is_kept(mine, at) and is_released(mine, at)
      if row.session ~= session and row.pinned_until <= at and not was_released then
        return begin_share(row, ask)
      end
    end
    skipped = skipped + #members
  end
end

-- After the rounds ------------------------------------------------------------------------------

-- End what the session had for a vestiging before it got another number.
local function let_go_of_others(had, write)
  local others = {}
  for _, lease in ipairs(had) do
    local got_another = leases[lease.vestiging] and not given[lease.e164]
    if lease.ended_at == 0 and got_another then table.insert(others, lease) end
  end
  end_leases(others, write, at, 'replaced', events)
end

-- The browser has shown itself: what it keeps beside the asks is promised as long.
local function confirm_others(had, write)
  for _, lease in ipairs(had) do
    local is_left = not leases[lease.vestiging] and not given[lease.e164]
    local is_good = lease.pool ~= NOWHERE and goes_on(lease, at) and not is_released(lease, at)
    if is_left and is_good and lease.client ~= '' then
      lease.promised_until, lease.client = lease.kept_until, ''
      write(lease)
      table.insert(events, {'confirmed', fact(lease, at), ''})
    end
  end
end

local MOST_AT_ONCE = 1000  -- Lua takes no more than 8,000 arguments

local function remember_rests()
  local known = {}
  for first = 1, #asks, MOST_AT_ONCE do
    local pools = {}
    for i = first, math.min(first + MOST_AT_ONCE - 1, #asks) do table.insert(pools, asks[i].pool) end
    local rests = redis.call('HMGET', key('pools'), unpack(pools))
    for i, pool in ipairs(pools) do known[pool] = rests[i] and tonumber(rests[i]) end
  end
  for _, ask in ipairs(asks) do
    if known[ask.pool] and known[ask.pool] ~= ask.rest then
      redis.call('HSET', key('pools'), ask.pool, text(ask.rest))
      known[ask.pool] = ask.rest
    end
  end
end

local function by_vestiging(had)
  for i = 1, #had do
    local vestiging = had[i].vestiging
    had[vestiging] = had[vestiging] or {}
    table.insert(had[vestiging], had[i])
  end
end

by_vestiging(held)
by_vestiging(shared)
for _, ask in ipairs(asks) do again(ask) end
for _, round in ipairs({brought, longest_idle, take_back, share}) do
  for _, ask in ipairs(asks) do
    if not leases[ask.vestiging] and not is_capped(ask) then round(ask) end
  end
end
remember_rests()
let_go_of_others(held, write_number)
let_go_of_others(shared, write_share)
if client == '' then
  confirm_others(held, write_number)
  confirm_others(shared, write_share)
end

local capped, lacking = {}, {}
for _, ask in ipairs(asks) do
  if not leases[ask.vestiging] and is_capped(ask) then
    table.insert(capped, ask.vestiging)
  elseif not leases[ask.vestiging] then
    table.insert(lacking, ask.vestiging)
  end
end
return answer(at, behind, capped, lacking, events)
