"""What Slack would refuse of a message or a view: by the schema of its types and by its documented limits."""

import json
from pathlib import Path

from jsonschema_rs import Draft7Validator

from tests.adapters.golden.files import pieces, units

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "block-kit.json").read_text(encoding="utf-8"))
BLOCKS = {
    "header": "HeaderBlock",
    "context": "ContextBlock",
    "actions": "ActionsBlock",
    "rich_text": "RichTextBlock",
    "input": "InputBlock",
    "image": "ImageBlock",
    "data_visualization": "DataVisualizationBlock",
}
VALIDATORS = {
    kind: Draft7Validator({**SCHEMA, "allOf": [{"$ref": f"#/definitions/{name}"}]}) for kind, name in BLOCKS.items()
}


def problems(drawn):
    """What Slack would refuse: by the schema of its types, and by the limits of its documentation."""
    drawn = json.loads(json.dumps(drawn))
    yield from too_much(drawn)
    for block in drawn["blocks"]:
        yield from (error.message for error in VALIDATORS[block["type"]].iter_errors(block))
        yield from refused(block)
    if [block["type"] for block in drawn["blocks"]].count("data_visualization") > (2 if "text" in drawn else 0):
        yield "a chart too many: two in a message, none in a view"
    ids = [piece["action_id"] for piece in pieces(drawn["blocks"]) if piece.get("type") == "button"]
    places = [block["block_id"] for block in drawn["blocks"] if "block_id" in block]
    yield from (f"{name} twice" for name in {*ids, *places} if ids.count(name) + places.count(name) > 1)


def too_much(drawn):
    """What is too large as a whole: docs.slack.dev/reference/views and chat.postMessage, November 2026."""
    most = 100 if drawn.get("type") in ("modal", "home") else 50
    if len(drawn["blocks"]) > most:
        yield f"{len(drawn['blocks'])} blocks > {most}"
    for name in ("title", "submit", "close"):
        if not 0 < units(drawn.get(name, {"text": "-"})["text"]) <= 24:
            yield f"{name}: {drawn[name]['text']}"
    for name, most in (("private_metadata", 3_000), ("callback_id", 255)):
        if units(drawn.get(name, "")) > most:
            yield f"{name} > {most}"
    if isinstance(drawn.get("text"), str) and units(drawn["text"]) > 40_000:
        yield "text > 40000"


def refused(block):
    limits = {
        "header": lambda b: [(b["text"]["text"], 150)],
        "button": lambda b: [(b["text"]["text"], 75), (b["value"], 2_000), (b["action_id"], 255)],
        "context": lambda b: [(each["text"], 2_000) for each in b["elements"]],
        "input": lambda b: [
            (b["label"]["text"], 2_000),
            (b.get("hint", {"text": "-"})["text"], 2_000),
            (b["block_id"], 255),
        ],
        "image": lambda b: [(b["alt_text"], 2_000), (b["title"]["text"], 2_000)],
        "plain_text_input": lambda b: [(b.get("initial_value", "-"), min(3_000, b["max_length"]))],
    }
    for piece in pieces(block):
        for characters, most in limits.get(piece.get("type"), lambda b: [])(piece):
            if not 0 < units(characters) <= most:
                yield f"{piece['type']}: {units(characters)} > {most}"
        yield from chosen_wrong(piece)
    if block["type"] == "data_visualization":
        yield from shown_wrong(block["chart"])
    if block["type"] == "rich_text" and not all(each["elements"] for each in block["elements"]):
        yield "empty rich text"
    if block["type"] == "actions" and len(block["elements"]) > 25:
        yield "too many buttons"


def shown_wrong(chart):
    """A series has one point for each category, in their order; its labels are counted as browsers count."""
    categories, names = chart["axis_config"]["categories"], [series["name"] for series in chart["series"]]
    if any([point["label"] for point in series["data"]] != categories for series in chart["series"]):
        yield "a series with other points than there are categories"
    yield from (f"label: {units(label)} > 20" for label in (*categories, *names) if units(label) > 20)
    if len(set(names)) < len(names):
        yield "a series twice"


def chosen_wrong(piece):
    options = [option for group in piece.get("option_groups", [piece]) for option in group.get("options", ())]
    most = 10 if piece.get("type") in ("radio_buttons", "checkboxes") else 100
    if "options" in piece and not 0 < len(piece["options"]) <= most:
        yield f"{len(options)} options"
    for option in options:
        if not (0 < units(option["text"]["text"]) <= 75 and 0 < len(option["value"]) <= 150):
            yield f"option {option['value']}"
    if len({option["value"] for option in options}) < len(options):
        yield "an option twice"
    initial = [
        *piece.get("initial_options", ()),
        *([piece["initial_option"]] if "initial_option" in piece else []),
    ]
    yield from (f"{option} is no option" for option in initial if option not in options)
