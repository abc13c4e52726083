"""Malformed configs and data sets, each with the one line that must be told about it.

`write_case` lays a case's files beside a valid config, data set and recording, so that only what the case
replaces is wrong. The configs name the adapters, judges, encoders and suites that ship.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CONFIG = """\
name: support-bot
dataset: {path: questions.jsonl}
systems:
  logged: {adapter: recorded, kind: rag, path: answers.jsonl}
"""
QUESTIONS = """\
{"id": "a", "question": "How long is the warranty?", "reference": "Two years."}
{"id": "b", "question": "Who pays for returns?", "reference": null}
"""
ANSWERS = """\
{"id": "a", "user_input": "How long is the warranty?", "response": "Two years.", "retrieved_contexts": ["2"]}
{"id": "b", "user_input": "Who pays for returns?", "response": "We do.", "retrieved_contexts": ["We pay."]}
"""
VALID: Mapping[str, str | bytes] = {
    "bakeoff.yaml": CONFIG,
    "questions.jsonl": QUESTIONS,
    "answers.jsonl": ANSWERS,
}


@dataclass(frozen=True)
class Case:
    """Files that replace the valid ones (None: the file is missing), and a pattern of the error."""

    name: str
    files: Mapping[str, str | bytes | None]
    expect: str
    environ: Mapping[str, str] = field(default_factory=dict)


def write_case(case: Case, folder: Path) -> Path:
    """Write the case's files; the path of its config."""
    for name, content in {**VALID, **case.files}.items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / "bakeoff.yaml"


def _config(name: str, text: str | bytes | None, expect: str, **environ: str) -> Case:
    return Case(f"config: {name}", {"bakeoff.yaml": text}, rf"bakeoff\.yaml{expect}", environ)


def _line(name: str, extra: str, expect: str, **environ: str) -> Case:
    """A valid config with more lines below it: the first of them is line 5."""
    return _config(name, f"{CONFIG}{extra}\n", expect, **environ)


def _system(name: str, keys: str, expect: str, **environ: str) -> Case:
    """A valid config with a second system, on line 5."""
    return _line(name, f"  other: {keys}", expect, **environ)


def _data(name: str, content: str | bytes, expect: str, file: str = "bad.jsonl", columns: str = "") -> Case:
    source = f"path: {file}" + (f", columns: {{{columns}}}" if columns else "")
    config = CONFIG.replace("path: questions.jsonl", source)
    return Case(f"data: {name}", {"bakeoff.yaml": config, file: content}, file.replace(".", r"\.") + expect)


def _source(name: str, dataset: str, expect: str, **files: str | bytes | None) -> Case:
    config = CONFIG.replace("{path: questions.jsonl}", dataset)
    return Case(f"source: {name}", {"bakeoff.yaml": config, **files}, expect)


_GOOD = '{"id": "a", "question": "Why?"}\n'

