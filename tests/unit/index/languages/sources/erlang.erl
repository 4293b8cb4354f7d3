-module(cowboy_req).
-behaviour(gen_server).
-export([method/1, init/1]).
-include_lib("kernel/include/logger.hrl").
-include("cowboy.hrl").
-define(TIMEOUT, 5000).
-record(state, {name :: atom(), count = 0}).
-type opts() :: map().

%% Gives the method.
-spec method(req()) -> binary().
method(#{method := M}) when is_binary(M) ->
    M;
method(_) ->
    lists:reverse(helper(1)).

init([]) -> {ok, #state{}}.

helper(X) -> ?TIMEOUT + X.
