"""pygls as far as it goes: LSP's own messages; not the wire, and not OctoPrompt's methods."""

import logging
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import RPCMessage

from octoprompt import __version__
from octoprompt.contract._base import PREFIX
from octoprompt.contract.registry import REQUESTS
from octoprompt.lsp.documents import Change, Document, Encoding, Position
from octoprompt.lsp.endpoint import RpcError, internal_error
from octoprompt.lsp.messages import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    Answer,
    Call,
    Notice,
)
from octoprompt.lsp.session import Session, paths_of
from octoprompt.lsp.stdio import Writer

logger = logging.getLogger(__name__)

Handlers = Mapping[str, Callable[..., None]]
METHODS = cast("dict[str, tuple[object, ...]]", types.METHOD_TO_TYPES)  # pyright: ignore[reportUnknownMemberType] - its values have no types
NOTIFICATIONS = frozenset(method for method, kinds in METHODS.items() if kinds[1] is None)
WATCH_EVERYTHING = types.DidChangeWatchedFilesRegistrationOptions(
    watchers=[types.FileSystemWatcher(glob_pattern="**/*")]
)


class Protocol(LanguageServerProtocol):
    """Takes messages that were read elsewhere, and lets no traceback through."""

    _names: AbstractSet[str] = frozenset()

    def take(self, message: Call | Notice | Answer) -> None:
        """Handle a message of LSP; raises `RpcError` when its params do not fit."""
        if isinstance(message, Call) and message.method in NOTIFICATIONS:
            # pygls would take it as what it is called, and never answer.
            raise RpcError(INVALID_REQUEST, f"`{message.method}` is a notification: send no id")
        try:
            structured = self.structure_message(message.raw)
        except JsonRpcException as error:
            raise RpcError(INVALID_PARAMS, "the params do not fit LSP's") from error
        self.handle_message(cast("RPCMessage", structured))

    def knows(self, method: str) -> bool:
        """Whether a message of this name is handled here."""
        return method in self._names

    def is_initialized(self) -> bool:
        """Whether an `initialize` has succeeded."""
        return hasattr(self, "server_capabilities")

    def bind(self, *, instead: Handlers, further: Handlers) -> None:
        """Put handlers in the place of pygls' own, and add others that its own ones call.

        pygls' decorators do the same for plain functions; these are methods.
        """
        manager = cast("Any", self.fm)  # its dictionaries have no types
        manager.builtin_features.update(instead)
        manager.features.update(further)
        manager.feature_options[types.TEXT_DOCUMENT_DID_SAVE] = types.SaveOptions()
        # `initialize` names the commands; calls of them never come as far as pygls.
        manager.commands.update({(PREFIX + name).replace("/", "."): _never for name in REQUESTS})
        self._names = {*manager.features, *manager.builtin_features}

    def _send_response(
        self,
        msg_id: str | int,
        result: object = None,
        error: types.ResponseError | None = None,
    ) -> None:
        if error is not None and error.code == INTERNAL_ERROR:
            short = internal_error("an LSP request failed", None)
            error = types.ResponseError(short.code, short.message, short.data)
        super()._send_response(msg_id, result, error)


class Server(LanguageServer):
    """The language server that pygls knows, without pygls' own loop, threads and pipes."""

    def __init__(self, session: Session, writer: Writer) -> None:
        self.on_client_process: Callable[[int], None] = lambda _pid: None
        self._session = session
        self._sync = session.sync
        super().__init__("octoprompt", __version__, protocol_cls=Protocol)  # pyright: ignore[reportUnknownMemberType] - pygls' *args
        self.lsp = cast("Protocol", self.protocol)
        self.lsp.set_writer(_BodyWriter(writer), include_headers=False)
        self._bind()

    def _watch_files(self) -> None:
        """Ask the client to report what changes on disk, when it can."""
        workspace = self.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching is None or not watching.dynamic_registration:
            return
        registration = types.Registration(
            "octoprompt-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, WATCH_EVERYTHING
        )
        answer: Future[None] = self.client_register_capability(
            types.RegistrationParams([registration])
        )
        answer.add_done_callback(_note_refusal)

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Log what failed; users are told of what they asked for, not of this."""
        internal_error(f"{source.__name__}", error)

    def _bind(self) -> None:
        """Take document changes from pygls, whose idea of lines is not LSP's."""
        self.lsp.bind(
            instead={
                types.TEXT_DOCUMENT_DID_OPEN: self._did_open,
                types.TEXT_DOCUMENT_DID_CHANGE: self._did_change,
                types.TEXT_DOCUMENT_DID_CLOSE: self._did_close,
                types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: self._did_change_folders,
            },
            further={
                types.INITIALIZE: self._initialize,
                types.INITIALIZED: self._initialized,
                types.TEXT_DOCUMENT_DID_SAVE: self._did_save,
                types.WORKSPACE_DID_CHANGE_WATCHED_FILES: self._did_change_watched_files,
            },
        )

    def _initialize(self, params: types.InitializeParams) -> None:
        folders = [folder.uri for folder in params.workspace_folders or ()]
        single = params.root_uri or params.root_path
        roots = folders or ([single] if single else [])
        self._sync.encoding = cast(
            "Encoding", str(self.lsp.workspace.position_encoding or "utf-16")
        )
        if params.process_id is not None:
            self.on_client_process(params.process_id)
        self._session.prepare(paths_of(roots), params.initialization_options)

    def _initialized(self, _params: types.InitializedParams) -> None:
        self._watch_files()
        self._session.open()

    def _did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        self._sync.opened(Document(uri=item.uri, version=item.version, text=item.text))

    def _did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        changes = [_change(change) for change in params.content_changes]
        self._sync.changed(document.uri, document.version, changes)

    def _did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._sync.closed(params.text_document.uri)

    def _did_change_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        added = paths_of(folder.uri for folder in params.event.added)
        removed = paths_of(folder.uri for folder in params.event.removed)
        self._session.change_folders(added, removed)

    def _did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        self._sync.saved(params.text_document.uri)

    def _did_change_watched_files(self, params: types.DidChangeWatchedFilesParams) -> None:
        self._sync.files_changed(change.uri for change in params.changes)


class _BodyWriter:
    """What pygls writes to."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def write(self, data: bytes) -> None:
        """Queue a whole message body."""
        self._writer.send(data)

    def close(self) -> None:
        """Leave the pipe alone: it is not pygls'."""


def _change(change: types.TextDocumentContentChangeEvent) -> Change:
    if isinstance(change, types.TextDocumentContentChangePartial):
        return Change(change.text, _position(change.range.start), _position(change.range.end))
    return Change(change.text)


def _position(position: types.Position) -> Position:
    return Position(position.line, position.character)


def _never() -> None:
    raise AssertionError


def _note_refusal(answer: Future[None]) -> None:
    if answer.exception() is not None:
        logger.warning("the client does not watch files for us: %s", answer.exception())
