"""What a server can do below the document: connections, heads, framing, codings, redirects."""

import gzip
import zlib
from random import Random

from hostile import Route, endless, head, whole

FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Mill</title><item><title>One</title>'
    b"<guid>one</guid></item></channel></rss>"
)
_MIB = b"x" * (1 << 20)
_CHUNKED = head("Transfer-Encoding: chunked")
_BOMB = gzip.compress(b"\0" * (64 << 20))


def _moved(to: str, status: str = "302 Found") -> Route:
    return whole(b"", f"Location: {to}", status=status)


def _coded(name: str, body: bytes) -> object:
    return whole(body, f"Content-Encoding: {name}", type="application/rss+xml")


WAITS = [
    Route("silence", "timeout", "never answers", endless(b"", b"", 0.2)),
    Route("silent-body", "timeout", "sends a head and nothing more", endless(head(), b"", 0.2)),
    Route("drip", "timeout", "sends a byte every tenth of a second", endless(head(), b" ", 0.1)),
    Route("head-drip", "timeout", "sends its head letter by letter", endless(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.1)),
    Route("slow-interim", "timeout", "sends a 102 every 0.4 s", endless(b"", b"HTTP/1.1 102 Wait\r\n\r\n", 0.4)),
    Route("slow-chunks", "timeout", "sends a chunk of a byte every 0.1 s", endless(_CHUNKED, b"1\r\n \r\n", 0.1)),
    Route("half-length", "timeout", "promises 10 KB and stops after 10 bytes",
          endless(head("Content-Length: 10000") + b"<rss><chan", b"", 0.2)),
]  # fmt: skip

