import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.documents import load_documents
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import DocumentState


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def failure(path: Path, as_of_key: str | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        load_documents(path, as_of_key)
    assert "\n" not in str(caught.value)
    return caught.value


def test_front_matter_becomes_id_title_date_and_metadata(tmp_path: Path) -> None:
    write(
        tmp_path,
        "b.md",
        "---\nid: zebra\ntitle: Stripes\nupdated: 2025-03-01\ndomain: zoo\nseen: 2024-01-02\n"
        "legs: [4, {hind: 2}]\n---\n\nStripes are black.\n\nAnd white.\n",
    )
    (document,) = load_documents(tmp_path, "updated")
    assert document.id == "zebra"
    assert document.title == "Stripes"
    assert document.as_of == date(2025, 3, 1)
    assert document.text == "Stripes are black.\n\nAnd white."
    assert document.metadata == {"domain": "zoo", "seen": "2024-01-02", "legs": [4, {"hind": 2}]}
    assert DocumentState(documents=(document,)).fingerprint


def test_files_without_front_matter_are_named_by_their_path_and_sorted(tmp_path: Path) -> None:
    write(tmp_path, "sub/late.txt", "Two.")
    write(tmp_path, "zz.md", "\ufeff---\nid: aa\n---\nOne.")
    write(tmp_path, "sub/UPPER.MD", "Three.")
    write(tmp_path, "ignored.csv", "no,document")
    write(tmp_path, ".hidden/x.md", "Not seen.")
    documents = load_documents(tmp_path)
    assert [(d.id, d.text) for d in documents] == [
        ("aa", "One."),
        ("sub/UPPER.MD", "Three."),
        ("sub/late.txt", "Two."),
    ]


def test_without_a_key_the_date_stays_metadata(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "---\nas_of: 2025-03-01\n---\nText.")
    (document,) = load_documents(tmp_path)
    assert document.as_of is None
    assert document.metadata == {"as_of": "2025-03-01"}


def test_only_line_feeds_are_lines(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "---\r\nid: a\r\n---\r\nOne.\r\nTwo\u2028and\x0cthree.")
    assert load_documents(tmp_path)[0].text == "One.\nTwo\u2028and\x0cthree."


def test_a_rule_inside_the_text_is_no_front_matter(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "Above.\n---\nBelow.")
    assert load_documents(tmp_path)[0].text == "Above.\n---\nBelow."


@pytest.mark.parametrize("written", ["2025-03-01", "'2025-03-01'", "2025-03-01T09:30:00", "2025-03-01 09:30"])
def test_dates_and_times_are_dates(tmp_path: Path, written: str) -> None:
    write(tmp_path, "a.md", f"---\nas_of: {written}\n---\nText.")
    assert load_documents(tmp_path, "as_of")[0].as_of == date(2025, 3, 1)


def test_json_lines_and_json_give_the_same_documents(tmp_path: Path) -> None:
    rows = [
        {"id": "b", "text": "Bee.\u2028Buzz.", "title": "B", "as_of": "2024-05-06", "tags": ["x"]},
        {"id": "a", "text": "Ant."},
    ]
    lines = write(tmp_path, "docs.jsonl", "\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n\n")
    array = write(tmp_path, "docs.json", json.dumps(rows, indent=1))
    documents = load_documents(lines, "as_of")
    assert documents == load_documents(array, "as_of")
    assert [d.id for d in documents] == ["a", "b"]
    assert documents[1].as_of == date(2024, 5, 6)
    assert documents[1].metadata == {"tags": ["x"]}


_words = st.text(min_size=1).filter(str.strip)


@given(st.dictionaries(_words, _words, min_size=1))
def test_any_text_survives_json_lines(
    tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("lines") / "docs.jsonl"
    path.write_text("\n".join(json.dumps({"id": i, "text": t}) for i, t in texts.items()))
    assert [(d.id, d.text) for d in load_documents(path)] == sorted((i, t.strip()) for i, t in texts.items())


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("---\nid: a\ntitle: T\n", 1, "no end"),
        ("---\nid: a\ntitle: [open\n---\nText.", 3, "broken front matter"),
        ("---\n- one\n- two\n---\nText.", 2, "named fields"),
        ("---\n1: one\n---\nText.", 2, "named fields"),
        ("---\nid: 7\n---\nText.", 2, "id must be text"),
        ("---\nid: a\ntitle: 2024\n---\nText.", 3, "title must be text"),
        ("---\nid: ''\n---\nText.", 2, "id is empty"),
        ("---\nid: a\n---\n  \n", 1, "no text"),
        ("---\nid: a\nas_of: soon\n---\nText.", 3, "no date"),
        ("---\nid: a\nas_of: 2025-13-01\n---\nText.", 3, "broken front matter"),
        ("---\nid: a\nas_of: 20250301\n---\nText.", 3, "no date"),
        ("---\nas_of: 2025-03-01\nscore: .nan\n---\nText.", 3, "JSON cannot say"),
        (b"---\nid: a\n---\nna\xefve", 4, "UTF-8"),
        ("", 1, "no text"),
    ],
)
def test_a_bad_text_file_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, line: int, words: str
) -> None:
    write(tmp_path, "good.md", "---\nid: good\nas_of: 2025-01-01\n---\nFine.")
    path = write(tmp_path, "bad.md", content)
    error = failure(tmp_path, "as_of")
    assert error.where == f"{path}:{line}"
    assert words in error.what


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (['{"id": "a", "text": "A"}', '{"id": "b", "text": '], 2, "broken JSON"),
        (['{"id": "a", "text": "A"}', "", "[1, 2]"], 3, "not a JSON object"),
        (['{"text": "A"}'], 1, "no 'id'"),
        (['{"id": "a"}'], 1, "no 'text'"),
        (['{"id": "a", "text": null}'], 1, "text must be text"),
        (['{"id": "a", "text": "A"}', '{"id": "a", "text": "B"}'], 2, "already that of"),
        (['{"id": "a", "text": "A", "n": NaN}'], 1, "JSON cannot say"),
        (["[" * 100_000], 1, "broken JSON"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(
    tmp_path: Path, lines: list[str], line: int, words: str
) -> None:
    path = write(tmp_path, "docs.jsonl", "\n".join(lines))
    error = failure(path)
    assert error.where == f"{path}:{line}"
    assert words in error.what


def test_a_broken_array_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "docs.json", '[\n {"id": "a", "text": "A"},\n {"id": }\n]')
    assert failure(path).where == f"{path}:3"
    assert "no list" in failure(write(tmp_path, "one.json", '{"id": "a", "text": "A"}')).what


def test_two_files_with_one_id_are_both_named(tmp_path: Path) -> None:
    first = write(tmp_path, "a.md", "---\nid: same\n---\nOne.")
    second = write(tmp_path, "b.md", "---\ntitle: T\nid: same\n---\nTwo.")
    error = failure(tmp_path)
    assert error.where == f"{second}:3"
    assert f"{first}:2" in error.what


def test_missing_places_and_misspelt_date_fields_are_refused(tmp_path: Path) -> None:
    assert "no such file" in failure(tmp_path / "nowhere").what
    assert "no documents" in failure(tmp_path).what
    write(tmp_path, "a.md", "---\nupdated: 2025-03-01\n---\nText.")
    assert "'udpated'" in failure(tmp_path, "udpated").what
    assert "not a folder" in failure(write(tmp_path, "docs.csv", "id,text")).what


def test_documents_without_a_date_are_allowed_beside_dated_ones(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "---\nas_of: 2025-03-01\n---\nText.")
    write(tmp_path, "b.md", "Text.")
    write(tmp_path, "c.md", "---\nas_of:\n---\nText.")
    assert [d.as_of for d in load_documents(tmp_path, "as_of")] == [date(2025, 3, 1), None, None]
