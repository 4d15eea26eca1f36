"""Each of the four doors with each of the two upstreams, by the real SDK of that door; and the README's table of it."""

import re

import pytest

import features
import harness


@pytest.fixture(scope="session")
def verdicts(doors_url, scripted, scripted_vendor):
    return features.Verdicts(doors_url, scripted, scripted_vendor)


@pytest.mark.parametrize("column", features.COLUMNS, ids=lambda column: f"{column[0].name}, {column[1].name}")
@pytest.mark.parametrize("feature", features.FEATURES)
def test_works(feature, column, verdicts, servers):
    assert verdicts(feature, *column) in ("yes", features.AS_IT_COMES)


def test_the_readme_shows_what_was_seen(verdicts):
    readme = (harness.REPOSITORY / "README.md").read_text()
    shown = re.search(r"<!-- doors -->\n+(.*?)\n+<!-- /doors -->", readme, re.DOTALL)
    assert shown, "the README has the table between <!-- doors --> and <!-- /doors -->"
    assert shown[1] == features.table(verdicts).strip(), "Tests/Clients/doors prints it anew"
