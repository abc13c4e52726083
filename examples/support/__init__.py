"""The demo: customers ask the support of a maker of smart-home devices; everything in it is invented.

Two worlds lie here. `products/` and `shop_questions.jsonl` are a shop whose facts change; `bakeoff.yaml`
compares six systems on it, five of them built on tiny models that `training` made and `models/` holds;
`world` generates all of its text. `docs/` and `questions.jsonl` are support pages in real prose, which
`pages.yaml` searches without a model.
"""
