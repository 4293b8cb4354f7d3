"""From a wish to the request that would be sent, and its measure; nothing is sent or kept here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from octoprompt.chat.assembly import Material, Piece, assemble, to_messages
from octoprompt.chat.compacting import without_last
from octoprompt.chat.meter import Meter, Room, measure
from octoprompt.chat.surroundings import BuiltContext, Occasion, Surroundings, Target
from octoprompt.errors import ModelProblem, OctoPromptError, UnknownId, UnknownProject
from octoprompt.llm.request import Message as Said
from octoprompt.llm.request import ModelRequest, Options
from octoprompt.llm.tokens import TokenCounter
from octoprompt.store.chat_model import Chat, Message
from octoprompt.store.entities import JsonValue
from octoprompt.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which model the user wants from now on; None leaves the chat's."""

    provider_id: str | None = None
    model: str | None = None


UNCHANGED = Choice()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be asked."""

    chat: Chat | None
    """None for a chat that does not exist yet."""
    leaf_id: str | None = None
    """The end of the branch that is sent; None sends none."""
    draft: str | None = None
    """A message after the branch."""
    context: JsonValue | None = None
    """The draft's, as `Surroundings.context` understands it."""
    choice: Choice = UNCHANGED
    keep: int = 0
    """How many messages at the end of the branch are not sent after all."""
    is_bare: bool = False
    """Leave out what is not said: contexts, system prompt, prompts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request, ready to be sent."""

    wish: Wish
    branch: Sequence[Message]
    pieces: Sequence[Piece]
    meter: Meter
    target: Target | OctoPromptError
    """An error when no model can be asked: what would be sent is known all the same."""
    options: Options
    draft_context: BuiltContext | None = None
    rebuilt: Mapping[str, BuiltContext] = field(default_factory=dict[str, BuiltContext])
    """Contexts of older messages that were built anew, by message."""

    @property
    def messages(self) -> Sequence[Said]:
        """What a model would get."""
        return to_messages(self.pieces)

    @property
    def model(self) -> str | None:
        """Whose tokens count."""
        return self.target.model if isinstance(self.target, Target) else self.wish.choice.model

    @property
    def asked(self) -> Target:
        """Which model is asked. Fails with what keeps it from being asked."""
        if isinstance(self.target, OctoPromptError):
            raise self.target
        return self.target

    def request(self, purpose: str) -> ModelRequest:
        """Give what the gateway sends."""
        chat = self.wish.chat
        return ModelRequest(
            provider=self.asked.provider,
            model=self.asked.model,
            messages=tuple(self.messages),
            options=self.options,
            purpose=purpose,
            project_id=chat.head.project_id if chat else None,
        )


class Drafting:
    """Prepares requests."""

    def __init__(self, store: Store, tokens: TokenCounter) -> None:
        self._store = store
        self._tokens = tokens

    async def prepare(self, wish: Wish, around: Surroundings) -> Prepared:
        """Find the branch and the model, build the contexts, count.

        Fails with `UnknownId`, and as contexts and prompts do.
        """
        branch, texts = await self._branch(wish)
        target = await _target(wish, around)
        options = Options() if wish.chat is None else around.options(wish.chat)
        occasion = _occasion(wish, branch, target)
        draft = None if wish.context is None else await around.context(wish.context, occasion)
        pinned = await _pinned(wish, around, occasion)
        rebuilt = await _rebuilt(wish, branch, around, occasion)
        pieces = assemble(
            Material(
                system=await _system(wish, around),
                branch=branch,
                contexts={} if wish.is_bare else texts | {i: b.text for i, b in rebuilt.items()},
                pinned=pinned.text if pinned else "",
                draft=wish.draft,
                draft_context=draft.text if draft else "",
            )
        )
        files: dict[str | None, Sequence[tuple[str, int]]] = {
            i: b.files for i, b in rebuilt.items()
        }
        files[None] = [file for built in (pinned, draft) if built for file in built.files]
        counts = await self._tokens.count([piece.text for piece in pieces], occasion.model)
        return Prepared(
            wish=wish,
            branch=branch,
            pieces=pieces,
            meter=measure(pieces, counts, _room(options, target), files),
            target=target,
            options=options,
            draft_context=draft,
            rebuilt=rebuilt,
        )

    async def _branch(self, wish: Wish) -> tuple[Sequence[Message], dict[str, str]]:
        if wish.chat is None or wish.leaf_id is None:
            return (), {}
        found = await self._store.messages.branch(wish.chat.id, wish.leaf_id)
        messages = found.path.messages
        return without_last(messages, wish.keep), found.context_texts


async def _target(wish: Wish, around: Surroundings) -> Target | OctoPromptError:
    """Find the model; the chat's own one is of the chat's own provider."""
    head = wish.chat.head if wish.chat else None
    provider_id, model = wish.choice.provider_id, wish.choice.model
    if head is not None and provider_id in (None, head.provider_id):
        provider_id, model = provider_id or head.provider_id, model or head.model
    try:
        return await around.target(provider_id, model)
    except (ModelProblem, UnknownId) as problem:
        return problem


def _occasion(wish: Wish, branch: Sequence[Message], target: Target | OctoPromptError) -> Occasion:
    question = next((m.content for m in reversed(branch) if m.role == "user"), "")
    return Occasion(
        project_id=wish.chat.head.project_id if wish.chat else None,
        task=question if wish.draft is None else wish.draft,
        model=target.model if isinstance(target, Target) else wish.choice.model,
    )


async def _system(wish: Wish, around: Surroundings) -> Sequence[str]:
    if wish.chat is None or wish.is_bare:
        return ()
    return (wish.chat.system_prompt, *await around.prompts(wish.chat))


async def _pinned(wish: Wish, around: Surroundings, occasion: Occasion) -> BuiltContext | None:
    if wish.chat is None or wish.chat.context is None or wish.is_bare:
        return None
    return await around.context({"mode": "refreshed", "context": wish.chat.context}, occasion)


async def _rebuilt(
    wish: Wish, branch: Sequence[Message], around: Surroundings, occasion: Occasion
) -> dict[str, BuiltContext]:
    """Build the refreshed contexts of the branch anew; where that cannot be, the old text stays."""
    rebuilt: dict[str, BuiltContext] = {}
    for message in branch:
        is_refreshed = message.context is not None and message.context.get("mode") == "refreshed"
        if wish.is_bare or not is_refreshed or not message.is_sent or message.context is None:
            continue
        own = Occasion(project_id=occasion.project_id, task=message.content, model=occasion.model)
        try:
            rebuilt[message.id] = await around.context(message.context, own)
        except (UnknownProject, UnknownId):
            # The window with that folder is closed, or a prompt of it was deleted.
            continue
    return rebuilt


def _room(options: Options, target: Target | OctoPromptError) -> Room:
    facts = target.facts if isinstance(target, Target) else None
    return Room(facts=facts, max_tokens=options.max_tokens)
