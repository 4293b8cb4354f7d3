"""Every error a user can meet, as one tree.

A message says what happened, to which thing, and what to do next, with names in `backticks` and no
full stop.
The wire code of a class is unique and positive: JSON-RPC and LSP own the negative numbers.

    OctoPromptError 1
    ├── BadRequest 100              what was asked makes no sense here
    │   ├── UnknownProject 101      `projectId` names no open root, or is needed and missing
    │   ├── UnknownId 102           a record with that id does not exist
    │   ├── NameTaken 103           another record has that name
    │   ├── BadPattern 104          a search pattern that does not compile
    │   ├── StaleVersion 105        the record changed since it was read
    │   ├── BadTemplate 106         a prompt's template that cannot be filled in
    │   └── NotTrusted 107          the workspace is not trusted, so no model is asked
    ├── FileProblem 200             a file cannot be given
    │   ├── PathNotFound 201        no such file in the workspace
    │   ├── PathOutsideRoot 202     the path leads outside the workspace root
    │   ├── NotAFile 203            a folder, a FIFO, a socket or a device
    │   ├── NotText 204             binary content, or no known encoding
    │   ├── FileTooLarge 205        above the size limit
    │   ├── FileUnreadable 206      no permission, or an I/O error
    │   ├── RootUnreadable 207      the workspace root does not exist or cannot be listed
    │   ├── FileChanged 208         the file is not what it was when it was read
    │   └── FileUnwritable 209      no permission, no room, or an I/O error
    ├── ContextProblem 300          a context cannot be built
    │   ├── BudgetTooSmall 301      not even the instructions fit
    │   └── SymbolNotFound 302      the file has no such symbol
    ├── IndexProblem 400            the index cannot answer
    │   └── IndexNotReady 401       the answer needs a stage that has not finished
    ├── StoreProblem 500            user data cannot be read or written
    │   ├── StoreReadOnly 501       the database is newer than this program, or read-only
    │   └── StoreDamaged 502        the file is not a healthy database; it was set aside
    ├── DeadlinePassed 600          it took longer than it may
    ├── ChildFailed 700             a helper process died or could not start
    ├── ModelProblem 800            a model's provider did not answer as it should
    │   ├── NoProvider 801          no provider is set up, or none has a model chosen
    │   ├── KeyMissing 802          the provider needs a key and has none in this session
    │   ├── KeyRefused 803          the provider does not take the key
    │   ├── NoCredit 804            the account has no credit or quota left
    │   ├── ModelUnknown 805        the provider has no such model
    │   ├── RateLimited 806         too many requests; `retryAfterSeconds` in `data` when told
    │   ├── ContextTooLong 807      more tokens than the model's window holds
    │   ├── ProviderDown 808        cannot be reached, or fails by itself
    │   ├── ProxyProblem 809        the network's proxy refuses or fails
    │   ├── ModelTimeout 810        nothing came within the time that is set
    │   ├── AnswerIncomplete 811    the answer stopped before its end
    │   ├── AnswerEmpty 812         the model said nothing
    │   ├── AnswerMalformed 813     what came is no answer of a model
    │   ├── AnswerTooLarge 814      more bytes than an answer may have
    │   ├── RequestRefused 815      the provider does not take the request as it is
    │   └── ContentRefused 816      the provider's filter stopped the question or the answer
    ├── ChatProblem 900             a chat cannot do this now
    │   ├── ChatBusy 901            an answer of this chat is being written
    │   └── ChatTooLong 902         the request is larger than the model's window
    └── AgentProblem 1000           an agent's run or its edits cannot go on
        ├── EditNotOpen 1001        the edit is not a proposal any more
        ├── BudgetSpent 1002        the run used up what it may
        └── RunNotOpen 1003         the run cannot go on from where it ended
"""

from collections.abc import Mapping
from typing import ClassVar

SERVER_ENDS = "the server ends"
"""The message of a cancellation that no user asked for."""


