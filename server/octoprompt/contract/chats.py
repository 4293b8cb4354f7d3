"""Chats: conversation trees with a model, kept for good.

An answer streams: `chats/send` and its like notify `chats/changed` with the messages as they begin,
`chats/delta` with each piece of text, `chats/changed` with the message as it ended, and then give
their result. `$/cancelRequest` stops them; the text so far is kept, and `chats/changed` says so.
"""

from typing import Annotated, Literal

from pydantic import Field

from octoprompt.contract._base import Name, ProjectParams, Request, Text, Wire
from octoprompt.contract.context import BuildContextParams
from octoprompt.contract.messages import (
    Answer,
    Chat,
    ChatDraft,
    ChatFile,
    ChatHead,
    ChatMessage,
    ChatOptions,
    ChatPath,
    ContextText,
    DeletedMessages,
    FoundChat,
    Meter,
    PageSize,
    SkippedChatFile,
)
from octoprompt.contract.prompts import Limit


class ListChatsParams(Wire):
    """Which chats, the latest used first."""

    project_id: str | None = None
    """Those of this project and those of none; left out, all."""
    limit: Limit = 200
    cursor: str | None = None
    """Where the page before ended."""


class ListChatsResult(Wire):
    """A page of chats, light."""

    chats: tuple[ChatHead, ...]
    cursor: str | None = None
    """For the next page, when there is one."""


class ListChats(Request[ListChatsParams, ListChatsResult], method="chats/list"):
    """List chats, the latest used first, without their messages.

    Fails with `BadRequest` for a cursor that is none.
    """


class GetChatParams(Wire):
    """Which chat, and how much of its active branch: the last `limit` messages."""

    id: str
    limit: PageSize = 500
    before: str | None = None
    """The messages before this one."""


class GetChat(Request[GetChatParams, ChatPath], method="chats/get"):
    """Give a chat and the messages of its active branch.

    Fails with `UnknownId`.
    """


class CreateChatParams(ProjectParams):
    """A new chat; without a title it gets one from its first message."""

    title: Name | None = None
    provider_id: str | None = None
    model: str | None = None
    system_prompt: Text = ""
    prompt_ids: tuple[str, ...] = ()
    options: ChatOptions = ChatOptions()
    context: BuildContextParams | None = None


class CreateChat(Request[CreateChatParams, Chat], method="chats/create"):
    """Create an empty chat; answered after it is on disk.

    It belongs to the project that is named, else to the only open one, else to none.
    Fails with `UnknownProject`.
    """


class RenameChatParams(Wire):
    """Which chat, and its title."""

    id: str
    title: Name


class RenameChat(Request[RenameChatParams, Chat], method="chats/rename"):
    """Give a chat a title, which is never replaced by an automatic one again.

    Fails with `UnknownId`.
    """


class UpdateChatParams(Wire):
    """What to change; what is left out stays."""

    id: str
    provider_id: str | None = None
    """Empty: the first provider that is there."""
    model: str | None = None
    """Empty: the provider's own."""
    system_prompt: Text | None = None
    prompt_ids: tuple[str, ...] | None = None
    options: ChatOptions | None = None
    """All of them."""
    context: BuildContextParams | None = None
    clear_context: bool = False
    """Takes the chat's context away."""
    version: int | None = None
    """The version it was read at; left out, the last writer wins."""


class UpdateChat(Request[UpdateChatParams, Chat], method="chats/update"):
    """Change a chat's settings; they hold from the next message on.

    Fails with `UnknownId`, and `StaleVersion` when they changed since `version`.
    """


class DeleteChatParams(Wire):
    """Which chat."""

    id: str


class DeleteChat(Request[DeleteChatParams, ChatHead], method="chats/delete"):
    """Put a chat into the bin and give what it was; an answer that streams is stopped.

    Fails with `UnknownId`.
    """


class SearchChatsParams(Wire):
    """Words that occur in a title, or in one message, each at least as a beginning."""

    query: Text
    project_id: str | None = None
    """Chats of this project and of none; left out, all."""
    limit: Limit = 50


class SearchChatsResult(Wire):
    """The chats that match: by title first, then by their newest message that does."""

    chats: tuple[FoundChat, ...]


class SearchChats(Request[SearchChatsParams, SearchChatsResult], method="chats/search"):
    """Find chats by the words in their titles and messages, in all branches; no words find all."""


class ForkChatParams(Wire):
    """Which chat, and up to which message."""

    id: str
    message_id: str | None = None
    """The last message to copy; left out, the whole active branch."""
    without_excluded: bool = False
    """Leave out the messages that are kept out of what is sent."""


class ForkChat(Request[ForkChatParams, Chat], method="chats/fork"):
    """Copy the way to a message into a new chat, with the settings; the old one stays as it is.

    Fails with `UnknownId`.
    """


class ExportChatsParams(Wire):
    """Which chats, and as what."""

    ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=1000)]
    format: Literal["markdown", "json"] = "markdown"
    """Markdown is the active branch for people; JSON is all of it, with every branch."""


class ExportChatsResult(Wire):
    """A file for each chat, with names that differ."""

    files: tuple[ChatFile, ...]


class ExportChats(Request[ExportChatsParams, ExportChatsResult], method="chats/export"):
    """Give chats as files; the client saves them.

    Fails with `UnknownId`.
    """


