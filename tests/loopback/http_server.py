"""A real HTTP server on 127.0.0.1 that answers JSON, counts what it is asked, and fails on demand.

    with AnswerServer(lambda body: {"answer": body["question"].upper()}) as server:
        server.url                              # http://127.0.0.1:…/ask
        server.play(TOO_MANY, HANG)             # the next two requests, in this order
        server.play_for("What?", DROP)          # every request with that question
        server.requests, server.counts, server.times_asked("What?")

The server runs in threads of this process, one a connection, and is gone when the `with` ends, hanging
requests included.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Body = Mapping[str, Any]
Answer = Callable[[Any], Any]


@dataclass(frozen=True)
class Fault:
    """What happens instead of the answer. `status` with `body` answers; the flags break or withhold it."""

    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    drop: bool = False
    cut_json: bool = False  # a complete HTTP response whose JSON stops in the middle
    cut_body: bool = False  # the connection closes before Content-Length bytes were sent


HANG = Fault(hang=True)
DROP = Fault(drop=True)
TRUNCATED_JSON = Fault(cut_json=True)
TRUNCATED_BODY = Fault(cut_body=True)
TOO_MANY = Fault(429, '{"error": "slow down"}')
BROKEN = Fault(500, '{"error": "out of order"}')
UNAVAILABLE = Fault(503, '{"error": "no model is loaded"}')
HTML = Fault(200, "<html><body>Sign in, please</body></html>", "text/html")


def too_many(retry_after: str) -> Fault:
    """HTTP 429 with a Retry-After header."""
    return Fault(429, TOO_MANY.body, headers={"Retry-After": retry_after})


def unavailable(retry_after: str) -> Fault:
    """HTTP 503 with a Retry-After header."""
    return Fault(503, UNAVAILABLE.body, headers={"Retry-After": retry_after})


def status(code: int, body: str = "{}", **headers: str) -> Fault:
    """Any status; header names are written with underscores."""
    return Fault(code, body, headers={name.replace("_", "-"): value for name, value in headers.items()})


@dataclass(frozen=True)
class Received:
    """One request as it came. `body` is the parsed JSON, or the query parameters of a GET."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


def echo(body: Any) -> Any:
    """The default answer: the question again."""
    return {"answer": f"You asked: {body.get('question')}"}


class AnswerServer:
    """See the module. `answer` gets the parsed body and returns what goes back as JSON; it may sleep."""

    def __init__(self, answer: Answer = echo, *, path: str = "/ask") -> None:
        self.answer, self._path = answer, path
        self.requests: list[Received] = []
        self.connections = 0
        self._lock = threading.Lock()
        self._next: deque[Fault] = deque()
        self._by_question: dict[str, Fault] = {}
        self._over = threading.Event()

    def play(self, *faults: Fault, times: int = 1) -> None:
        """Let the next requests fail, one fault each."""
        with self._lock:
            self._next.extend(faults * times)

    def play_for(self, question: str, fault: Fault) -> None:
        """Let every request whose body holds this `question` fail."""
        self._by_question[question] = fault

    def heal(self) -> None:
        """No fault happens from now on."""
        with self._lock:
            self._next.clear()
            self._by_question.clear()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{self._path}"

    @property
    def counts(self) -> Counter[str]:
        """How often each body came, by its canonical JSON."""
        with self._lock:
            return Counter(json.dumps(request.body, sort_keys=True) for request in self.requests)

    def times_asked(self, question: str) -> int:
        """How many requests had this `question`."""
        with self._lock:
            return sum(_question(request.body) == question for request in self.requests)

    def receive(self, request: Received) -> Fault | None:
        """Note a request; the fault that shall happen to it."""
        with self._lock:
            self.requests.append(request)
            by_question = self._by_question.get(_question(request.body))
            return by_question or (self._next.popleft() if self._next else None)

    def wait_until_over(self) -> None:
        self._over.wait()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.end_connections()
        self._server.server_close()


def _question(body: Any) -> str:
    return str(body.get("question", "")) if isinstance(body, Mapping) else ""


class _Server(ThreadingHTTPServer):
    """Closes the connections that clients keep alive, so that no thread outlives it."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.open: set[socket.socket] = set()
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of the tests; nothing is printed."""

    def end_connections(self) -> None:
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _handler_of(server: AnswerServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # one packet a reply

        def setup(self) -> None:
            super().setup()
            server.connections += 1
            self.server.open.add(self.connection)  # type: ignore[attr-defined]

        def finish(self) -> None:
            self.server.open.discard(self.connection)  # type: ignore[attr-defined]
            with contextlib.suppress(OSError):
                super().finish()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            raw = self.rfile.read(length)
            self._serve(json.loads(raw) if raw else None)

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
            self._serve({name: values[0] if len(values) == 1 else values for name, values in query.items()})

        def _serve(self, body: Any) -> None:
            fault = server.receive(Received(self.command, self.path, dict(self.headers.items()), body))
            if fault is None:
                self._send(200, json.dumps(server.answer(body)).encode())
            elif fault.hang:
                server.wait_until_over()
                self.close_connection = True
            elif fault.drop:
                self.close_connection = True
            elif fault.cut_json:
                text = json.dumps(server.answer(body)).encode()
                self._send(200, text[: len(text) // 2])
            elif fault.cut_body:
                text = json.dumps(server.answer(body)).encode()
                self._send(200, text[: len(text) // 2], length=len(text))
                self.close_connection = True
            else:
                self._send(fault.status, fault.body.encode(), fault.content_type, fault.headers)

        def _send(
            self,
            code: int,
            body: bytes,
            content_type: str = "application/json",
            headers: Mapping[str, str] | None = None,
            length: int | None = None,
        ) -> None:
            self.send_response(code)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Tests read `requests` instead of a log."""

    return Handler
