"""A key that comes again with another body is refused, which has tests of its own: here each valid key comes once."""

import re
import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers or {}
    for name, value in headers.items():
        if name.lower() == "idempotency-key" and re.fullmatch(r"[\x21-\x7e]{1,200}", str(value)):
            headers[name] = f"{value}-{uuid.uuid4()}"
