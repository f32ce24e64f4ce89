"""Messages and forms like those that schools get, and some that nobody should send."""

from flows.markup import escape, quote
from flows.messages import Bar, Button, Chart, Field, Form, Item, Kind, Message, Option

HOSTILE = (
    "<!channel> <@U1> *x* _y_ `z` ~w~ [a](https://evil.example) & https://evil.example {{DATE(2026-01-01T00:00:00Z)}}"
)
LONG = "Every word of this is somebody's, and there are far too many of them. " * 572

INVITATION = Message(
    title="What do we need most?",
    text=(
        "Good morning, Ana. I am Leadcycle, a program. "
        "Your team chooses what to work on in the next ten weeks.\n\n"
        "One question to begin with: *what would help your learners most this term?* It takes thirty seconds."
    ),
    note=(
        "At most two messages a week, and only in school hours. Lena and your coach read what you write; "
        "your colleagues may recognise you."
    ),
    buttons=(
        Button("Answer", "answer needs", "primary"),
        Button("Not now", "not now"),
        Button("My best time", "my best time"),
        Button("Who sees what", "who sees what"),
    ),
    preview="Thirty seconds: one question for your team",
    about="team-7",
)

_MOVES = (
    Button("Done", "done {}", "primary"),
    Button("On track", "on track {}"),
    Button("Stuck", "stuck {}"),
)


def _action(number: int, words: str, detail: str) -> Item:
    buttons = tuple(Button(b.label, b.says.format(number), b.style) for b in _MOVES)
    return Item(words, label=str(number), detail=detail, buttons=buttons)


WEEKLY = Message(
    title="Your week, Ben",
    text="Week 3 of 10. Overdue and stuck actions come first.",
    items=(
        _action(4, "Swap lunch duty so that grade 5 can plan together", "due Friday 6 November, *overdue*"),
        _action(2, "Ask the district for coverage on Wednesdays", "with Lena, stuck since Monday"),
        _action(7, "Try two-minute exit tickets in three classes", "due Tuesday 17 November"),
        _action(9, "Invite families to the reading morning", "due Friday 20 November"),
        _action(11, "Share what worked at the meeting", "due Wednesday 25 November"),
    ),
    note="A minute. The team sees what you press, and nothing else.",
    buttons=(Button("Write a short reflection", "reflect"), Button("Nothing this week", "skip")),
    preview="Your week: a one-minute check-in",
    about="team-7",
)

NEEDS = Message(
    title="What colleagues said",
    text="*4 needs*, without names, in the order in which they came.",
    items=(
        Item("More time to plan together, at least once a week.", quoted=True),
        Item(HOSTILE, label="Hostile", detail="area: school climate", quoted=True),
        Item("שלום! אנחנו צריכים יותר זמן לתכנון\nوقت أكثر للتخطيط 🙏🏽👩‍👩‍👧‍👦", quoted=True),
        Item(escape(HOSTILE), label="3", detail=escape(HOSTILE)),
    ),
    note="Words as they were written. Something not right? Say *redact* and the number.",
    preview="The list of needs is ready",
    about="team-7",
)

DECISION = Message(
    title="A decision needs you: consent until Thursday 15:00",
    text="Lena asks the team. *Good enough for now, safe enough to try?* Silence is not consent.",
    items=(
        Item("Shall we move the PLC day from Wednesday to Tuesday?", label="Proposal", quoted=True),
        Item("The gym is free on Tuesdays, and Ben's bus duty moves anyway.", label="Because", quoted=True),
        Item("The end of the school day cannot change.", label="What cannot change"),
        Item("Ana, Ben, Chidi, Dolores", label="Who is asked"),
    ),
    note="Stands are shown when it closes. Nothing about one person's employment or one student, please.",
    buttons=(
        Button("Good enough", "consent 12", "primary"),
        Button("Worry, go ahead", "concern 12"),
        Button("This would harm our aim because …", "object 12", "danger"),
    ),
    preview="A decision needs you",
    about="team-7",
)

VOTE = Message(
    title="Needs and resources",
    text=f"We will work on: *{quote('More time to plan together, at least once a week.')}*.",
    chart=Chart(
        title="Where the dots went",
        unit="Dots",
        bars=(
            Bar(f"2. {quote('More time to plan together, at least once a week.')}", 18),
            Bar(f"5. {quote(HOSTILE)}", 7),
            Bar(f"1. {quote('שלום! אנחנו צריכים יותר זמן לתכנון 🙏🏽')}", 6),
            Bar(f"4. {quote('Quiet rooms')}", 1),
        ),
        told="Need 2 got the most dots: 18 of 32.",
    ),
    items=(
        Item("More time to plan together, at least once a week.", label="Need 2", quoted=True),
        Item(HOSTILE, label="Need 5", quoted=True),
    ),
    buttons=(Button("Record what we chose", "record", "primary"),),
    preview="Needs and resources: news for your team",
    about="team-7",
)

PROGRESS = Message(
    title="Act",
    text="We try what we planned.",
    chart=Chart(
        title="How our plan is going",
        unit="Actions",
        bars=(Bar("Done", 3), Bar("On track", 2), Bar("Planned", 1), Bar("Blocked", 1), Bar("Overdue", 1)),
        told="5 of 8 actions are done or on track.",
    ),
    preview="Act: news for your team",
    about="team-7",
)

