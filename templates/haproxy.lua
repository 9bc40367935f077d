-- Runs inside haproxy and looks at its servers four times a second.
-- It takes the open requests from machines that have died: those say nothing by themselves. haproxy then sends to another
-- server what may be repeated. What a merely slow app holds is left to it.
-- It keeps servers in that are full rather than ill, where they would all be taken out: an app whose places are all taken
-- does not answer a check in time, and visitors can wait for it but would be sent away.
local socket_path = '/run/haproxy/admin.sock'
local pause = 250
-- Connections under way when a server is taken out end by themselves (timeout connect), and must have done so:
-- haproxy repeats an open request elsewhere when its session is shut, but gives up one that is still connecting.
local looks = 3
-- An app that is alive has answered somebody within so many seconds, for no request may take longer (timeout server).
local slowest_answer = 65

local function ask(command)
  local socket = core.tcp()
  socket:settimeout(1)
  if not socket:connect(socket_path) then return '' end
  socket:send(command .. '\n')
  local answer = socket:receive('*a')
  socket:close()
  return answer or ''
end

-- One line of `show stat`: 2 is the server, 5 its sessions, 18 its status, 37 what the last check met, 41 to 43 its
-- answers of 2xx to 4xx.
local function read(line)
  local field = core.tokenize(line, ',')
  if not field[43] then return end
  local answers = (tonumber(field[41]) or 0) + (tonumber(field[42]) or 0) + (tonumber(field[43]) or 0)
  local took_no_connection = field[37]:find('L4TOUT') or line:find('No route to host', 1, true)
  return {
    id = field[2], sessions = field[5], answers = answers,
    is_up = field[18]:find('^UP'), is_down = field[18]:find('^DOWN'),
    is_late = field[37]:find('L7TOUT'), is_dead = field[18]:find('^DOWN') and took_no_connection,
  }
end

-- How many looks in a row each has been dead, by its id.
local dead = {}

local function free_requests_of(server)
  dead[server.id] = server.is_dead and (dead[server.id] or 0) + 1 or nil
  if server.is_dead and dead[server.id] > looks and server.sessions ~= '0' then
    ask('shutdown sessions server app/' .. server.id)
  end
end

-- By id: how many answers a server has given, and when it gave the last of them.
local given = {}
local begun = false

-- What a server answered before a reload is not known: those that were there then are believed.
local function note_answers(server, now)
  local before = given[server.id]
  local has_answered = before and server.answers > before.count or not before and not begun
  given[server.id] = { count = server.answers, at = has_answered and now or before and before.at }
end

local function keep_in(servers, now)
  local well = 0
  for _, server in ipairs(servers) do
    if server.is_up and not server.is_late then well = well + 1 end
  end
  if 2 * well >= #servers then return end
  for _, server in ipairs(servers) do
    local at = given[server.id].at
    if server.is_late and at and now - at <= slowest_answer then
      ask('set server app/' .. server.id .. ' health up')
    end
  end
end

core.register_task(function()
  while true do
    core.msleep(pause)
    local now, servers = core.now().sec, {}
    for line in ask('show stat app 4 -1'):gmatch('[^\n]+') do
      local server = read(line)
      -- The first line has the names of the columns.
      if server and (server.is_up or server.is_down) then table.insert(servers, server) end
    end
    for _, server in ipairs(servers) do
      free_requests_of(server)
      note_answers(server, now)
    end
    keep_in(servers, now)
    begun = begun or #servers > 0
  end
end)
