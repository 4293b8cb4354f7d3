defmodule Ecto.Repo do
  @moduledoc """
  Defines a repository.
  """
  use GenServer
  alias Ecto.{Query, Changeset}
  import Ecto.Query, only: [from: 2]
  require Logger

  @type t :: module
  @callback get(id :: term) :: struct
  @timeout 5_000
  defstruct [:name, pool: 10]

  # Fetches one.
  @spec all(Query.t()) :: [struct]
  def all(queryable, opts \\ []) when is_list(opts) do
    Repo.Supervisor.tuplet(queryable, opts) |> Enum.map(&load/1)
  end

  def size, do: 3
  defp load(%{id: id} = row), do: id
  defmacro sigil_q(string, _mods), do: quote(do: unquote(string))

  defimpl Inspect, for: Ecto.Repo do
    def inspect(repo, _), do: repo.name
  end

  defprotocol Size do
    def size(x)
  end
end
