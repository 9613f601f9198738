"""The playground as people use it, in a real Chromium; no test passes if that complains of anything."""

import os
from pathlib import Path

import pytest

from imgsvc.url.path import split_path
from imgsvc.url.table import OPTIONS
from tests import images
from tests.playground.browsing import Visit
from tests.playground.specified import spec_paths, urls
from tests.playground.stub import playground

SCREENSHOTS = Path(__file__).parents[2] / "build" / "playground"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_it_begins_with_a_picture_of_ours_and_its_url(visit):
    page = visit()

    assert page.size() == (400, 400)
    assert page.shown_url() == "/demo/rs:fill:400:400/plain/local:///meadow.jpg@webp"
    assert "WebP" in page.text("#result-facts")
    assert "1200 × 800" in page.text("#source-facts")
    assert "fewer bytes" in page.text("#saved")


def test_a_url_that_is_pasted_fills_the_form(visit):
    page = visit().paste("https://img.example/sig/rs:fit:200:0/q:40/plain/local:///bird.png@jpg")

    assert page.use("resize").locator("select").first.input_value() == "fit"
    assert page.use("quality").locator("input").first.input_value() == "40"
    assert page.page.input_value("#source") == "local:///bird.png"
    assert page.page.input_value("#extension") == "jpg"
    assert "JPEG" in page.text("#result-facts")


ROUND_TRIP = """async (urls) => {
  const { call } = await import("/api.js");
  const { Form } = await import("/form.js");
  let uses = null;
  const form = new Form(await call("form"), (changed) => (uses = [...changed]));
  const found = [];
  for (const url of urls) {
    const read = await call("read", { url });
    uses = [...read.uses];
    form.show(read.uses);
    for (const field of document.querySelectorAll("#uses input[type=text], #uses select"))
      field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
    found.push((await call("write", { ...read, uses })).target);
  }
  return found;
}"""


def test_every_url_of_the_specification_comes_back_from_the_form_as_it_was_meant(visit):
    paths, parser = spec_paths(), urls().parser

    written = visit().page.evaluate(ROUND_TRIP, paths)

    meant = [
        (parser.parse(split_path(path).rest), parser.parse(split_path(back).rest))
        for path, back in zip(paths, written, strict=True)
    ]
    assert len(meant) > 200
    assert [pair for pair in meant if pair[0] != pair[1]] == []


def test_a_field_that_is_changed_changes_the_url_and_the_picture(visit):
    page = visit("/demo/rs:fit:200:200/plain/local:///meadow.jpg")

    page.after(lambda: page.use("resize").locator("input").first.fill("90"))

    assert page.shown_url() == "/demo/rs:fit:90:200/plain/local:///meadow.jpg"
    assert page.size() == (90, 60)


def test_a_page_that_is_loaded_again_shows_what_it_showed(visit):
    page = visit().paste("/demo/w:90/plain/local:///meadow.jpg")

    page.page.reload()

    assert page.settled().shown_url() == "/demo/w:90/plain/local:///meadow.jpg"


def test_a_link_from_elsewhere_has_nothing_fetched(visit):
    page = visit()

    page.page.goto(f"{page.url}?url=/demo/w:90/plain/http://127.0.0.1/#/demo/w:90/plain/http://127.0.0.1/")

    assert "local:///meadow.jpg" in page.settled().shown_url()


def test_every_option_is_offered_once_and_can_be_found(visit):
    page = visit()
    names = page.page.locator("#catalog li").evaluate_all("rows => rows.map(row => row.dataset.option)")
    assert names == [row.names[0] for row in OPTIONS]

    page.page.fill("#search", "eye")

    assert "gravity" in page.page.locator("#catalog li:visible b").all_inner_texts()


@pytest.mark.parametrize("part", range(4))
def test_every_option_is_added_with_its_example_and_gives_a_picture_or_a_reason(visit, part):
    page = visit("/demo/w:120/plain/local:///meadow.jpg@png")

    for row in OPTIONS[part::4]:
        page.paste("/demo/w:120/plain/local:///meadow.jpg@png")
        page.after(page.page.get_by_role("button", name=f"Add {row.names[0]}", exact=True).click)
        assert f"/{row.example}/" in page.shown_url() or page.text("#trouble"), row.names
        assert page.page.locator("#result-sheet > *").count() or page.text("#trouble"), row.names


def test_an_option_can_be_taken_away_again(visit):
    page = visit("/demo/w:90/bl:3/plain/local:///meadow.jpg")

    page.after(page.page.get_by_role("button", name="Remove bl").click)

    assert page.shown_url() == "/demo/w:90/plain/local:///meadow.jpg"


def test_an_error_is_shown_as_the_operator_reads_it(visit):
    page = visit().paste("/demo/q:101/plain/local:///meadow.jpg")

    assert "ArgumentError, 404" in page.text("#trouble")
    assert "an integer from 0 to 100" in page.text("#trouble")
    assert "docs/url.md" in page.text("#trouble")


