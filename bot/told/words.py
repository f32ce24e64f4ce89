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
    "what": (
        "Try one feedback routine in two classes",
        "Visit each other's lessons twice",
        "Keep first period free of announcements",
        "Set up a quiet corner next to the library",
        "Look at attendance together every second Monday",
        "Collect five examples of good drafts",
    ),
    "prediction": (
        "More students will rework their drafts without being told",
        "We will borrow at least one routine from each other",
        "First period will gain ten minutes of real work a week",
        "Fewer students will be sent to the office",
        "We will notice absences a week earlier",
        "Students will say what a good draft looks like",
    ),
    "measure": (
        "We count reworked drafts every Friday",
        "A short note after each visit",
        "A tally at the classroom door",
        "The office log",
        "The attendance list, week by week",
        "Ten students explain it in their own words",
    ),
    "result": (
        "About half of the drafts were reworked, more than we predicted",
        "Three visits, and two routines that we kept",
        "It worked on four days out of five",
        "It was used every day, mostly by students we did not expect",
        "We noticed two absences early; the third one slipped through",
        "Seven of ten students could say it; the examples were too long",
    ),
    "blocker": (
        "No substitute on the days we need one",
        "The room is double-booked until Friday",
        "The list comes too late in the week",
    ),
    "noticed": (
        "Two students rewrote a paragraph without being asked",
        "The visit showed me how long my questions are",
        "First period felt longer, in a good way",
        "The quiet corner was used by students I did not expect",
        "I talked too much again, and noticed it this time",
        "We found out that Mondays are our worst day",
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
    "prediction": "what",
    "measure": "what",
    "so_what": "noticed",
    "now_what": "noticed",
}
"""The question whose sentence decides what is said to this one."""
CHARTER = {
    "norms": "We start and end on time.\nEverybody speaks once before anybody speaks twice.\n"
    "We come back to what we promised.",
    "purpose": "We change one thing properly, together, and look at what it does for our learners.",
    "priority": "Feedback that moves learning forward",
}
LEARNED = (
    "Small steps that everybody takes beat a big plan that two people carry. "
    "Counting from the first week on made us honest."
)
VERDICTS = ("adopt", "adapt", "adopt", "abandon")


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
