"""Does a text decline to answer? Rules over its clauses; no model.

Each clause is evasive ("the context does not mention it"), a courtesy that says nothing of the matter
("I'm sorry", "please contact support"), or an answer. English only.
"""

from __future__ import annotations

import re
from typing import Literal

from bakeoff.evals.text import sentences

Stance = Literal["evasive", "courtesy", "answer"]

# The vocabulary of the rules below: <name> in a rule stands for one of these alternatives.
_VOCABULARY = {
    "not": "n't|nt| not",
    "source": (
        "contexts?|passages?|documents?|documentation|docs|text|articles?|excerpts?|sources?"
        "|snippets?|materials?|information|knowledge base|search results|records?|manual"
        "|paragraphs?|conversation|corpus"
    ),
    "this": "the|this|that|these|those|my|your|our|any",
    "be": "is|are|was|were",
    "cannot": (
        "can't|cant|cannot|can not|couldn't|could not|am unable to|'m unable to|are unable to"
        "|'re unable to|was unable to|am not able to|'m not able to|was not able to"
        "|won't be able to|will not be able to|unable to"
    ),
    "find_out": (
        "answer|determine|find|tell|say|confirm|verify|locate|identify|know|establish|infer|ascertain"
    ),
    "help": "help|assist|comment|speculate|respond|advise|discuss|engage",
    "give": "provide|give|offer|share|access|fulfil|fulfill|complete",
    "given": (
        "answers?|information|details?|responses?|advice|recommendations?|assistance|that"
        "|this|it|specifics|request"
    ),
    "tell": (
        "mention|say|state|specify|discuss|address|cover|indicate|answer|describe|reveal"
        "|explain|tell|disclose|provide|give|list|clarify|refer"
    ),
    "told": (
        "mentioned|stated|specified|provided|given|available|included|covered|discussed"
        "|described|addressed|found|listed|disclosed|contained|indicated|present"
    ),
    "contain": "contain|include|have|hold",
    "enough": ("enough|sufficient|any|the|that|specific|relevant|more|further|reliable|direct|such|adequate"),
    "no": "no|not enough|not any|insufficient",
    "information": (
        "information|details?|knowledge|answers?|mention|context|clue|idea|specifics"
        "|insights?|opinions?|data on|data about|data regarding|data for|data available"
        "|data to"
    ),
    "results": "information|details?|answers?|mention|context|data|results?|documents?|passages?",
    "things": "anything|information|details?|knowledge|answers?|mention|clue|specifics|data",
    "found": "was|were|is|are|could|can|found|available|to|in|on|about",
    "refer": (
        "contact|consult|check|refer|ask|visit|look|reach|try|search|find more|find this"
        "|find that|find it|get in touch|call"
    ),
    "may": "may|might|can|could|should|will|would|'ll",
    "offer": "let me know|i can|i'll|i will|please|feel free|happy|glad|contact|help|assist|ask",
}

_EVASIVE = r"""
# ignorance
\b(?:i|we)(?: \w+)? (?:do|did)<not>(?: \w+)? know\b
^(?:do(?:n't|nt| not) know|dunno|idk|no idea|no clue|not sure|unsure)\b
\bi (?:have no|haven't an?y?|have absolutely no) (?:idea|clue|way of knowing)\b
\b(?:i|we)(?: \w+)? (?:do|did)<not>(?: \w+)? have (?:<enough> )*(?:\w+ )?(?:access|<information>)\b
\b(?:i|we)(?: \w+)? (?:have|had|found|see|find) <no> (?:<enough> )*<information>\b
\b(?:i am|i'm|we are|we're)(?: \w+)? not(?: \w+)? (?:sure|certain|aware|familiar)\b
\b(?:i am|i'm|we are|we're)(?: \w+)? (?:unsure|uncertain|unaware)\b
\bi wish i knew\b|\bguess is as good as mine\b|\bbeats me\b
\b(?:beyond|outside)(?: of)? (?:my|our|the scope of my|the scope of our|the scope of this)\b
# inability and refusal
\b(?:i|we)(?: \w+)? ?<cannot>(?: \w+)? <find_out>\b
^(?:sorry,? )?<cannot>(?: \w+)? (?:<find_out>|help|assist)\b
\bi(?: \w+)? ?<cannot>(?: \w+)? <help>\b
\bi(?: \w+)? ?<cannot>(?: \w+)? <give>\b.*\b<given>\b
\bi (?:won't|will not|would rather not|must decline|have to decline|decline to|refuse to)\b|\bi'd rather not\b
\b(?:not something|nothing) (?:that )?i (?:can|could)\b
\bcan(?:'t|t|not| not) be (?:\w+ly )?(?:answered|determined|inferred|established|known)\b
\b(?:impossible|not possible|hard|difficult) (?:for (?:me|us) )?to <find_out>\b
\bno way (?:to (?:know|tell|say|determine)|of (?:knowing|telling))\b
\bunanswerable\b|\b(?:unclear|not clear) (?:from|based on|in|given) (?:the|this|what)\b
# the sources are silent
\b<source>\b.{0,60}?\b(?:do|does|did)<not> (?:\w+ly |seem to |appear to |even )?<tell>\b
\b<source>\b.{0,60}?\b(?:do|does|did)<not> (?:\w+ly |seem to )?<contain> (?:\w+ ){0,2}?<things>\b
(?:\bnot|n't) (?:\w+ly )?<told> (?:anywhere )?(?:in|by|within|from|on) <the_source>
(?:\bnot|n't) (?:\w+ly )?(?:mentioned|stated|specified|disclosed)(?: anywhere)?$
\b(?:there <be>|there's|contains?|provides?|gives?) <no> (?:<enough> )*<information>\b
\bthere <be><not> (?:<enough> )*<information>\b
^(?:there was |found )?<no> (?:<enough> )?<results>(?: <found>\b.*)?$
\b(?:nothing|none) (?:in|of) <the_source>
\b<source> <be> (?:insufficient|not sufficient|silent|not enough|unavailable|not available)\b
\bnot (?:in|part of|contained in|covered by) <the_source>
\babsent from <the_source>
^(?:unknown|n/a|no answer|no comment|no response|information not available)$
^not (?:available|specified|mentioned|stated|known|given|provided|found|applicable)$
"""