SHARES = Message(
    title="What the pulse found",
    text="24 answered.",
    chart=Chart(
        title="How many say yes",
        unit="% yes",
        bars=(
            Bar("Vision and strategy", 90, "at least 90%", 40, "40%"),
            Bar("Supportive administration", 30, "30%", 62, "62%"),
            Bar("Capacity and resources", 10, "at most 10%"),
        ),
        told="Lowest: capacity and resources.",
        most=100,
        earlier="in May 2026",
    ),
    preview="The pulse",
    about="team-7",
)

EMPTY = Message(text="Nothing is open this week. Enjoy it.")

ENORMOUS = Message(
    title=LONG,
    text=LONG,
    items=tuple(
        Item(
            LONG,
            label=LONG,
            detail=LONG,
            buttons=(Button(LONG, LONG), Button("Short", "short")),
            quoted=n % 2 == 0,
        )
        for n in range(60)
    ),
    note=LONG,
    buttons=tuple(Button(LONG, f"say {n} " + LONG[:400]) for n in range(40)),
    preview=LONG,
    about="team-7",
    chart=Chart(LONG, LONG, tuple(Bar(LONG, n) for n in range(60)), LONG),
)

MANY = Message(
    title="Everything that is open",
    text="All of it.",
    items=tuple(_action(n, f"Action number {n}", "no day yet") for n in range(1, 61)),
    about="team-7",
)

MESSAGES = {
    "invitation": INVITATION,
    "weekly": WEEKLY,
    "needs": NEEDS,
    "decision": DECISION,
    "vote": VOTE,
    "progress": PROGRESS,
    "shares": SHARES,
    "empty": EMPTY,
    "enormous": ENORMOUS,
    "many": MANY,
}

_AREAS = tuple(
    map(
        Option,
        ("teaching", "climate", "family", "other"),
        ("Teaching", "School climate", "Families", HOSTILE),
    )
)
_PEOPLE = tuple(map(Option, ("m1", "m2", "m3"), ("Ana Abad", "Ben Brown", "Chidi Castillo")))
_NEEDS = (
    Option("12", "More time to plan together, at least once a week"),
    Option("13", HOSTILE),
    Option("14", "وقت أكثر للتخطيط 🙏🏽"),
)
_SCALE = tuple(map(Option, "12345", ("1 – It can wait", "2", "3", "4", "5 – This week")))

_DOTS = "You have 5 dots to give, at most 3 on one line."

EVERY_KIND = Form(
    ref="conversation:needs:2026-11-02:m1",
    title="What do we need most?",
    intro="Five minutes. *Lena and your coach* read it; the team sees it without names.",
    fields=(
        Field("strength.0", "What is going well for your learners right now?", hint="One thing is enough."),
        Field("need.0", "What *one* change would help your learners most this term?", Kind.LONG),
        Field("area.0", "Which area is that?", Kind.OPTIONS, _AREAS),
        Field("also.0", "Which other areas does it touch?", Kind.SEVERAL, _AREAS, optional=True),
        Field("urgency.0", "How urgent is it?", Kind.SCALE, _SCALE),
        Field("by.0", "Until when?", Kind.DATE, optional=True, hint="A school day."),
        Field("who.0", "Who could lead it?", Kind.PERSON, _PEOPLE, optional=True),
        Field("lead.0", "Would you take a lead yourself?", Kind.YES_NO),
        Field("vote.0", "What shall we work on?", Kind.DOTS, _NEEDS, hint=_DOTS, budget=5, most=3),
    ),
    submit="Send",
    about="team-7",
)

ANSWERS = {
    "strength.0": "Reading groups",
    "need.0": "Planning time,\nevery week",
    "area.0": "climate",
    "also.0": ["teaching", "family"],
    "urgency.0": 4,
    "by.0": "2026-11-20",
    "who.0": "m2",
    "lead.0": True,
    "vote.0": {"12": 3, "13": 0, "14": 2},
}

_STAFF = tuple(Option(f"staff-{n}", f"Colleague Number {n}") for n in range(250))
_SENTENCES = tuple(Option(str(n), f"{n} {LONG[:300]}") for n in range(12))

_MANY = "You have 500 dots to give."

ENORMOUS_FORM = Form(
    ref="conversation:enormous",
    title=LONG,
    intro=LONG,
    fields=(
        Field("text", LONG, hint=LONG, value=LONG),
        Field("person", LONG, Kind.PERSON, _STAFF),
        Field("nobody", "Who?", Kind.PERSON),
        Field("options", LONG, Kind.OPTIONS, _SENTENCES),
        Field("several", "Which of these?", Kind.SEVERAL, _SENTENCES),
        Field("dots", LONG, Kind.DOTS, tuple(Option(str(n), LONG[:2_500]) for n in range(110)), hint=_MANY, budget=500),
        *(Field(f"more-{n}", LONG, Kind.LONG, value=LONG) for n in range(40)),
    ),
    submit=LONG,
    about="team-7",
)

SENTENCES_FORM = Form(
    ref="conversation:plan",
    title="Which needs shall the plan answer, and who leads?",
    fields=(
        Field("need", "Which need?", Kind.OPTIONS, _SENTENCES[:3], value="1"),
        Field("nobody", "Who covers?", Kind.PERSON),
    ),
)

STAFF_FORM = Form("conversation:staff", "Who leads?", (Field("who", "Who leads?", Kind.PERSON, _STAFF),))

FORMS = {
    "every kind": EVERY_KIND,
    "sentences": SENTENCES_FORM,
    "staff": STAFF_FORM,
    "enormous": ENORMOUS_FORM,
}
