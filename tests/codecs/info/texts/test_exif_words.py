from imgsvc.codecs.info.texts.exif_tags import DETAILS, INTEROPERABILITY, MAIN, POSITION
from imgsvc.codecs.info.texts.exif_words import COMPONENTS, EXIF_VERSIONS, WORDS


def test_words_are_for_tags_that_there_are() -> None:
    names = {tag.name for tags in (MAIN, DETAILS, POSITION, INTEROPERABILITY) for tag in tags.values()}

    assert WORDS.keys() <= names


def test_every_orientation_has_its_words() -> None:
    assert WORDS["Orientation"].keys() == set(range(1, 9))


def test_a_version_of_four_digits_is_told_without_its_zeros() -> None:
    assert (EXIF_VERSIONS["0230"], EXIF_VERSIONS["0232"]) == ("Exif Version 2.3", "Exif Version 2.32")


def test_components_are_counted_from_none() -> None:
    assert COMPONENTS[0] == "-"
