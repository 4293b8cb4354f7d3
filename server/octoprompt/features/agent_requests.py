"""Requests of other areas that a run of an agent answers."""

from octoprompt.contract.agents import RunAgentParams, RunAgentResult
from octoprompt.errors import AgentProblem
from octoprompt.features.agents import run_agent
from octoprompt.features.registry import Ctx


async def completed(ctx: Ctx, params: RunAgentParams) -> RunAgentResult:
    """Let an agent work. Fails as `agents/run`, and with `AgentProblem` for a bad end."""
    result = await run_agent(ctx, params)
    if result.status != "complete":
        raise AgentProblem(
            f"the run was {result.status}: {result.problem or 'start it again'}",
            data={"runId": result.run_id},
        )
    return result
