"""Who is who in Slack: found by e-mail, followed through changes, and told where the team's channel is."""

from flows.people import Member
from storage import people, records
from storage.addresses import Identity
from tests.slack.school import SlackSchool


async def members(school: SlackSchool) -> dict[str, Member]:
    async with school.application.database.read(people.DISTRICT) as store:
        return {each.email: each for each in await records.load(store, Member)}


async def accounts(school: SlackSchool) -> set[str]:
    async with school.application.database.read(people.DISTRICT) as store:
        return {each.user for each in await records.load(store, Identity)}


async def test_people_are_found_by_their_e_mail_and_nobody_else_is_taken_down(slack_school: SlackSchool) -> None:
    stranger = await slack_school.slack.add_person("Paula Guest", "paula@elsewhere.example")
    await slack_school.application.follow()

    assert await accounts(slack_school) == {person.user for person in slack_school.people.values()}
    assert stranger not in await accounts(slack_school)


async def test_a_new_name_language_and_time_zone_are_followed(slack_school: SlackSchool) -> None:
    ben = slack_school.people["ben"]
    assert (await members(slack_school))["ben@example.org"].zone == "America/New_York"
    moved = {"name": "Ben Carter-Diaz", "locale": "es-ES", "tz": "America/Chicago"}
    await slack_school.after(slack_school.slack.change_user(ben.user, **moved))

    member = (await members(slack_school))["ben@example.org"]
    assert (member.name, member.language, member.zone) == ("Ben Carter-Diaz", "es", "America/Chicago")


async def test_who_lives_by_another_clock_is_told_on_their_home_whose_time_counts(slack_school: SlackSchool) -> None:
    ben, ana, slack = slack_school.people["ben"], slack_school.people["ana"], slack_school.slack
    await slack_school.after(slack.change_user(ben.user, tz="America/Chicago"))
    for person in (ben, ana):
        await slack_school.after(slack.opens_home(person.user))
    told = "Your account is on Central Time; every time here is the school's, Eastern Time."
    home, hers = await slack.home(ben.user), await slack.home(ana.user)
    assert home
    assert hers
    assert told in str(home.blocks)
    assert "Your account is on" not in str(hers.blocks)


async def test_a_deactivated_account_gets_nothing_and_comes_back_when_it_is_active_again(
    slack_school: SlackSchool,
) -> None:
    ben = slack_school.people["ben"]
    await slack_school.after(slack_school.slack.deactivates(ben.user))
    assert (await members(slack_school))["ben@example.org"].left_on == slack_school.clock.now.date()

    await slack_school.after(slack_school.slack.change_user(ben.user, deleted=False))
    assert (await members(slack_school))["ben@example.org"].left_on is None


async def test_whoever_guides_the_team_and_invites_the_bot_makes_the_channel_theirs(slack_school: SlackSchool) -> None:
    ana, ben = slack_school.people["ana"], slack_school.people["ben"]
    other = await slack_school.slack.add_channel("grade-four", [ana.user, ben.user], bot=False)

    (channel,) = (await slack_school.room()).channels
    assert channel.place == slack_school.channel
    await ana.slash("/leadcycle channel here")
    assert "Say this in the channel" in str((await ana.last()).blocks)
    await slack_school.after(slack_school.slack.slash(ben.user, "/leadcycle", "channel here", other))
    assert (await slack_school.room()).channels == (channel,)
    await slack_school.after(slack_school.slack.slash(ana.user, "/leadcycle", "channel here", other))
    assert [each.place for each in (await slack_school.room()).channels] == [other]
