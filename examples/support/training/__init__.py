"""How the tiny models of the demo are made: tokenizer, model, training, evaluation.

Needs torch, transformers, tokenizers and peft, which are imported where they are used.
`python -m bakeoff.examples.support.training --help` lists the commands.
"""
