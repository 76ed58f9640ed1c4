"""Signatures of webhooks, against the reference's own vector and its own reader."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from fieldsync.notices.signing import make_secret, signed_headers


def test_the_vector_of_the_reference():
    headers = signed_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330")


@given(st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=20)))
def test_the_reference_reads_what_either_secret_signed_and_nothing_else(content):
    import json

    body = json.dumps(content).encode()
    new, old, strange = make_secret(), make_secret(), make_secret()
    headers = signed_headers([new, old], "some-id", datetime.now(UTC), body)
    for secret in (new, old):
        assert Webhook(secret).verify(body, headers) == content
    with pytest.raises(WebhookVerificationError):
        Webhook(strange).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(body + b" ", headers)


def test_secrets_are_long_and_never_the_same():
    made = {make_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(one.startswith("whsec_") and len(one) == 50 for one in made)
