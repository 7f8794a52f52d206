-- server: say whether this server may forget what it was told. Changes nothing.
--
-- Returns  {maxmemory-policy, "1" or "0": it keeps a log on its disk}; "" for what it does not tell

local function setting(section, name)
  local told = redis.pcall('INFO', section)
  if type(told) ~= 'string' then return '' end  -- this user may not ask
  return string.match(told, name .. ':(%S+)') or ''
end

return {setting('memory', 'maxmemory_policy'), setting('persistence', 'aof_enabled')}
