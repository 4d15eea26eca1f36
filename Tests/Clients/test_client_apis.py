"""Each of the four client APIs with each of the two upstreams, by the real SDK of that API; and the README's table of it."""

import re

import pytest

import features
import harness


@pytest.fixture(scope="session")
def verdicts(client_apis_url, scripted, scripted_vendor):
    return features.Verdicts(client_apis_url, scripted, scripted_vendor)


@pytest.mark.parametrize("column", features.COLUMNS, ids=lambda column: f"{column[0].name}, {column[1].name}")
@pytest.mark.parametrize("feature", features.FEATURES)
def test_works(feature, column, verdicts, servers):
    assert verdicts(feature, *column) in ("yes", features.AS_IT_COMES)


def test_the_readme_shows_what_was_seen(verdicts):
    readme = (harness.REPOSITORY / "README.md").read_text()
    shown = re.search(r"<!-- client APIs -->\n+(.*?)\n+<!-- /client APIs -->", readme, re.DOTALL)
    assert shown, "the README has the table between <!-- client APIs --> and <!-- /client APIs -->"
    assert shown[1] == features.table(verdicts).strip(), "Tests/Clients/client_apis prints it anew"
