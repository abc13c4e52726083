"""The ragas suite: faithfulness, groundedness, answer relevancy, context precision and recall, factual
correctness.

PyPI's ragas computes every number, with its own metric classes, unmodified. This package decides what
each is judged against (`evidence`), lends ragas our judge (`llm`) and our encoder (`embeddings`), keeps
what was said as evidence, and turns what cannot be scored into a status (`scoring`). Nothing here imports
ragas before the first score is made (`library`).
"""
