"""The suite itself: the given samples, the metrics that the options ask for, and what they say together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.behaviour.consistency import ConsistencyMetric
from bakeoff.suites.behaviour.findings import SUITE, comparisons, style_findings
from bakeoff.suites.behaviour.formats import all_of, format_rules
from bakeoff.suites.behaviour.json_answers import read_schema, schema_rule
from bakeoff.suites.behaviour.options import WHERE, Options, Pattern
from bakeoff.suites.behaviour.patterns import check_disjoint, pattern_rule, wanted_of
from bakeoff.suites.behaviour.rubric import RubricMetric, check_judge
from bakeoff.suites.behaviour.rules import rule_metric
from bakeoff.suites.behaviour.style import StyleMetric, style_metric
from bakeoff.suites.behaviour.terminology import NO_TERMS, terminology_rule, terms_of
from bakeoff.suites.rule_metric import RuleMetric


@dataclass
class BehaviourSuite:
    """Asks the samples as they are given, and reads off the answers what tuning is meant to buy."""

    options: Options
    metrics: Sequence[Metric]
    name: str = SUITE

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """The given samples, lazily.

        Raises InputError where the judge cannot apply a rubric, at a sample whose terms are malformed or
        that a pattern both must and must not show, and at the end where a pattern selects no sample.
        """
        if self.options.rubric is not None and materials.judge is not None:
            check_judge(materials.judge)
        return _checked(materials.samples, self.options)

    def findings(self, table: ScoreTable) -> list[Finding]:
        """Every output of each system with an ancestor, and how well the style classifier tells apart."""
        found = comparisons(table, self.options.few_shot_parent, self.options.margin)
        for metric in self.metrics:
            if isinstance(metric, StyleMetric) and metric.classifier is not None:
                found += style_findings(table, metric.verdict, metric.classifier.auc, metric.parents)
        return found


def _checked(samples: Iterable[Sample], options: Options) -> Iterator[Sample]:
    patterns = _patterns(options)
    unused = set(patterns)
    for sample in samples:
        if options.terminology is not None:
            terms_of(sample, options.terminology)
        for name, pattern in patterns.items():
            check_disjoint(name, pattern, sample)
            if wanted_of(sample, pattern) is not None:
                unused.discard(name)
        yield sample
    if unused:
        name = min(unused)
        raise InputError(
            "no sample has one of the tags or domains that it names",
            where=f"{WHERE}.{name}",
            todo="mend them",
        )


def _patterns(options: Options) -> dict[str, Pattern]:
    stated = {"escalation": options.escalation, "refusal": options.refusal}
    return {name: pattern for name, pattern in stated.items() if pattern is not None}


def build(options: Options, wiring: Wiring) -> Suite:
    """The suite with a metric for each thing that the options state. InputError where one is unusable."""
    if (
        options.few_shot_parent is not None
        and wiring.systems
        and options.few_shot_parent not in wiring.systems
    ):
        raise InputError(
            f"there is no system {options.few_shot_parent!r}",
            where=f"{WHERE}.few_shot_parent",
            todo=f"the systems are: {', '.join(wiring.systems)}",
        )
    metrics: list[Metric] = [*_format_metrics(options, wiring)]
    if options.terminology is not None:
        metrics.append(_terminology(options))
    metrics += [_pattern(name, pattern) for name, pattern in _patterns(options).items()]
    if options.rubric is not None:
        metrics.append(RubricMetric(options.rubric))
    if options.style:
        metrics.append(style_metric(wiring.training))
    if options.consistency:
        metrics.append(ConsistencyMetric())
    return BehaviourSuite(options, metrics)


def _format_metrics(options: Options, wiring: Wiring) -> Iterator[RuleMetric]:
    schema = None
    settings: dict[str, JsonValue] = {}
    if options.json_schema is not None:
        stated = read_schema(options.json_schema, wiring.folder)
        schema = schema_rule(stated, allow_fence=options.allow_fence)
        settings = {"schema": dict(stated), "fence": options.allow_fence}
    rules = format_rules(options, schema)
    if rules:
        stated_rules = options.model_dump(mode="json", include={"regex", "sections", "length"})
        note = f"1 where the answer keeps all of: {', '.join(rules)}"
        yield rule_metric("format_compliance", note, all_of(rules), {**stated_rules, **settings})
    if schema is not None:
        yield rule_metric("schema_valid", "1 where the whole answer is JSON of the schema", schema, settings)


def _terminology(options: Options) -> RuleMetric:
    stated = options.terminology
    assert stated is not None

    def outside(sample: Sample) -> str | None:
        terms = terms_of(sample, stated)
        return None if terms.required or terms.forbidden else NO_TERMS

    note = "1 where all required terms are there and no forbidden one is"
    settings = stated.model_dump(mode="json")
    return rule_metric("terminology", note, terminology_rule(stated), settings, outside=outside)


def _pattern(name: str, pattern: Pattern) -> RuleMetric:
    def outside(sample: Sample) -> str | None:
        return None if wanted_of(sample, pattern) else f"{name} is not asked about this sample"

    return rule_metric(
        name,
        "1 where a stated pattern shows and must, or does not and must not",
        pattern_rule(pattern),
        pattern.model_dump(mode="json"),
        outside=outside,
        also_reads=frozenset({"tags"}),
    )


PLUGIN: Plugin[Suite] = Plugin(SUITE, Options, build)
