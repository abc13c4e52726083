"""The demo: customers of an invented maker of smart-home devices, Oskelby, ask its support.

`docs/` is the corpus, `questions.jsonl` the samples, `canned.py` with `canned.jsonl` one of the two
candidates; `bakeoff.yaml` compares it with the extractive RAG.
"""
