"""The README's table of clients has these versions and settings; what was seen is for `works_with` to say anew."""

import re

import pytest

import harness
import works_with


@pytest.mark.parametrize("client", works_with.PINNED + works_with.FRAMEWORKS, ids=lambda client: client.name)
def test_the_readme_shows_its_version_and_settings(client):
    readme = (harness.REPOSITORY / "README.md").read_text()
    shown = re.search(r"<!-- works with -->\n+(.*?)\n+<!-- /works with -->", readme, re.DOTALL)
    assert shown, "the README has the table between <!-- works with --> and <!-- /works with -->"
    [row] = [row for row in shown[1].splitlines() if row.startswith(f"| {client.name} |")]
    _, _, _, path, seen, *_ = (cell.strip() for cell in row.split("|"))
    if isinstance(client, works_with.Framework):
        assert seen.startswith(client.task)
        expected = works_with.row(client, path.replace("`", ""), seen)
    else:
        expected = works_with.row(client, client.path, client.seen)
    assert row == expected, "Tests/Clients/works_with prints it anew"
