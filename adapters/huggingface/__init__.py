"""Local transformers models as systems: causal and seq2seq, plain or under a PEFT adapter.

`options` is what a config may say; `sources` finds the weights, `loading` reads them, `sharing` keeps one
load for all systems that use it, `tuning` puts PEFT adapters on a load without touching it; `rendering`
makes token ids of a chat, `generation` and `likelihoods` work on batches of them, `worker` gathers the
batches in a thread of its own; `system` puts it behind the one interface, and `plugin` builds it.
"""
