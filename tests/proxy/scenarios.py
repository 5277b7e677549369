"""What a station and a CSMS may do to each other, row by row: what WebSocket allows, and what it does not."""

import zlib
from collections.abc import Callable

from inspector.protocol.version import Party
from tests.proxy.wire_peers import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Deed,
    Scenario,
    down,
    frame,
    up,
)

STATION, CSMS = Party.STATION, Party.CSMS
CALL, ANSWER = '[2,"1","Heartbeat",{}]', '[3,"1",{"currentTime":"2026-11-22T10:00:00Z"}]'
MIB = 1 << 20

PROPER = (up(CLOSE, b"\x03\xe8"),), (down(CLOSE, b"\x03\xe8"),)
ASKED, ANSWERED = up(TEXT, CALL.encode()), down(TEXT, ANSWER.encode())
TALK = (ASKED,), (ANSWERED,)
TOLD = (STATION, CALL), (CSMS, ANSWER)


def fin(party: Party) -> Deed:
    """An end that has nothing more to say."""
    return Deed(party, "fin")


def rst(party: Party) -> Deed:
    """An end that breaks off."""
    return Deed(party, "rst")


def raw(party: Party, wire: bytes) -> Deed:
    """An end that sends some bytes."""
    return Deed(party, "send", wire)


def closing(code: int, reason: str = "") -> bytes:
    """The payload of a close frame."""
    return code.to_bytes(2, "big") + reason.encode()


def dribbled(wire: bytes, party: Party) -> tuple[tuple[Deed, ...], ...]:
    """Each byte is a moment of its own: it must arrive before the next one is sent."""
    return tuple((raw(party, wire[at : at + 1]),) for at in range(len(wire)))


PLAIN = (
    Scenario("plain", (*TALK, *PROPER), frames=TOLD, end=(1000, STATION)),
    Scenario("many-in-one-write", ((raw(STATION, ASKED.wire * 50), raw(CSMS, ANSWERED.wire * 50)), *PROPER)),
    Scenario("empty", ((up(TEXT),), (down(TEXT),)), frames=((STATION, ""), (CSMS, ""))),
    Scenario(
        "binary", ((up(BINARY, b"\0\xff"),), (down(BINARY, b"{}"),)), frames=((STATION, b"\0\xff"), (CSMS, b"{}"))
    ),
    Scenario(
        "other-masks",
        ((up(TEXT, b"a", mask=b"\0\0\0\0"),), (up(TEXT, b"bcdef", mask=b"\xff\xff\xff\xff"),)),
        frames=((STATION, "a"), (STATION, "bcdef")),
    ),
    Scenario(
        "utf-8-cut-between-fragments",
        ((up(TEXT, b"\xe2\x82", fin=False),), (up(CONTINUATION, b"\xac"),)),
        frames=((STATION, "€"),),
    ),
    Scenario("nothing-said", ()),
)

FRAGMENTS = (
    Scenario(
        "fragmented",
        (
            (up(TEXT, b'[2,"1",', fin=False),),
            (up(CONTINUATION, b'"Heart', fin=False),),
            (up(CONTINUATION, b'beat",{}]'),),
            (down(TEXT, b"", fin=False), down(CONTINUATION, b"", fin=False), down(CONTINUATION, ANSWER.encode())),
            *PROPER,
        ),
        frames=TOLD,
    ),
    Scenario(
        "both-sides-in-the-middle-of-a-message",
        (
            (up(TEXT, b"ab", fin=False),),
            (down(TEXT, b"xy", fin=False),),
            (up(CONTINUATION, b"c"),),
            (down(CONTINUATION),),
        ),
        frames=((STATION, "abc"), (CSMS, "xy")),
    ),
    Scenario(
        "pings-between-messages",
        ((up(PING, b"1"),), (down(PONG, b"1"),), *TALK, (down(PING),), (up(PONG),), (up(PONG, b"unasked"),)),
        frames=TOLD,
        controls=(
            (STATION, "ping", b"1"),
            (CSMS, "pong", b"1"),
            (CSMS, "ping", b""),
            (STATION, "pong", b""),
            (STATION, "pong", b"unasked"),
        ),
    ),
    Scenario(
        "pings-between-fragments",
        (
            (up(TEXT, CALL[:5].encode(), fin=False), up(PING, b"in between"), up(CONTINUATION, CALL[5:].encode())),
            (down(PONG, b"in between"),),
        ),
        frames=TOLD[:1],
        controls=((STATION, "ping", b"in between"), (CSMS, "pong", b"in between")),
    ),
    Scenario(
        "a-close-between-fragments",
        ((up(TEXT, b"half", fin=False), up(CLOSE, closing(1001))), (down(CLOSE, closing(1001)),)),
        frames=(),
        end=(1001, STATION),
    ),
    Scenario("the-largest-ping", ((up(PING, b"x" * 125),), (down(PONG, b"x" * 125),))),
)

