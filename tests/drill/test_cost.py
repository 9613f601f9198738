import asyncio

from imgsvc.drill.cost import Cost, measure
from tests.drill.servers import serving


def test_cheap_pictures_are_no_load():
    assert Cost(0.005, 0.02).load(200, 2.5) == ""
    assert list(Cost(0.005, 0.02).warnings()) == []


def test_a_picture_that_keeps_the_server_busy_by_itself_is_load():
    assert "100% of what the server can do" in Cost(0.2, 0.2).load(10)


def test_large_pictures_beside_it_are_load():
    assert "raw:1" in Cost(0.005, 1.0).load(200, 2.5)


def test_a_server_that_makes_many_at_once_can_do_more():
    assert Cost(0.1, 0.1).load(40) == ""


def test_what_costs_much_is_warned_of_by_its_option():
    words = [warning.partition(" takes")[0] for warning in Cost(0.1, 0.9).warnings()]

    assert words == ["the picture of --url", "the picture of --large-url"]


def test_the_cost_is_that_of_answers():
    async def session() -> Cost:
        async with serving() as target:
            return await measure(target, "/a", "/b")

    cost = asyncio.run(session())

    assert cost.picture > 0
    assert cost.large > 0
