"""Does a text decline to answer? Rules over its clauses; no model.

Each clause is evasive ("the context does not mention it"), a courtesy that says nothing of the matter
("I'm sorry", "please contact support"), or an answer. English only.

Measured on three sets of our own phrasings (`tests/toys/phrasings.py`), each at first sight, before the
rules were mended with it: 50 of 115 that decline recognised, 1 false alarm on 101 answers; 13 of 40, 7 on 40
answers made to look alike; last 25 of 35 (recall .71), 1 on 35 (precision .96). Mended, the rules
recognise 175 of all 190 and raise no false alarm on 176, which says how they fit these and no more: expect
seven in ten of unseen refusals. Where only the question tells, a judge must (`Task.DECLINING`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from bakeoff.evals.text import sentences

Stance = Literal["evasive", "courtesy", "answer"]

# The vocabulary of the rules below: <name> in a rule stands for one of these alternatives.
_VOCABULARY = {
    "not": "n't|nt| not",
    "source": (
        "contexts?|passages?|documents?|documentation|docs|text|articles?|excerpts?|sources?"
        "|snippets?|materials?|information|knowledge base|search results|records?|manual"
        "|paragraphs?|conversation|corpus|handbook|guide|notes|pages?|sections?|reports?|leaflet"
        "|brochure|wiki|faq|e-?mails?|contract|letter|catalogue|website|web page|files?|sheet|pdf|transcript"
    ),
    "this": "the|this|that|these|those|my|your|our|any",
    "be": "is|are|was|were",
    "cannot": (
        "can't|cant|cannot|can not|couldn't|could not|am unable to|'m unable to|are unable to"
        "|'re unable to|was unable to|am not able to|'m not able to|was not able to|wasn't able to"
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
        "information|info|details?|knowledge|answers?|mention|context|clue|idea|specifics"
        "|insights?|opinions?|data on|data about|data regarding|data for|data available"
        "|data to|real-time data|statements?|records?|indication|references?|hint"
    ),
    "results": "information|info|details?|answers?|mention|context|data|results?|documents?|passages?",
    "things": (
        "anything|information|info|details?|knowledge|answers?|mention|clue|specifics|data|names?|dates?|figures?"
    ),
    "asked_for": (
        "information|info|details?|answers?|mention|indication|references?|statements?|entry|entries|records?"
        "|figures?|dates?|years?|names?|numbers?|amounts?|values?|reasons?|specifics|hint|data|time"
    ),
    "silence": (
        "(?:do|does|did|has|have)(?:n't|nt| not)(?: \\w+ly| seem to| appear to| even)?|never"
        "|(?:fails?|failed|neglects?) to|stops? short of|avoids?"
    ),
    "treat": (
        "mention|say|state|specif|discuss|address|indicate|answer|describ|reveal|explain|disclos|clarif|refer"
        "|touch|nam(?:e|ing)|tell|bring|go(?:es)? into|talk about|let (?:me|us)|permit an?y?|elaborat"
        "|deal with"
    ),
    "holds": "(?:give|offer|make|contain|hold|provide|include|state|name)s?|has|have",
    "state": "mention|say|state|specify|indicate|tell|reveal|disclose|explain|discuss|address",
    "whether": "who|whom|whose|what|when|where|which|why|how|whether|if",
    "is": "is|are|was|were|has been|have been",
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
^(?:do(?:n't|nt| not) know|dunno|idk|no idea|no clue)\b
^(?:not sure|unsure)(?=$|[,:]| (?:about|of|<whether>)\b)
\bi (?:have no|haven't an?y?|have absolutely no) (?:idea|clue|way of knowing)\b
\b(?:i|we)(?: \w+)? (?:do|did)<not>(?: \w+)? have (?:<enough> )*(?:\w+ )?(?:access|<information>)\b
\b(?:i|we)(?: \w+)? (?:have|had|found|see|find) <no> (?:<enough> )*<information>\b
\b(?:i am|i'm|we are|we're)(?: \w+)? not(?: \w+)? (?:sure|certain|aware|familiar)\b
\b(?:i am|i'm|we are|we're)(?: \w+)? (?:unsure|uncertain|unaware)\b
\b(?:i|we)(?: \w+)? (?:lack|haven't got|have not got|hold no|wasn't given)\b.*\b<asked_for>\b
\b(?:i|we)(?:'d| would) need (?:more|further|additional) <information>\b
^my (?:knowledge|training|data)\b.*<not>
\bnot something (?:that )?(?:(?:i|we) (?:have|know)|<the_source>)\b
\b(?:i am|i'm|we are|we're) not (?:finding|seeing)\b|\bi(?:'d| would) (?:only |just )?be guessing\b
\bi wish i knew\b|\bguess is as good as mine\b|\bbeats me\b
\b(?:beyond|outside)(?: of)? (?:my|our|(?:the scope of|what) (?:my|our|this|<the_source>))\b
\b(?:goes|is|falls|lies) (?:beyond|outside)(?: of)? <the_source>
# inability and refusal
\b(?:i|we)(?: \w+)? ?<cannot>(?: \w+)? <find_out>\b
^(?:sorry,? )?<cannot>(?: \w+)? (?:<find_out>|help|assist)\b
\b(?:i|we) (?:did|do|have)<not>(?: \w+)? (?:find|found|see|seen|locate)\b.{0,60}?\b(?:<things>|<source>)\b
\b(?:i|we)(?: \w+)? (?:have|had|found|find|see) nothing\b|\bone <cannot>(?: \w+)? (?:conclude|<find_out>)\b
\b(?:i|we)(?:'d| would) (?:need|have) to (?:see|know|read|check)\b.*\bto (?:answer|say|tell|know|help)\b
<not>\b.*\bthat (?:i|we) (?:can|could) (?:find|see)\b
\b(?:i|we) (?:was|were)<not> given\b.*\b<asked_for>\b
\bi(?: \w+)? ?<cannot>(?: \w+)? <help>\b
^(?:i|we) can only (?:answer|help|assist|discuss|talk)\b.*\b(?:questions?|quer(?:y|ies)|about|with)\b
\bi(?: \w+)? ?<cannot>(?: \w+)? <give>\b.*\b<given>\b
\bi (?:won't|will not|would rather not|must decline|have to decline|decline to|refuse to)\b|\bi'd rather not\b
\b(?:not something|nothing) (?:that )?i (?:can|could)\b
\bcan(?:'t|t|not| not) be (?:\w+ly )?(?:answered|determined|inferred|established|known)\b
\b(?:impossible|not possible|hard|difficult) (?:for (?:me|us) )?to <find_out>\b
\bno way (?:to (?:know|tell|say|determine)|of (?:knowing|telling))\b
\bunanswerable\b|(?:\bun|\bnot |n't )clear (?:from|based on|in|given) (?:the|this|what)\b
\banswer (?:is|remains) (?:unknown|unclear|not (?:known|given|provided|available|stated|specified))\b
# the sources are silent
\b<source>\b.{0,60}?\b(?:do|does|did)<not> (?:\w+ly |seem to |appear to |even )?<tell>\b
\b<source>\b.{0,60}?\b(?:do|does|did)<not> (?:\w+ly |seem to )?<contain> (?:\w+ ){0,2}?<things>\b
^(?:it|they|those|these)(?: \w+)? (?:do|does|did)<not> (?:\w+ly |seem to |appear to |even )?<state>\b
^(?:it|they) (?:can't|cannot|can not|could not|couldn't) (?:tell|answer) (?:us|me|you)\b
\bit(?:'s| <be>)(?: un| not |n't )clear <whether>\b
\b(?:i|we) ?<cannot>(?: \w+)? see\b.{0,60}?\b<things>\b
\bnothing (?:that )?(?:i|we)(?:'ve| have)\b
\b<source>\b.{0,60}?\b<silence> <treat>
\b<source>\b.{0,40}?\b(?:has|have|had|says?|said|offers?|contains?) nothing\b(?! (?:else|but|more|other))
\bnowhere in <the_source>
\b(?:searched|looked|checked|read)\b.*\bdid<not> find\b
\b(?:none|neither) of (?:the|these|those|them)\b.{0,40}?\b(?:<state>|answer|talk|deal)s?\b
\b(?:<source>|it|they)\b.{0,60}?\b<holds> no <asked_for>\b
\bleaves? (?:it )?open <whether>\b
\bit(?:'s| <is>)<not> (?:\w+ly )?<told> <whether>\b
^(?:it|that|this)(?:'s| <is>)<not> (?:\w+ly )?<told>(?: (?:here|anywhere|there))?$
\b<asked_for>\b.{0,40}? (?:<be> (?:missing|absent|lacking)|(?:not|n't)(?: be)? found) (?:from|in) \w+
^(?:context|evidence|<asked_for>) (?:insufficient|missing|unavailable|not <told>\b.*)$
^<holds> no <asked_for>\b
\bno (?:\w+ ){1,4}?<is> (?:\w+ly )?(?:mentioned|stated|specified|indicated|listed|named)\b
^no <asked_for>\b.{0,60}?\b<is> (?:\w+ly )?<told>\b
\b<asked_for>\b.{0,30}? <is><not> (?:\w+ly )?(?:given|provided|indicated|available)$
\bnothing (?:(?:in|from) (?:there|here|it|them)|here|about|<is> (?:said|stated|mentioned|written))\b
\b(?:insufficient|not enough|too little) evidence\b
(?:\bnot|n't) (?:\w+ly )?<told> (?:anywhere )?(?:in|by|within|from|on) (?:<the_source>|context\b)
(?:\bnot|n't) (?:\w+ly )?(?:mentioned|stated|specified|disclosed)(?: anywhere)?$
\b(?:there <be>|there's|contains?|provides?|gives?) <no> (?:<enough> )*<information>\b
\bthere <be><not> (?:<enough> )*<information>\b
^(?:there was |found )?<no> (?:<enough> |matching )?<results>(?: <found>\b.*)?$
\b(?:returned|yielded|gave) no (?:matching |relevant )?<results>(?:$| (?:that|for|about|on|matching)\b)
^no mention\b|\bthere(?:'s| <be>)<not> a (?:single )?<information>\b
\b(?:nothing|none) (?:in|of) <the_source>
\b<source> <be> (?:inconclusive|insufficient|not sufficient|silent|not enough|unavailable|not available)\b
(?:\bnot|n't) (?:in|part of|contained in|covered by) (?:<the_source>|what (?:i|we)\b)
\babsent from <the_source>
^(?:unknown|n/a|no answer|no comment|no response|information not available)$
^not (?:available|specified|mentioned|stated|known|given|provided|found|applicable)$
# there is no such thing
\bdo(?:es)?<not> exist\b|\bno such thing\b|\bno (?:\w+ ){1,2}?(?:named|called) .*\bexists?\b
\bno such \w+ (?:<is>|exists?|appears?)\b|\bby that name\b|\bthinking of (?:another|a different)\b
^the (?:question|premise) (?:assumes|presupposes|(?:appears|seems) to be (?:mistaken|wrong|false))\b
"""

