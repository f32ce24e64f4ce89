"""What is broken on purpose: each way still has its place in the code, and stands in the page with who notices it."""

import re

import pytest

from tests.faults.broken import BREAKAGES, ROOT, Breakage, applied


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda each: each.name)
def test_each_way_to_break_the_code_still_has_its_place(breakage: Breakage) -> None:
    compile(applied(breakage), breakage.file, "exec")


def test_the_page_tells_of_each_way_which_tests_notice_it() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8").partition("## Broken on purpose")[2]
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", page, re.MULTILINE)
    told = {name: set(re.findall(r"`(\S+?)`", noticed)) for name, noticed in rows}
    wanted = {each.name: {test.partition("[")[0].removeprefix("tests/") for test in each.tests} for each in BREAKAGES}
    assert {name: told.get(name) for name in wanted} == wanted
