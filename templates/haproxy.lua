-- Runs inside haproxy, and takes the open requests from machines that have died: those say nothing by themselves.
-- haproxy then sends to another server what may be repeated. What a merely slow app holds is left to it.
local socket_path = '/run/haproxy/admin.sock'
local pause = 250
-- Connections under way when a server is taken out end by themselves (timeout connect), and must have done so:
-- haproxy repeats an open request elsewhere when its session is shut, but gives up one that is still connecting.
local looks = 3

local function ask(command)
  local socket = core.tcp()
  socket:settimeout(1)
  if not socket:connect(socket_path) then return '' end
  socket:send(command .. '\n')
  local answer = socket:receive('*a')
  socket:close()
  return answer or ''
end

-- One line of `show stat`: 2 is the server, 5 its sessions, 18 its status, 37 what the last check met.
local function look_at(line, before, now)
  local field = core.tokenize(line, ',')
  local id, sessions, status, check = field[2], field[5], field[18], field[37]
  if not check or not status:find('^DOWN') then return end
  if not check:find('L4TOUT') and not line:find('No route to host', 1, true) then return end
  now[id] = (before[id] or 0) + 1
  if now[id] > looks and sessions ~= '0' then ask('shutdown sessions server app/' .. id) end
end

core.register_task(function()
  local seen = {}
  while true do
    core.msleep(pause)
    local now = {}
    for line in ask('show stat app 4 -1'):gmatch('[^\n]+') do look_at(line, seen, now) end
    seen = now
  end
end)
