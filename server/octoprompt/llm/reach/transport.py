"""The one way to the network: limits, proxies, no redirects to other hosts, a watch on it all."""

import contextlib
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from octoprompt.llm.reach.watch import CURRENT, MAX_ERROR_BYTES, Refused, Watch

READ_S = 300.0
"""Of silence on a connection; the gateway's own limits are shorter and count content alone."""
ERROR_S = 5.0
"""For the body of an error."""
REDIRECTS = (301, 302, 303, 307, 308)
DECODERS = {"gzip": 31, "deflate": 15}
"""The window bits with which zlib reads each encoding."""
INFLATED_BYTES = 1 << 20
"""What is unpacked at a time, so that a bomb is noticed while it is small."""


KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (httpx.ProxyError, "proxy"),
    ((httpx.ConnectTimeout, httpx.PoolTimeout), "connect time"),
    (httpx.ConnectError, "connect"),
    ((httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError), "address"),
    (httpx.TimeoutException, "gap time"),
    ((httpx.NetworkError, httpx.RemoteProtocolError, OSError), "cut"),
)
"""What errors of the network mean; the first that applies counts."""


class Transport(httpx.AsyncBaseTransport):
    """An HTTP transport that trusts nobody."""

    def __init__(self, connect_s: float) -> None:
        self._connect_s = connect_s
        self._routes: dict[str | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and watch the answer."""
        watch = CURRENT.get()
        if watch.failure is not None:
            # A library tries again in its own way; whether and when is decided elsewhere.
            raise httpx.RequestError("this try has failed", request=request)
        watch.requests += 1
        # Packed answers come late and can be bombs; who packs all the same is unpacked with care.
        request.headers["accept-encoding"] = "identity"
        request.extensions["timeout"] = {
            "connect": self._connect_s,
            "read": READ_S,
            "write": READ_S,
            "pool": None,
        }
        try:
            response = await self._route(request.url).handle_async_request(request)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            watch.fail(**classified(error))
            raise
        return await self._judged(request, response, watch)

    async def aclose(self) -> None:
        """Close all connections."""
        for route in self._routes.values():
            await route.aclose()

    def _route(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        proxy = _proxy_for(url)
        if proxy not in self._routes:
            self._routes[proxy] = httpx.AsyncHTTPTransport(verify=_tls(), proxy=proxy, retries=0)
        return self._routes[proxy]

    async def _judged(
        self, request: httpx.Request, response: httpx.Response, watch: Watch
    ) -> httpx.Response:
        """Give the answer if it may be one."""
        status, headers = response.status_code, response.headers
        location: str | None = headers.get("location")
        if status in REDIRECTS and location and _leaves(request.url, location):
            await response.aclose()
            watch.fail("redirect", status=status, detail=urlsplit(location).netloc)
            raise httpx.RequestError("a redirect to another host", request=request)
        if status >= 400:
            return await _error(response, watch)
        if headers.get("content-type", "").partition(";")[0].strip() == "text/html":
            await response.aclose()
            watch.fail("page", status=status)
            raise httpx.RequestError("a web page", request=request)
        coding = headers.get("content-encoding", "identity").strip().lower()
        if coding != "identity" and coding not in DECODERS:
            await response.aclose()
            watch.fail("malformed", detail=f"packed as `{coding[:40]}`, which was not asked for")
            raise httpx.RequestError("an unknown packing", request=request)
        return _plain(response, _Body(response, watch, coding))


class _Body(httpx.AsyncByteStream):
    """An answer's bytes, unpacked and watched."""

    def __init__(self, response: httpx.Response, watch: Watch, coding: str) -> None:
        self._response = response
        self._watch = watch
        self._inflater = zlib.decompressobj(DECODERS[coding]) if coding in DECODERS else None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in _stream(self._response):
                for piece in self._unpacked(data):
                    self._watch.see(piece)
                    yield piece
        except Refused as refused:
            raise httpx.ReadError("the answer is not what it may be") from refused
        except zlib.error as error:
            self._watch.fail("malformed", detail="its packing is broken")
            raise httpx.ReadError("broken packing") from error
        except (httpx.HTTPError, OSError) as error:
            self._watch.fail(**classified(error))
            raise

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        if self._inflater is None:
            yield data
            return
        while data:
            yield self._inflater.decompress(data, INFLATED_BYTES)
            data = self._inflater.unconsumed_tail

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._response.aclose()


def classified(error: BaseException) -> dict[str, str]:
    """Say which kind of failure an error of the network is; its words may hold anything."""
    chain = list(_chain(error))
    detail = next((str(e) for e in chain if str(e)), type(error).__name__)
    return {"kind": _kind(error, chain), "detail": detail[:500]}


def _kind(error: BaseException, chain: list[BaseException]) -> str:
    if any(isinstance(cause, ssl.SSLError) for cause in chain):
        return "tls"
    if any(isinstance(cause, socket.gaierror) for cause in chain):
        return "name"
    return next((kind for types, kind in KINDS if isinstance(error, types)), "other")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


async def _error(response: httpx.Response, watch: Watch) -> httpx.Response:
    """Read as much of an error's body as anybody needs."""
    body = b""
    with contextlib.suppress(httpx.HTTPError, OSError, TimeoutError):
        async for data in _stream(response):
            body += data
            if len(body) > MAX_ERROR_BYTES:
                break
    await response.aclose()
    body = body[:MAX_ERROR_BYTES]
    watch.fail(
        "status",
        status=response.status_code,
        retry_after=response.headers.get("retry-after"),
        detail=body.decode("utf-8", "replace"),
    )
    return _plain(response, httpx.ByteStream(body))


def _stream(response: httpx.Response) -> httpx.AsyncByteStream:
    return cast("httpx.AsyncByteStream", response.stream)


def _plain(response: httpx.Response, stream: httpx.AsyncByteStream) -> httpx.Response:
    """Give the same response around another body, which is not packed."""
    dropped = ("content-encoding", "content-length", "transfer-encoding")
    headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in dropped]
    return httpx.Response(
        response.status_code, headers=headers, stream=stream, extensions=response.extensions
    )


def _leaves(url: httpx.URL, location: str) -> bool:
    """Say whether a redirect goes to another host, or to the same one in the open."""
    try:
        target = url.join(location)
    except httpx.InvalidURL:
        return True
    return (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port)


def _proxy_for(url: httpx.URL) -> str | None:
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(f"{url.host}:{url.port}" if url.port else url.host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


@cache
def _tls() -> ssl.SSLContext:
    """Make the TLS settings once: reading all certificates takes a while."""
    return httpx.create_ssl_context()
