from imgsvc.codecs.info.texts.exif_tags import DETAILS, INTEROPERABILITY, MAIN, POSITION


def test_a_title_stands_for_one_tag_of_a_directory() -> None:
    for tags in (MAIN, DETAILS, POSITION, INTEROPERABILITY):
        titles = [tag.title for tag in tags.values()]
        assert len(set(titles)) == len(titles)


def test_titles_are_those_of_the_documentation() -> None:
    told = {tag.name: tag.title for tag in (*MAIN.values(), *DETAILS.values())}

    assert told["DateTime"] == "Date and Time"
    assert told["DateTimeOriginal"] == "Date and Time (Original)"
    assert told["ApertureValue"] == "Aperture"


def test_a_name_in_the_standard_has_no_blank() -> None:
    names = [tag.name for tags in (MAIN, DETAILS, POSITION, INTEROPERABILITY) for tag in tags.values()]

    assert [name for name in names if " " in name] == []
