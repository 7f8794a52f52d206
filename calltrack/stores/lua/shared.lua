-- What every script begins with: the clock, a number and its holder, those who share it.
--
-- KEYS[1]  calltrack:{ORGANISATION}:state; all other keys are made from its beginning. They cannot be
--          named outside: which numbers a call touches is known only here. Every one carries the tag
--          {ORGANISATION}, so a Cluster has them all on the node that runs the script.
-- ARGV[1]  the moment that counts as now; "" for this server's clock
--
--   state                   hash  latest, serial, fingerprint
--   pools                   hash  pool -> rest of the last ask from it
--   released                hash  number -> when it was released by hand, as the Plan says
--   number:NUMBER           hash  where it stands, and its last holder; never deleted
--   share:NUMBER:SESSION    hash  one who shares it, for the vestiging that its holder has it for
--   shares:NUMBER           set   SESSION of each of them
--   share_ends              zset  NUMBER:SESSION by the end of its keep
--   session:SESSION         set   n:NUMBER held last, s:NUMBER shared
--   queue:POOL              zset  PLACE:NUMBER by the moment that nothing keeps it any more; 0: never
--                                 given. The pool *: in none now
--   kept:POOL               zset  PLACE:NUMBER of unconfirmed holders by the end of their promise
--   given:POOL:VESTIGING    zset  PLACE:NUMBER by the moment it was given last, to sharers, too
--   client:POOL:CLIENT      zset  n:NUMBER and s:NUMBER:SESSION, its unconfirmed ones by their keep
--
-- No key expires by itself: a promise is never forgotten.
-- Answers are JSON in one text: a client in Python reads that faster than lists in lists.
-- Moments are whole microseconds since 1970, 0 for never. A double holds them exactly, but Lua
-- writes 14 digits only: so they go out by `text`.

local BASE = string.sub(KEYS[1], 1, -6)
local NOWHERE = '*'

local function key(kind, one, other)
  if other then return BASE .. kind .. ':' .. one .. ':' .. other end
  if one then return BASE .. kind .. ':' .. one end
  return BASE .. kind
end

local function text(number)
  return string.format('%.0f', number)
end

-- The clock -------------------------------------------------------------------------------------

local function server_clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

-- Time never runs backwards: an earlier moment counts as the latest that was written.
-- Gives the moment, and how far the server's clock is behind it.
local function read_clock()
  local latest = tonumber(redis.call('HGET', KEYS[1], 'latest') or 0)
  local now = tonumber(ARGV[1]) or server_clock()
  local behind = ARGV[1] == '' and math.max(latest - now, 0) or 0
  return math.max(latest, now), behind
end

local function tick()
  local at, behind = read_clock()
  redis.call('HSET', KEYS[1], 'latest', text(at))
  return at, behind
end

-- Leases ----------------------------------------------------------------------------------------
-- What a number's row and a share have in common: vestiging, leased_from, client, given_at,
-- promised_until, kept_until, ended_at; released_at is the number's.

-- It is not over, let go of or not.
local function is_kept(lease, at)
  return at < math.max(lease.promised_until, lease.kept_until)
end

local function goes_on(lease, at)
  return lease.ended_at == 0 and is_kept(lease, at)
end

-- It is over, because the number was released by hand.
local function is_released(lease, at)
  return lease.given_at < lease.released_at and lease.released_at <= at
end

-- Write a lease as an answer tells it.
local function fact(lease, at)
  local pinned = lease.pinned_until or 0
  return {
    lease.e164, lease.leased_from, lease.vestiging, lease.session, text(lease.given_at),
    text(lease.promised_until), text(math.max(lease.promised_until, lease.kept_until)),
    text(lease.ended_at),
    text(pinned > at and pinned or 0),
    lease.shared_until and '' or '1',  -- a share has no `shared_until`: it is one
  }
end

-- Give a script's answer: the moment that counted, how far the clock is behind it, and the rest.
local function answer(at, behind, ...)
  return cjson.encode({text(at), text(behind), ...})
end

local function split(fields)
  local found = {}
  for field in string.gmatch(fields, '%S+') do table.insert(found, field) end
  return found
end

-- A kind of hash: `words` are kept as they are, `figures` as numbers. What was never written is not
-- in the hash, and reads as '' or 0. The first word is never ''.
local function kind(words, figures)
  local fields, blank = split(words .. ' ' .. figures), {}
  for _, field in ipairs(split(words)) do blank[field] = '' end
  for _, field in ipairs(split(figures)) do blank[field] = 0 end
  return {fields = fields, blank = blank}
end

local function new_row(of_kind)
  local row = {written = {}}
  for field, value in pairs(of_kind.blank) do row[field], row.written[field] = value, value end
  return row
end

-- Read a hash; nil where there is none.
local function read_row(at_key, of_kind)
  local values = redis.call('HMGET', at_key, unpack(of_kind.fields))
  if not values[1] then return nil end
  local row, written = {}, {}
  for i, field in ipairs(of_kind.fields) do
    local blank = of_kind.blank[field]
    local value = values[i] or blank
    written[field] = blank == 0 and tonumber(value) or value
    row[field] = written[field]
  end
  row.written = written
  return row
end

-- Write what differs.
local function write_row(at_key, row, of_kind)
  local values, written = {}, row.written
  for _, field in ipairs(of_kind.fields) do
    local value = row[field]
    if value ~= written[field] then
      table.insert(values, field)
      table.insert(values, of_kind.blank[field] == 0 and text(value) or value)
      written[field] = value
    end
  end
  if #values > 0 then redis.call('HSET', at_key, unpack(values)) end
