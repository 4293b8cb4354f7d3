"""What conversations need of the features: contexts, prompts, models, and the client's ear."""

from collections.abc import Sequence

from octoprompt.chat.growth import Bundle
from octoprompt.chat.surroundings import BuiltContext, Occasion, Target
from octoprompt.contract.context import BuildContextParams
from octoprompt.contract.messages import (
    ChatChanged,
    ChatChangedParams,
    ChatDelta,
    ChatDeltaParams,
    MessageContext,
)
from octoprompt.errors import UnknownId
from octoprompt.features.chat_values import account, from_stored, gateway_options, head, message
from octoprompt.features.context import built_context
from octoprompt.features.mentions import with_mentions
from octoprompt.features.prompt_variables import known_variables
from octoprompt.features.providers import chosen
from octoprompt.features.registry import Ctx
from octoprompt.llm.request import Options
from octoprompt.store.chat_model import Chat, ChatHead, Message
from octoprompt.store.entities import JsonValue


class ClientSurroundings:
    """The surroundings of conversations for the client of one request."""

    def __init__(self, ctx: Ctx) -> None:
        self._ctx = ctx

    async def context(self, account: JsonValue, occasion: Occasion) -> BuiltContext:
        """Build a context anew. Fails as `context/build` does."""
        asked = from_stored(MessageContext, account)
        if asked is None:
            raise UnknownId(
                "this context was made by another version of OctoPrompt: attach it anew"
            )
        return await build(self._ctx, asked, occasion)

    async def prompts(self, chat: Chat) -> list[str]:
        """Give the texts of the chat's prompts. Fails with `UnknownId` for a deleted one."""
        if not chat.prompt_ids:
            return []
        app = self._ctx.app
        prompts = await app.store.prompts.get_all(chat.prompt_ids)
        project_id = chat.head.project_id
        known = await known_variables(
            self._ctx,
            project_id if project_id in app.open_projects else None,
            [prompt.content for prompt in prompts],
        )
        return [(await app.templates.render(prompt.content, known)).text for prompt in prompts]

    def options(self, chat: Chat) -> Options:
        """Give what the chat asks of every answer."""
        return gateway_options(chat)

    async def target(self, provider_id: str | None, model: str | None) -> Target:
        """Find the model that is meant. Fails with `NoProvider`."""
        provider, name = await chosen(self._ctx, provider_id, model)
        facts = await self._ctx.app.gateway.catalog.facts(provider, name)
        return Target(provider=provider, model=name, facts=facts)

    def changed(self, chat: ChatHead, messages: Sequence[Message]) -> None:
        """Tell the client of messages that began or ended."""
        told = ChatChangedParams(chat=head(chat), messages=tuple(map(message, messages)))
        self._ctx.notify(ChatChanged, told)

    def grew(self, chat_id: str, bundle: Bundle) -> None:
        """Tell the client what an answer grew by."""
        self._ctx.notify(
            ChatDelta,
            ChatDeltaParams(
                chat_id=chat_id,
                message_id=bundle.message_id,
                text=bundle.text,
                reasoning=bundle.reasoning,
                offset=bundle.offset,
                notice=bundle.notice,
            ),
        )


async def build(ctx: Ctx, asked: MessageContext, occasion: Occasion) -> BuiltContext:
    """Build a context with what its mentions stand for."""
    base = asked.context or BuildContextParams()
    open_projects = ctx.app.open_projects
    project_id = base.project_id or occasion.project_id
    if base.project_id is None and project_id not in open_projects and len(open_projects) == 1:
        project_id = None
    model = base.model or occasion.model
    base = base.model_copy(update={"project_id": project_id, "model": model})
    built = await built_context(ctx, await with_mentions(ctx, base, asked.mentions), occasion.task)
    return BuiltContext(
        account=account(asked, built),
        text=built.text,
        files=[(item.path, item.tokens) for item in built.items],
    )
