"""Chats: conversation trees with a model."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from octoprompt.chat.conversations import Answered, Draft
from octoprompt.chat.documents import Document, from_text, to_json, to_markdown
from octoprompt.chat.drafting import Choice
from octoprompt.context.prompt_files import file_names
from octoprompt.contract import chats as wire
from octoprompt.contract import messages as values
from octoprompt.errors import BadRequest, NotTrusted
from octoprompt.features import chat_values as of
from octoprompt.features.chat_surroundings import ClientSurroundings
from octoprompt.features.registry import Ctx, handles
from octoprompt.store import chat_model as model
from octoprompt.store.chats import NewWhole
from octoprompt.store.messages import Page


@handles(wire.ListChats)
async def list_chats(ctx: Ctx, params: wire.ListChatsParams) -> wire.ListChatsResult:
    """Give a page of chats, the latest used first."""
    wanted = model.ChatFilter(
        project_id=params.project_id, limit=params.limit, before=_place(params.cursor)
    )
    chats = await ctx.app.store.chats.list(wanted)
    cursor = f"{chats[-1].updated_at.isoformat()} {chats[-1].id}" if chats else None
    return wire.ListChatsResult(
        chats=tuple(map(of.head, chats)), cursor=cursor if len(chats) == params.limit else None
    )


def _place(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    moment, _, chat_id = cursor.partition(" ")
    try:
        return datetime.fromisoformat(moment), chat_id
    except ValueError as error:
        raise BadRequest(f"`{cursor[:40]}` is no cursor: give `cursor` of a page") from error


@handles(wire.GetChat)
async def get_chat(ctx: Ctx, params: wire.GetChatParams) -> values.ChatPath:
    """Give a chat and a page of its active branch."""
    store, page = ctx.app.store, Page(limit=params.limit, before=params.before)
    path = await store.messages.path(params.id, page)
    left = [m for m in path.messages if m.status == "streaming" and not _live(ctx, [m])]
    if left and await ctx.app.conversations.recover():
        path = await store.messages.path(params.id, page)
    return of.path(path, _live(ctx, path.messages))


def _live(ctx: Ctx, messages: Iterable[model.Message]) -> dict[str, tuple[str, str]]:
    """Give what grows here and is newer than the store."""
    growing = {m.id: ctx.app.conversations.live(m.id) for m in messages if m.status == "streaming"}
    return {message_id: grown for message_id, grown in growing.items() if grown is not None}


@handles(wire.CreateChat)
async def create_chat(ctx: Ctx, params: wire.CreateChatParams) -> values.Chat:
    """Create an empty chat."""
    fields = model.ChatFields(
        title=params.title,
        provider_id=params.provider_id,
        model=params.model,
        system_prompt=params.system_prompt,
        prompt_ids=params.prompt_ids,
        options=of.to_stored(params.options),
        context=of.to_stored(params.context) if params.context else None,
    )
    project_id = _project_id(ctx, params.project_id)
    return of.chat(await ctx.app.store.chats.create(project_id, fields))


def _project_id(ctx: Ctx, project_id: str | None) -> str | None:
    """Give the project of a new chat: the one that is named, the only open one, or none."""
    if project_id is None and len(ctx.app.open_projects) != 1:
        return None
    return ctx.app.project(project_id).id


@handles(wire.RenameChat)
async def rename_chat(ctx: Ctx, params: wire.RenameChatParams) -> values.Chat:
    """Give a chat a title."""
    fields = model.ChatFields(title=params.title)
    return of.chat(await ctx.app.store.chats.update(params.id, fields, None))


@handles(wire.UpdateChat)
async def update_chat(ctx: Ctx, params: wire.UpdateChatParams) -> values.Chat:
    """Change what was given."""
    fields = model.ChatFields(
        provider_id=params.provider_id,
        model=params.model,
        system_prompt=params.system_prompt,
        prompt_ids=params.prompt_ids,
        options=None if params.options is None else of.to_stored(params.options),
        context=None if params.context is None else of.to_stored(params.context),
        clear_context=params.clear_context,
    )
    return of.chat(await ctx.app.store.chats.update(params.id, fields, params.version))


@handles(wire.DeleteChat)
async def delete_chat(ctx: Ctx, params: wire.DeleteChatParams) -> values.ChatHead:
    """Stop what streams, and put the chat into the bin."""
    await ctx.app.conversations.stop(params.id)
    return of.head(await ctx.app.store.chats.delete(params.id))


@handles(wire.SearchChats)
async def search_chats(ctx: Ctx, params: wire.SearchChatsParams) -> wire.SearchChatsResult:
    """Find chats by their words."""
    wanted = model.ChatFilter(project_id=params.project_id, limit=params.limit)
    hits = await ctx.app.store.chats.search(params.query, wanted)
    return wire.SearchChatsResult(chats=tuple(map(of.found, hits)))


@handles(wire.ForkChat)
async def fork_chat(ctx: Ctx, params: wire.ForkChatParams) -> values.Chat:
    """Copy the way to a message."""
    forked = await ctx.app.store.chats.fork(
        params.id, params.message_id, without_excluded=params.without_excluded
    )
    return of.chat(forked)


@handles(wire.ExportChats)
async def export_chats(ctx: Ctx, params: wire.ExportChatsParams) -> wire.ExportChatsResult:
    """Give chats as files."""
    documents = [await _document(ctx, i, params.format) for i in dict.fromkeys(params.ids)]
    suffix = "json" if params.format == "json" else "md"
    names = file_names((document.title for document in documents), f".chat.{suffix}")
    write = to_json if params.format == "json" else to_markdown
    return wire.ExportChatsResult(
        files=tuple(
            values.ChatFile(name=name, text=write(document))
            for name, document in zip(names, documents, strict=True)
        )
    )


async def _document(ctx: Ctx, chat_id: str, form: str) -> Document:
    chat, messages = await ctx.app.store.chats.whole(chat_id)
    if form == "markdown":
        path = await ctx.app.store.messages.path(chat_id)
        shown = {m.id for m in path.messages}
        messages = [m for m in messages if m.id in shown]
    settings = model.ChatFields(
        provider_id=chat.head.provider_id,
        model=chat.head.model,
        system_prompt=chat.system_prompt,
        options=chat.options,
    )
    return Document(
        title=chat.head.title, settings=settings, messages=messages, leaf_id=chat.leaf_id
    )


@handles(wire.ImportChats)
async def import_chats(ctx: Ctx, params: wire.ImportChatsParams) -> wire.ImportChatsResult:
    """Make chats of files, each on its own."""
    project_id = _project_id(ctx, params.project_id)
    chats: list[values.ChatHead] = []
    skipped: list[values.SkippedChatFile] = []
    for file in params.files:
        try:
            document = await asyncio.to_thread(from_text, file.name, file.text)
        except BadRequest as error:
            skipped.append(values.SkippedChatFile(name=file.name, reason=error.message))
            continue
        fields = replace(document.settings, title=document.title[:200].strip() or "Imported Chat")
        whole = NewWhole(fields=fields, messages=document.messages, leaf_id=document.leaf_id)
        chats.append(of.head(await ctx.app.store.chats.adopt(project_id, whole)))
    return wire.ImportChatsResult(chats=tuple(chats), skipped=tuple(skipped))


@handles(wire.SendChat)
async def send_chat(ctx: Ctx, params: wire.SendChatParams) -> wire.SendChatResult:
    """Send a message and stream the answer."""
    draft = _draft(ctx, params, params.chat_id)
    answered = await ctx.app.conversations.send(draft, _around(ctx))
    if answered.question is None:
        raise BadRequest("nothing was sent")
    return wire.SendChatResult(
        message=of.message(answered.answer),
        user_message=of.message(answered.question),
        chat=of.head(answered.chat),
    )


def _around(ctx: Ctx) -> ClientSurroundings:
    """Give what a conversation needs where models may be asked. Fails with `NotTrusted`."""
    if not ctx.app.options.trusted:
        raise NotTrusted("models are not asked in restricted mode: trust this workspace first")
    return ClientSurroundings(ctx)


def _draft(ctx: Ctx, params: values.ChatDraft, chat_id: str | None) -> Draft:
    return Draft(
        chat_id=chat_id,
        content=ctx.app.gateway.keys.masked(params.content),
        choice=Choice(provider_id=params.provider_id, model=params.model),
        context=of.asked_context(params),
        parent_id=params.parent_id,
        replaces=params.replaces,
    )


@handles(wire.RegenerateChat)
async def regenerate_chat(ctx: Ctx, params: wire.RegenerateChatParams) -> values.Answer:
    """Ask again."""
    choice = Choice(provider_id=params.provider_id, model=params.model)
    return _answer(await ctx.app.conversations.regenerate(params.id, choice, _around(ctx)))


@handles(wire.ContinueChat)
async def continue_chat(ctx: Ctx, params: wire.ContinueChatParams) -> values.Answer:
    """Let the model go on."""
    return _answer(await ctx.app.conversations.resume(params.id, _around(ctx)))


@handles(wire.CompactChat)
async def compact_chat(ctx: Ctx, params: wire.CompactChatParams) -> values.Answer:
    """Let the model sum up."""
    choice = Choice(provider_id=params.provider_id, model=params.model)
    return _answer(
        await ctx.app.conversations.compact(params.id, params.keep, choice, _around(ctx))
    )


def _answer(answered: Answered) -> values.Answer:
    return values.Answer(message=of.message(answered.answer), chat=of.head(answered.chat))


@handles(wire.EditChatMessage)
async def edit_chat_message(ctx: Ctx, params: wire.EditChatMessageParams) -> values.ChatMessage:
    """Make a new version of a message."""
    content = ctx.app.gateway.keys.masked(params.content)
    return of.message(await ctx.app.store.messages.edit(params.id, content))


@handles(wire.DeleteChatMessage)
async def delete_chat_message(
    ctx: Ctx, params: wire.DeleteChatMessageParams
) -> values.DeletedMessages:
    """Take a message out of its chat."""
    with_branch = params.scope == "branch"
    deleted = await ctx.app.store.messages.delete(params.id, with_branch=with_branch)
    return values.DeletedMessages(ids=deleted.ids, chat=of.chat(deleted.chat))


@handles(wire.RestoreChatMessages)
async def restore_chat_messages(ctx: Ctx, params: wire.RestoreChatMessagesParams) -> values.Chat:
    """Bring messages back."""
    ids = tuple(dict.fromkeys(params.ids))
    return of.chat((await ctx.app.store.messages.restore(ids)).chat)


@handles(wire.ExcludeChatMessage)
async def exclude_chat_message(
    ctx: Ctx, params: wire.ExcludeChatMessageParams
) -> values.ChatMessage:
    """Keep a message out of what is sent, or let it in."""
    return of.message(await ctx.app.store.messages.exclude(params.id, params.excluded))


@handles(wire.ChooseChat)
async def choose_chat(ctx: Ctx, params: wire.ChooseChatParams) -> values.ChatPath:
    """Make the branch through a message the active one."""
    path = await ctx.app.store.messages.choose(params.id, params.limit)
    return of.path(path, _live(ctx, path.messages))


@handles(wire.GetChatContext)
async def get_chat_context(ctx: Ctx, params: wire.GetChatContextParams) -> values.ContextText:
    """Give the text of a message's context."""
    messages = ctx.app.store.messages
    asked = of.from_stored(values.MessageContext, (await messages.get(params.id)).context)
    return values.ContextText(
        text=await messages.context_text(params.id),
        mode=asked.mode if asked else "frozen",
        mentions=asked.mentions if asked else (),
    )


@handles(wire.EstimateChat)
async def estimate_chat(ctx: Ctx, params: wire.EstimateChatParams) -> values.Meter:
    """Measure what would be sent; whoever writes a question will soon ask it."""
    draft = _draft(ctx, params, params.chat_id)
    if draft.content.strip():
        ctx.app.gateway.warm()
    prepared = await ctx.app.conversations.measure(draft, ClientSurroundings(ctx))
    if not params.with_request:
        return of.meter(prepared, None)
    texts = [message.content for message in prepared.messages]
    counts = await ctx.app.tokens.count(texts, prepared.model)
    return of.meter(prepared, counts.tokens)
