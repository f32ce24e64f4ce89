"""Write the list of first names by which the check for students' names knows one: `python -m benchmarks.first_names`.

The names come from Faker (MIT), which has to be installed for this alone; its English ones are those of the births in
the United States. What is a word, too, in the dictionaries of Debian's `wamerican` and `wspanish` is listed apart:
"Hope" and "Mason" name somebody only where something else says so. The Spanish dictionary has most Spanish names.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import distribution, version
from pathlib import Path

LIST = Path(__file__).parent.parent / "flows" / "first_names.txt"
ENGLISH = ("en", "en_IN", "en_US")
SPANISH = ("es", "es_AR", "es_CL", "es_CO", "es_ES", "es_MX")
DICTIONARIES = Path("/usr/share/dict")
SPANISH_WORDS = """
abril alba alma ama amada amado amor angel angeles asuncion aurora azul blanca buenaventura camino candela candelaria
caridad cielo clara clemencia concepcion consuelo cordero coral cruz custodia del domingo dulce encarnacion era
esmeralda esperanza estrella felicidad flor florencia gala gloria gracia haydee inmaculada isla jacinto leon lucero
luna luz mar mercedes milagros modesto nada nieves nieve paloma paca paz perla piedad pilar placido primitivo prudencia
rafa refugio reina remedios reyes rio rocio rosa rosario salud salvador santa santiago santo segundo serena socorro sol
soledad toro trinidad valencia victoria vida viola violeta virginia visitacion
"""
"""names in a Spanish list that everybody uses as words"""
FEWEST_LETTERS = 3
WIDTH = 118


def folded(word: str) -> str:
    """The word in small letters without accents, as the check compares words."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def names(locales: Iterable[str]) -> set[str]:
    """Every first name of these locales, folded; one of two words is two names."""
    found: set[str] = set()
    for locale in locales:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for kind in ("first_names", "first_names_male", "first_names_female"):
            listed = getattr(provider(None), kind, ())
            found.update(part for name in listed for part in folded(name).replace("-", " ").split())
    return {name for name in found if name.isalpha() and name.isascii() and len(name) >= FEWEST_LETTERS}


def words(dictionary: str) -> set[str]:
    """Every word of a dictionary that is written small."""
    lines = (DICTIONARIES / dictionary).read_text(encoding="utf-8").splitlines()
    return {folded(line) for line in lines if line and line[0].islower()}


def wrapped(listed: set[str]) -> Iterator[str]:
    """The names in order, on lines of one width."""
    line = ""
    for name in sorted(listed):
        if len(line) + len(name) >= WIDTH:
            yield line
            line = ""
        line = f"{line} {name}".strip()
    yield line


def main() -> None:
    """Write the list, with the licence under which its names come."""
    licence = next(path for path in distribution("faker").files or () if path.name.startswith("LICENSE"))
    notice = ["First names, folded, from Faker " + version("faker") + ", whose licence is:", ""]
    notice += licence.read_text().strip().splitlines()
    english, spanish = names(ENGLISH), names(SPANISH)
    ordinary = words("american-english") | (words("spanish") - spanish) | set(SPANISH_WORDS.split())
    ordinary -= {"maria"}  # the seas of the moon are no matter of a school's
    known = english | spanish
    parts = [f"# {line}".rstrip() for line in notice]
    parts += ["", *wrapped(known - ordinary), "", "# names that are words, too", "", *wrapped(known & ordinary)]
    LIST.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
