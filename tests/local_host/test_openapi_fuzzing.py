"""Whatever a caller sends, the answer is one that the OpenAPI document describes: calls drawn from it, seeded."""

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from tests.local_host.processes import LocalHost

# An opaque cursor is any text to a schema, a blank value of a query counts as absent, and here nobody needs to sign in.
CHECKS_THAT_CANNOT_HOLD: list[Any] = [positive_data_acceptance, negative_data_rejection, ignored_auth]

bounded = settings(
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.usefixtures("served_database")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_any_call_is_answered_as_described(fast_host: LocalHost, mode: GenerationMode) -> None:
    document = schemathesis.openapi.from_url(f"http://localhost:{fast_host.port}/api/openapi.json")
    answered: list[str] = []
    for found in document.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]

        @bounded
        @given(operation.as_strategy(generation_mode=mode))
        def check_answer(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(excluded_checks=CHECKS_THAT_CANNOT_HOLD)
            answered.append(case.operation.label)

        with suppress(Unsatisfiable):  # nothing can be wrong about a call without parameters
            check_answer()
    assert len(answered) > 100
    assert len(set(answered)) > 12