class ImportChatsParams(ProjectParams):
    """Files that `chats/export` gave, in either format."""

    files: tuple[ChatFile, ...]


class ImportChatsResult(Wire):
    """What came in, and what did not."""

    chats: tuple[ChatHead, ...]
    skipped: tuple[SkippedChatFile, ...]


class ImportChats(Request[ImportChatsParams, ImportChatsResult], method="chats/import"):
    """Make chats of files, each a new one; one that cannot be read does not keep the others out."""


class SendChatParams(ChatDraft):
    """A message of the user."""

    chat_id: str
    content: Annotated[Text, Field(min_length=1)]


class SendChatResult(Wire):
    """The answer, whole."""

    message: ChatMessage
    user_message: ChatMessage
    chat: ChatHead


class SendChat(Request[SendChatParams, SendChatResult], method="chats/send", deadline_s=None):
    """Send a message and stream the answer; both are on disk before the first byte goes out.

    The active leaf is then the answer. What goes out is what `chats/estimate` shows.
    Fails with `UnknownId`, `NotTrusted` in restricted mode, `ChatBusy` while another answer of this
    chat streams, `ChatTooLong` with the meter in `data` when the request would not fit, and then
    nothing was kept; afterwards with the gateway's errors, and then the answer has the text so far.
    """


class RegenerateChatParams(Wire):
    """Which message: one of the user, or an answer."""

    id: str
    provider_id: str | None = None
    """From now on the chat's."""
    model: str | None = None
    """From now on the chat's."""


class RegenerateChat(
    Request[RegenerateChatParams, Answer], method="chats/regenerate", deadline_s=None
):
    """Ask again: the new answer becomes a sibling of the old ones, and the active leaf.

    Fails as `chats/send` does, and with `BadRequest` for a summary.
    """


class ContinueChatParams(Wire):
    """Which answer: one that ended early."""

    id: str


class ContinueChat(Request[ContinueChatParams, Answer], method="chats/continue", deadline_s=None):
    """Let the model go on with an answer that ended early; the text is appended.

    Fails as `chats/send` does, and with `BadRequest` for a message that is complete.
    """


class EditChatMessageParams(Wire):
    """Which message, and what it should say."""

    id: str
    content: Annotated[Text, Field(min_length=1)]


class EditChatMessage(Request[EditChatMessageParams, ChatMessage], method="chats/editMessage"):
    """Make a new version of a message beside the old one, and choose it; nothing is sent.

    For a message of the user `chats/regenerate` of the new one asks for the answer, and
    `chats/send` with `replaces` does both. Fails with `UnknownId`.
    """


class DeleteChatMessageParams(Wire):
    """Which message, and what of it."""

    id: str
    scope: Literal["one", "branch"] = "one"
    """`branch`: with all that follows it."""


class DeleteChatMessage(
    Request[DeleteChatMessageParams, DeletedMessages], method="chats/deleteMessage"
):
    """Take a message out of its chat; what follows it stays, unless asked otherwise.

    `chats/restoreMessages` brings back what went, for thirty days. Taking out a summary means that
    all it stood for is sent again. Fails with `UnknownId`, and `ChatBusy` for one being written.
    """


class RestoreChatMessagesParams(Wire):
    """What `chats/deleteMessage` gave."""

    ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=100_000)]


class RestoreChatMessages(Request[RestoreChatMessagesParams, Chat], method="chats/restoreMessages"):
    """Bring messages back to where they were.

    Fails with `UnknownId`.
    """


class ExcludeChatMessageParams(Wire):
    """Which message, and whether it is kept out of what is sent."""

    id: str
    excluded: bool = True


class ExcludeChatMessage(
    Request[ExcludeChatMessageParams, ChatMessage], method="chats/excludeMessage"
):
    """Keep a message out of what is sent, or let it in again; it stays in sight.

    Fails with `UnknownId`.
    """


class ChooseChatParams(Wire):
    """Which message is to be on the active branch."""

    id: str
    limit: PageSize = 500


class ChooseChat(Request[ChooseChatParams, ChatPath], method="chats/choose"):
    """Make the branch through a message the active one, down to its latest message.

    Fails with `UnknownId`.
    """


class GetChatContextParams(Wire):
    """Which message."""

    id: str


class GetChatContext(Request[GetChatContextParams, ContextText], method="chats/getContext"):
    """Give the text of the context that went with a message.

    Fails with `UnknownId`.
    """


class EstimateChatParams(ChatDraft):
    """A message as it stands in the composer, perhaps empty."""

    chat_id: str | None = None
    """Left out for a chat that does not exist yet."""
    content: Text = ""
    with_request: bool = False
    """Give all the messages that would be sent, too."""


class EstimateChat(Request[EstimateChatParams, Meter], method="chats/estimate"):
    """Measure the very request that `chats/send` would send, part by part; nothing is sent.

    Fails with `UnknownId`, and as `context/build` does.
    """


class CompactChatParams(Wire):
    """Which chat, and how many messages at its end stay as they are."""

    id: str
    keep: Annotated[int, Field(ge=0, le=1000)] = 2
    provider_id: str | None = None
    model: str | None = None


class CompactChat(Request[CompactChatParams, Answer], method="chats/compact", deadline_s=None):
    """Let the model write a summary that is sent instead of the messages it covers.

    These stay in sight; `chats/deleteMessage` of the summary undoes it. Fails as `chats/send` does,
    and with `BadRequest` when there is too little to sum up.
    """
