"""Puts the server together and runs it until the client, or its death, ends it."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from octoprompt import __version__
from octoprompt.contract._base import Notification, Wire
from octoprompt.heap import give_back
from octoprompt.lsp.endpoint import Endpoint, notification_json
from octoprompt.lsp.lifetime import LagMonitor, end_within, watch_parent
from octoprompt.lsp.logs import Logs
from octoprompt.lsp.protocol import Server
from octoprompt.lsp.router import CLIENT_GONE, PROTOCOL_FAILURE, Router
from octoprompt.lsp.session import Client, Session
from octoprompt.lsp.stdio import Pipes, Reader, Writer
from octoprompt.lsp.trace import Trace

if TYPE_CHECKING:
    from octoprompt.features.registry import Editor, Vitals

logger = logging.getLogger(__name__)

FLUSH_S = 1.0
SIGNALS = {signal.SIGTERM: 128 + signal.SIGTERM, signal.SIGINT: 128 + signal.SIGINT}


def serve(pipes: Pipes) -> None:
    """Serve one client over the pipes, then end the process with LSP's exit code."""
    logs = Logs(os.environ.get("OCTOPROMPT_LOG_LEVEL", "INFO").upper())
    logger.info("OctoPrompt %s starts, process %d", __version__, os.getpid())
    asyncio.run(_Service(pipes, logs).run())


class _Service:
    """Everything of one run, in the order of its making."""

    def __init__(self, pipes: Pipes, logs: Logs) -> None:
        self._pipes = pipes
        self._logs = logs

    async def run(self) -> None:
        """Serve, then end the process: threads that hang must not keep it."""
        self._build()
        self._start()
        code = await self.router.ended
        end_within(code)
        logger.info("ending with code %d", code)
        self.router.cancel_all()
        await self.session.close()
        await self.lag.stop()
        self.writer.close(FLUSH_S)
        self._logs.close()
        os._exit(code)

    def _build(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_note_loop_problem)
        self.reader = Reader(self._pipes.source, loop)
        self.writer = Writer(self._pipes.sink, loop)
        client = Client(
            notify=self._notify,
            notify_droppable=self._notify_droppable,
            warn=self._warn,
            editor=self._editor,
        )
        self.session = Session(client, self._vitals)
        self.session.on_data_dir = lambda folder: self._logs.add_file(folder / "logs")
        self.endpoint = Endpoint(self.session.invoke)
        self.server = Server(self.session, self.writer)
        self.router = Router(self.endpoint, self.server.lsp, self.writer)
        self.router.close_session = self.session.close
        self.lag = LagMonitor(
            lambda: self.router.is_busy, lambda: loop.run_in_executor(None, give_back)
        )
        self.router.on_start = self.lag.wake

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self.server.on_client_process = lambda pid: watch_parent(pid, lambda: self._orphaned(loop))
        self.writer.on_failure = self._wire_failed
        if path := os.environ.get("OCTOPROMPT_TRACE"):
            self.reader.trace = self.writer.trace = Trace(Path(path)).note
        for number, code in SIGNALS.items():
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, self.router.end, code)
        self.lag.start()
        self.reader.start(self.router.deliver, self.router.end_of_stream)

    def _orphaned(self, loop: asyncio.AbstractEventLoop) -> None:
        """The client's process is gone; called from a thread, for the loop may be held."""
        end_within(CLIENT_GONE)
        loop.call_soon_threadsafe(self.router.end, CLIENT_GONE)

    def _wire_failed(self, why: str) -> None:
        logger.error("the wire failed: %s", why)
        self.router.end(PROTOCOL_FAILURE)

    def _notify(self, notification: type[Notification[Any]], params: Wire) -> None:
        self.writer.send(notification_json(notification, params))

    def _notify_droppable(self, notification: type[Notification[Any]], params: Wire) -> None:
        self.writer.send(notification_json(notification, params), can_drop=True)

    def _warn(self, sentence: str) -> None:
        from lsprotocol import types  # noqa: PLC0415 - loaded by now

        message = types.ShowMessageParams(types.MessageType.Warning, sentence)
        self.server.window_show_message(message)

    def _editor(self) -> "Editor":
        from octoprompt.lsp.editor import ClientEditor  # noqa: PLC0415 - needs what loads later

        return ClientEditor(self.server)

    def _vitals(self) -> "Vitals":
        from octoprompt.features.registry import Vitals  # noqa: PLC0415 - loaded by now

        now = time.monotonic()
        running = sorted(self.endpoint.running, key=lambda request: request.since)
        return Vitals(
            counts={**self.endpoint.counts, "notifications dropped": self.writer.dropped},
            tasks=tuple(f"{request.method} {now - request.since:.1f} s" for request in running),
            loop_lag_ms=self.lag.summary(),
        )


def _note_loop_problem(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    logger.error("%s", context.get("message"), exc_info=context.get("exception"))
