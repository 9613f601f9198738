import asyncio
import io

import pytest
from PIL import Image

from imgsvc.drill.client import Answer, Target, ask
from imgsvc.drill.stub_origin import picture, stub_origin


def asked(path: str) -> Answer:
    async def session() -> Answer:
        async with stub_origin() as port:
            return await ask(Target("127.0.0.1", port), path, 1)

    return asyncio.run(session())


def test_its_picture_is_one():
    with Image.open(io.BytesIO(picture())) as image:
        assert (image.size, image.mode) == ((64, 64), "L")
        image.load()


@pytest.mark.parametrize("path", ["/hang/1.png", "/drip/1.png"])
def test_a_slow_path_does_not_come_to_an_end(path):
    assert asked(path).status == 0


def test_it_serves_pictures_too(tmp_path):
    async def session() -> bytes:
        async with stub_origin() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /good.png HTTP/1.1\r\n\r\n")
            data = await reader.read()
            writer.close()
            return data

    assert asyncio.run(session()).endswith(picture())
