import pytest

from imgsvc.options.formats import BY_WORD, Format, format_named


def test_jpg_is_jpeg() -> None:
    assert format_named("jpg") is format_named("jpeg") is Format.JPEG


@pytest.mark.parametrize("word", ["JPG", "", "eps", ".png"])
def test_a_name_is_spelled_exactly(word: str) -> None:
    with pytest.raises(ValueError, match="is not one of"):
        format_named(word)


def test_no_two_formats_share_a_word_an_extension_or_a_media_type() -> None:
    assert {BY_WORD[each.word] for each in Format} == set(Format)
    assert len({each.media_type for each in Format}) == len({each.extension for each in Format}) == len(Format)


@pytest.mark.parametrize("each", Format)
def test_an_extension_without_its_dot_names_the_format(each: Format) -> None:
    assert format_named(each.extension.removeprefix(".")) is each
    assert each.traits.media_type == each.media_type