# The denial of a thing with a proper name: a yes-or-no answer has a common noun ("There is no data plan").
_DENIAL = re.compile(
    r"(?:[Tt]here(?:'s| is| was| are)|\b[Ww]e have) no [A-Z][\w-]*(?: [A-Z0-9][\w-]*)+"
    r"(?: (?:in|on|among|at) (?:our|the|your|this) \w+)?\W*$"
)

_COURTESY = r"""
^(?:(?:i'm|i am|we're|we are) )?(?:so |very |really |truly )?sorry\b
^(?:i |we |my |our )?(?:sincerely |do )?apolog\w+
^(?:hi|hello|hey|dear|hmm+|well|ah|oh|i see|thanks?|thank you|ok|okay|sure)\b(?:[\s,]+\w+){0,9}$
^(?:please )?(?:forgive|pardon|excuse)\b|^(?:honestly|frankly|whoops|oops)$
^(?:i|we)(?: have| did)? (?:\w+ )?(?:looked|searched|checked|look|search|went through|read|tried)\b
^i(?:'d| would) (?:love|like|be happy|be glad) to (?:help|assist|answer)\b
^(?:based on|according to|judging by|going by|looking at|given) <the_source>$
^<the_source> (?:say|state|name|list|tell|explain|describe)s? <whether>\b
^(?:it|they|<the_source>) <tell>s? .*\bonly$
^(?:that's |that is |this is )?an? (?:good|great|interesting|excellent|tricky|hard) question\b
^(?:please|kindly|feel free|let me know|(?:is|are) there|could you|can you|would you|do you|may i)\b
^(?:instead |then |perhaps )?you ?<may>(?: \w+)? (?:(?:want|wish|try|need) to )?<refer>\b
^(?:i|we)(?:'d| would)? (?:\w+ )?(?:recommend|suggest|advise|encourage|need|be happy|be glad|be able)\b
^if (?:you|there)\b.*\b<offer>\b
^i (?:can|could|will|am happy|am here|hope|am able)(?: \w+)? ?(?:help|assist|try|answer|to|this|with|look)\b
^i'(?:m|ll|d) (?:\w+ )?(?:happy|here|glad|help|try|look)\b
^for (?:more|further|accurate|up-to-date|additional|the most|the latest)\b
^(?:it|they|<the_source>) (?:only|just|merely|mainly|primarily|mostly|solely) <tell>s?\b
^(?:it|they|<the_source>|<source> \d+|<source> \[\d+\]) (?:discuss|describe|focus|deal|talk)(?:s|es)?\b
^<the_source>(?: (?:that )?(?:you|i|we)[\w' ]{0,30})? (?:is|are) about\b
^as an? (?:ai|artificial|language|large|virtual|digital|automated)\b
^my (?:knowledge|training|information|data|sources?)\b
^i (?:only|just) (?:have|know|can|cover|answer|see|deal)\b
"""

