"""What stands before every request: whose name was asked for, who asks, and what a browser may fetch for the page."""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
from collections.abc import Callable, Iterator
from http.cookies import CookieError, SimpleCookie
from typing import Any

from graycolor.web.wrong_passwords import WrongPasswords, told_wait

VISIT = "graycolor.visit"
"""Where in a request's scope the visit's name stands."""
_VISIT_COOKIE, _KEY_COOKIE = "graycolor-visit", "graycolor-key"
_NAME_LENGTH = 43
"""Characters of 32 random bytes in URL-safe base64."""
_OK = 200
_PATIENCE = 0.5
"""Seconds before a wrong password is answered."""
_HEADERS = {
    b"content-security-policy": b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; "
    b"connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
}

Asgi = Callable[[Any, Any, Any], Any]


class Guard:
    """An ASGI application around another one.

    Args:
        app: what answers, where nothing is wrong.
        is_own: whether a host that was asked for is ours.
        auth: `USER:PASSWORD`, or empty where nobody is asked.
    """

    def __init__(self, app: Asgi, is_own: Callable[[str], bool], auth: str = "") -> None:
        self._app, self._is_own = app, is_own
        self._auth = f"Basic {base64.b64encode(auth.encode()).decode()}" if auth else ""
        self._key = secrets.token_urlsafe(32)
        self._wrong = WrongPasswords()

    async def __call__(self, scope: dict[str, Any], receive: Callable[[], Any], send: Callable[..., Any]) -> None:
        """Answer, refuse, or hand on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        cookies = _cookies(headers.get("cookie", ""))
        if refusal := self._refusal(headers):
            await _refuse(scope, send, 403, refusal)
            return
        status, sentence = await self._admitted(scope, headers, cookies)
        if status != _OK:
            await _refuse(scope, send, status, sentence)
            return
        known = cookies.get(_VISIT_COOKIE, "")
        visit = known if len(known) == _NAME_LENGTH else secrets.token_urlsafe(32)
        fresh = [(_VISIT_COOKIE, visit)] if visit != known else []
        if self._auth and cookies.get(_KEY_COOKIE) != self._key:
            fresh.append((_KEY_COOKIE, self._key))
        await self._app({**scope, VISIT: visit}, receive, _completed(send, fresh))

    async def _admitted(
        self, scope: dict[str, Any], headers: dict[str, str], cookies: dict[str, str]
    ) -> tuple[int, str]:
        """Whether somebody may come in, as a status and a sentence."""
        if not self._auth or self._has_key(cookies):
            return _OK, ""
        place = scope["client"][0] if scope.get("client") else ""
        said = headers.get("authorization")
        if said is not None and (seconds := self._wrong.wait(place)):
            return 429, told_wait(seconds)
        if said is not None and hmac.compare_digest(said.encode("latin-1"), self._auth.encode("latin-1")):
            self._wrong.forget(place)
            return _OK, ""
        if said is not None:
            self._wrong.note(place)
            await asyncio.sleep(_PATIENCE)
        return 401, "Please give the user name and the password of this page."

    def _refusal(self, headers: dict[str, str]) -> str:
        """Why a request is not for us, or nothing."""
        host, origin = headers.get("host", ""), headers.get("origin", "")
        if not self._is_own(_without_port(host)):
            return "This page is not served under that name; type the address that graycolor has printed."
        if origin and origin.partition("://")[2] != host:
            return "Another page has asked for this one, and is refused."
        return ""

    def _has_key(self, cookies: dict[str, str]) -> bool:
        """Whether the password was given before; some browsers leave it out for web sockets, so a cookie will do."""
        return hmac.compare_digest(cookies.get(_KEY_COOKIE, "").encode("latin-1"), self._key.encode("latin-1"))


def _without_port(host: str) -> str:
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _completed(send: Callable[..., Any], cookies: list[tuple[str, str]]) -> Callable[..., Any]:
    """`send`, with our headers and cookies on every answer."""

    async def completed(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.lower() not in _HEADERS]
            message = {**message, "headers": [*kept, *_HEADERS.items(), *_set(cookies)]}
        await send(message)

    return completed


def _set(cookies: list[tuple[str, str]]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in cookies:
        yield b"set-cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Strict".encode("latin-1")


async def _refuse(scope: dict[str, Any], send: Callable[..., Any], status: int, sentence: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS.items()]
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="graycolor", charset="UTF-8"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})
