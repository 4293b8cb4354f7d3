"""Chats and messages between the store and the wire."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from octoprompt.chat.drafting import Prepared
from octoprompt.chat.surroundings import Target
from octoprompt.contract import messages as wire
from octoprompt.contract._base import Wire
from octoprompt.contract.context import BuildContextParams, BuildContextResult
from octoprompt.llm.request import Options
from octoprompt.store import chat_model as model
from octoprompt.store.entities import JsonValue

WireT = TypeVar("WireT", bound=Wire)


def to_stored(value: Wire) -> JsonValue:
    """Give a wire value as it is stored: without what is as usual."""
    return value.model_dump(mode="json", exclude_defaults=True)


def from_stored(kind: type[WireT], stored: JsonValue | None) -> WireT | None:
    """Give a stored value for the wire; None for one that this program does not understand."""
    try:
        return None if stored is None else kind.model_validate(stored)
    except ValidationError:
        return None


def options(chat: model.Chat) -> wire.ChatOptions:
    """Give what a chat asks of every answer."""
    return from_stored(wire.ChatOptions, chat.options) or wire.ChatOptions()


def gateway_options(chat: model.Chat) -> Options:
    """Give the same for the gateway."""
    wanted = dict(options(chat))
    known = {name: value for name, value in wanted.items() if name in Options.__slots__}
    return Options(**known)


def head(chat: model.ChatHead) -> wire.ChatHead:
    """Give a chat's head for the wire."""
    return wire.ChatHead(**_head_fields(chat))


def _head_fields(chat: model.ChatHead) -> dict[str, Any]:
    return {
        "id": chat.id,
        "title": chat.title,
        "project_id": chat.project_id,
        "message_count": chat.message_count,
        "provider_id": chat.provider_id,
        "model": chat.model,
        "streaming": chat.is_streaming,
        "version": chat.version,
        "created_at": chat.created_at,
        "updated_at": chat.updated_at,
    }


def found(hit: model.FoundChat) -> wire.FoundChat:
    """Give a chat that matches for the wire."""
    return wire.FoundChat(**_head_fields(hit.head), message_id=hit.message_id, snippet=hit.snippet)


def chat(stored: model.Chat) -> wire.Chat:
    """Give a chat with its settings for the wire."""
    return wire.Chat(
        **_head_fields(stored.head),
        system_prompt=stored.system_prompt,
        prompt_ids=stored.prompt_ids,
        options=options(stored),
        context=from_stored(BuildContextParams, stored.context),
        leaf_id=stored.leaf_id,
        usage=wire.ChatUsage(
            prompt_tokens=stored.usage.prompt_tokens,
            completion_tokens=stored.usage.completion_tokens,
            cost_usd=stored.usage.cost_usd,
        ),
    )


def path(stored: model.Path, live: Mapping[str, tuple[str, str]]) -> wire.ChatPath:
    """Give a branch for the wire; `live` has text and reasoning of what grows here, by message."""
    return wire.ChatPath(
        chat=chat(stored.chat),
        messages=tuple(message(m, live.get(m.id)) for m in stored.messages),
        earlier=stored.has_earlier,
    )


def message(m: model.Message, live: tuple[str, str] | None = None) -> wire.ChatMessage:
    """Give a message for the wire."""
    content, reasoning = live or (m.content, m.reasoning)
    return wire.ChatMessage(
        id=m.id,
        chat_id=m.chat_id,
        parent_id=m.parent_id,
        role=cast("wire.Role", m.role),
        content=content,
        reasoning=reasoning,
        status=cast("wire.MessageStatus", m.status),
        siblings=m.siblings,
        index=m.siblings.index(m.id),
        excluded=m.is_excluded,
        sent=m.is_sent,
        edited=m.is_edited,
        covers=m.covers,
        provider_id=m.provider_id,
        model=m.model,
        finish_reason=m.finish_reason,
        usage=_usage(m.usage),
        problem=from_stored(wire.MessageProblem, m.problem),
        context=from_stored(wire.MessageContext, m.context),
        created_at=m.created_at,
        updated_at=m.updated_at,
    )


def _usage(usage: model.Usage | None) -> wire.MessageUsage | None:
    if usage is None:
        return None
    return wire.MessageUsage(
        prompt_tokens=usage.prompt_tokens or 0,
        completion_tokens=usage.completion_tokens or 0,
        cached_tokens=usage.cached_tokens or 0,
        reasoning_tokens=usage.reasoning_tokens or 0,
        cost_usd=usage.cost_usd,
        elapsed_ms=usage.elapsed_ms or 0.0,
        first_token_ms=usage.first_token_ms,
    )


def asked_context(draft: wire.ChatDraft) -> JsonValue | None:
    """Give what a draft asks for as context, as it is stored; None for nothing."""
    if draft.context is None and not draft.mentions:
        return None
    return to_stored(
        wire.MessageContext(mode=draft.context_mode, context=draft.context, mentions=draft.mentions)
    )


def account(asked: wire.MessageContext, built: BuildContextResult) -> JsonValue:
    """Give what is kept of a context beside its text."""
    known = {
        "tokens": built.tokens,
        "items": built.items,
        "omitted": built.omitted,
        "redactions": built.redactions,
        "fingerprint": built.fingerprint,
        "built_at": datetime.now(UTC),
    }
    return to_stored(asked.model_copy(update=known))


def meter(prepared: Prepared, counted: Sequence[int] | None) -> wire.Meter:
    """Give the measure of a request for the wire; `counted` tokens of its messages show these."""
    m = prepared.meter
    context = prepared.draft_context
    target = prepared.target if isinstance(prepared.target, Target) else None
    said = prepared.messages if counted is not None else ()
    return wire.Meter(
        tokens=m.tokens,
        tokens_exact=m.is_exact,
        window=m.window,
        over_by=m.over_by,
        parts=tuple(wire.MeterPart(name=name, tokens=n) for name, n in m.parts.items()),
        largest=tuple(
            wire.LargePiece(name=large.name, message_id=large.message_id, tokens=large.tokens)
            for large in m.largest
        ),
        cost_usd=m.cost_usd,
        provider_id=target.provider.id if target else None,
        model=target.model if target else None,
        context=from_stored(wire.MessageContext, context.account) if context else None,
        request=tuple(
            wire.RequestMessage(role=cast("Any", one.role), content=one.content, tokens=tokens)
            for one, tokens in zip(said, counted or (), strict=True)
        ),
    )
