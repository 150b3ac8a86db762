"""What schemathesis cannot know of the APIs."""

import atexit
import re
import uuid
from collections import Counter

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

tag = st.sampled_from(['"1"', '"2"', '"3"', 'W/"1"', '""', '"another"'])
schemathesis.openapi.format("entity-tags", st.just("*") | st.lists(tag, min_size=1, max_size=3).map(", ".join))


zones = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Africa/Cairo"]
schemathesis.openapi.format("time-zone", st.sampled_from(zones))

# How many cases each operation got: one that ends early does so without a word.
cases = Counter()


@atexit.register
def tell_cases():
    for operation, number in sorted(cases.items()):
        print(f"{number} cases of {operation}")


# Ids that were made, by the path that made them.
made = {}


@schemathesis.hook
def after_call(context, case, response):
    cases[case.operation.label] += 1
    if case.method == "POST" and response.status_code == 201:
        made.setdefault(case.path, []).append(response.json()["id"])


def ask_for_what_is_there(case):
    """Puts an id that is there in the place of a valid one: each in turn, and one that DELETE gets no more."""
    drawn = case.meta.components.get(ParameterLocation.PATH)
    ids = made.get(case.path.partition("/{id}")[0])
    if ids and drawn and drawn.mode.is_positive:
        case.path_parameters["id"] = ids.pop()
        if case.method != "DELETE":
            ids.insert(0, case.path_parameters["id"])


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key that comes again with another body is refused, which has tests of its own: here each valid key comes once."""
    if case.meta and case.meta.phase.name == TestPhase.FUZZING:
        ask_for_what_is_there(case)
    headers = case.headers or {}
    for name, value in headers.items():
        if name.lower() == "idempotency-key" and re.fullmatch(r"[\x21-\x7e]{1,200}", str(value)):
            headers[name] = f"{value}-{uuid.uuid4()}"