class OctoPromptError(Exception):
    """The root of the tree. `data` travels with the message, so it holds nothing secret."""

    code: ClassVar[int] = 1

    def __init__(self, message: str, *, data: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class BadRequest(OctoPromptError):
    """What was asked makes no sense here."""

    code = 100


class UnknownProject(BadRequest):
    """`projectId` names no open workspace root, or is needed and missing."""

    code = 101


class UnknownId(BadRequest):
    """A record with that id does not exist."""

    code = 102


class NameTaken(BadRequest):
    """Another record has that name."""

    code = 103


class BadPattern(BadRequest):
    """A search pattern that does not compile."""

    code = 104


class StaleVersion(BadRequest):
    """The record changed since it was read."""

    code = 105


class BadTemplate(BadRequest):
    """A prompt's template that cannot be filled in."""

    code = 106


class NotTrusted(BadRequest):
    """The workspace is not trusted, so no model is asked."""

    code = 107


class FileProblem(OctoPromptError):
    """A file cannot be given."""

    code = 200


class PathNotFound(FileProblem):
    """No such file in the workspace."""

    code = 201


class PathOutsideRoot(FileProblem):
    """The path leads outside the workspace root."""

    code = 202


class NotAFile(FileProblem):
    """A folder, a FIFO, a socket or a device."""

    code = 203


class NotText(FileProblem):
    """Binary content, or no known encoding."""

    code = 204


class FileTooLarge(FileProblem):
    """Above the size limit."""

    code = 205


class FileUnreadable(FileProblem):
    """No permission, or an I/O error."""

    code = 206


class RootUnreadable(FileProblem):
    """The workspace root does not exist or cannot be listed."""

    code = 207


class FileChanged(FileProblem):
    """The file is not what it was when it was read."""

    code = 208


class FileUnwritable(FileProblem):
    """No permission, no room, or an I/O error."""

    code = 209


class ContextProblem(OctoPromptError):
    """A context cannot be built."""

    code = 300


class BudgetTooSmall(ContextProblem):
    """Not even the instructions fit."""

    code = 301


class SymbolNotFound(ContextProblem):
    """The file has no such symbol."""

    code = 302


class IndexProblem(OctoPromptError):
    """The index cannot answer."""

    code = 400


class IndexNotReady(IndexProblem):
    """The answer needs a stage that has not finished."""

    code = 401


class StoreProblem(OctoPromptError):
    """User data cannot be read or written."""

    code = 500


class StoreReadOnly(StoreProblem):
    """The database is newer than this program, or the disk is read-only."""

    code = 501


class StoreDamaged(StoreProblem):
    """The file is not a healthy database; it was set aside."""

    code = 502


class DeadlinePassed(OctoPromptError):
    """It took longer than it may."""

    code = 600


class ChildFailed(OctoPromptError):
    """A helper process died or could not start."""

    code = 700


class ModelProblem(OctoPromptError):
    """A model's provider did not answer as it should."""

    code = 800


class NoProvider(ModelProblem):
    """No provider is set up, or none has a model chosen."""

    code = 801


class KeyMissing(ModelProblem):
    """The provider needs a key and has none in this session."""

    code = 802


class KeyRefused(ModelProblem):
    """The provider does not take the key."""

    code = 803


class NoCredit(ModelProblem):
    """The account has no credit or quota left."""

    code = 804


class ModelUnknown(ModelProblem):
    """The provider has no such model."""

    code = 805


class RateLimited(ModelProblem):
    """Too many requests; `retryAfterSeconds` in `data` when the provider tells it."""

    code = 806


class ContextTooLong(ModelProblem):
    """More tokens than the model's window holds; `overBy` in `data` when known."""

    code = 807


class ProviderDown(ModelProblem):
    """The provider cannot be reached, or fails by itself."""

    code = 808


class ProxyProblem(ModelProblem):
    """The network's proxy refuses or fails."""

    code = 809


class ModelTimeout(ModelProblem):
    """Nothing came within the time that is set."""

    code = 810


class AnswerIncomplete(ModelProblem):
    """The answer stopped before its end; what came is kept."""

    code = 811


class AnswerEmpty(ModelProblem):
    """The model said nothing."""

    code = 812


class AnswerMalformed(ModelProblem):
    """What came is no answer of a model."""

    code = 813


class AnswerTooLarge(ModelProblem):
    """More bytes than an answer may have."""

    code = 814


class RequestRefused(ModelProblem):
    """The provider does not take the request as it is."""

    code = 815


class ContentRefused(ModelProblem):
    """The provider's filter stopped the question or the answer."""

    code = 816


class ChatProblem(OctoPromptError):
    """A chat cannot do this now."""

    code = 900


class ChatBusy(ChatProblem):
    """An answer of this chat is being written."""

    code = 901


class ChatTooLong(ChatProblem):
    """The request is larger than the model's window."""

    code = 902


class AgentProblem(OctoPromptError):
    """An agent's run or its edits cannot go on."""

    code = 1000


class EditNotOpen(AgentProblem):
    """The edit is not a proposal any more."""

    code = 1001


class BudgetSpent(AgentProblem):
    """The run used up what it may."""

    code = 1002


class RunNotOpen(AgentProblem):
    """The run cannot go on from where it ended."""

    code = 1003