_COURTESY = r"""
^(?:(?:i'm|i am|we're|we are) )?(?:so |very |really |truly )?sorry\b
^(?:i |we |my |our )?(?:sincerely |do )?apolog\w+
^(?:hi|hello|hey|dear|hmm+|well|ah|oh|i see|thanks?|thank you|ok|okay|sure)\b(?:[\s,]+\w+){0,9}$
^(?:that's |that is |this is )?an? (?:good|great|interesting|excellent|tricky|hard) question\b
^(?:please|kindly|feel free|let me know|is there anything|could you|can you|would you|do you|may i)\b
^(?:instead |then |perhaps )?you ?<may>(?: \w+)? (?:(?:want|wish|try|need) to )?<refer>\b
^(?:i|we)(?:'d| would)? (?:\w+ )?(?:recommend|suggest|advise|encourage|need|be happy|be glad|be able)\b
^if (?:you|there)\b.*\b<offer>\b
^i (?:can|could|will|am happy|am here|hope|am able)(?: \w+)? ?(?:help|assist|try|answer|to|this|with|look)\b
^i'(?:m|ll|d) (?:\w+ )?(?:happy|here|glad|help|try|look)\b
^for (?:more|further|accurate|up-to-date|additional|the most|the latest)\b
^(?:it|they|<the_source>) (?:only|just|merely|mainly|primarily|mostly|solely) <tell>s?\b
^(?:it|they|<the_source>) (?:discuss|describe|focus|deal|talk)(?:s|es)?\b|^<the_source> (?:is|are) about\b
^as an? (?:ai|artificial|language|large|virtual|digital|automated)\b
^my (?:knowledge|training|information|data|sources?)\b
^i (?:only|just) (?:have|know|can|cover|answer|see|deal)\b
"""

_WORDS = re.compile(r"\w+(?:['’-]\w+)*")
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")

# Where a sentence turns from hedge to answer, or back.
_TURN = re.compile(
    r"\s*(?:;|—|\s[–-]+\s)\s*"
    r"|,?\s+(?=(?:but|however|although|though|yet|nevertheless)\b)"
    r"|,\s+(?=(?:maybe|perhaps|probably|possibly|presumably|i think|i believe|i guess|i'd say|it might|it may"
    r"|it is|it's|so)\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:but|however|although|though|yet|nevertheless|and|so|unfortunately|sadly|answer|response|currently"
    r"|at this time|regrettably)\b[\s,:]*)+(?=\S)"
)


def _compile(rules: str) -> re.Pattern[str]:
    """One pattern of all rules: a line each, comments and vocabulary resolved."""
    lines = [line for line in rules.splitlines() if line and not line.startswith("# ")]
    text = "|".join(lines).replace("<the_source>", r"<this>\b(?: [\w-]+){0,3}? <source>\b")
    return re.compile(re.sub(r"<(\w+)>", lambda name: f"(?:{_VOCABULARY[name[1]]})", text))


_evasive = _compile(_EVASIVE)
_courtesy = _compile(_COURTESY)


def evasive_share(text: str) -> float:
    """Share, 0 to 1, of a text's words that stand in evasive clauses.

    A clause is a sentence, or the part of one before or after "but", "maybe" and the like. Courtesies
    beside an evasion count on neither side. A text without words is all evasion: 1.0.

    >>> evasive_share("I don't know. The fee is nine euros.")
    0.375
    """
    counts = _count(text)
    if not any(counts.values()):
        return 1.0
    told = counts["evasive"] + counts["answer"]
    return counts["evasive"] / told if told else 0.0


def is_abstention(text: str) -> bool:
    """Whether a text declines to answer: it is evasive and gives no answer beside.

    A text without words, an empty one above all, is an abstention: it claims nothing that could be right
    or wrong. A hedge with an answer after it, or an answer with a gap in it, is none; nor is a
    referral alone, which may be the answer.

    >>> is_abstention("I'm sorry, the documents do not mention the fee.")
    True
    >>> is_abstention("Not sure, maybe nine euros.")
    False
    """
    counts = _count(text)
    if not any(counts.values()):
        return True
    return counts["evasive"] > 0 and counts["answer"] == 0


def _count(text: str) -> dict[Stance, int]:
    """Words of a text by the stance of their clause."""
    counts: dict[Stance, int] = {"evasive": 0, "courtesy": 0, "answer": 0}
    for sentence in sentences(text):
        for clause in _TURN.split(sentence):
            words = len(_WORDS.findall(clause))
            if words:
                counts[_stance(clause)] += words
    return counts


def _stance(clause: str) -> Stance:
    """What one clause does. Quotations are left out of sight: their words are another's."""
    plain = " ".join(clause.replace("’", "'").lower().split()).strip("\"“”'*_()[] ")
    plain = _QUOTED.sub("", plain).strip(" .!?,:…\"'*")
    plain = _LEAD.sub("", plain)
    if _evasive.search(plain):
        return "evasive"
    return "courtesy" if _courtesy.search(plain) else "answer"
