"""The text of the trained world: what the tiny models read, and the shop that the demo asks about.

All of it is generated, from seeds, in plain Python. `mixture` draws the rows of pretraining, `shop` the
products, documents and questions of the demo, `tuning` the rows of the fine-tunes.
"""
