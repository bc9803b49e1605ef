"""Problems of a configuration that are easily told wrongly: inner tables, alternatives, secrets not set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.kit import syncd

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Office

CRM = """\
[accounts.crm]
connector = "podio"
client_id = "id"
client_secret = "${SECRET}"
username = "anna"
password = "${SECRET}"
[accounts.crm.apps.relaties]
app_id = 7
role = "organisation"
[accounts.crm.apps.relaties.fields]
"""

WRONG_ROLE = (
    '13: accounts.crm.apps.relaties.relation.roles.Klant: write "customer", "supplier", "prospect" or "subscriber" '
    'or "none"'
)


def _problems(folder: Path, text: str, secrets: str = "SECRET=x\n") -> list[str]:
    """Give the complaints about a configuration, without the file's path."""
    config = folder / "syncd.toml"
    config.write_text(text, encoding="utf-8")
    (folder / ".env").write_text(secrets, encoding="utf-8")
    said = syncd("status", "--config", str(config))
    assert said.code == 2, said
    assert said.out == ""
    assert not (folder / "state").exists()
    return [line.removeprefix(f"syncd: {config}:") for line in said.complaints]


def test_an_unknown_key_of_an_inner_table_is_told_with_the_keys_of_that_table(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, CRM + 'nam = "naam"\n')
    assert problem.startswith("11: accounts.crm.apps.relaties.fields.nam: unknown key; known are: ")
    known = problem.rpartition(": ")[2].split(", ")
    assert "ended_on" in known
    assert "client_id" not in known


def test_a_value_that_fits_no_alternative_is_one_problem_at_its_line(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, CRM + "ended_on = 5.5\n")
    assert problem.startswith("11: accounts.crm.apps.relaties.fields.ended_on: ")
    assert "function-before" not in problem


def test_a_secret_that_is_not_set_is_one_problem_and_hides_no_other(tmp_path: Path) -> None:
    """A Mailchimp key without its data centre would be a problem too: not while it is not there at all."""
    news = '[accounts.news]\nconnector = "mailchimp"\napi_key = "${NEWS}"\nshare = 7\n'
    problems = _problems(tmp_path, news)
    assert [re.sub(r": put it .*", "", each) for each in problems] == [
        "3: accounts.news.api_key: NEWS is not set",
        "4: accounts.news.share: must be less than or equal to 1",
    ]


