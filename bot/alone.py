"""What is drawn for one person from more than their team's room, when it goes out."""

from flows import cohort, entering, own_record, rollup
from flows.loader import Scripts
from flows.messages import Message
from flows.people import Member
from flows.sends import Send
from storage import own_record as held
from storage import records
from storage.store import Store

from . import beside, tickets

CARDS = (entering.CARD, own_record.CARD, cohort.CARD, rollup.CARD)


async def draw(store: Store, send: Send, pages: str, scripts: Scripts) -> Message:
    """Draw the card; `pages` is the address of the pages, empty where nobody can open them."""
    (reader,) = await records.load(store, Member, id=send.to)
    phrases = scripts.phrases(reader.language)
    match send.card:
        case entering.CARD:
            return await tickets.way_in(store, reader.id, pages, phrases)
        case cohort.CARD:
            return cohort.draw(phrases, await beside.teams(store, reader, scripts), pages)
        case rollup.CARD:
            return rollup.draw(phrases, scripts.aims(reader.language), await beside.district(store, reader), pages)
    page = f"{pages.rstrip('/')}{own_record.PATH}" if pages else ""
    return own_record.draw(phrases, await held.of(store, reader.id), page)
