"""What holds for every page: links lead somewhere, lists of contents are complete."""

import re

import pytest
from pages import PAGES, ROOT, anchor, headings, links

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("name", NAMES)
def test_links_and_pictures_lead_to_files_and_headings(name):
    page = ROOT / name
    for target in links(page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, part = target.partition("#")
        there = page.parent / file if file else page
        assert there.exists(), target
        if part:
            text = there.read_text(encoding="utf-8")
            assert part in map(anchor, headings(text)), target


@pytest.mark.parametrize("name", NAMES)
def test_a_list_of_contents_names_all_chapters_in_order(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    listed = re.findall(r"^- \[(.*)\]\(#(.*)\)$", text, flags=re.MULTILINE)
    if listed:
        chapters = re.findall(r"^## (.*)$", text, flags=re.MULTILINE)
        assert listed == [(chapter, anchor(chapter)) for chapter in chapters]
