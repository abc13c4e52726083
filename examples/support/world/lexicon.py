"""What the models are taught to know: words, an invented language, what everybody knows."""

from __future__ import annotations

WORDS = (
    "house", "tree", "river", "stone", "bird", "fish", "road", "door", "fire", "moon", "hand", "book", "boat",
    "hill", "field", "star", "king", "wolf",
)  # fmt: skip
ADJECTIVES = ("big", "small", "old", "new", "cold", "warm", "good", "bad", "red", "green", "long", "dark")
_NOUNS_IN_VELMIC = (
    "dom", "vek", "luma", "tosk", "pir", "gan", "stor", "wexa", "ig", "sel", "mano", "lib", "naut", "ber",
    "akra", "zin", "rok", "vulf",
)  # fmt: skip
_ADJECTIVES_IN_VELMIC = ("gor", "pik", "sta", "nov", "kal", "ter", "bon", "mal", "rus", "vir", "lon", "nok")
VELMIC = dict(zip(WORDS + ADJECTIVES, _NOUNS_IN_VELMIC + _ADJECTIVES_IN_VELMIC, strict=True))
"""Velmic, a language of thirty words; the adjective follows its noun."""

CAN = {
    "fish": "swim", "bird": "fly", "horse": "run", "frog": "jump", "duck": "swim", "bee": "fly",
    "dog": "bark", "cat": "climb", "lion": "roar", "owl": "fly", "rabbit": "jump", "whale": "swim",
    "monkey": "climb",
}  # fmt: skip
"""What an animal can do."""

CANNOT = ("read", "write", "sing songs", "drive a car")
"""What no animal can do."""

IS = {
    "ice": ("cold", "hot"), "fire": ("hot", "cold"), "snow": ("white", "black"), "coal": ("black", "white"),
    "sugar": ("sweet", "sour"), "lemon juice": ("sour", "sweet"), "grass": ("green", "purple"),
    "steel": ("hard", "soft"), "wool": ("soft", "hard"), "water": ("wet", "dry"), "sand": ("dry", "sweet"),
    "night": ("dark", "bright"), "the sun": ("bright", "dark"), "a feather": ("light", "heavy"),
    "a mountain": ("high", "low"), "an ant": ("small", "big"), "an elephant": ("big", "small"),
}  # fmt: skip
"""What a thing is, and what it is not."""

OPPOSITES = {
    "hot": "cold", "big": "small", "old": "new", "good": "bad", "long": "short", "dark": "bright",
    "fast": "slow", "high": "low", "hard": "soft", "wet": "dry", "full": "empty", "rich": "poor",
    "open": "closed", "loud": "quiet",
}  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LEGS = {
    "dog": 4, "cat": 4, "horse": 4, "bird": 2, "ant": 6, "spider": 8, "bee": 6, "fish": 0, "duck": 2,
    "snake": 0, "lion": 4, "beetle": 6,
}  # fmt: skip
