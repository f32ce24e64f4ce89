"""What the people of a told cycle say: sentences to choose from, by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

WORDS: Mapping[str, Sequence[str]] = {
    "priority": (
        "Feedback that moves learning forward",
        "How we open and close a lesson",
        "Students talking more than we do",
        "Reading in every subject",
        "Checking for understanding before moving on",
        "How we welcome students who arrive in mid-year",
    ),
    "strength": (
        "The reading groups run themselves by now",
        "Students ask each other before they ask me",
        "Fewer late arrivals since the new schedule",
        "Families came to the project evening in numbers",
        "The sixth graders look after each other",
        "Lab days are calm and busy",
    ),
    "need": (
        "More time to plan together",
        "A shared way to give feedback on drafts",
        "Fewer interruptions during first period",
        "A quiet place for students who need a break",
        "Somebody to look at attendance with us every week",
        "Books that students choose themselves",
        "Seeing each other teach",
    ),
    "evidence": (
        "We met twice this term, both times in the hallway",
        "Students get three kinds of comments on the same essay",
        "I counted seven announcements on Tuesday",
        "The same four students wait outside the office every day",
        "We noticed two long absences only after three weeks",
        "The library log is empty since January",
        "I have never been in the room next to mine",
    ),
    "resource": (
        "Two teachers who run writing workshops elsewhere",
        "The Wednesday late start",
        "A small grant from the parent association",
        "The empty room next to the library",
        "Our attendance data, if somebody can read it with us",
        "A retired colleague who offers to help",
        "A set of thirty tablets",
    ),
    "blocker": (
        "No substitute on the days we need one",
        "The room is double-booked until Friday",
        "The list comes too late in the week",
    ),
    "what": (
        "Two students rewrote a paragraph without being asked",
        "The visit showed me how long my questions are",
        "First period felt longer, in a good way",
        "The quiet corner was used by students I did not expect",
        "I talked too much again, and noticed it this time",
        "We found out that Mondays are our worst day",
        "A student asked for the checklist before I handed it out",
        "Half of the class had finished before I stopped talking",
        "A family called to say thank you",
        "Two groups argued, and settled it by themselves",
        "I had planned too much for one lesson",
        "The examples helped more than my explanation",
    ),
    "so_what": (
        "They trust that a draft may be bad at first",
        "Shorter questions leave more room to think",
        "Small changes add up when we all make them",
        "We were looking for the problem in the wrong place",
    ),
    "now_what": (
        "Ask one question and wait",
        "Show a bad draft of my own",
        "Invite a colleague to count with me",
        "Keep it as it is for another week",
    ),
    "went_well": (
        "We kept our promises to each other",
        "Nobody had to carry it alone",
        "We stopped when something did not work",
        "Short meetings that decided something",
        "We asked each other for help early",
        "Everybody knew what we were trying",
    ),
    "change": (
        "Fewer actions, done properly",
        "Start counting in the first week",
        "Ask the students earlier",
        "Plan substitutes before we plan visits",
        "Tell the rest of the staff what we try",
        "Meet a little shorter, a little more often",
    ),
    "next_cycle": (
        "The visits",
        "Common planning time, now for real",
        "The feedback routine, in every class",
        "A question for the whole staff",
        "The counting",
        "Asking students what helped them",
    ),
}
BELONGS_TO = {
    "evidence": "need",
    "so_what": "what",
    "now_what": "what",
}
"""The question whose sentence decides what is said to this one."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An action of the story, from its plan to what came of it."""

    what: str
    prediction: str
    measure: str
    result: str
    verdict: str = "adopt"


