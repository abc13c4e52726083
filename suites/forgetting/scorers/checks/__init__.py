"""The checkers of verifiable instructions: each says whether a text follows one instruction."""
