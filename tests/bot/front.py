"""The pages as strangers of a real service meet them, put together from the same parts as the program."""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from bot import sign_ins
from bot.app import Application
from bot.web.chats import Chats
from bot.web.cookies import Cookies
from bot.web.dashboard import Dashboard
from bot.web.door import Door
from bot.web.draw import Drawing
from bot.web.guarding import OwnPagesOnly
from bot.web.openid import Provider
from bot.web.patience import Patience


def web(application: Application, providers: Mapping[str, Provider], patience: Patience) -> Starlette:
    """The pages of an application, with these ways of signing in and nothing of the practice school."""
    database, scripts = application.database, application.scripts
    drawing, cookies = Drawing(scripts, sign_ins.named(providers)), Cookies(is_secure=False)
    door = Door(database, scripts, drawing, cookies, patience)
    signing_in = sign_ins.routes(providers, database, drawing, cookies, patience)
    dashboard = Dashboard(database, scripts, drawing, cookies, Chats(application.settings))
    pages = [*door.routes(), *signing_in, *drawing.routes(), *dashboard.routes()]
    return Starlette(routes=[Mount("/", routes=pages, middleware=[Middleware(OwnPagesOnly)])])