def test_a_source_that_cannot_be_had_is_said_not_to_be_and_why(visit):
    page = visit().paste("/demo/w:90/plain/local:///none.jpg")

    assert "SourceUnreachableError" in page.text("#trouble")
    assert "none.jpg" in page.text("#trouble")


def test_what_comes_after_an_error_is_shown_again(visit):
    page = visit().paste("/demo/q:101/plain/local:///meadow.jpg")

    page.paste("/demo/w:90/plain/local:///meadow.jpg")

    assert page.page.locator("#trouble").is_hidden()
    assert page.size() == (90, 60)


def test_a_sample_is_chosen_by_its_picture(visit):
    page = visit()

    page.after(page.page.get_by_role("button", name="bird.png").click)

    assert "/plain/local:///bird.png" in page.shown_url()


def test_an_animation_is_shown_as_one(visit):
    page = visit("/demo/w:90/plain/local:///waves.gif@webp")

    assert "frames" in page.text("#plan")
    assert page.size()[0] == 90


def test_what_is_kept_is_drawn_over_the_source(visit):
    page = visit("/demo/rs:fill:100:100/g:we/plain/local:///meadow.jpg")
    box = page.page.locator("#source-sheet .box.kept")

    area, source = box.bounding_box(), page.page.locator("#source-sheet > img").bounding_box()
    assert area["x"] == pytest.approx(source["x"], abs=2)
    assert area["width"] == pytest.approx(source["width"] * 2 / 3, abs=2)
    page.page.uncheck("#boxes")
    assert box.count() == 0


def test_the_picture_is_drawn_where_it_lies_in_what_is_laid_around_it(visit):
    page = visit("/demo/rs:fit:200:200/ex:1:so/pd:10:40/plain/local:///meadow.jpg@png")

    areas = [page.page.locator(f"#result-sheet .box.{name}").bounding_box() for name in ("padding", "extend")]

    result = page.page.locator("#result-sheet > img").bounding_box()
    assert page.size() == (280, 220)
    assert [area["y"] - result["y"] for area in areas] == pytest.approx([10, 77], abs=2)
    assert [area["height"] for area in areas] == pytest.approx([200, 133], abs=2)


def test_a_click_on_the_source_sets_the_focus_point_and_arrows_move_it(visit):
    page = visit("/demo/rs:fill:100:100/plain/local:///meadow.jpg")
    source = page.page.locator("#source-sheet > img").bounding_box()

    place = {"x": source["width"] / 4, "y": source["height"] / 2}
    page.after(lambda: page.page.locator("#source-sheet > img").click(position=place, force=True))
    assert "/g:fp:0.25:0.5/" in page.shown_url()
    page.after(lambda: page.page.locator(".cross").press("ArrowRight"))

    assert "/g:fp:0.27:0.5/" in page.shown_url()


def test_the_slider_lays_what_is_kept_of_the_source_over_the_result(visit):
    page = visit("/demo/rs:fill:300:300/g:ea/plain/local:///meadow.jpg")
    page.choose_view("Slider")

    page.page.locator("#share").fill("25")

    result = page.page.locator("#slider-sheet > img").bounding_box()
    source = page.page.locator(".cover img").bounding_box()
    assert source["x"] + source["width"] == pytest.approx(result["x"] + result["width"], abs=2)
    assert source["height"] == pytest.approx(result["height"], abs=2)
    assert page.page.locator(".window").evaluate("each => each.style.clipPath") == "inset(0px 75% 0px 0px)"


def test_formats_and_qualities_are_compared_by_bytes_and_likeness(visit):
    page = visit("/demo/w:120/plain/local:///meadow.jpg")
    page.choose_view("Compare")
    page.page.fill("#qualities", "30, 90")

    page.page.click("#compare-start")
    page.page.locator("#tiles li").nth(5).wait_for()

    tiles = page.page.locator("#tiles li").all_inner_texts()
    sizes = page.page.locator("#tiles li").evaluate_all("tiles => tiles.map(tile => Number(tile.dataset.bytes))")
    assert sizes == sorted(sizes)
    assert all("SSIM\u00a00." in text for text in tiles)
    page.after(page.page.get_by_role("button", name="Use jpg at 30").click)
    assert page.shown_url() == "/demo/w:120/q:30/plain/local:///meadow.jpg@jpg"


def test_it_can_be_copied_as(visit):
    page = visit(
        "/demo/rs:fit:100:100/plain/local:///meadow.jpg@webp", permissions=["clipboard-read", "clipboard-write"]
    )

    page.page.locator("#snippets label", has_text="<img>").click()
    page.page.click("#copy")

    page.page.get_by_role("button", name="Copied").wait_for()
    assert page.page.evaluate("navigator.clipboard.readText()").startswith('<img src="http://127.0.0.1:')


