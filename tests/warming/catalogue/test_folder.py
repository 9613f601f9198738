from pathlib import Path

from imgsvc.warming.catalogue.folder import files


def filled(root: Path) -> Path:
    for name in ("b/2.png", "a.png", ".hidden", ".git/x", "b/.new"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"1")
    (root / "link.png").symlink_to(root / "a.png")
    (root / "around").symlink_to(root)
    return root


def test_a_folder_s_files_are_sources_but_for_hidden_ones_and_links(tmp_path):
    found = list(files(tmp_path, filled(tmp_path)))

    assert [each.source for each in found] == ["local:///a.png", "local:///b/2.png"]


def test_a_file_that_is_written_anew_has_another_mark(tmp_path):
    filled(tmp_path)
    before = {each.source: each.mark for each in files(tmp_path, tmp_path / "b")}
    (tmp_path / "b" / "2.png").write_bytes(b"22")

    assert {each.source: each.mark for each in files(tmp_path, tmp_path / "b")} != before
