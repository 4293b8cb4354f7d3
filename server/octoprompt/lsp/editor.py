"""The client's editor: it changes the texts that it has open, and lets a person choose first."""

import asyncio
from collections.abc import Sequence

from lsprotocol import types

from octoprompt.agents.edits.differences import places
from octoprompt.features.registry import Editor, OpenFile
from octoprompt.lsp.documents import LONE_CR
from octoprompt.lsp.protocol import Server

EDIT_S = 10.0
"""So long an editor may take to change texts that it has open."""
PREVIEW_S = 600.0
"""So long a person may look at a preview."""
LAST_LINE = 2**31 - 1
LABEL = "OctoPrompt"
ANNOTATION = "octoprompt"
WHY = "Not what you reviewed: tick what to apply"


class ClientEditor(Editor):
    """Asks the client by `workspace/applyEdit`."""

    def __init__(self, server: Server) -> None:
        self._server = server

    @property
    def can_preview(self) -> bool:
        """Whether the client knows changes that need a confirmation."""
        workspace = self._server.client_capabilities.workspace
        can = workspace.workspace_edit if workspace else None
        return can is not None and can.change_annotation_support is not None

    async def change(self, files: Sequence[OpenFile], *, preview: bool) -> bool:
        """Ask the client to change texts that still have these versions."""
        edit = types.WorkspaceEdit(
            document_changes=[_document_edit(file, is_asked=preview) for file in files]
        )
        if preview:
            note = types.ChangeAnnotation(LABEL, needs_confirmation=True, description=WHY)
            edit.change_annotations = {ANNOTATION: note}
        params = types.ApplyWorkspaceEditParams(edit, label=LABEL)
        answer = asyncio.wrap_future(self._server.workspace_apply_edit(params))
        try:
            return (await asyncio.wait_for(answer, PREVIEW_S if preview else EDIT_S)).applied
        except TimeoutError:
            return False


def _document_edit(file: OpenFile, *, is_asked: bool) -> types.TextDocumentEdit:
    document = types.OptionalVersionedTextDocumentIdentifier(file.path.as_uri(), file.version)
    return types.TextDocumentEdit(
        document,
        [
            types.AnnotatedTextEdit(ANNOTATION, at, new) if is_asked else types.TextEdit(at, new)
            for at, new in _changes(file)
        ],
    )


def _changes(file: OpenFile) -> list[tuple[types.Range, str]]:
    """Give each place that changes: an editor keeps cursors and folds everywhere else."""
    if LONE_CR.search(file.before):
        # Lines end at these, too, for LSP; not for us.
        return [(_lines(0, LAST_LINE), file.after)]
    return [(_lines(p.start, p.end), "".join(p.lines)) for p in places(file.before, file.after)]


def _lines(start: int, end: int) -> types.Range:
    return types.Range(types.Position(start, 0), types.Position(end, 0))
