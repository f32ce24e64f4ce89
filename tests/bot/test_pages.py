"""The pages: who comes in by which link, what each role sees there, and what nobody sees."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot import inviting, sample
from bot.app import Application
from bot.config import Settings
from bot.inviting import NotInvited
from bot.sample import Part
from flows import entering
from flows.decision_records import Decision
from flows.entering import Ticket
from flows.events import Event, Said
from flows.flow import Answer, Conversation
from flows.messages import Message
from flows.people import Member, Membership, Role, School, Team
from flows.records import Cycle, Move, Need
from storage import audit, conversations, records, tables, visits

HOST = "http://127.0.0.1:8080"
SAME_PAGE = {"Origin": HOST}
COUSINS = Team("hilltop", "hilltop", "Hilltop leadership team")
NEIGHBORS = Team("grade4", "riverside", "Grade 4")


@dataclass
class Pages:
    """The pages of a practice school, and browsers that open them."""

    application: Application

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.application.web()), base_url=HOST)

    async def asks(self, member: str, words: str) -> Message:
        """What Leadcycle answers to a command by a direct message."""
        said = Event(
            f"{words}-{member}-{uuid4().hex}",
            sample.PLATFORM,
            sample.WORKSPACE,
            member,
            f"direct-{member}",
            True,
            sample.opening(),
            Said(words, True),
            "",
            True,
        )
        assert await self.application.conductor.capture(said)
        assert await self.application.conductor.hear(said) is not None
        await self.application.dispatcher.drain()
        board = self.application._board
        assert board is not None
        *_, newest = [line.message for line in await board.transcript(f"direct-{member}", 0) if line.message]
        return newest

    async def link(self, member: str) -> str:
        """The path of the link that *dashboard* brings."""
        link = (await self.asks(member, "dashboard")).link
        assert link is not None
        assert link.url.startswith(f"{HOST}{entering.PATH}/")
        return link.url.removeprefix(HOST)

    async def inside(self, member: str) -> httpx.AsyncClient:
        """A browser in which this person has signed in."""
        browser = self.browser()
        entered = await press(browser, await self.link(member))
        assert entered.status_code == 303, entered.text
        return browser


async def press(browser: httpx.AsyncClient, link: str) -> httpx.Response:
    """Open the link and press *Continue*."""
    shown = await browser.get(link)
    knock = shown.text.partition('name="knock" value="')[2].partition('"')[0]
    return await browser.post(link, data={"knock": knock}, headers=SAME_PAGE)


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[Pages]:
    """Riverside with two teams, and another school of the district with one."""
    application = await Application.prepare(Settings(database_url=database_url))
    async with application.database as database, database.begin(sample.TENANT) as store:
        await records.keep(store, School("hilltop", "Hilltop Elementary", sample.TWO_YEARS))
        hill = (
            Part("hal", "Hal Stone", (Role.ADMINISTRATOR,), "principal"),
            Part("ivy", "Ivy Lund", (Role.TEACHER,), ""),
        )
        four = (
            Part("uma", "Uma Shah", (Role.TEACHER, Role.FACILITATOR), ""),
            Part("cora", "Cora Day", (Role.COACH,), ""),
        )
        await sample.found_team(store, COUSINS, hill, "hilltop")
        await sample.found_team(store, NEIGHBORS, four, "grade4")
        await records.keep(store, Need("grade4", 1, 1, "uma", "", "Quiet corners <script>"))
        await records.keep(store, Member("obi", "Obi Board"), Membership("riverside", "obi", (Role.OBSERVER,), 9))
    application = await Application.prepare(Settings(database_url=database_url))
    async with application.database:
        yield Pages(application)


async def test_a_link_shows_whose_it_is_and_lets_one_browser_in_once(school: Pages) -> None:
    link, browser = await school.link("ana"), school.browser()

    for _ in range(2):  # a program that looks behind links uses nothing up
        shown = await browser.get(link)
        assert shown.status_code == 200
        assert "You are about to sign in as Ana Ruiz." in shown.text
    entered = await press(browser, link)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert "Riverside leadership team" in (await browser.get("/")).text

    again = await press(school.browser(), link)
    assert again.status_code == 410
    assert "Write <strong>dashboard</strong> to Leadcycle" in again.text


async def test_the_press_counts_only_in_the_browser_that_was_shown_whose_link_it_is(school: Pages) -> None:
    link, browser = await school.link("ana"), school.browser()
    shown = await school.browser().get(link)
    knock = shown.text.partition('name="knock" value="')[2].partition('"')[0]

    assert (await browser.post(link, data={"knock": knock}, headers=SAME_PAGE)).status_code == 410
    assert (await browser.post(link, headers=SAME_PAGE)).status_code == 410
    assert (await press(browser, link)).status_code == 303, "it was not used up by that"


async def test_what_another_page_sends_is_refused(school: Pages) -> None:
    link, browser = await school.link("ana"), school.browser()
    shown = await browser.get(link)
    knock = shown.text.partition('name="knock" value="')[2].partition('"')[0]

    for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://["}):
        refused = await browser.post(link, data={"knock": knock}, headers=origin)
        assert (refused.status_code, browser.cookies.get("leadcycle_visit")) == (403, None)
    assert (await press(browser, link)).status_code == 303


async def test_what_our_own_page_sends_is_taken_whatever_host_a_proxy_names(school: Pages) -> None:
    public = {"public_url": "https://Leadcycle.school.example:443/"}
    school.application.settings = school.application.settings.model_copy(update=public)
    link = await school.link("ana")
    browser = httpx.AsyncClient(
        transport=httpx.ASGITransport(school.application.web()), base_url="https://127.0.0.1:8080"
    )
    shown = await browser.get(link)
    knock = shown.text.partition('name="knock" value="')[2].partition('"')[0]

    for stranger in ("http://leadcycle.school.example", "https://leadcycle.school.example.evil.example"):
        with capture_logs() as lines:
            refused = await browser.post(link, data={"knock": knock}, headers={"Origin": stranger})
        assert refused.status_code == 403
        assert [(each["origin"], each["host"]) for each in lines] == [(stranger, "127.0.0.1:8080")]
        assert link.rpartition("/")[2] not in str(lines), "the link itself is a secret"
    own = {"Origin": "https://leadcycle.school.example"}
    assert (await browser.post(link, data={"knock": knock}, headers=own)).status_code == 303


async def test_a_link_is_good_for_ten_minutes(school: Pages) -> None:
    database = school.application.database
    async with database.begin(sample.TENANT) as store:
        await visits.issue(store, Ticket(entering.mark("late"), "ana", store.now - timedelta(seconds=1)))
        await visits.issue(store, Ticket(entering.mark("early"), "ana", store.now + timedelta(seconds=30)))
    link = await school.link("ana")
    async with database.read(sample.TENANT) as store:
        ticket = await visits.ticket(store, entering.mark(link.rpartition("/")[2]))
        assert ticket is not None
        assert timedelta(minutes=9) < ticket.expires - store.now <= timedelta(minutes=10)

    assert (await school.browser().get(f"{entering.PATH}/late")).status_code == 410
    assert (await school.browser().get(f"{entering.PATH}/early")).status_code == 200
    assert (await school.browser().get(f"{entering.PATH}/nobody")).status_code == 410


async def test_the_database_and_its_outbox_hold_no_way_in(school: Pages) -> None:
    link = await school.link("ana")
    browser = school.browser()
    await press(browser, link)
    tokens = (link.rpartition("/")[2], browser.cookies["leadcycle_visit"])

    async with school.application.database.read(sample.TENANT) as store:
        for table in tables.metadata.sorted_tables:
            if table is tables.practice_line:  # what one person sees who plays everybody
                continue
            kept = str(await store.rows(select(table)))
            assert not any(token in kept for token in tokens), table.name


async def test_a_visit_that_is_over_is_forgotten_when_another_one_begins(school: Pages) -> None:
    await school.inside("ana")
    async with school.application.database.begin(sample.TENANT) as store:
        await store.update(tables.visit, begun_at=store.now - entering.LONGEST)
    await school.inside("ben")

    async with school.application.database.read(sample.TENANT) as store:
        assert [row["member"] for row in await store.select(tables.visit)] == ["ben"]


async def test_a_visit_ends_by_itself_by_signing_out_and_when_the_person_leaves(school: Pages) -> None:
    at = datetime(2027, 2, 1, 12, tzinfo=UTC)
    visit = entering.Visit("", "ana", at, at + timedelta(hours=10))
    assert visit.is_open(at + timedelta(hours=11, minutes=59))
    assert not visit.is_open(at + timedelta(hours=12))
    assert not replace(visit, seen_at=at).is_open(at + timedelta(hours=2))

    ana, ben = await school.inside("ana"), await school.inside("ben")
    token = ana.cookies["leadcycle_visit"]
    left = await ana.post("/leave", headers=SAME_PAGE)
    assert left.status_code == 303
    ana.cookies.set("leadcycle_visit", token)
    assert (await ana.get("/team/riverside")).headers["location"] == "/"

    assert (await ben.get("/team/riverside")).status_code == 200
    async with school.application.database.begin(sample.TENANT) as store:
        (member,) = await records.load(store, Member, id="ben")
        await records.keep(store, replace(member, left_on=date(2027, 2, 2)))
    assert (await ben.get("/team/riverside")).headers["location"] == "/"


SEEN = {
    "ana": {"/team/riverside"},
    "ben": {"/team/riverside"},
    "lena": {"/team/riverside", "/team/grade4", "/school/riverside"},
    "uma": {"/team/grade4"},
    "cora": {"/team/grade4"},
    "hal": {"/team/hilltop", "/school/hilltop"},
    "ivy": {"/team/hilltop"},
}
PAGES = (
    *("/team/riverside", "/team/grade4", "/team/hilltop", "/team/nowhere"),
    *("/school/riverside", "/school/hilltop", "/school/nowhere"),
)


async def test_everybody_sees_their_own_team_and_whoever_leads_a_school_its_teams(school: Pages) -> None:
    for member, seen in SEEN.items():
        browser = await school.inside(member)
        assert (await browser.get("/")).status_code == 200
        for page in PAGES:
            answers = [(await browser.get(page)).status_code]
            if page.startswith("/team/"):
                answers.append((await browser.get(f"{page}/decisions")).status_code)
            assert set(answers) == {200 if page in seen else 404}, (member, page)
        assert (await browser.get("/team/riverside/report")).status_code == (
            200 if "/team/riverside" in seen else 404
        ), member
        assert (await browser.get("/team/riverside/report/7")).status_code == 404


async def test_whoever_leads_the_school_reads_of_another_team_what_it_has_settled(school: Pages) -> None:
    uma, lena = await school.inside("uma"), await school.inside("lena")

    assert "Quiet corners &lt;script&gt;" in (await uma.get("/team/grade4")).text
    assert "Quiet corners" not in (await lena.get("/team/grade4")).text
    assert "Grade 4" in (await lena.get("/school/riverside")).text


async def test_a_meeting_that_is_over_is_not_called_the_next_one(school: Pages) -> None:
    begun = sample.opening() - timedelta(days=120)
    async with school.application.database.begin(sample.TENANT) as store:
        await records.keep(store, Cycle("hilltop", 1, begun.date(), 10))
        await records.keep(store, Move("hilltop", 1, 1, "opened", "needs", begun))
    hal = await school.inside("hal")

    page = (await hal.get("/school/hilltop")).text
    assert "The meeting was on" in page
    assert "Next meeting" not in page


async def test_decisions_are_found_by_their_words(school: Pages) -> None:
    posted = sample.opening() - timedelta(days=3)
    async with school.application.database.begin(sample.TENANT) as store:
        for number, question in enumerate(("The bus leaves at 3:10.", "The gym is closed on Friday."), 1):
            told = Decision("riverside", number, 1, "tell", question, "So it is.", "lena", posted, state="decided")
            await records.keep(store, told)
        (member,) = await records.load(store, Member, id="ben")
        await records.keep(store, replace(member, language="es"))
    ana, ben = await school.inside("ana"), await school.inside("ben")

    found = (await ana.get("/team/riverside/decisions", params={"q": "bus"})).text
    assert "The bus leaves at 3:10." in found
    assert "The gym is closed" not in found
    assert 'value="&#34;&gt;&lt;b&gt;"' in (await ana.get("/team/riverside/decisions", params={"q": '"><b>'})).text
    assert "Buscar decisiones" in (await ben.get("/team/riverside/decisions")).text


async def test_no_page_loads_anything_from_elsewhere_or_stands_in_another_page(school: Pages) -> None:
    ana = await school.inside("ana")

    for path in ("/", "/team/riverside", "/team/riverside/report", "/nowhere", await school.link("ben")):
        headers = (await ana.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff"), path
    cookies = [each for each in ana.cookies.jar if each.name == "leadcycle_visit"]
    assert all(each.has_nonstandard_attr("HttpOnly") for each in cookies)


async def test_the_operator_lets_somebody_in_who_has_no_account(school: Pages) -> None:
    url = school.application.settings.database_url
    link = await inviting.invite(url, HOST, "obi board")
    browser = school.browser()

    assert (await press(browser, link.removeprefix(HOST))).status_code == 303
    assert (await browser.get("/team/riverside")).status_code == 200
    with pytest.raises(NotInvited, match="Nobody on record is called Zoe"):
        await inviting.invite(url, HOST, "Zoe")


async def test_whoever_was_invited_comes_back_for_as_many_days_as_the_operator_said_and_while_they_have_a_role(
    school: Pages,
) -> None:
    database = school.application.database
    link = await inviting.invite(school.application.settings.database_url, HOST, "obi board", days=20)
    browser = school.browser()
    shown = await browser.get(link.removeprefix(HOST))
    assert "You stay signed in on this device for 20 days." in shown.text
    await press(browser, link.removeprefix(HOST))
    assert next(each for each in browser.cookies.jar if each.name == "leadcycle_visit").expires

    async with database.begin(sample.TENANT) as store:
        then = store.now - timedelta(days=19)
        await store.update(tables.visit, begun_at=then, seen_at=then, until=then + timedelta(days=20))
    await school.inside("ana")  # what came to its end is forgotten then
    assert (await browser.get("/team/riverside")).status_code == 200
    async with database.begin(sample.TENANT) as store:
        await records.keep(store, Membership("riverside", "obi", (Role.OBSERVER,), 9, left_on=date(2027, 2, 2)))
    assert (await browser.get("/team/riverside")).headers["location"] == "/"
    async with database.begin(sample.TENANT) as store:
        await records.keep(store, Membership("riverside", "obi", (Role.OBSERVER,), 9))
        await store.update(tables.visit, tables.visit.c.member == "obi", until=store.now)
    assert (await browser.get("/team/riverside")).headers["location"] == "/"


async def test_a_person_sees_everything_that_is_held_of_them_and_nothing_of_others(school: Pages) -> None:
    async with school.application.database.begin(sample.TENANT) as store:
        await records.keep(store, Need("riverside", 1, 1, "ben", "", "More time <b>together</b>"))
        await records.keep(store, Need("riverside", 2, 1, "ana", "", "Quiet mornings"))
    ben = await school.inside("ben")

    page, held = (await ben.get("/record")).text, (await ben.get("/record.json")).json()

    assert "More time &lt;b&gt;together&lt;/b&gt;" in page
    assert [need["text"] for need in held["need"]] == ["More time <b>together</b>"]
    assert [member["name"] for member in held["member"]] == ["Ben Carter"]
    assert {row["to"] for row in held["outbox"]} == {"ben"}
    assert set(held) >= {"identity", "membership", "ticket", "visit"}
    assert "Quiet mornings" not in page
    assert not any("mark" in row for row in (*held["ticket"], *held["visit"]))
    await ben.get("/team/riverside/report")
    async with school.application.database.read(sample.TENANT) as store:
        entries = await audit.listing(store)
    logged = [(each.deed.kind, each.deed.about) for each in entries if each.by == "ben"]
    assert logged == [("read", "ben"), ("export", "ben"), ("read", "riverside")]


async def test_the_record_says_in_plain_words_what_it_holds_and_counts_as_waiting_what_waits(school: Pages) -> None:
    async with school.application.database.begin(sample.TENANT) as store:
        await records.keep(store, Need("riverside", 1, 1, "ben", "", "More time together", merged_into=2))
        (member,) = await records.load(store, Member, id="ben")
        await records.keep(store, replace(member, language="es"))
    told = await school.asks("ben", "my record")
    page = (await (await school.inside("ben")).get("/record")).text

    assert "Lo que escribiste y todavía no he procesado" not in [each.label for each in told.items]
    assert "Lo que escribiste y ya procesé" in [each.label for each in told.items]
    assert "<dt>Representada por la necesidad</dt>" in page
    assert "<span>Necesidades</span>" in page
    assert not any(raw in page for raw in ("merged_into", "done_at", "<dt>id<", "<span>inbox<", "practice_line"))


async def test_the_record_comes_by_direct_message_to_the_person_alone(school: Pages) -> None:
    async with school.application.database.begin(sample.TENANT) as store:
        await records.keep(store, Need("riverside", 1, 1, "ben", "", "More time together"))
        for member, words in (("ben", "The late start"), ("ana", "The library")):
            await records.keep(
                store,
                Conversation(f"resources.{member}", "resources", member, sample.opening(), team="riverside"),
            )
            answer = Answer("resource", 0, words, "What can we draw on?")
            await conversations.answered(store, "riverside", [(f"resources.{member}", answer)])
    told = await school.asks("ben", "my record")

    assert told.title == "What I hold of you"
    assert ("Needs, resources, charter and what you shared", "1 entry") in [(e.label, e.text) for e in told.items]
    assert ("What can we draw on?", "The late start") in [(e.label, e.text) for e in told.items]
    assert "The library" not in str(told)
    assert told.link is not None
    assert told.link.url == f"{HOST}/record"
