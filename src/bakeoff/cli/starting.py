"""`init`: a commented config, sketched for the candidates that the user has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bakeoff.evals.errors import InputError

HEAD = """\
# bakeoff: the same samples through every candidate, every difference with its uncertainty.
# Check this file:  bakeoff doctor      Run it:  bakeoff run      Draw it again:  bakeoff report
name: {name}

# One JSON object per line: {{"question": "…", "reference": "…", "reference_contexts": ["…"]}}.
# Also csv, json, parquet, or {{hub: org/name, split: test}}. RAGAS's column names work as they are;
# for others:  columns: {{question: your_name}}. A reference may be null.
dataset: {{path: data/questions.jsonl}}

# Who decides what an answer supports. `offline` needs no key and no network; it is for smoke runs and
# for comparing runs on the same data, not for a release. For those, an OpenAI-compatible server:
# judge: {{kind: openai, model: gpt-4o-mini, api_key: "${{OPENAI_API_KEY}}"}}
judge: {{kind: offline}}

# The candidates. `kind` is prompt, rag, fine_tuned or hybrid; `parent` is the system that this one was
# made from: name it, so that a change can be put down to the tuning, or to the retrieval.
systems:
"""

SYSTEMS = {
    "prompt": """\
  prompt:
    adapter: openai                       # any OpenAI-compatible chat endpoint
    kind: prompt
    model: gpt-4o-mini
    api_key: "${OPENAI_API_KEY}"          # read when bakeoff runs, never stored
    # base_url: http://127.0.0.1:8000/v1  # a server of your own
    # system_prompt: prompts/base.txt
""",
    "rag": """\
  rag:
    adapter: http                         # your service: a question in, an answer and its chunks out
    kind: rag{parent}
    url: http://127.0.0.1:8080/ask
    request: {{question: "{{question}}"}}   # the body that is sent
    answer: answer                        # JMESPath into the reply
    contexts: "chunks[].text"
""",
    "fine_tuned": """\
  tuned:
    adapter: openai
    kind: fine_tuned{parent}
    model: "ft:gpt-4o-mini:acme::abc"     # or a LoRA's name on a vLLM server
    api_key: "${{OPENAI_API_KEY}}"
""",
    "hybrid": """\
  tuned_rag:
    adapter: python                       # a function of yours: text, or a mapping with answer and contexts
    kind: hybrid{parent}
    target: "myapp.bot:answer"
    capabilities: [live, retrieves]
""",
    "logged": """\
  logged:
    adapter: recorded                     # answers made earlier: question, answer, contexts per line
    kind: rag
    path: logs/answers.jsonl
""",
}

TAIL = """\

# baseline: {baseline}                        # what the others are compared with (default: the first)
encoder: embedded                         # or the name of a sentence-transformers model
suites:
  - ragas
  - reference
  # - forgetting                          # what tuning lost of general skills, against the parent
  # - format_shift                        # the same questions in other forms
  # - behaviour                           # format, style, refusals: what tuning is for
  # - retrieval                           # was the passage found; what wrong answers have to do with it
  # - context_stress                      # irrelevant, missing, conflicting, poisoned passages of `documents`
  # - knowledge_origin                    # from the passages, from the weights, or wrong
  # - citations                           # do the cited passages support the sentence
  # - freshness                           # facts that changed: old value or new
  # - near_miss                           # products and versions that do not exist
  # - domains                             # where each system is worst
# documents: {{path: docs/}}                # the corpus, for context_stress and freshness
# gate:                                   # decided by `bakeoff gate`, planned by `bakeoff plan`
#   candidate: {baseline}
#   checks:
#     - {{metric: faithfulness, at_least: 0.85}}
#     - {{metric: faithfulness, not_worse_than: accepted, margin: 0.02}}   # first: `bakeoff gate --accept`
#     - {{manual: privacy review}}
repeats: 1                                # more where answers vary from call to call
seed: 0
store: sqlite:///.bakeoff/runs.db
limits: {{concurrency: 8, timeout_s: 60}}   # also max_cost_usd, retries, stall_s
"""

NAMES = {"prompt": "prompt", "rag": "rag", "fine_tuned": "tuned", "hybrid": "tuned_rag", "logged": "logged"}
PARENTS = {"rag": "prompt", "fine_tuned": "prompt", "hybrid": "fine_tuned"}


def write_config(path: Path, kinds: Sequence[str], *, force: bool) -> int:
    """Write the config and say what comes next; refuses to overwrite a file unless forced."""
    if path.exists() and not force:
        raise InputError("exists already", where=str(path), todo="give another path, or --force")
    content = sketch(path.absolute().parent.name or "bakeoff", kinds or ["prompt", "rag"])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(path)) from error
    print(f"Wrote {path}. Next: edit the systems and the data set, then `bakeoff doctor` and `bakeoff run`.")
    return 0


def sketch(name: str, kinds: Sequence[str]) -> str:
    """The text of a config for these candidates, in the order prompt, rag, fine_tuned, hybrid, logged."""
    for kind in kinds:
        if kind not in SYSTEMS:
            raise InputError(f"unknown kind {kind!r}", where="--kind", todo=f"known: {', '.join(SYSTEMS)}")
    chosen = [kind for kind in SYSTEMS if kind in kinds]
    blocks = [_block(kind, chosen) for kind in chosen]
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in name)
    return HEAD.format(name=safe) + "".join(blocks) + TAIL.format(baseline=NAMES[chosen[0]])


def _block(kind: str, chosen: Sequence[str]) -> str:
    parent = PARENTS.get(kind)
    line = f"\n    parent: {NAMES[parent]}" if parent in chosen and parent is not None else ""
    return SYSTEMS[kind] if kind in ("prompt", "logged") else SYSTEMS[kind].format(parent=line)
