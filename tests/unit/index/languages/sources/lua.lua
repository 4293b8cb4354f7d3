--- Routes requests.
-- @module router
local cjson = require("cjson.safe")
local utils = require "kong.tools.utils"
local insert = table.insert

local VERSION <const> = "3.4"
MAX_ROUTES = 512

local Router = {}
Router.__index = Router

local defaults = {
  strip_path = true,
  ["regex_priority"] = 0,
  on_error = function(err)
    ngx.log(ngx.ERR, err)
  end,
}

--- Makes a router.
-- @param routes the routes
function Router.new(routes, opts)
  local self = setmetatable({}, Router)
  self.routes = routes or {}
  self.match = function(path)
    return utils.find(self.routes, path)
  end
  return self
end

function Router:add(route, ...)
  local function normalize(path)
    return path:gsub("/+", "/")
  end

  insert(self.routes, normalize(route.path))
  return self:sort(...)
end

-- Sorts by priority.
local function by_priority(a, b)
  return a.priority > b.priority
end

local compile = function(pattern)
  return ngx.re.compile([[
    function not_here() end
  ]], pattern)
end

Router.sort = function(self)
  table.sort(self.routes, by_priority)
  return self
end

function kong.plugins.rate.limit:access(conf)
  goto done
  ::done::
  return coroutine.wrap(function() compile(conf.pattern) end)
end

Router.handlers = {
  get = function() end,
  post = by_priority,
}

return setmetatable(Router, {
  __call = function(cls, ...)
    return cls.new(...)
  end,
})