SIZES = tuple(
    Scenario(
        f"{size}-bytes",
        ((up(TEXT, b"s" * size),), (down(BINARY, b"c" * size),)),
        frames=((STATION, "s" * size), (CSMS, b"c" * size)),
    )
    for size in (0, 1, 125, 126, 127, 65535, 65536, MIB)
)


def deflating(*, bits: int = 15, takeover: bool = True) -> Callable[[str], bytes]:
    """Make what deflates one side's messages (RFC 7692 section 7.2.1)."""

    def fresh() -> "zlib._Compress":
        return zlib.compressobj(
            wbits=-max(bits, 9)
        )  # zlib has no raw window of 8 bits; short messages need none larger

    kept = fresh()

    def deflate(text: str) -> bytes:
        compressor = kept if takeover else fresh()
        return (compressor.compress(text.encode()) + compressor.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")

    return deflate


def compressed(name: str, extensions: str, *, bits: int = 15, takeover: bool = True) -> Scenario:
    """Both sides speak compressed, one message in fragments, one not compressed in between."""
    theirs, ours = deflating(bits=bits, takeover=takeover), deflating(bits=bits, takeover=takeover)
    first, second, third = theirs(CALL), ours(ANSWER), theirs(CALL)
    return Scenario(
        name,
        (
            (up(TEXT, first, rsv=4),),
            (down(TEXT, second[:7], rsv=4, fin=False), down(PING, b"p"), down(CONTINUATION, second[7:])),
            (up(TEXT, b"not compressed"),),
            (up(TEXT, third, rsv=4),),
            (up(TEXT, b"\0", rsv=4),),
        ),
        extensions=f"permessage-deflate{extensions}",
        frames=(*TOLD, (STATION, "not compressed"), (STATION, CALL), (STATION, "")),
    )


COMPRESSED = (
    compressed("takeover", ""),
    compressed("no-takeover", "; client_no_context_takeover; server_no_context_takeover", takeover=False),
    compressed("window-9", "; client_max_window_bits=9; server_max_window_bits=9", bits=9),
    compressed(
        "window-8",
        "; client_max_window_bits=8; server_max_window_bits=8; client_no_context_takeover; server_no_context_takeover",
        bits=8,
        takeover=False,
    ),
    compressed("window-15", "; server_max_window_bits=15; client_max_window_bits=15"),
    Scenario("an-extension-nobody-knows", TALK, extensions="x-vendor; level=3", frames=TOLD),
    Scenario(
        "deflate-that-is-none",
        ((up(TEXT, b"\xff\xff\xff", rsv=4),), *TALK),
        extensions="permessage-deflate; client_no_context_takeover",
        frames=TOLD,
        violations=(STATION,),
    ),
)


def odd(name: str, deed: Deed, *, frames: tuple[tuple[Party, str | bytes], ...] | None = None) -> Scenario:
    """One side breaks the rules; whatever it was, both can talk on."""
    other = ANSWERED if deed.by is STATION else ASKED
    return Scenario(name, ((deed,), (other,), *TALK, *PROPER), frames=frames, violations=(deed.by,))


_REST = (CSMS, ANSWER), *TOLD
ODD = (
    odd("invalid-utf-8", up(TEXT, b"\xff\xfe"), frames=((STATION, b"\xff\xfe"), *_REST)),
    odd("invalid-utf-8-down", down(TEXT, b"\xc3"), frames=((CSMS, b"\xc3"), (STATION, CALL), *TOLD)),
    odd("unmasked-station", up(TEXT, b"bare", mask=b""), frames=((STATION, "bare"), *_REST)),
    odd("masked-csms", down(TEXT, b"hidden", mask=b"abcd"), frames=((CSMS, "hidden"), (STATION, CALL), *TOLD)),
    odd("non-minimal-length", up(TEXT, b"long", length_bytes=2), frames=((STATION, "long"), *_REST)),
    odd("non-minimal-length-8", down(TEXT, b"long", length_bytes=8), frames=((CSMS, "long"), (STATION, CALL), *TOLD)),
    *(odd(f"rsv-{rsv}", up(TEXT, b"bits", rsv=rsv)) for rsv in (1, 2, 4, 7)),
    odd("rsv-down", down(TEXT, b"bits", rsv=4)),
    *(odd(f"reserved-opcode-{opcode}", up(opcode, b"what")) for opcode in (3, 7, 11, 15)),
    odd("reserved-opcode-down", down(11, b"what")),
    odd("continuation-of-nothing", up(CONTINUATION, b"late")),
    Scenario(
        "a-message-within-another",
        ((up(TEXT, b"first", fin=False),), (up(TEXT, b"second"),), (ANSWERED,)),
        violations=(STATION,),
    ),
    odd("fragmented-ping", up(PING, b"p", fin=False)),
    odd("a-ping-too-large", down(PING, b"p" * 126, length_bytes=2)),
    odd("garbage", raw(STATION, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 40)),
    odd("garbage-down", raw(CSMS, b"HTTP/1.1 500 Internal Server Error\r\n\r\n")),
    odd("a-length-beyond-all", raw(STATION, b"\x81\xff" + b"\xff" * 8 + b"abcd" + b"x" * 100)),
    odd("a-close-code-of-one-byte", up(CLOSE, b"\x03"), frames=_REST),
)

REGISTRY = 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014
PRIVATE = 3000, 3008, 3999, 4000, 4001, 4999
ILLEGAL = 0, 999, 1004, 1005, 1006, 1015, 1016, 2500, 2999, 5000, 65535
CLOSES = (
    *(
        Scenario(
            f"close-{code}", (*TALK, (up(CLOSE, closing(code)),), (down(CLOSE, closing(code)),)), end=(code, STATION)
        )
        for code in REGISTRY[::2] + PRIVATE[::2]
    ),
    *(
        Scenario(
            f"close-{code}-down",
            (*TALK, (down(CLOSE, closing(code, "a reason, mit ü")),), (up(CLOSE, closing(code)),), (fin(CSMS),)),
            end=(code, CSMS),
            reason="a reason, mit ü",
        )
        for code in REGISTRY[1::2] + PRIVATE[1::2]
    ),
    *(
        Scenario(
            f"close-{code}-illegal",
            (*TALK, (up(CLOSE, closing(code, "why")),), (down(CLOSE, closing(1002)),)),
            frames=TOLD,
            violations=(STATION,),
        )
        for code in ILLEGAL
    ),
    Scenario("close-without-code", (*TALK, (down(CLOSE),), (up(CLOSE),)), frames=TOLD, end=(1005, CSMS)),
    Scenario("close-with-the-longest-reason", ((up(CLOSE, closing(4000, "r" * 123)),),), reason="r" * 123),
    Scenario("close-with-a-reason-that-is-no-text", ((up(CLOSE, closing(1000) + b"\xff\xfe"),), (ANSWERED,))),
    Scenario(
        "both-close-at-once", (*TALK, (up(CLOSE, closing(1000)), down(CLOSE, closing(1001))), (fin(STATION), fin(CSMS)))
    ),
    Scenario("other-code-in-answer", ((up(CLOSE, closing(1000)),), (down(CLOSE, closing(4002)),)), end=(1000, STATION)),
    Scenario(
        "data-after-a-close-frame",
        ((up(CLOSE, closing(1000)),), (ANSWERED,), (down(TEXT, b"and more"),), (ASKED,), (down(CLOSE, closing(1000)),)),
        end=(1000, STATION),
    ),
    Scenario("close-never-answered", ((down(CLOSE, closing(1012)),), (ASKED,), (fin(CSMS),)), end=(1012, CSMS)),
)

ENDS = (
    Scenario("fin-without-close", (*TALK, (fin(STATION),)), frames=TOLD, end=(None, STATION)),
    Scenario("fin-without-close-down", (*TALK, (fin(CSMS),)), frames=TOLD, end=(None, CSMS)),
    Scenario("fin-of-both-at-once", (*TALK, (fin(STATION), fin(CSMS))), frames=TOLD),
    Scenario("rst-of-the-station", (*TALK, (rst(STATION),)), frames=TOLD, end=(None, STATION)),
    Scenario("rst-of-the-csms", (*TALK, (rst(CSMS),)), frames=TOLD, end=(None, CSMS)),
    Scenario(
        "rst-in-mid-frame", (*TALK, (raw(STATION, ASKED.wire[:9]),), (rst(STATION),)), frames=TOLD, end=(None, STATION)
    ),
    Scenario("fin-in-mid-frame", ((raw(CSMS, ANSWERED.wire[:9]),), (fin(CSMS),), (ASKED,)), frames=TOLD[:1]),
    Scenario("rst-after-a-close-frame", (*TALK, (up(CLOSE, closing(1000)),), (rst(STATION),)), end=(1000, STATION)),
    Scenario("rst-after-a-fin", (*TALK, (fin(STATION),), (ANSWERED,), (rst(CSMS),)), end=(None, STATION)),
    Scenario(
        "half-close-with-data-to-come",
        (*TALK, (fin(STATION),), (ANSWERED,), (down(BINARY, b"d" * MIB),), (down(CLOSE, closing(1000)),), (fin(CSMS),)),
        frames=(*TOLD, (CSMS, ANSWER), (CSMS, b"d" * MIB)),
    ),
    Scenario(
        "half-close-of-the-csms",
        (*TALK, (fin(CSMS),), (ASKED,), (up(BINARY, b"u" * MIB),), (fin(STATION),)),
        frames=(*TOLD, (STATION, CALL), (STATION, b"u" * MIB)),
    ),
    Scenario("data-and-fin-at-once", ((up(BINARY, b"u" * MIB), fin(STATION), down(BINARY, b"d" * MIB), fin(CSMS)),)),
    Scenario("close-frame-and-fin-at-once", (*TALK, (up(CLOSE, closing(1000)), fin(STATION))), end=(1000, STATION)),
)

GLUED = (
    Scenario("glued-to-the-101", TALK, glued=ANSWERED.wire * 3, frames=((CSMS, ANSWER),) * 3 + TOLD),
    Scenario("half-a-frame-glued-to-the-101", ((raw(CSMS, ANSWERED.wire[5:]),),), glued=ANSWERED.wire[:5]),
    Scenario("much-glued-to-the-101", TALK, glued=down(BINARY, b"g" * 300_000).wire),
    Scenario("a-close-glued-to-the-101", ((fin(CSMS),),), glued=frame(CLOSE, closing(1013)), end=(1013, CSMS)),
    Scenario("glued-to-the-request", TALK, early=ASKED.wire * 3, frames=((STATION, CALL),) * 3 + TOLD),
    Scenario("much-glued-to-the-request", TALK, early=up(BINARY, b"g" * 300_000).wire),
    Scenario("glued-to-both", TALK, early=ASKED.wire, glued=ANSWERED.wire),
    Scenario("line-ends-glued-to-the-101", (), glued=b"\r\n\n\r", violations=(CSMS,)),
    Scenario("line-ends-glued-to-the-request", (), early=b"\n\r\n", violations=(STATION,)),
    Scenario(
        "dribbled",
        (
            *dribbled(ASKED.wire, STATION),
            *dribbled(ANSWERED.wire, CSMS),
            *dribbled(up(CLOSE, closing(1000)).wire, STATION),
        ),
        frames=TOLD,
        end=(1000, STATION),
    ),
)

ALL = (*PLAIN, *FRAGMENTS, *SIZES, *COMPRESSED, *ODD, *CLOSES, *ENDS, *GLUED)
OVER_TLS = (PLAIN[0], FRAGMENTS[3], SIZES[-1], COMPRESSED[0], ODD[0], ODD[2], *ENDS[:5], *ENDS[8:], *GLUED)
