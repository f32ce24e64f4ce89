"""Slack with two workspaces behind one address: each call goes to the one whose token or code it carries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web

from tests.slack.stand_in import StandIn


@asynccontextmanager
async def behind_one_address(*workspaces: StandIn) -> AsyncIterator[str]:
    """Give the address of the Web API, which stands before these workspaces."""
    homes = {each.bot_token: each for each in workspaces}
    session = aiohttp.ClientSession()

    async def passed(request: web.Request, to: StandIn) -> web.Response:
        kept = {key: value for key, value in request.headers.items() if key in ("Authorization", "Content-Type")}
        url = to.url + request.match_info["method"]
        async with session.post(url, data=await request.read(), headers=kept, params=request.query) as answer:
            body = await answer.json()
            if token := body.get("access_token"):
                homes[token] = to
            own = {key: answer.headers[key] for key in ("x-oauth-scopes",) if key in answer.headers}
            return web.json_response(body, status=answer.status, headers=own)

    async def called(request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        code = parse_qs((await request.read()).decode()).get("code", [""])[0]
        if request.match_info["method"] != "oauth.v2.access":
            return await passed(request, homes.get(token, workspaces[0]))
        answers = [await passed(request, each) for each in workspaces if code]
        return next((each for each in answers if b'"ok": true' in bytes(each.body or b"")), answers[0])  # type: ignore[arg-type]

    app = web.Application()
    app.router.add_route("*", "/api/{method}", called)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()
        await session.close()