def test_a_key_that_is_missing_is_told_at_the_table_that_lacks_it(tmp_path: Path) -> None:
    text = '[service]\n[accounts.books]\ntoken = "${SECRET}"\nconnector = "moneybird"\n[accounts.x]\n'
    assert _problems(tmp_path, text) == [
        "2: accounts.books.administration_id: is missing; add it",
        "5: accounts.x.connector: is missing; known are: mailchimp, moneybird, podio",
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('[service]\nmode = "approved"\n', '2: service.mode: write "observe", "approve" or "automatic"'),
        ("[service]\nlanguage = 5\n", '2: service.language: write "en" or "nl"'),
        ("[service]\nstate_dir = 5\n", "2: service.state_dir: write a path in quotes"),
        (
            '[service]\n[alerts.email]\nhost = 3\nsender = "a@b.example"\nto = "x"\n',
            "3: alerts.email.host: write a text in quotes",
        ),
        (
            f'{CRM}name = "naam"\n'.replace("app_id = 7", 'app_id = "7x"'),
            "8: accounts.crm.apps.relaties.app_id: write a whole number without quotes",
        ),
        (
            CRM + '[accounts.crm.apps.relaties.relation]\nfield = "r"\nroles.Klant = "klant"\n',
            WRONG_ROLE,
        ),
        (
            CRM.replace("client_id", 'rate = "many"\nclient_id'),
            '3: accounts.crm.rate: write a count, a slash and a period in s, m or h, such as "150/5m"',
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_what_to_write(
    tmp_path: Path, written: str, told: str
) -> None:
    problems = _problems(tmp_path, written)
    assert told in problems
    assert not any(word in " ".join(problems) for word in ("Input should", "valid", "pattern", "parse"))


def test_where_the_file_stops_being_toml_is_told_as_file_and_line(tmp_path: Path) -> None:
    (quote,) = _problems(tmp_path, '[service]\nmode = "approve\n')
    assert quote.startswith("2: not valid TOML: ")
    assert _problems(tmp_path, "[accounts.books]\n[accounts.books]\n") == [
        "2: the table [accounts.books] is there already: put the two together, or rename one"
    ]
    assert _problems(tmp_path, '[service]\nmode = "observe"\nmode = "approve"\n') == [
        "3: this key is there already in the same table: remove one"
    ]


def test_a_file_that_cannot_be_read_is_told_with_the_reason_in_words(tmp_path: Path) -> None:
    config = tmp_path / "syncd.toml"
    config.mkdir()
    (folder,) = syncd("status", "--config", str(config)).complaints
    assert folder == f"syncd: {config}: cannot be read: it is a folder: name a file"
    config.rmdir()
    config.write_bytes(b"\xff\xfe")
    (bytes_,) = syncd("status", "--config", str(config)).complaints
    assert bytes_ == f"syncd: {config}: cannot be read: it is not UTF-8: save it as UTF-8"
    config.write_text('[service]\nretention = "absent.toml"\n')
    (schedule,) = syncd("check", "--config", str(config)).complaints
    assert schedule == f"syncd: {tmp_path / 'absent.toml'}: cannot be read: no such file"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run-once", "--as-of", "01-02-2027"), "--as-of: write a day as 2027-01-31"),
        (("report", "--since", "tomorrow"), "--since: write a day as 2027-01-31"),
        (("demo", "--size", "five"), "--size: write a whole number"),
        (("demo", "--size", "5"), "--size: must be greater than or equal to 30"),
        (
            ("relationship", "end", "S-1", "--role", "boss"),
            "--role: 'boss' is not one of 'customer', 'supplier', 'prospect', 'subscriber'.",
        ),
    ],
)
def test_a_value_that_an_option_does_not_take_is_told_with_what_to_write(
    arguments: tuple[str, ...], told: str
) -> None:
    said = syncd(*arguments)
    assert (said.code, said.complaints) == (2, [f"syncd: {told}"])


@pytest.mark.parametrize("connector", ["moneybird", "podio", "mailchimp"])
@pytest.mark.parametrize(
    "address", ["http://api.example.com", "ftp://api.example.com", "https://me:secret@api.example.com"]
)
def test_an_address_that_may_not_be_asked_is_a_problem_of_the_configuration(
    office: Office, connector: str, address: str
) -> None:
    account = next(one for one, name in office.simulation.connectors.items() if name == connector)
    config = office.folder / "syncd.toml"
    config.write_text(config.read_text().replace(office.simulation.addresses[account], address))
    said = office("run-once")
    assert said.code == 2
    (problem,) = said.complaints
    assert f"accounts.{account}.base_url: base_url must " in problem
    assert re.search(r"syncd\.toml:\d+: ", problem)
    assert "secret" not in problem


def test_a_filter_that_selects_nothing_because_it_is_misspelt_is_told(office: Office) -> None:
    for arguments, choices in (
        (("queue", "list", "--state", "approvd"), "choose one of scheduled, approved"),
        (("queue", "list", "--account", "boks"), "choose one of news, books, crm"),
        (("contact", "list", "--decision", "erased"), "choose one of keep, schedule, erase"),
    ):
        said = office(*arguments)
        assert said.code == 2, arguments
        assert len(said.complaints) == 1
        assert choices in said.err


@pytest.mark.parametrize("number", ["S-²", "S-", "S-1.5", "", "O-000001"])
def test_what_is_no_number_of_a_subject_is_no_such_subject(office: Office, number: str) -> None:
    said = office("contact", "show", number)
    assert said.code == 2
    assert "no such subject; see `syncd contact list`" in said.err
