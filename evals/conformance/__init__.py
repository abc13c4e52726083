"""The conformance kit: what every system and every suite has to keep to, ours and third parties'.

In the tests of a plug-in:

    from bakeoff.evals.conformance import check_system

    def test_my_system_conforms() -> None:
        check_system(lambda: MySystem(url="http://127.0.0.1:8080"), secrets=["my key"])

Each function raises one `ConformanceError` (an AssertionError) that lists all problems it found.
"""

from bakeoff.evals.conformance.problems import ConformanceError
from bakeoff.evals.conformance.suites import check_suite
from bakeoff.evals.conformance.systems import check_system

__all__ = ["ConformanceError", "check_suite", "check_system"]
