"""How often the check for students' names finds one and how often it errs: `python -m benchmarks.students`.

It makes sentences of schools, with and without a student in them, from patterns and lists that the check has not seen;
the same seed makes the same sentences. What people really write is not here, and figures on it may well be lower.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from flows.loader import load_scripts
from flows.students import named
from flows.vocabulary import vocabulary

SEED = 20261122
OF_EACH = 200
"""sentences of each kind and language"""

NAMES = """Jayden Aaliyah Mateo Ximena Liam Olivia Noah Emma Ethan Sophia Khalil Imani Nevaeh Brayden Makayla Jaxon Zion
Amir Fatima Yusuf Aisha Arjun Priya Diya Kenji Minh Linh Emiliano Camila Valentina Santiago Diego Alejandro Daniela
Valeria Yaretzi Itzel Citlali Yadiel Tyrese Kiara Addison Peyton Skylar Isaiah Jeremiah Josiah Caleb Ian Kevin Brian
Dylan Tyler Ashley Brittany Isabella Mia Ava Jacob Elijah Layla Zoe Aiden Xavier Andre Darius Mohamed Ana Juan Carlos
Sofia Luciana Fernanda Leonardo Owen Wyatt Levi Asher Ezra Naomi Nia Zara Penelope Aarav Ananya Kayden Kaylee"""
RARE = """Zyquarius Quanisha Jaquavion Thiri Htoo Ngoc Tuyet Xiong Kou Nyah-Rose Ozioma Chukwuemeka Oluwaseun Abdirahman
Hodan Ayaan Zaylee Brexlyn Kashton Maverik Oaklynn Raelynn Jhett Tenzin Pema Sione Mele Leilani Kalani Anahi Yuritzi
Xochitl Nahomi Jhoan Yeimi Eliel Dareli Wilfrido Tlaloc Akbar"""
WORDS_TOO = "Hope Faith Grace Mason Hunter Carter Chase Angel Autumn Summer Destiny Trinity Luna Hazel Violet"
ADULTS = "Rivera Johnson Okafor Nguyen Smith Delgado Washington Patel Carter Grant Rose Hill May Young Price"
STAFF = "Karen Denise Marcus Latoya Brenda Greg Yolanda Patricia Susana Alberto"
SUBJECTS = "math reading science writing ELA Spanish STEM art music history"
MATERIAS = "matemáticas lectura ciencias escritura arte música historia"
PLACES = "Lincoln Jefferson Riverside Roosevelt Madison Jackson Cesar Carver Franklin Stone"

NAMING: Mapping[str, Mapping[str, Sequence[str]]] = {
    "a common first name": {
        "en": (
            "{name} cannot read at grade level yet",
            "We should pair {name} with a reading partner",
            "Yesterday {name} finished the whole unit!",
            "I want more time for kids like {name} and for planning",
            "Check in with {name}'s table on Tuesdays",
            "Ten of twelve passed, but {name} did not",
            "{name}: needs a quiet place after lunch",
        ),
        "es": (
            "{name} todavía no lee al nivel del grado",
            "Hay que sentar a {name} con alguien que lea bien",
            "Ayer {name} terminó toda la unidad",
            "Quiero más tiempo para {name} y para planificar",
            "Pasaron diez de doce, pero {name} no",
        ),
    },
    "a first name in small letters": {
        "en": (
            "{lower}'s mom called about the bus again",
            "one kid, {lower}, was suspended twice",
            "{lower} has an iep and no aide",
            "my student {lower} needs glasses",
        ),
        "es": (
            "la mamá de {lower} llamó otra vez por el autobús",
            "mi alumno {lower} necesita lentes",
            "{lower} fue suspendido dos veces",
        ),
    },
    "a first name that is a word": {
        "en": (
            "The mother of {word} asked for a meeting",
            "My student {word} has not eaten lunch all week",
            "Last week {word} was suspended for two days",
            "We moved the desk of {word} because of the IEP",
        ),
        "es": (
            "La mamá de {word} pidió una reunión",
            "Mi alumna {word} no comió en toda la semana",
            "La semana pasada {word} fue expulsada dos días",
        ),
    },
    "a rare name beside what says so": {
        "en": (
            "My student {rare} sleeps in class",
            "There is a boy named {rare} who never speaks",
            "We called {rare}'s mother three times",
            "Look at {rare}'s IEP before the meeting",
            "I asked {rare}, a student of mine, to lead",
        ),
        "es": (
            "Mi alumna {rare} se duerme en clase",
            "Hay un niño llamado {rare} que nunca habla",
            "Ese chico {rare} nunca habla",
        ),
    },
    "a rare name alone": {
        "en": ("{rare} sleeps in class", "We should pair {rare} with a partner", "It went well, but {rare} left early"),
        "es": ("{rare} se duerme en clase", "Hay que sentar a {rare} adelante", "Salió bien, pero {rare} se fue"),
    },
    "initials": {
        "en": (
            "{initials} in {grade} grade needs a reader",
            "The kid ({initials}) was absent nine days",
            "{initials}, {grade} grade, got a referral",
            "{name} {letter}. should not sit at the door",
            "We wrote a behavior plan for {initials}",
        ),
        "es": (
            "{initials} en {grado} grado necesita un lector",
            "La alumna ({initials}) faltó nueve días",
            "{name} {letter}. no debe sentarse junto a la puerta",
        ),
    },
    "a number or a day of birth": {
        "en": (
            "Student ID {number} has no lunch account",
            "Lunch number {number} is locked",
            "ID: {number} was out three days",
            "DOB {month}/{day}/201{digit}, please check",
            "He was born on {month}/{day}/201{digit}",
        ),
        "es": (
            "El estudiante número {number} no tiene almuerzo",
            "Fecha de nacimiento: {day}/{month}/201{digit}",
            "Nació el {day} de marzo de 201{digit}",
        ),
    },
    "one student without a name": {
        "en": (
            "That boy in the back was suspended on Monday",
            "My quiet new student has autism and no aide",
            "Her IEP says twenty minutes a day",
            "This girl was expelled from her last school",
        ),
        "es": (
            "Ese niño fue suspendido el lunes",
            "Mi alumna nueva tiene autismo y nadie la ayuda",
            "Esa muchacha fue expulsada de su escuela",
        ),
    },
}
NAMING_NOBODY: Mapping[str, Mapping[str, Sequence[str]]] = {
    "the work": {
        "en": (
            "We need common planning time for {subject} every week",
            "Third graders read {count} minutes more since {weekday}",
            "Fewer announcements during {subject}, please",
            "Let us look at student work from {grade} grade {subject}",
            "I predict {count} more students will finish the {subject} unit by {monthname}",
            "Ten of {count} drafts were reworked; attendance went up",
            "We count office referrals before and after",
            "What does a student who is absent a lot need from us?",
            "Parents asked for the calendar in Spanish",
            "Coverage for two teachers, {count} minutes, Wednesdays",
        ),
        "es": (
            "Necesitamos tiempo común para {materia} cada semana",
            "Los de tercer grado leen {count} minutos más",
            "Menos anuncios durante {materia}, por favor",
            "Contamos las salidas a la oficina antes y después",
            "Las familias pidieron el calendario en inglés",
            "Cobertura para dos maestras, {count} minutos, los miércoles",
        ),
    },
    "adults, by title": {
        "en": (
            "Ms. {adult} covers the first lunch",
            "Ask Mr. {adult} for the keys to room {count}",
            "Dr. {adult} visits on {weekday}; Coach {adult} opens the gym",
            "Principal {adult} gives us an hour in {monthname}",
        ),
        "es": (
            "La Sra. {adult} cubre el primer almuerzo",
            "Pídanle las llaves al Sr. {adult}",
            "La directora {adult} nos da una hora",
        ),
    },
    "adults, by first name alone": {
        "en": (
            "{staff} in the office has the keys",
            "Ask {staff} about the bus list",
            "Could {staff} cover on Tuesday?",
        ),
        "es": (
            "{staff}, de la oficina, tiene las llaves",
            "Pregunten a {staff} por la lista",
            "¿Puede {staff} cubrir?",
        ),
    },
    "schools, books and days": {
        "en": (
            "{place} Elementary does this already",
            "We visit {place} Middle School in {monthname}",
            "Martin Luther King Day is closed",
            "Order {count} copies of Harry Potter and of Anne Frank",
            "The Lucy Calkins units take too long",
            "{place} County pays for Wilson Reading",
        ),
        "es": (
            "La escuela {place} ya lo hace",
            "Visitamos {place} Elementary en mayo",
            "El día de Martin Luther King está cerrado",
        ),
    },
    "special education and discipline in general": {
        "en": (
            "IEP meetings should not fall into planning time",
            "Suspensions went down by {count} percent",
            "Students with a 504 need the notes a day before",
            "Who trains us for students with autism?",
            "Every teacher gets his or her IEP list in {monthname}",
            "Detention does not help anybody read",
        ),
        "es": (
            "Las reuniones de PEI no deben caer en la planificación",
            "Las suspensiones bajaron un {count} por ciento",
            "¿Quién nos prepara para estudiantes con autismo?",
        ),
    },
    "words that are names, too": {
        "en": (
            "By May the scores will tell",
            "Our hope is that the art room opens in June",
            "Grace periods for late work, says {place} High",
            "Will we have summer school? April is too late",
            "We mark the papers in Virginia's way",
        ),
        "es": (
            "La luz del salón se apaga sola",
            "Con paz y paciencia, la esperanza crece",
            "En abril y mayo hay exámenes",
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Result:
    """How many sentences of a kind, and in how many a student was found."""

    kind: str
    language: str
    sentences: int
    found: int


def filled(pattern: str, random: Random) -> str:
    """The pattern with words in its gaps."""

    def one(words: str) -> str:
        return random.choice(words.split())

    name = one(NAMES)
    letters = "DEFGHJKLMNPRSTVW"
    return pattern.format(
        name=name,
        lower=one(NAMES).casefold(),
        rare=one(RARE),
        word=one(WORDS_TOO),
        initials=f"{random.choice(letters)}.{random.choice(letters)}.",
        letter=random.choice(letters),
        grade=random.choice(("2nd", "3rd", "4th", "5th", "7th", "10th")),
        grado=random.choice(("segundo", "tercer", "cuarto", "quinto")),
        number=random.randint(10_000, 9_999_999),
        month=random.randint(1, 12),
        day=random.randint(1, 28),
        digit=random.randint(0, 9),
        count=random.randint(3, 60),
        subject=one(SUBJECTS),
        materia=one(MATERIAS),
        weekday=random.choice(("Monday", "Tuesday", "Friday")),
        monthname=random.choice(("March", "April", "May", "June", "October")),
        adult=one(ADULTS),
        staff=one(STAFF),
        place=one(PLACES),
    )


def measured(kinds: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Result]:
    """Each kind in each language, in sentences of its patterns."""
    words, random = vocabulary(load_scripts().by_language.values()), Random(SEED)
    for kind, patterns in kinds.items():
        for language, listed in patterns.items():
            said = [filled(random.choice(listed), random) for _ in range(OF_EACH)]
            yield Result(kind, language, len(said), sum(bool(named(each, words)) for each in said))


def main() -> None:
    """Print the figures as the table of the page."""
    for title, kinds in (("a student is named by", NAMING), ("nobody is named, but", NAMING_NOBODY)):
        results = list(measured(kinds))
        print(f"| {title} | English | Spanish |\n|---|---|---|")
        share = {(each.kind, each.language): each.found / each.sentences for each in results}
        for kind in kinds:
            print(f"| {kind} | {share[kind, 'en']:.0%} | {share[kind, 'es']:.0%} |")
        total, found = Counter[str](), Counter[str]()
        for each in results:
            total[each.language] += each.sentences
            found[each.language] += each.found
        print(f"| **all** | **{found['en'] / total['en']:.0%}** | **{found['es'] / total['es']:.0%}** |\n")


if __name__ == "__main__":
    main()