CONFIGS = [
    _config("is missing", None, r": no such file; `bakeoff init`"),
    _config("is empty", "", r":1: it is empty; a config is a mapping"),
    _config("holds a comment only", "# later\n", r":1: it is empty"),
    _config("is a list", "- name: x\n", r":1: its top level is no mapping"),
    _config("is a text", "hello\n", r":1: its top level is no mapping"),
    _config("is not UTF-8", b"name: x\n# caf\xe9\n", r":2: not UTF-8 \(byte 0xe9\)"),
    _config("holds a control character", "name: x\nseed: \x07\n", r":2: character U\+0007 is not allowed"),
    _config(
        "is indented by tabs", "name: x\ndataset:\n\tpath: q.jsonl\n", r":3: a tab where YAML wants spaces"
    ),
    _config("has an open bracket", "name: x\nsuites: [ragas\nseed: 0\n", r":3: broken YAML"),
    _config("has an open quote", 'name: "x\nseed: 0\n', r":3: broken YAML"),
    _config("has bad indentation", "name: x\n  seed: 0\n", r":2: broken YAML"),
    _config("holds two documents", f"{CONFIG}---\nname: y\n", r":5: a second document starts here"),
    _config("has a key twice", f"{CONFIG}name: other\n", r":5: key 'name' is already given on line 1"),
    _system(
        "a system's key twice", "{kind: rag, kind: prompt}", r":5: key 'kind' is already given on line 5"
    ),
    _line("a system twice", "  logged: {adapter: recorded}", r":5: key 'logged' is already given on line 4"),
    _line("a key that is a number", "limits: {1: 2}", r":5: a key that is not text"),
    _line("a key that is a list", "? [a, b]\n: c", r":5: a key that is not text"),
    _line("a Python tag", "seed: !!python/object/apply:os.getpid []", r":5: the YAML tag .* is not accepted"),
    _line("a standard tag", "seed: !!str 5", r":5: the YAML tag .* is not accepted"),
    _line("an unknown alias", "seed: *zero", r":5: alias \*zero names no anchor"),
    _line("an alias of itself", "limits: &l {concurrency: *l}", r":5: alias \*l names no anchor"),
    _line(
        "aliases of aliases",
        "\n".join(
            ["gate:", "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
            + [f"  a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
        ),
        r":6: aliases expand to more than",
    ),
    _line("nesting without end", "gate: " + "[" * 60 + "]" * 60, r":5: nested more than 50 levels deep"),
    _line("a merge of a text", "limits: {<<: hello}", r":5: << wants a mapping"),
    _line("not a number", "seed: .nan", r":5: '\.nan' is not a finite number"),
    _line("infinity", "limits: {timeout_s: 1e999}", r":5: '1e999' is not a finite number"),
    _line(
        "an unknown key",
        "basline: logged",
        r":5: basline: unknown key; did you mean 'baseline'\? known here: ",
    ),
    _line(
        "an unknown key in limits",
        "limits: {timeout: 5}",
        r":5: limits\.timeout: unknown key; did you mean 'timeout_s'\? known here: concurrency, ",
    ),
    _config("no name", CONFIG.replace("name: support-bot", ""), r":2: name: is missing"),
    _config("a blank name", CONFIG.replace("support-bot", '" "'), r":1: name: must be printable text"),
    _config(
        "a name that is a number",
        CONFIG.replace("support-bot", "2024"),
        r":1: name: must be text .*, not 2024",
    ),
    _config(
        "a name without end", CONFIG.replace("support-bot", "x" * 101), r":1: name: must have at most 100"
    ),
    _config(
        "no systems", "name: x\ndataset: {path: q.jsonl}\n", r":1: systems: is missing; give at least one"
    ),
    _config(
        "an empty systems section",
        "name: x\ndataset: {path: q.jsonl}\nsystems: {}\n",
        r":3: systems: must map names to systems",
    ),
    _config(
        "systems as a list",
        "name: x\ndataset: {path: q.jsonl}\nsystems:\n  - adapter: recorded\n",
        r":3: systems: must map names to systems",
    ),
    _config(
        "no dataset",
        CONFIG.replace("dataset: {path: questions.jsonl}", ""),
        r":1: dataset: is missing; {path: ",
    ),
    _system("a system that is a text", "recorded", r":5: systems\.other: must be a mapping"),
    _system(
        "an unknown adapter",
        "{adapter: recordd, kind: rag, path: answers.jsonl}",
        r":5: systems\.other\.adapter: unknown adapter 'recordd'; did you mean 'recorded'\? known: ",
    ),
    _system("no adapter", "{kind: rag, path: answers.jsonl}", r":5: systems\.other\.adapter: is missing"),
    _system(
        "adapter misspelt",
        "{adaptor: recorded, kind: rag, path: answers.jsonl}",
        r":5: systems\.other\.adaptor: unknown key; did you mean 'adapter'\? known here: adapter, kind, ",
    ),
    _system(
        "an unknown option",
        "{adapter: recorded, kind: rag, path: answers.jsonl, colour: red}",
        r":5: systems\.other\.colour: unknown key; .*known here: adapter, kind, parent, capabilities, .*path",
    ),
    _system("a missing option", "{adapter: recorded, kind: rag}", r":5: systems\.other\.path: is missing"),
    _system(
        "an option of the wrong type",
        "{adapter: recorded, kind: rag, path: [a]}",
        r":5: systems\.other\.path: must be ",
    ),
    _system("no kind", "{adapter: recorded, path: answers.jsonl}", r":5: systems\.other\.kind: is missing"),
    _system(
        "an unknown kind",
        "{adapter: recorded, kind: agent, path: answers.jsonl}",
        r":5: systems\.other\.kind: must be 'prompt', 'rag', 'fine_tuned' or 'hybrid', not 'agent'",
    ),
    _system(
        "an unknown capability",
        "{adapter: recorded, kind: rag, path: answers.jsonl, capabilities: [retrieves, flies]}",
        r":5: systems\.other\.capabilities\[1\]: must be 'retrieves', .*, not 'flies'",
    ),
    _system(
        "capabilities as a text",
        "{adapter: recorded, kind: rag, path: answers.jsonl, capabilities: retrieves}",
        r":5: systems\.other\.capabilities: must be a list",
    ),
    _system(
        "an unknown parent",
        "{adapter: recorded, kind: rag, path: answers.jsonl, parent: nobody}",
        r":5: systems\.other\.parent: names no system: 'nobody'; the systems are logged, other",
    ),
    _system(
        "its own parent",
        "{adapter: recorded, kind: rag, path: answers.jsonl, parent: other}",
        r":5: systems\.other\.parent: a circle of parents: other → other",
    ),
    _config(
        "a circle of parents",
        """\
name: x
dataset: {path: questions.jsonl}
systems:
  a: {adapter: recorded, kind: rag, path: answers.jsonl, parent: b}
  b: {adapter: recorded, kind: rag, path: answers.jsonl, parent: a}
""",
        r":4: systems\.a\.parent: a circle of parents: a → b → a",
    ),
    _line(
        "a system's name with a space",
        '  "my bot": {adapter: recorded, kind: rag, path: answers.jsonl}',
        r":5: systems\.my bot: a system's name has",
    ),
    _line("an unknown baseline", "baseline: best", r":5: baseline: names no system: 'best'"),
    _line(
        "an unknown judge",
        "judge: {kind: oflline}",
        r":5: judge\.kind: unknown judge 'oflline'; did you mean 'of",
    ),
    _line("a judge that is a text", "judge: offline", r":5: judge: must be a mapping"),
    _line("a judge without kind", "judge: {model: gpt-4o}", r":5: judge\.kind: is missing"),
    _line(
        "an unknown option of the judge",
        "judge: {kind: offline, temprature: 0}",
        r":5: judge\.temprature: unknown key; .*known here: kind",
    ),
    _line(
        "an unknown suite",
        "suites: [ragas, refrence]",
        r":5: suites\[1\]: unknown suite 'refrence'; did you mean 'reference'",
    ),
    _line("suites as a text", "suites: ragas", r":5: suites: must be a list of suites"),
    _line("no suites", "suites: []", r":5: suites: must be a list of suites"),
    _line(
        "a suite twice",
        "suites:\n  - ragas\n  - reference\n  - ragas",
        r":8: suites\[2\]: suite 'ragas' is listed",
    ),
    _line(
        "two suites in one entry",
        "suites:\n  - {ragas: {}, reference: {}}",
        r":6: suites\[0\]: must be a suite's",
    ),
    _line(
        "an unknown option of a suite",
        "suites:\n  - ragas\n  - reference: {colour: red}",
        r":7: suites\[1\]\.reference\.colour: unknown key",
    ),
    _line("an encoder that is a number", "encoder: 5", r":5: encoder: must be a mapping"),
    _line(
        "an unknown encoder", "encoder: {kind: word2vec}", r":5: encoder\.kind: unknown encoder 'word2vec'"
    ),
    _line("no repeats", "repeats: 0", r":5: repeats: must be at least 1, not 0"),
    _line("repeats as a truth", "repeats: true", r":5: repeats: must be a whole number, not True"),
    _line("a negative seed", "seed: -1", r":5: seed: must be at least 0, not -1"),
    _line("a seed with decimals", "seed: 0.5", r":5: seed: must be a whole number, not 0\.5"),
    _line("a seed that is a text", "seed: lucky", r":5: seed: must be a whole number, not 'lucky'"),
    _line("no time", "limits: {timeout_s: 0}", r":5: limits\.timeout_s: must be greater than 0"),
    _line(
        "negative concurrency",
        "limits:\n  retries: 2\n  concurrency: -4",
        r":7: limits\.concurrency: must be at least 1, not -4",
    ),
    _line("an impossible alpha", "alpha: 1.0", r":5: alpha: must be less than 1"),
    _line(
        "an unknown policy for failures",
        "on_system_failure: ignore",
        r":5: on_system_failure: must be 'worst' or 'exclude', not 'ignore'",
    ),
    _line("a store of another kind", "store: mysql://root@localhost/runs", r":5: store: must be sqlite:///"),
    _line("a store in memory", 'store: "sqlite:///:memory:"', r":5: store: sqlite:/// must be followed by"),
    _line(
        "a store without a database", "store: postgresql+psycopg://localhost", r":5: store: must be sqlite"
    ),
    _line("documents without a path", "documents: {as_of: updated}", r":5: documents\.path: is missing"),
    _line("training that is a list", "training: [a.jsonl]", r":5: training: must be a mapping"),
    _line(
        "a gate without a candidate",
        "gate: {checks: [{manual: privacy review}]}",
        r":5: gate\.candidate: is missing",
    ),
    _line(
        "a gate with an unknown candidate",
        "gate: {candidate: nobody, checks: [{manual: privacy review}]}",
        r":5: gate\.candidate: names no system: 'nobody'",
    ),
    _line(
        "a gate without checks",
        "gate: {candidate: logged, checks: []}",
        r":5: gate\.checks: must have at least 1",
    ),
    _line(
        "a gate with an unknown key",
        "gate: {candidate: logged, checks: [{manual: m}], covrage: 1}",
        r":5: gate\.covrage: unknown key; did you mean 'coverage'",
    ),
    _line(
        "a check without a bound",
        "gate:\n  candidate: logged\n  checks:\n    - {metric: faithfulness}",
        r":8: gate\.checks\[0\]: a check of a metric takes exactly one of at_least",
    ),
    _line(
        "a check of two things",
        "gate:\n  candidate: logged\n  checks:\n    - {metric: a, manual: b}",
        r":8: gate\.checks\[0\]: a check names exactly one of metric, finding and manual",
    ),
    _line(
        "a check against nobody",
        "gate:\n  candidate: logged\n  checks:\n    - {metric: a, not_worse_than: nobody, margin: 0.1}",
        r":8: gate\.checks\[0\]\.not_worse_than: names no system: 'nobody'",
    ),
    _line(
        "a variable that is not set",
        "judge: {kind: openai, model: m, api_key: '${NOT_SET_ANYWHERE}'}",
        r":5: judge\.api_key: environment variable NOT_SET_ANYWHERE is not set; set it \(export",
    ),
    _line(
        "a variable that is empty",
        "training: {path: '${EMPTY}'}",
        r":5: training\.path: environment variable EMPTY is empty",
        EMPTY="",
    ),
    _line(
        "a variable without an end",
        "training: {path: '${HOME'}",
        r":5: training\.path: '\$\{HOME' names no environment variable; write \$\{NAME\}",
    ),
    _line(
        "a variable that is no name",
        "training: {path: '${1 + 1}'}",
        r":5: training\.path: '\$\{1 \+ 1' names no environment variable",
    ),
    _line(
        "a number from the environment", "seed: ${SEED}", r":5: seed: must be a whole number$", SEED="lucky"
    ),
]

SOURCES = [
    _source(
        "neither path nor hub",
        "{limit: 5}",
        r"bakeoff\.yaml:2: dataset: needs exactly one of path .* and hub",
    ),
    _source(
        "path and hub", "{path: q.jsonl, hub: a/b}", r"bakeoff\.yaml:2: dataset: needs exactly one of path"
    ),
    _source("hub without a split", "{hub: a/b}", r"bakeoff\.yaml:2: dataset: hub needs a split"),
    _source(
        "a split of a file", "{path: q.jsonl, split: test}", r"bakeoff\.yaml:2: dataset: split goes with hub"
    ),
    _source("no limit", "{path: q.jsonl, limit: 0}", r"bakeoff\.yaml:2: dataset\.limit: must be at least 1"),
    _source(
        "an unknown field",
        "{path: q.jsonl, columns: {query: text}}",
        r"bakeoff\.yaml:2: dataset\.columns: 'query' is no field of a sample",
    ),
    _source(
        "a key misspelt",
        "{pth: q.jsonl}",
        r"bakeoff\.yaml:2: dataset\.pth: unknown key; did you mean 'path'\?",
    ),
    _source("a missing file", "{path: gone.jsonl}", r"gone\.jsonl: no such file"),
    _source(
        "a folder", "{path: data.jsonl}", r"data\.jsonl: is a folder, not a file", **{"data.jsonl/x": "y"}
    ),
    _source("a name beyond all bounds", f"{{path: {'x' * 300}.jsonl}}", r"x+\.jsonl: cannot be read \("),
    _source(
        "an unknown suffix",
        "{path: data.xlsx}",
        r"data\.xlsx: unknown kind of data set '\.xlsx'; known: \.jsonl, \.json, \.csv, \.parquet",
        **{"data.xlsx": "x"},
    ),
]

DATA = [
    _data("an empty file", "", ": holds no samples"),
    _data("blank lines only", "\n\n", ": holds no samples"),
    _data("a broken line", _GOOD + '{"question": "Why', r":2: broken JSON \(.*column 14\)"),
    _data("a line that is a list", _GOOD + "[1]\n", r":2: no JSON object"),
    _data("a line that is a text", _GOOD + '"hello"\n', r":2: no JSON object"),
    _data(
        "two objects on a line",
        _GOOD + '{"question": "a"} {"question": "b"}\n',
        r":2: broken JSON \(Extra data",
    ),
    _data(
        "a line that is not UTF-8",
        _GOOD.encode() + b'{"question": "caf\xe9?"}\n',
        r":2: not UTF-8 \(byte 0xe9\)",
    ),
    _data("UTF-16", _GOOD.encode("utf-16"), r":1: not UTF-8 \(byte 0xff\)"),
    _data("NaN", _GOOD + '{"question": "b", "score": NaN}\n', r":2: NaN is no JSON"),
    _data(
        "a number beyond all bounds",
        _GOOD + '{"question": "b", "score": 1e999}\n',
        r":2: the number '1e999' is too",
    ),
    _data(
        "a number with 5000 digits",
        _GOOD + f'{{"question": "b", "n": {"9" * 5000}}}\n',
        r":2: JSON that cannot be",
    ),
    _data(
        "nesting without end", _GOOD + '{"question": ' + "[" * 100_000 + "\n", r":2: JSON that cannot be read"
    ),
    _data(
        "a key twice", _GOOD + '{"question": "b", "question": "c"}\n', r":2: key 'question' is there twice"
    ),
    _data(
        "half a character",
        _GOOD + '{"question": "b \\ud83d"}\n',
        r":2: 'question' holds half of a surrogate pair",
    ),
    _data(
        "no question",
        _GOOD + '{"id": "b", "reference": "c"}\n',
        r":2: no column question .*'id', 'reference'",
    ),
    _data("a null question", _GOOD + '{"id": "b", "question": null}\n', r":2: question is missing"),
    _data("an empty question", _GOOD + '{"id": "b", "question": "  "}\n', r":2: question is empty"),
    _data(
        "a question that is a number", _GOOD + '{"question": 5}\n', r":2: question must be text, not a number"
    ),
    _data(
        "a question that is a conversation",
        '{"user_input": [{"content": "a", "type": "human"}]}\n',
        r":1: question \(column 'user_input'\) must be text, not a list; earlier turns go to conversation",
    ),
    _data(
        "two columns of questions",
        '{"question": "a", "user_input": "b"}\n',
        r":1: columns 'question' and 'user_input' both hold the question; choose one by columns",
    ),
    _data(
        "a reference that is a list",
        '{"question": "a", "reference": ["b", "c"]}\n',
        r":1: reference must be one text, not a list of 2",
    ),
    _data(
        "a reference that is a mapping",
        '{"question": "a", "reference": {"text": "b"}}\n',
        r":1: reference must be text, not a mapping",
    ),
    _data(
        "an empty reference", '{"question": "a", "reference": ""}\n', r":1: reference is empty; write null"
    ),
    _data(
        "contexts that are a text",
        '{"question": "a", "reference_contexts": "b"}\n',
        r":1: reference_contexts must be a list of texts, not text",
    ),
    _data(
        "contexts with a null",
        '{"question": "a", "reference_contexts": ["b", null]}\n',
        r":1: reference_contexts must be a list of texts, but item 2 is null",
    ),
    _data(
        "a truth that is a text",
        '{"question": "a", "answerable": "no"}\n',
        r":1: answerable must be true or false, not 'no'",
    ),
    _data(
        "an id that is a truth", '{"id": true, "question": "a"}\n', r":1: id must be text or a whole number"
    ),
    _data(
        "an id that is blank", '{"id": " ", "question": "a"}\n', r":1: id must be printable text, not empty"
    ),
    _data(
        "an id twice",
        _GOOD + '{"id": "b", "question": "b"}\n{"id": "a", "question": "c"}\n',
        r":3: id 'a' is already that of bad\.jsonl:1; give every sample",
    ),
    _data(
        "an id twice, as number and text",
        '{"id": 7, "question": "b"}\n{"id": "7", "question": "c"}\n',
        r":2: id '7' is already that of bad\.jsonl:1",
    ),
    _data(
        "a sample twice",
        '{"question": "a"}\n{"question": "b"}\n\n{"question": "a"}\n',
        r":4: id 'q[0-9a-f]{10}' is already that of bad\.jsonl:1, with the same content; remove",
    ),
    _data(
        "a date that is none",
        '{"question": "a", "as_of": "2024-02-30"}\n',
        r":1: as_of holds '2024-02-30', which",
    ),
    _data(
        "a date in words",
        '{"question": "a", "as_of": "May 2024"}\n',
        r":1: as_of must be a date \(YYYY-MM-DD\)",
    ),
    _data(
        "a date that is a number",
        '{"question": "a", "as_of": 2024}\n',
        r":1: as_of must be a date .*, not 2024",
    ),
    _data(
        "a conversation that is a text",
        '{"question": "a", "conversation": "hi"}\n',
        r":1: conversation must be a list of turns, not text",
    ),
    _data(
        "a turn of nobody",
        '{"question": "a", "conversation": [{"role": "robot", "content": "hi"}]}\n',
        r":1: conversation has a malformed turn 1, role: .*a turn is \{role",
    ),
    _data(
        "a turn without content",
        '{"question": "a", "conversation": [{"role": "user"}]}\n',
        r":1: conversation has a malformed turn 1, content: ",
    ),
    _data(
        "tags that are a text",
        '{"question": "a", "tags": "x"}\n',
        r":1: tags must be a list of texts, not text",
    ),
    _data(
        "a domain that is a list",
        '{"question": "a", "domain": ["x"]}\n',
        r":1: domain must be text or a whole",
    ),
    _data(
        "extras that are a text",
        '{"question": "a", "extras": "x"}\n',
        r":1: extras must be a mapping, not text",
    ),
    _data(
        "extras twice",
        '{"question": "a", "extras": {"n": 1}, "n": 2}\n',
        r":1: column 'n' is also a key of extras",
    ),
    _data(
        "a mapped column that is absent",
        '{"text": "a", "gold": "b"}\n',
        r":1: no column 'prompt', which columns maps to question; the columns are 'text', 'gold'",
        columns="question: prompt",
    ),
    _data(
        "JSON: a mapping on top",
        '{"samples": []}',
        r":1: the top level is no list; a JSON data set is one list",
        "bad.json",
    ),
    _data(
        "JSON: a broken item",
        '[\n {"question": "a"},\n {"question": b}\n]',
        r":3: broken JSON \(",
        "bad.json",
    ),
    _data(
        "JSON: no end", '[\n {"question": "a"}\n', r":3: broken JSON \(a comma or \] is missing", "bad.json"
    ),
    _data("JSON: something behind", '[{"question": "a"}]\n{}', r":2: something follows the list", "bad.json"),
    _data("JSON: an item that is a text", '[{"question": "a"},\n"b"]', r":2: no JSON object", "bad.json"),
    _data(
        "JSON: NaN", '[{"question": "a"},\n{"question": "b", "n": NaN}]', r":2: NaN is no JSON", "bad.json"
    ),
    _data("JSON: an empty list", "[]", ": holds no samples", "bad.json"),
    _data(
        "JSON: an empty question",
        '[{"question": "a"},\n\n{"question": ""}]',
        r":3: question is empty",
        "bad.json",
    ),
    _data("CSV: a header only", "id,question\n", ": holds no samples", "bad.csv"),
    _data(
        "CSV: a row too long", "id,question\n1,a\n2,b,c\n", r":3: 3 cells, but the header has 2", "bad.csv"
    ),
    _data("CSV: a row too short", "id,question\n1\n", r":2: 1 cells, but the header has 2", "bad.csv"),
    _data(
        "CSV: an open quote",
        'id,question\n1,a\n2,"b\n3,c\n',
        r":3: broken CSV \(unexpected end of data\)",
        "bad.csv",
    ),
    _data("CSV: text behind a quote", 'id,question\n1,"a" b\n', r":2: broken CSV \(", "bad.csv"),
    _data(
        "CSV: a column without name", ",question\n0,a\n", r":1: column 1 of the header has no name", "bad.csv"
    ),
    _data(
        "CSV: a column twice", "question,question\na,b\n", r":1: column 'question' is there twice", "bad.csv"
    ),
    _data(
        "CSV: another separator", "id;question\n1;a\n", r":2: no column question .*'id;question'", "bad.csv"
    ),
    _data("CSV: an empty question", 'id,question\n1,"a\nb"\n2,\n', r":4: question is missing", "bad.csv"),
    _data(
        "CSV: a list in Python's form",
        "question,reference_contexts\na,\"['b']\"\n",
        r":2: reference_contexts must be a list of texts, written as JSON in its cell",
        "bad.csv",
    ),
    _data("CSV: not UTF-8", b"id,question\n1,caf\xe9\n", r":2: not UTF-8 \(byte 0xe9\)", "bad.csv"),
    _data(
        "CSV: an id twice", "id,question\n1,a\n1,b\n", r":3: id '1' is already that of bad\.csv:2", "bad.csv"
    ),
    _data("parquet that is none", b"PAR1 and more", ": no readable parquet file", "bad.parquet"),
    _data("an empty parquet file", b"", ": no readable parquet file", "bad.parquet"),
]

CASES = [*CONFIGS, *SOURCES, *DATA]