def test_what_is_overtaken_is_not_waited_for(visit):
    page = visit("/demo/w:90/plain/local:///meadow.jpg")
    field = page.use("width").locator("input").first

    for width in range(100, 160, 4):
        field.fill(str(width))

    page.page.locator("#result-facts", has_text="156 × 104").wait_for()
    assert page.shown_url() == "/demo/w:156/plain/local:///meadow.jpg"


HOSTILE = "\"><img src=x onerror=alert(1)><script>alert(2)</script>'`${7*7}"


def test_a_stranger_s_words_are_shown_and_never_run(visit):
    page = visit()
    page.page.on("dialog", lambda dialog: page.complaints.append(dialog.message))

    page.after(lambda: page.page.fill("#source", f"local:///{HOSTILE}"))
    page.after(lambda: page.page.locator("#url").fill(f"/demo/fn:{HOSTILE}/plain/local:///meadow.jpg"))

    assert page.page.locator("img[src=x], main script").count() == 0


def test_a_file_that_is_dropped_is_shown_under_its_own_name_whatever_that_is(visit):
    page = visit()
    picture = images.encoded(images.quadrants(400, 200))

    file = {"name": f"{HOSTILE.replace('/', '')}.png", "mimeType": "image/png", "buffer": picture}
    page.after(lambda: page.page.set_input_files("#file", file))

    assert page.page.input_value("#source").startswith("dropped:///")
    assert page.size("#source-sheet > img") == (400, 200)
    assert "<script>" in page.page.locator("#samples button").last.inner_text()
    assert page.page.locator("#samples img[src=x], main script").count() == 0
    page.after(lambda: page.use("resize").locator("input").first.fill("50"))
    assert page.size() == (50, 200)


def test_a_file_may_be_dragged_in(visit):
    page = visit()
    data = page.page.evaluate_handle(
        """async () => {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [64, 32];
          const blob = await new Promise((resolve) => canvas.toBlob(resolve));
          const data = new DataTransfer();
          data.items.add(new File([blob], "drawn.png", { type: "image/png" }));
          return data;
        }"""
    )

    page.after(lambda: page.page.dispatch_event("body", "drop", {"dataTransfer": data}))

    assert page.size("#source-sheet > img") == (64, 32)
    assert "drawn.png is kept for an hour" in page.text("#dropped")


def test_what_is_no_picture_is_said_to_be_none(visit):
    page = visit()

    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    page.after(lambda: page.page.set_input_files("#file", file))

    assert "UnknownFormatError" in page.text("#trouble")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_keeps_anybody_out(visit, axe, scheme, width):
    page = visit(
        "/demo/rs:fill:100:100/g:fp:0.4:0.5/q:80/bg:ffdd99/plain/local:///meadow.jpg",
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    if os.environ.get("NAMED_PART"):
        # For whoever wants to see it, and for docs/playground.webp.
        page.screenshot(SCREENSHOTS / f"{width}-{scheme}.png")
    page.page.evaluate(axe)

    found = page.page.evaluate("async () => (await axe.run()).violations.map(each => [each.id, each.nodes[0].html])")

    assert found == []
    assert page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_closed_page_asks_for_the_secret_and_says_why(chromium, tmp_path):
    with playground(tmp_path, secret="hüsh", key="aa", salt="bb") as closed:
        page = Visit(chromium, closed.url)
        page.page.goto(closed.url)
        page.page.fill("#secret", "wrong")
        page.page.click("#unlock button")
        assert "SECRET is needed" in page.text("#reason")

        page.page.fill("#secret", "hüsh")
        page.page.click("#unlock button")

        page.page.locator("#app").wait_for()
        assert page.context.cookies() == []
        page.close()


def test_a_page_that_nobody_may_use_says_why(chromium, tmp_path):
    with playground(tmp_path, key="aa", salt="bb") as closed:
        page = Visit(chromium, closed.url)
        page.page.goto(closed.url)

        assert "set SECRET as well" in page.text("#reason")
        assert page.page.locator("#secret").is_hidden()
        page.close()


def test_the_keyboard_is_enough(visit):
    page = visit("/demo/w:90/plain/local:///meadow.jpg")

    page.page.keyboard.press("Tab")
    assert page.page.evaluate("document.activeElement.textContent") == "Skip to the picture"
    page.page.locator("#views input:checked").focus()
    page.page.keyboard.press("ArrowRight")

    assert page.page.locator("#slider").is_visible()


def test_what_is_told_of_the_source_is_shown_once_it_is_asked_for(visit):
    page = visit()
    page.page.click("#about summary")

    assert '"width": 1200' in page.text("#about-answer")
    assert page.text("#about-url").endswith("/plain/local:///meadow.jpg")
    assert "/info/" in page.text("#about-url")


def test_and_follows_the_source(visit):
    page = visit()
    page.page.click("#about summary")
    page.text("#about-answer")
    page.after(lambda: page.page.fill("#source", "local:///bird.png"))

    assert '"format": "png"' in page.text("#about-answer")
