"""A response is held until Flask is done with it, and a long one is passed on."""

from webapp.server.response_buffer import ResponseBuffer

START = {"type": "http.response.start", "status": 200, "headers": []}


def body(size: int, more: bool = True) -> dict:
    return {"type": "http.response.body", "body": bytes(size), "more_body": more}


async def test_buffer_holds_a_response_until_it_is_flushed():
    sent = []

    async def send(message):
        sent.append(message)

    messages = [START, body(10), body(0, more=False)]
    buffer = ResponseBuffer(send, most=10)
    for message in messages:
        await buffer.send(message)
    assert sent == []
    await buffer.flush()
    assert sent == messages


async def test_buffer_passes_on_a_long_response():
    sent = []

    async def send(message):
        sent.append(message)

    buffer = ResponseBuffer(send, most=10)
    for message in (START, body(10), body(1)):
        await buffer.send(message)
    assert sent == [START, body(10), body(1)]
    await buffer.send(body(0, more=False))
    assert len(sent) == 4
    await buffer.flush()
    assert len(sent) == 4