end

-- Make the indexes as they should be: key -> {member, score}, before and after.
local function move(before, after)
  for index, place in pairs(before) do
    if not after[index] or after[index][1] ~= place[1] then redis.call('ZREM', index, place[1]) end
  end
  for index, place in pairs(after) do
    local stood = before[index]
    if not stood or stood[1] ~= place[1] or stood[2] ~= place[2] then
      redis.call('ZADD', index, text(place[2]), place[1])
    end
  end
end

-- A number and its last holder ------------------------------------------------------------------

local NUMBER = kind(
  'pool session vestiging leased_from client',
  'position released_at given_at promised_until kept_until ended_at pinned_until shared_until' ..
  ' last_given'
)
local numbers = {}  -- those read so far, one table each

-- Until then it goes to nobody else, whatever happens.
local function firm_until(row)
  return math.max(row.promised_until, row.pinned_until, row.shared_until)
end

-- Its rest begins then.
local function busy_until(row)
  return math.max(firm_until(row), row.kept_until)
end

-- Queues hold numbers in the order of the Plan where their scores are equal.
local function member_of(position, e164)
  return string.format('%06d:%s', position, e164)
end

local function number_indexes(row)
  local member = member_of(row.position, row.e164)
  local found = {[key('queue', row.pool)] = {member, busy_until(row)}}
  if row.session ~= '' then
    found[key('given', row.pool, row.vestiging)] = {member, row.last_given}
  end
  if row.client ~= '' then
    found[key('kept', row.pool)] = {member, row.promised_until}
    found[key('client', row.leased_from, row.client)] = {'n:' .. row.e164, row.kept_until}
  end
  return found
end

-- Give a number's row; nil for one that no Plan ever named.
local function read_number(e164)
  if numbers[e164] then return numbers[e164] end
  local row = read_row(key('number', e164), NUMBER)
  if not row then return nil end
  row.e164 = e164
  row.indexed = number_indexes(row)
  numbers[e164] = row
  return row
end

local function write_number(row)
  row.last_given = math.max(row.last_given, row.given_at)
  local holder = row.written.session
  if holder ~= row.session then
    if holder ~= '' then redis.call('SREM', key('session', holder), 'n:' .. row.e164) end
    redis.call('SADD', key('session', row.session), 'n:' .. row.e164)
  end
  write_row(key('number', row.e164), row, NUMBER)
  local indexes = number_indexes(row)
  move(row.indexed, indexes)
  row.indexed = indexes
end

-- Give the row of the number that stands in a queue.
local function number_of(member)
  return read_number(string.match(member, ':(.*)'))
end

-- Those who share it ----------------------------------------------------------------------------

local SHARE = kind(
  'vestiging leased_from client', 'given_at promised_until kept_until ended_at'
)

local function share_indexes(share)
  local name = share.e164 .. ':' .. share.session
  local found = {[key('share_ends')] = {name, share.kept_until}}
  if share.client ~= '' then
    found[key('client', share.leased_from, share.client)] = {'s:' .. name, share.kept_until}
  end
  return found
end

local function read_share(e164, session)
  local share = read_row(key('share', e164, session), SHARE)
  if not share then return nil end
  local row = read_number(e164)
  share.e164, share.session = e164, session
  share.pool, share.released_at = row.pool, row.released_at
  share.indexed = share_indexes(share)
  return share
end

local function new_share(e164, session)
  local share = new_row(SHARE)
  share.e164, share.session, share.indexed = e164, session, {}
  return share
end

-- Write a share, and its promise to its number.
local function write_share(share)
  write_row(key('share', share.e164, share.session), share, SHARE)
  redis.call('SADD', key('shares', share.e164), share.session)
  redis.call('SADD', key('session', share.session), 's:' .. share.e164)
  local indexes = share_indexes(share)
  move(share.indexed, indexes)
  share.indexed = indexes
  local row = read_number(share.e164)
  row.shared_until = math.max(row.shared_until, share.promised_until)
  row.last_given = math.max(row.last_given, share.given_at)
  write_number(row)
end

local function forget_share(share)
  redis.call('DEL', key('share', share.e164, share.session))
  redis.call('SREM', key('shares', share.e164), share.session)
  redis.call('SREM', key('session', share.session), 's:' .. share.e164)
  move(share.indexed, {})
end

-- Give what a session held last, and what it shares still, both by vestiging and number.
local function of_session(session, at)
  local held, shared = {}, {}
  for _, member in ipairs(redis.call('SMEMBERS', key('session', session))) do
    local e164 = string.sub(member, 3)
    if string.sub(member, 1, 1) == 'n' then
      table.insert(held, read_number(e164))
    else
      local share = read_share(e164, session)
      if is_kept(share, at) then table.insert(shared, share) end
    end
  end
  local function is_before(one, other)
    if one.vestiging ~= other.vestiging then return one.vestiging < other.vestiging end
    return one.e164 < other.e164
  end
  table.sort(held, is_before)
  table.sort(shared, is_before)
  return held, shared
end

-- Mark leases as let go of. Those that were over had ended by themselves: nothing is told.
local function end_leases(leases, write, at, reason, events)
  for _, lease in ipairs(leases) do
    local is_told = goes_on(lease, at)
    lease.ended_at = at
    write(lease)
    if is_told then table.insert(events, {'ended', fact(lease, at), reason}) end
  end
end

