"""A proxy between the engines and the registry: it records every exchange as it was on the wire and can cut one.

It passes bytes on unchanged, so what it counts does not depend on what either side says.
"""
import socket
import threading
import time
from dataclasses import dataclass, field

PIECE = 256 * 1024
TLS_HANDSHAKE = b"\x16"  # RFC 8446, section 5.1: the type of a client's first record
KEPT_BODY = 4 << 20  # a manifest may be this large


@dataclass
class Exchange:
    method: str
    target: str
    request: dict  # header names in lower case
    status: int = 0
    response: dict = field(default_factory=dict)
    body_bytes: int = 0  # of the body as sent, without chunk framing
    body: bytes = b""  # of manifests only
    cut: bool = False

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def is_manifest(self):
        return "/manifests/" in self.path

    @property
    def is_blob(self):
        return "/blobs/sha256:" in self.path

    @property
    def reference(self):
        return self.path.rpartition("/")[2]


class Wire:
    def __init__(self, target_port, megabits=None, megabits_of_all=None):
        """`megabits` a second are let through a connection, `megabits_of_all` through all together; None: as many as
        there are."""
        self._seconds_per_byte = 8 / (megabits * 1e6) if megabits else 0
        self._seconds_per_byte_of_all = 8 / (megabits_of_all * 1e6) if megabits_of_all else 0
        self._turn = threading.Lock()
        self.target = ("127.0.0.1", target_port)
        self.exchanges = []
        self._event = None
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def mark(self):
        """A place in the recording: `exchanges[mark:]` is what came after it."""
        return len(self.exchanges)

    def cut_next(self, matches, after):
        """Cuts the connection once, `after` bytes into the first body of an exchange that matches."""
        self._event = (matches, after, None)

    def at_next(self, matches, after, happens):
        """Calls `happens` once, `after` bytes into the first body of an exchange that matches; bytes wait meanwhile."""
        self._event = (matches, after, happens)

    def expect_nothing(self):
        """Whether what was to happen, did."""
        happened, self._event = self._event is None, None
        return happened

    def _accept(self):
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with client, socket.create_connection(self.target) as server:
                if client.recv(1, socket.MSG_PEEK) == TLS_HANDSHAKE:
                    _refuse_tls(client, server)
                    return
                for end in client, server:
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                asked, answered = client.makefile("rb", PIECE), server.makefile("rb", PIECE)
                while self._exchange(client, server, asked, answered):
                    pass
        except OSError:
            pass  # one side went away: so does the other

    def _exchange(self, client, server, asked, answered):
        """One request and its answer; False when the connection is over."""
        head, start, headers = _read_head(asked)
        if not head:
            return False
        exchange = Exchange(*start.split(" ")[:2], headers)
        self.exchanges.append(exchange)
        server.sendall(head)
        for data in _pieces(asked, int(headers.get("content-length", 0))):
            server.sendall(data)
        head, start, exchange.response = _read_head(answered)
        if not head:
            return False
        exchange.status = int(start.split(" ")[1])
        client.sendall(head)
        for data, payload in self._body(exchange, answered):
            exchange.body_bytes += payload
            if exchange.is_manifest and exchange.body_bytes <= KEPT_BODY:
                exchange.body += data
            client.sendall(data)
            self._take_time(len(data))
            happens = self._due(exchange)
            if happens:
                happens()
            if exchange.cut:
                return False
        return not _closes(exchange)

    def _body(self, exchange, answered):
        """Pieces as they are on the wire, each with the number of its bytes that are body, not framing."""
        headers = exchange.response
        if exchange.method == "HEAD" or exchange.status in (204, 304):
            return
        if headers.get("transfer-encoding", "").lower() == "chunked":
            yield from _chunks(answered)
        elif "content-length" in headers:
            for data in _pieces(answered, int(headers["content-length"])):
                yield data, len(data)
        else:
            while data := answered.read1(PIECE):
                yield data, len(data)

    def _take_time(self, count):
        time.sleep(count * self._seconds_per_byte)
        if self._seconds_per_byte_of_all:
            with self._turn:
                time.sleep(count * self._seconds_per_byte_of_all)

    def _due(self, exchange):
        """What is to happen now, if anything."""
        with self._turn:
            if not self._event:
                return None
            matches, after, happens = self._event
            if exchange.body_bytes < after or not matches(exchange):
                return None
            self._event = None
        exchange.cut = happens is None
        return happens


def _refuse_tls(client, server):
    """Engines try TLS first. The refusal is the server's own: docker over containerd's store goes on to plain
    HTTP only when it reads "HTTP/" in answer to its handshake, and the others only when there is an answer."""
    server.sendall(client.recv(PIECE))
    client.sendall(server.recv(PIECE))


def _read_head(stream):
    lines = []
    while (line := stream.readline()).strip():
        lines.append(line)
    if not lines or not line:
        return b"", "", {}
    text = [each.decode("latin-1").rstrip("\r\n") for each in lines]
    pairs = (each.split(":", 1) for each in text[1:])
    return b"".join(lines) + line, text[0], {name.strip().lower(): value.strip() for name, value in pairs}


def _pieces(stream, count):
    while count > 0:
        data = stream.read1(min(count, PIECE))
        if not data:
            raise ConnectionError("ended early")
        count -= len(data)
        yield data


def _chunks(stream):
    while True:
        line = stream.readline()
        if not line:
            raise ConnectionError("ended early")
        yield line, 0
        size = int(line.split(b";")[0], 16)
        for data in _pieces(stream, size):
            yield data, len(data)
        yield stream.readline(), 0
        if size == 0:
            return


def _closes(exchange):
    framed = "content-length" in exchange.response or "transfer-encoding" in exchange.response
    bodyless = exchange.method == "HEAD" or exchange.status in (204, 304)
    return "close" in exchange.response.get("connection", "").lower() or not (framed or bodyless)