HEADS = [
    Route("no-answer", "protocol", "closes without a word", lambda: ()),
    Route("reset", "protocol", "resets the connection", lambda: (-1.0,)),
    Route("reset-in-body", "protocol", "resets the connection within the body",
          lambda: (head("Content-Length: 999"), b"<rss>", 0.05, -1.0)),
    Route("banner", "protocol", "speaks another protocol", lambda: (b"SSH-2.0-mill\r\n",)),
    Route("garbage", "protocol", "sends random bytes", lambda: (bytes(range(256)) * 40,)),
    Route("http-0.9", "protocol", "sends a document without a head", lambda: (FEED,)),
    Route("odd-status", "protocol", "answers with the status 99999", lambda: (b"HTTP/1.1 99999 Odd\r\n\r\n",)),
    Route("upgrade", "http_101", "switches protocols unasked",
          lambda: (b"HTTP/1.1 101 Switching\r\nUpgrade: mill\r\nConnection: upgrade\r\n\r\n" + b"x" * 9999,)),
    Route("header-flood", "headers", "sends a million header fields",
          endless(b"HTTP/1.1 200 OK\r\n", b"".join(b"X-%d: y\r\n" % n for n in range(1000)))),
    Route("long-header", "headers", "sends a field of a megabyte", lambda: (b"HTTP/1.1 200 OK\r\nX: ", _MIB, b"\r\n\r\n")),
    Route("endless-header", "headers", "sends a field that never ends", endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536)),
    Route("long-reason", "headers", "sends an endless reason phrase", endless(b"HTTP/1.1 200 ", b"O" * 65536)),
    Route("bad-header", "protocol", "sends fields with control characters", lambda: (b"HTTP/1.1 200 OK\r\nX\0: \x1b[2J\r\n\r\n",)),
    Route("interim-flood", "protocol", "sends interim responses without end",
          endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500)),
    Route("odd-name", "ok", "sends a line whose name is none", lambda: (head("cache/x.php: none", f"Content-Length: {len(FEED)}"), FEED)),
    Route("no-name", "ok", "sends a line without a name", lambda: (head(": x", "y", f"Content-Length: {len(FEED)}"), FEED)),
    Route("odd-framing", "protocol", "sends an odd line about its length", lambda: (head("Content-Length : 5"), FEED)),
    Route("folded-framing", "protocol", "folds its length", lambda: (head("Content-Length: 5", " 0"), FEED)),
    Route("folded", "empty", "folds header lines", lambda: (b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nY\r\n\r\n",)),
]  # fmt: skip

FRAMES = [
    Route("endless-body", "too_large or timeout", "sends a body without end", endless(head(), b" " * 65536)),
    Route("endless-chunks", "too_large or timeout", "sends chunks without end", endless(_CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n")),
    Route("says-petabytes", "too_large", "promises 10^15 bytes", lambda: (head("Content-Length: 1000000000000000"), FEED)),
    Route("negative-length", "protocol", "promises -1 bytes", lambda: (head("Content-Length: -1"), FEED)),
    Route("length-of-words", "protocol", "promises `many` bytes", lambda: (head("Content-Length: many"), FEED)),
    Route("two-lengths", "protocol", "gives two lengths", lambda: (head("Content-Length: 5", "Content-Length: 9"), FEED)),
    Route("equal-lengths", "ok", "gives its length twice",
          lambda: (head(f"Content-Length: {len(FEED)}", f"Content-Length: {len(FEED)}"), FEED)),
    Route("length-and-chunks", "protocol", "gives a length and chunks",
          lambda: (head("Content-Length: 5", "Transfer-Encoding: chunked"), b"5\r\nhello\r\n0\r\n\r\n")),
    Route("short-length", "ok", "promises less than it sends", lambda: (head(f"Content-Length: {len(FEED) - 9}"), FEED)),
    Route("second-answer", "ok", "sends another response unasked",
          lambda: (head(f"Content-Length: {len(FEED)}") + FEED + head("Content-Length: 5") + b"other",)),
    Route("open-chunks", "ok", "ends a whole document without the last chunk",
          lambda: (_CHUNKED, b"%x\r\n" % len(FEED) + FEED + b"\r\n")),
    Route("late-bytes", "ok", "sends bytes after the last chunk",
          lambda: (_CHUNKED + b"%x\r\n" % len(FEED) + FEED + b"\r\n0\r\n\r\nmill",)),
    Route("bare-lines", "ok", "ends the lines of its chunks with a line feed alone",
          lambda: (_CHUNKED, b"%x\n" % len(FEED) + FEED + b"\n0\n\n")),
    Route("identity-transfer", "ok", "names the transfer coding `identity` beside its length",
          lambda: (head(f"Content-Length: {len(FEED)}", "Transfer-Encoding: identity"), FEED)),
    Route("broken-off", "protocol", "breaks off within its promised length", lambda: (head("Content-Length: 999"), FEED)),
    Route("odd-chunk", "protocol", "gives a chunk's size as `zz`", lambda: (_CHUNKED, b"zz\r\nhello\r\n")),
    Route("vast-chunk", "protocol", "gives a chunk's size as 2^64", lambda: (_CHUNKED, b"10000000000000000\r\nhello\r\n")),
    Route("negative-chunk", "protocol", "gives a chunk's size as -5", lambda: (_CHUNKED, b"-5\r\nhello\r\n0\r\n\r\n")),
    Route("cut-chunk", "protocol", "breaks off within a chunk", lambda: (_CHUNKED, b"ff\r\nhello")),
    Route("no-last-chunk", "protocol", "never sends the last chunk", lambda: (_CHUNKED, b"5\r\nhello\r\n")),
    Route("long-extension", "too_large or timeout", "sends a chunk's extension that never ends",
          endless(_CHUNKED + b"5;x=", b"x" * 65536)),
    Route("extensions", "too_large or timeout", "sends bytes in chunks that are nearly all extension",
          endless(_CHUNKED, (b"1;x=" + b"x" * 4000 + b"\r\n \r\n") * 16)),
    Route("tiny-chunks", "too_large or timeout", "sends every byte in a chunk of its own", endless(_CHUNKED, b"1\r\n \r\n" * 8000)),
    Route("trailer-flood", "headers", "sends trailers without end",
          endless(_CHUNKED + b"5\r\nhello\r\n0\r\n", b"X-Trailer: y\r\n" * 500)),
    Route("odd-coding", "ok", "names a transfer coding of its own",
          lambda: (head("Transfer-Encoding: milling"), FEED)),
]  # fmt: skip

CODINGS = [
    Route("gzip-bomb", "bomb", "sends 64 KB that unpack to 64 MB", _coded("gzip", _BOMB)),
    Route("gzip-bomb-chain", "bomb", "sends a bomb in many members", _coded("gzip", gzip.compress(b"\0" * (4 << 20)) * 8)),
    Route("deflate-bomb", "bomb", "sends a bomb as deflate", _coded("deflate", zlib.compress(b"\0" * (64 << 20), 9))),
    Route("gzip-in-gzip", "binary or ok", "packs twice and says so once", _coded("gzip", gzip.compress(gzip.compress(FEED)))),
    Route("gzip-gzip", "bad_encoding", "names two codings", _coded("gzip, gzip", gzip.compress(gzip.compress(FEED)))),
    Route("no-gzip", "ok", "says gzip and sends text", _coded("gzip", FEED)),
    Route("gzip-named-twice", "ok", "packs once and says so twice", _coded("gzip, gzip", gzip.compress(FEED))),
    Route("gzip-as-deflate", "ok", "calls gzip deflate", _coded("deflate", gzip.compress(FEED))),
    Route("zlib-as-gzip", "ok", "calls deflate gzip", _coded("gzip", zlib.compress(FEED))),
    Route("cut-gzip", "bad_encoding", "breaks off within gzip", _coded("gzip", gzip.compress(FEED)[:-20])),
    Route("false-sum", "bad_encoding", "sends gzip with a wrong checksum", _coded("gzip", gzip.compress(FEED)[:-8] + b"\0" * 8)),
    Route("many-members", "bad_encoding", "sends 5,000 gzip members", _coded("gzip", gzip.compress(b"") * 5000)),
    Route("brotli", "bad_encoding", "sends brotli unasked", _coded("br", b"\x0b\x02\x80mill\x03")),
    Route("zstd", "bad_encoding", "sends zstd unasked", _coded("zstd", b"\x28\xb5\x2f\xfd\x04\x00")),
    Route("odd-content-coding", "bad_encoding", "names a content coding of its own", _coded("milling", b"\x01" + FEED)),
    Route("no-content-coding", "ok", "names the coding `none`", _coded("none", FEED)),
    Route("charset-coding", "ok", "names a character set as its coding", _coded("utf-8", FEED)),
    Route("gzip-empty", "bad_encoding", "says gzip and sends one byte", _coded("gzip", b"\x1f")),
]  # fmt: skip

GROWTH = [
    Route("slow-growth", "too_large", "unpacks to more than is allowed at a modest ratio",
          _coded("gzip", gzip.compress(b"".join(Random(seed).randbytes(99) * 50 for seed in range(1200))))),
]  # fmt: skip

REDIRECTS = [
    Route("loop", "redirect_loop", "redirects to itself", _moved("/loop")),
    Route("chain", "redirect_loop", "redirects on and on", _moved("/chain/x")),
    Route("nowhere", "bad_redirect", "redirects without a target", whole(b"", status="301 Moved")),
    Route("to-file", "bad_redirect", "redirects to a file", _moved("file:///etc/passwd")),
    Route("to-gopher", "bad_redirect", "redirects to gopher", _moved("gopher://127.0.0.1:6379/_FLUSHALL")),
    Route("to-script", "bad_redirect", "redirects to a script", _moved("javascript:alert(1)")),
    Route("to-data", "bad_redirect", "redirects to a data URL", _moved("data:text/html,hello")),
    Route("to-credentials", "bad_redirect", "redirects with a password", _moved("http://a:b@127.0.0.1/")),
    Route("to-private", "forbidden_address", "redirects into a private network", _moved("http://10.0.0.1/")),
    Route("to-metadata", "forbidden_address", "redirects to a cloud's metadata", _moved("http://169.254.169.254/latest/")),
    Route("to-mapped", "forbidden_address", "redirects to a private address within IPv6", _moved("http://[::ffff:10.0.0.1]/")),
    Route("to-decimal", "bad_url", "redirects to a private address as one number", _moved("http://167772161/")),
    Route("to-zero", "forbidden_address", "redirects to 0.0.0.0", _moved("http://0.0.0.0/")),
    Route("to-redis", "forbidden_port", "redirects to the port of Redis", _moved("http://127.0.0.1:6379/")),
    Route("to-ssh", "forbidden_port", "redirects to the port of SSH", _moved("http://127.0.0.1:22/")),
    Route("to-nothing", "http_404", "redirects to an address without a host, which is its own", _moved("http:///x")),
    Route("to-long", "bad_redirect", "redirects to an address of 9,000 letters", _moved("/" + "a" * 9000)),
    Route("to-escape", "bad_redirect", "redirects with control characters", _moved("http://a\x1b[2Jb/\x07")),
    Route("endless-redirect", "http_404", "redirects with a body without end, to a page that is gone",
          endless(head("Location: /none", status="302 Found"), b" " * 65536)),
]  # fmt: skip