ACTIONS: Mapping[str, Sequence[Planned]] = {
    "More time to plan together": (
        Planned(
            "Plan one unit together during the Wednesday late start",
            "We will write one assessment instead of three",
            "The number of shared assessments at the end",
            "Two shared assessments, and one that we still wrote apart",
            "adapt",
        ),
        Planned(
            "Swap hall duty so that both grades are free on Tuesdays",
            "We will meet every week and not in the hallway",
            "A tick on the calendar for each meeting",
            "Five meetings in six weeks",
        ),
        Planned(
            "Keep one shared folder of lessons",
            "Nobody will start a lesson from nothing",
            "How many lessons were taken from it",
            "Two of us used it, the others looked once and forgot it",
            "abandon",
        ),
    ),
    "A shared way to give feedback on drafts": (
        Planned(
            "Try one feedback routine in two classes",
            "More students will rework their drafts without being told",
            "We count reworked drafts every Friday",
            "About half of the drafts were reworked, more than we predicted",
        ),
        Planned(
            "Collect five examples of good drafts",
            "Students will say what a good draft looks like",
            "Ten students explain it in their own words",
            "Seven of ten students could say it; the examples were too long",
            "adapt",
        ),
        Planned(
            "Comment on the same three essays, each of us alone",
            "We will differ more than we think",
            "We lay the comments side by side",
            "We differed on every essay, and it cost us an evening",
            "abandon",
        ),
    ),
    "Fewer interruptions during first period": (
        Planned(
            "Keep first period free of announcements",
            "First period will gain ten minutes of real work a week",
            "A tally at the classroom door",
            "It worked on four days out of five",
            "adapt",
        ),
        Planned(
            "Send notes for students to a tray, not to the room",
            "The phone will ring half as often",
            "We count the calls for two weeks before and after",
            "The tray was full by noon, and nobody knew who empties it",
            "abandon",
        ),
        Planned(
            "Open each first period with five quiet minutes",
            "Late students will slip in without a stir",
            "A note on how each lesson began",
            "Most lessons began calmly; Mondays did not",
            "adapt",
        ),
    ),
    "A quiet place for students who need a break": (
        Planned(
            "Set up a quiet corner next to the library",
            "Fewer students will be sent to the office",
            "The office log",
            "It was used every day, mostly by students we did not expect",
        ),
        Planned(
            "Write a half-page of rules for it with students",
            "Students will keep rules that they wrote",
            "We ask six students after three weeks",
            "Five of six knew the rules and thought them fair",
        ),
        Planned(
            "Share who looks after it at lunch",
            "It will be open on every school day",
            "The sign on the door",
            "Open on all days but three",
            "adapt",
        ),
    ),
    "Somebody to look at attendance with us every week": (
        Planned(
            "Look at attendance together every second Monday",
            "We will notice absences a week earlier",
            "The attendance list, week by week",
            "We noticed two absences early; the third one slipped through",
            "adapt",
        ),
        Planned(
            "Call home on the second day, not on the fifth",
            "Families will tell us what is in the way",
            "A line in the log for each call",
            "Fourteen calls; a bus that comes too late was behind nine",
        ),
        Planned(
            "Give each student with many absences one adult who greets them",
            "They will come on one more day a week",
            "Days in school before and after",
            "Two of six came more often; the greeting felt forced",
            "abandon",
        ),
    ),
    "Books that students choose themselves": (
        Planned(
            "Let each class choose twenty books from a list",
            "The library log will not be empty any more",
            "The library log",
            "Thirty-one books were borrowed, nine of them twice",
        ),
        Planned(
            "Read for ten minutes at the start of every English lesson",
            "Students will ask for the next book",
            "We count the requests",
            "Sixteen requests; the comics went first",
            "adapt",
        ),
        Planned(
            "Have students introduce a book to another class",
            "Others will pick up what a classmate recommends",
            "How often the introduced books were borrowed",
            "Six of eight were borrowed within a week",
        ),
    ),
    "Seeing each other teach": (
        Planned(
            "Visit each other's lessons twice",
            "We will borrow at least one routine from each other",
            "A short note after each visit",
            "Three visits, and two routines that we kept",
        ),
        Planned(
            "Film ten minutes of our own teaching",
            "We will see how long we talk",
            "A stopwatch",
            "We talked for seven of ten minutes, and changed it",
        ),
        Planned(
            "Teach one lesson together across two grades",
            "The older students will explain more than we do",
            "We note who explains what",
            "It took two tries; the second one was the best lesson of the term",
            "adapt",
        ),
    ),
}
"""What a team could do about each of the needs."""
CHARTER = {
    "norms": "We start and end on time.\nEverybody speaks once before anybody speaks twice.\n"
    "We come back to what we promised.",
    "purpose": "We change one thing properly, together, and look at what it does for our learners.",
    "priority": "Feedback that moves learning forward",
    "coach": "work",
}
LEARNED = (
    "Small steps that everybody takes beat a big plan that two people carry. "
    "Counting from the first week on made us honest."
)


@dataclass(frozen=True, slots=True)
class Told:
    """A decision of the story."""

    week: int
    by: str
    """administrator or facilitator"""
    mode: str
    question: str
    reason: str


DECISIONS = (
    Told(
        5,
        "administrator",
        "tell",
        "The fire drill moves to Thursday, third period.",
        "The fire marshal can only come on Thursday.",
    ),
    Told(
        6,
        "administrator",
        "consent",
        "Should we keep the first ten minutes of every day free of announcements?",
        "Three of our needs name interruptions.",
    ),
    Told(
        8,
        "facilitator",
        "consent",
        "Should we use the Wednesday late start for lesson visits until spring?",
        "Visits need a time that nobody has to ask for.",
    ),
)
HARM = "Students with a medical plan need the reminder at 8:05; without it somebody could miss a dose."
WORRY = "It works for me if the nurse calls the room directly."
POSTED_AFTER = timedelta(hours=4)
"""after the school opens: late enough for a quiet moment in the principal's day"""