_WORDS = re.compile(r"\w+(?:['’-]\w+)*")
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")

# "While I cannot verify it, the passage says …": the concession by itself.
_CONCESSION = re.compile(r"^(?:while|although|though|even though)\b[^,;]{0,200},\s+", re.IGNORECASE)

# Where a sentence turns from hedge to answer, or back.
_TURN = re.compile(
    r"\s*(?:;|—|\s[–-]+\s)\s*"
    r"|,?\s+(?=(?:but|however|although|though|yet|nevertheless)\b\W*\w)"
    r"|,\s+(?=(?:maybe|perhaps|probably|possibly|presumably|i think|i believe|i guess|i'd say|it might|it may"
    r"|it is|it's|so)\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:but|however|although|though|while|yet|nevertheless|and|so|unfortunately|sadly|answer|response|currently"
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


@lru_cache(maxsize=4_096)
def _count(text: str) -> Mapping[Stance, int]:
    """Words of a text by the stance of their clause; a run reads each answer several times."""
    counts: dict[Stance, int] = {"evasive": 0, "courtesy": 0, "answer": 0}
    for sentence in sentences(text):
        for clause in _clauses(sentence):
            words = len(_WORDS.findall(clause))
            if words:
                counts[_stance(clause)] += words
    return counts


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence; a colon parts two only where what stands before it is evasive."""
    conceded = _CONCESSION.match(sentence)
    start = conceded.end() if conceded else 0
    clauses = [sentence[:start]] if conceded else []
    for clause in _TURN.split(sentence[start:]):
        before, colon, after = clause.partition(": ")
        clauses.extend([before, after] if colon and _stance(before) == "evasive" else [clause])
    return clauses


def _stance(clause: str) -> Stance:
    """What one clause does. Quotations are left out of sight: their words are another's."""
    plain = " ".join(clause.replace("’", "'").lower().split()).strip("\"“”'*_()[] ")
    plain = _QUOTED.sub("", plain).strip(" .!?,:…\"'*")
    plain = _LEAD.sub("", plain)
    if _evasive.search(plain) or _DENIAL.search(clause):
        return "evasive"
    return "courtesy" if _courtesy.search(plain) else "answer"
