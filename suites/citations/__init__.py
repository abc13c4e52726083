"""Do the sources that an answer cites support it? ALCE's citation recall and precision."""
