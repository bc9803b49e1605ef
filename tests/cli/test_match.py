"""`syncd contact match`: exports in every spelling, both lists, and errors that name the line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.cli.kit import Said, syncd

if TYPE_CHECKING:
    from pathlib import Path

ROWS = """id,kind,name,given_name,family_name,email,phone,postcode,house_number
b1,organisation,Bakkerij De Hoek B.V.,,,info@dehoek.nl,020-1234567,1234 AB,1
b2,person,,Anna,Smit,anna@smit.nl,,1234 AB,7
b3,person,,Anna,Smit,anna@smit.nl,06-12345678,,
b4,person,,Anna,Smit,,,1234 ab,7
b5,person,,Bram,Jansen,bram@jansen.nl,,,
"""


def match(*arguments: str) -> Said:
    return syncd("contact", "match", *arguments)


def write(folder: Path, content: str | bytes, name: str = "books.csv") -> str:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def pairs(said: Said, what: str) -> list[tuple[str, str]]:
    assert said.code == 0, said.err
    return [(one["a"], one["b"]) for one in said.values[what]]


def test_links_and_proposals_with_their_evidence(tmp_path: Path) -> None:
    said = match(write(tmp_path, ROWS), "--format", "json")
    assert said.values["links"] == [{"a": "b2", "b": "b3", "evidence": ["email", "name"]}]
    # The answer to one proposal settles what is linked with it as well.
    first, second = said.values["proposals"]
    assert (first["a"], first["b"], first["evidence"]) == ("b2", "b4", ["name", "postcode+number"])
    assert (second["a"], second["b"], second["evidence"]) == ("b3", "b4", ["through_others"])
    assert 0.5 < first["score"] == second["score"] < 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_spelling_of_a_csv(tmp_path: Path, delimiter: str, encoding: str, ending: str) -> None:
    text = "id,name,email\n1,René Müller,rene@x.nl\n2,Rene Muller,RENE@x.nl\n3,Zoë Bos,zoe@x.nl\n"
    content = text.replace(",", delimiter).replace("\n", ending).encode(encoding)
    assert pairs(match(write(tmp_path, content), "--format", "json"), "links") == [("1", "2")]


def test_a_spreadsheets_line_about_its_delimiter_is_no_head(tmp_path: Path) -> None:
    file = write(tmp_path, "sep=;\r\nname;email\r\nDe Hoek;a@x.nl\r\nDe Hoek;A@x.nl\r\n")
    assert pairs(match(file, "--format", "json"), "links") == [("3", "4")]


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.csv")
    assert match(missing).complaints == [f"syncd: {missing}: cannot be read: no such file or directory"]
    assert match(str(tmp_path)).complaints == [f"syncd: {tmp_path}: cannot be read: is a directory"]


def test_several_files_and_ids_that_clash(tmp_path: Path) -> None:
    books, crm = write(tmp_path, ROWS), write(tmp_path, ROWS.replace("b1", "c1"), "crm.csv")
    found = pairs(match(books, crm, "--format", "json"), "links")
    assert ("books:b1", "crm:c1") in found
    assert ("books:b5", "crm:b5") in found
    other = write(tmp_path, ROWS.replace("\nb", "\nc"), "crm.csv")
    assert ("b1", "c1") in pairs(match(books, other, "--format", "json"), "links")


def test_files_of_one_name_are_told_apart_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    one, other = write(tmp_path, ROWS), write(tmp_path / "old", ROWS)
    assert (f"{one}:b5", f"{other}:b5") in pairs(match(one, other, "--format", "json"), "links")


def test_columns_of_other_names(tmp_path: Path) -> None:
    text = "Nr;Voor-naam;ACHTERNAAM;Mail;Mail 2;Notitie\n1;Anna;Smit;a@x.nl;b@x.nl;x\n2;Anna;Smit;;B@x.nl;y\n"
    file = write(tmp_path, text)
    asked = ["Nr=id", "voor naam=given_name", "achternaam=family_name", "Mail=email", "Mail 2=email"]
    mapped = [word for one in asked for word in ("--map", one)]
    assert pairs(match(file, *mapped, "--format", "json"), "links") == [("1", "2")]
    assert "columns not used: Notitie" in match(file, *mapped).out


def test_without_id_a_row_is_known_by_its_line(tmp_path: Path) -> None:
    file = write(tmp_path, 'name,email\n"Jan\nde Vries",j@x.nl\n\nJan de Vries,j@x.nl\n')
    assert pairs(match(file, "--format", "json"), "links") == [("2", "5")]


@pytest.mark.parametrize(
    ("row", "organisations"),
    [
        ("Smit Holding B.V.,,,", 1),
        ("Jan Smit h.o.d.n. De Hoek,,,", 1),
        ("De Hoek,,,12345678", 1),
        ("De Hoek,Anna,Smit,", 1),
        ("Anna Smit,Anna,Smit,", 0),
        (",Anna,Smit,", 0),
        ("Anna Smit,,,", 0),
        (",Anna,Smit,12345678", 0),
        (",,Smit,12345678", 0),
        ("A. Smit,Anna,Smit,12345678", 0),
        ("Smit Advies,Anna,Smit,12345678", 1),
        ("De Hoek,Anna,,12345678", 1),
        (",,,12345678", 1),
        ("S.H. Visser,,,12345678", 0),
        ("S.H. Visser BV,,,", 1),
        (",,Kok Bouw B.V.,", 1),
        (",Maria,van Ek,", 0),
    ],
)
def test_the_kind_is_read_from_what_a_row_fills_in(tmp_path: Path, row: str, organisations: int) -> None:
    file = write(tmp_path, f"name,given_name,family_name,kvk\n{row}\n")
    assert f"{1 - organisations} of persons, {organisations} of organisations" in match(file).out


def test_a_name_alone_is_what_most_rows_of_its_file_are(tmp_path: Path) -> None:
    file = write(tmp_path, "name\nDe Hoek\nSmit B.V.\nBakker V.O.F.\n")
    assert "0 of persons, 3 of organisations" in match(file).out


@pytest.mark.parametrize(
    ("rows", "organisations"),
    [
        ("De Brug,,,\n,Anna,Smit,\n,,Bakker,\n", 1),
        ("De Brug,,,\nAylmer Kok,,,\n,Anna,Smit,\n", 2),
        ("Jan Kok,,,\n,Anna,Smit,\n", 0),
        # Where one person has a whole name, others may.
        ("De Brug,,,\nJan Kok,,,\n,Anna,Smit,\n", 0),
        ("De Brug,,,\nAnna Smit,Anna,Smit,\n", 0),
        ("De Brug,,,\n,,,\n", 0),
        # A trade, or a site of that name, is a firm's among any people, and what names nobody is what most are.
        ("Garage Kok,,,\nJan Kok,,,\n", 1),
        ("De Brug,,,info@debrug.example\nJan Kok,,,\n", 1),
        (",,,post@x.example\n,Anna,Smit,\n", 0),
        (",,,post@x.example\nDe Brug B.V.,,,\n", 2),
        ("Jan Kok,,,\nDe Brug B.V.,,,\n", 1),
        ("Garage Kok,Anna,Kok,\n", 1),
    ],
)
def test_a_whole_name_among_names_in_parts_is_a_firm(tmp_path: Path, rows: str, organisations: int) -> None:
    file = write(tmp_path, f"name,given_name,family_name,email\n{rows}")
    assert f"persons, {organisations} of organisations" in match(file).out


def test_a_given_name_beside_a_registration_may_be_a_firms(tmp_path: Path) -> None:
    file = write(tmp_path, "name,kvk\nJan Kok,12345678\n")
    assert "0 of persons, 1 of organisations" in match(file).out


def test_initials_and_a_surname_are_a_person_among_firms_too(tmp_path: Path) -> None:
    firms = "De Hoek B.V.,\nDe Brug B.V.,\n"
    file = write(tmp_path, f"name,phone\n{firms}S.H. Visser,030-2345671\nS.H. Visser BV,030-2345671\n")
    assert pairs(match(file, "--format", "json"), "links") == []
    assert pairs(match(file, "--format", "json"), "proposals") == [("4", "5")]
    file = write(tmp_path, f"name,phone\n{firms}Visser Bouw,030-2345671\nVisser Bouw BV,030-2345671\n")
    assert pairs(match(file, "--format", "json"), "links") == [("4", "5")]


def test_a_director_in_the_list_of_whom_a_company_has_is_not_the_company(tmp_path: Path) -> None:
    head = "kind,name,given_name,family_name,kvk,phone\n"
    director, firm = "H.,Maas,61806256,030-2345671", ",Tendens Bouw B.V.,,,61806256,030-2345671"
    file = write(tmp_path, f"{head},,{director}\n{firm}\n")
    assert pairs(match(file, "--format", "json"), "links") == []
    assert pairs(match(file, "--format", "json"), "proposals") == [("2", "3")]
    file = write(tmp_path, f"{head}organisation,,{director}\n{firm}\n")
    assert pairs(match(file, "--format", "json"), "links") == [("2", "3")]


def test_a_company_that_stands_where_the_surname_does_is_known_by_its_name(tmp_path: Path) -> None:
    rows = "name,family_name,phone\n,Kok Bouw B.V.,030-2345671\nKok Bouw B.V.,,030-2345671\n"
    assert pairs(match(write(tmp_path, rows), "--format", "json"), "links") == [("2", "3")]
    file = write(tmp_path, rows.replace("Kok Bouw B.V.,,", "Kok Beton B.V.,,"))
    assert pairs(match(file, "--format", "json"), "links") == []


def test_the_text_shows_nobody_unless_asked(tmp_path: Path) -> None:
    file = write(tmp_path, ROWS)
    plain, named = match(file), match(file, "--names")
    assert "5 rows are 4 subjects: 1 pair would link" in plain.out
    assert "b2 and b3: email, name" in plain.out
    assert "Anna" not in plain.out
    assert "Anna / Smit / anna@smit.nl" in named.out
    assert all(len(line) <= 80 for line in named.out.splitlines())


def test_csv_lists_both(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(match(write(tmp_path, ROWS), "--format", "csv").out)))
    assert [(one["result"], one["a"], one["b"]) for one in rows] == [
        ("link", "b2", "b3"),
        ("proposal", "b2", "b4"),
        ("proposal", "b3", "b4"),
    ]
    assert [one["score"] == "" for one in rows] == [True, False, False]


def test_cells_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    file = write(tmp_path, "name,kvk,email\nDe Hoek,123,a@x.nl\nDe Brug,12345678,a@@x\nDe Kade,456,\n")
    said = match(file)
    assert "kvk: 2 cells cannot be what the column says, the first on line 2" in said.out
    assert "email: 1 cell cannot be what the column says, the first on line 3" in said.out


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is empty"),
        ("\n;;\n", "is empty"),
        ("id,name\n", "has no lines below its head"),
        ("id,kind\n1,person\n", "line 1: no column identifies anybody"),
        ("id,name\n1,a\n\n1,b\n", "line 4: has the id of line 2"),
        ("id,name\n1,a\n,b\n", "line 3: the id is empty"),
        ("id,name\n1,a,b\n", "line 2: has more cells than the head"),
        ("id,id,name\n1,2,a\n", "line 1: two columns are the id"),
        ("id,kind,name\n1,dog,a\n", "line 2: the kind is unknown; write person or organisation"),
        ('id,name\n1,"a"b\n', "line 2: is no CSV; check the quotes"),
        ('id,name\n1,a\n2,"b\n3,c\n', "line 3: is no CSV; check the quotes"),
        ('id,name\n1,"' + "x\n" * 90_000, "line 2: is no CSV; check the quotes"),
        (b"PK\x03\x04rest", "is a workbook; save it as CSV first"),
    ],
)
def test_a_file_that_cannot_be_taken(tmp_path: Path, content: str | bytes, problem: str) -> None:
    file = write(tmp_path, content)
    said = match(file, "--format", "json")
    assert (said.code, said.out) == (2, "")
    assert said.complaints[0].startswith(f"syncd: {file}: {problem}")


def test_all_problems_of_all_files_at_once_but_not_without_end(tmp_path: Path) -> None:
    first = write(tmp_path, "id,name\n1,a\n1,b\n")
    second = write(tmp_path, "id,name\n" + "1,a,b\n" * 30, "crm.csv")
    said = match(first, second, str(tmp_path / "none.csv"))
    assert said.complaints[0] == f"syncd: {first}: line 3: has the id of line 2"
    assert said.complaints[1] == f"syncd: {second}: line 2: has more cells than the head"
    assert said.complaints[-1] == "syncd: and 12 more problems"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--map", "x"], "--map x: write COLUMN=FIELD, with one of id, kind, name"),
        (["--map", "x=shoe_size"], "--map x=shoe_size: write COLUMN=FIELD"),
        (["--map", "x=email"], "--map x=…: no file has this column"),
        (["--format", "xml"], "--format xml: choose text or json or csv"),
    ],
)
def test_a_command_line_that_cannot_be_meant(tmp_path: Path, arguments: list[str], problem: str) -> None:
    said = match(write(tmp_path, ROWS), *arguments)
    assert said.code == 2
    assert problem.partition(":")[0] in said.err
    assert said.out == ""


def test_one_file_twice(tmp_path: Path) -> None:
    file = write(tmp_path, ROWS)
    assert match(file, file).complaints == [f"syncd: {file}: is named twice"]


def test_relatives_are_listed_below_what_a_run_asks_about(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "given_name,family_name,street,house_number,postcode,city\n"
        "Jan,Smit,Dorpsstraat,12,1234AB,Ede\nMarie,Smit,Dorpsstraat,12,1234AB,Ede\n",
    )
    assert pairs(match(file, "--format", "json"), "proposals") == [("2", "3")]
    assert pairs(match(file, "--least", "0.5", "--format", "json"), "proposals") == []
    assert "0 pairs would be proposed" in match(file).out
    assert "1 pair resembles less" in match(file).out
    assert match(file, "--least", "2").code == 2


def test_nothing_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, ROWS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    match(file)
    assert [one.name for one in tmp_path.iterdir()] == ["books.csv"]
