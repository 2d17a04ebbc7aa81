"""Tables of pictures: what a row may say, and that whatever is wrong is told by its line and column."""

import json
from pathlib import Path

import pytest
from PIL import Image

from graycolor.errors import InputError
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.stores.manifest import read_manifest
from graycolor.stores.photographs import PHOTOGRAPHS

USUAL = PhotoOptions()


@pytest.fixture
def table(tmp_path, picture):
    """Writes a manifest beside two pictures and reads it."""
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(picture())

    def read(content, name="list.csv", options=USUAL):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        return read_manifest(PHOTOGRAPHS, tmp_path / name, options, lambda look: look)

    return read


def test_rows_have_names_hints_and_settings_of_their_own(table, tmp_path):
    wanted, refused = table(
        "path,output,hints,saturation,size,interleaved,keep,variants\n"
        'a.jpg,deep/one.png,"50%,20%,olive; 10,12,#aa3322",1.5,256,yes,lightness,2\n'
        "\n"
        "b.jpg,,,,,,,\n"
    )
    own, usual = wanted

    assert not refused
    assert (own.source, own.output) == (tmp_path / "a.jpg", "deep/one.png")
    assert [hint.color for hint in own.options.hints] == ["olive", "#aa3322"]
    assert (own.options.settings.saturation, own.options.settings.size, own.options.variants) == (1.5, 256, 2)
    assert (own.options.write.interleaved, own.options.write.keep) == (True, "lightness")
    assert (usual.source, usual.output, usual.options) == (tmp_path / "b.jpg", "b-color.jpg", None)


def test_json_lines_say_the_same(table, tmp_path):
    (tmp_path / "hints.json").write_text('[{"x": 1, "y": 2, "color": "red"}]')
    rows = [
        {"path": "a.jpg", "hints": ["1,2,red", {"x": "50%", "y": "20%", "color": "olive"}], "saturation": 2},
        {"path": "b.jpg", "hints": "hints.json", "output": "x.webp", "look": None},
    ]
    wanted, _ = table("\n".join(map(json.dumps, rows)), "list.jsonl")

    assert [[hint.color for hint in each.options.hints] for each in wanted] == [["red", "olive"], ["red"]]
    assert wanted[0].options.settings.saturation == 2
    assert wanted[1].output == "x.webp"


@pytest.mark.parametrize(
    "content",
    [
        "path;output\r\na.jpg;x.png\r\n",
        "path\toutput\na.jpg\tx.png\n",
        "\ufeffpath,output\na.jpg,x.png",
        "path,output\na.jpg,x.png\n".encode("utf-16"),
    ],
)
def test_tables_as_programs_write_them(table, content):
    ((wanted,), _) = table(content)

    assert wanted.output == "x.png"


def test_what_the_command_says_holds_where_a_row_says_nothing(table):
    wanted, _ = table("path,look\na.jpg,vivid\nb.jpg,\n", options=PhotoOptions(variants=3))

    assert (wanted[0].options.variants, wanted[0].options.settings.look) == (3, "vivid")
    assert wanted[1].options is None


def test_a_format_names_the_result(table):
    wanted, _ = table("path,format\na.jpg,png\n")

    assert wanted[0].output == "a-color.png"


def test_a_picture_that_is_not_there_costs_itself_alone(table):
    wanted, refused = table("path\nnowhere.jpg\nb.jpg\n")

    assert [each.output for each in wanted] == ["b-color.jpg"]
    assert "There is no file" in str(refused[0].error)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is no|holds nothing|names no pictures"),
        ("path\n", "names no pictures"),
        ("a.jpg\nb.jpg\n", "column 'a.jpg' is unknown"),
        ("output\nx.jpg\n", "has no column path"),
        ("path,path\na.jpg,b.jpg\n", "column 'path' twice"),
        ("path,sise\na.jpg,\n", "'sise' is unknown; did you mean size"),
        ("path,weights\na.jpg,w\n", "'weights' is unknown"),
        ("path,output\na.jpg,x,y\n", "line 2 has 3 cells and the first row 2"),
        ("path,size\nb.jpg,\na.jpg,10\n", "line 3, size cannot be used.*64 to 2048"),
        ("path,size\na.jpg,big\n", "line 2, size must be a whole number, not 'big'"),
        ("path,keep\na.jpg,loma\n", "line 2, keep is 'loma'; did you mean luma"),
        ("path,interleaved\na.jpg,perhaps\n", "line 2, interleaved must be true or false"),
        ("path,variants\na.jpg,0\n", "line 2, variants is 0; choose 1 or more"),
        ("path,output\na.jpg,../x.jpg\n", "line 2, output is '../x.jpg'; name a file below"),
        ("path,output\na.jpg,/x.jpg\n", "line 2, output is '/x.jpg'; name a file below"),
        ("path,output\na.jpg,x.exe\n", "line 2, output is 'x.exe'; let it end with one of"),
        ("path,output,format\na.jpg,x.png,webp\n", "line 2, output is 'x.png' and format 'webp'"),
        ("path,output\na.jpg,x.png\nb.jpg,x.png\n", "line 3, output is x.png, as that of line 2"),
        ("path,output\na.jpg,x.png\nb.jpg,x.png/y.png\n", "line 3, output is x.png/y.png, but .* result of line 2"),
        ("path,output\na.jpg,x.png/y.png\nb.jpg,x.png\n", "line 3, output is x.png, but .* result of line 2"),
        ("path,reference\na.jpg,s3://box/b.jpg\n", "line 2, There is no reference .*download the file first"),
        ('path,hints\na.jpg,"1,2,#zz"\n', "line 2, hints cannot be used: The hint's color '#zz'"),
        ("path,hints\na.jpg,none.json\n", "line 2, hints cannot be used: There is no hints file"),
        ("path,reference\na.jpg,none.jpg\n", "line 2, There is no reference"),
        ("path,size\na.jpg,1\nb.jpg,2\n", "line 2, .* 1 more row has mistakes"),
        ('path\n"a.jpg\n', "is no CSV"),
        (b"path\n\xff\xfe", None),
        ('{"path": "a.jpg"}\n{"path": 3}\n', "line 2, path must be text, not 3"),
        ('{"path": "a.jpg"}\n{"path": "b.jpg"\n', "is no JSON at line 2, column"),
        ('{"path": "a.jpg"}\n[1]\n', "line 2 is no object"),
        ('{"size": 256}\n', "line 1, path is missing"),
        ('{"path": "a.jpg", "size": true}\n', "line 1, size must be a whole number, not true"),
        ('{"path": "a.jpg", "hints": [{"x": 1}]}\n', "line 1, hints cannot be used"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(table, content, problem):
    if problem is None:  # a name in no UTF-8 is a file's like any other, and is not there
        assert len(table(content)[1]) == 1
        return
    with pytest.raises(InputError, match=problem) as refusal:
        table(content)

    assert "list.csv" in str(refusal.value)


def test_paths_count_from_the_manifest_and_rows_color_as_options_do(typed, tmp_path, picture):
    (tmp_path / "album/in").mkdir(parents=True)
    (tmp_path / "album/in/a.jpg").write_bytes(picture(1))
    (tmp_path / "album/list.csv").write_text("path,output,saturation\nin/a.jpg,gray.png,0\nin/a.jpg,strong.png,2\n")

    code, _, said = typed("--manifest", "album/list.csv", "-o", "out", "--log", "run.jsonl")
    assert (code, said) == (0, "")
    typed("album/in/a.jpg", "-o", "alone.png", "--saturation", "2")

    assert Path("out/strong.png").read_bytes() == Path("alone.png").read_bytes()
    red, green, _ = Image.open("out/gray.png").convert("RGB").split()
    assert red.tobytes() == green.tobytes()
    told = {entry["output"]: entry["settings"] for entry in map(json.loads, Path("run.jsonl").read_text().splitlines())}
    assert {name: said["saturation"] for name, said in told.items()} == {"out/gray.png": 0.0, "out/strong.png": 2.0}


def test_a_manifest_is_gone_on_with_and_knows_a_copied_file_again(typed, tmp_path, picture):
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(picture())
    (tmp_path / "list.csv").write_text("path\na.jpg\nb.jpg\n")
    typed("--manifest", "list.csv", "-o", "out")
    (tmp_path / "a.jpg").write_bytes((tmp_path / "a.jpg").read_bytes())  # another time, the same content
    (tmp_path / "b.jpg").write_bytes(picture(3))

    code, told, said = typed("--manifest", "list.csv", "-o", "out")
    assert code == 1
    assert "1 there already and not done again, 1 skipped, done already" in told
    assert "b-color.jpg is already there and was not made of this input with these settings" in said

    code, told, _ = typed("--manifest", "list.csv", "-o", "out", "--overwrite")
    assert (code, "1 skipped, done already" in told) == (0, True)
    typed("b.jpg", "-o", "alone.jpg")
    assert Path("out/b-color.jpg").read_bytes() == Path("alone.jpg").read_bytes()


def test_a_result_that_was_replaced_by_hand_is_left_alone(typed, tmp_path, picture):
    (tmp_path / "a.jpg").write_bytes(picture())
    (tmp_path / "list.csv").write_text("path\na.jpg\n")
    typed("--manifest", "list.csv", "-o", "out")
    Path("out/a-color.jpg").write_bytes(b"somebody's own")

    code, _, said = typed("--manifest", "list.csv", "-o", "out")

    assert (code, "was not made of this input with these settings" in said) == (1, True)
    assert Path("out/a-color.jpg").read_bytes() == b"somebody's own"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--manifest", "list.csv"], "Say with -o where the results go"),
        (["a.jpg", "--manifest", "list.csv", "-o", "out"], "The manifest names the inputs"),
        (["--manifest", "none.csv", "-o", "out"], "There is no manifest none.csv"),
        (["--manifest", "s3://box/list.csv", "-o", "out"], "so download the file first and name it."),
        (["--manifest", "list.csv", "-o", "-"], "have no place in an archive"),
    ],
)
def test_what_a_manifest_cannot_go_with_is_refused(typed, tmp_path, arguments, sentence):
    (tmp_path / "list.csv").write_text("path\na.jpg\n")

    code, _, said = typed(*arguments)
    assert code in (1, 2)
    assert sentence in said


def test_what_a_row_reads_is_never_written_over(typed, tmp_path, picture):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/leader.jpg").write_bytes(picture(2))
    (tmp_path / "a.jpg").write_bytes(picture())
    (tmp_path / "list.csv").write_text("path,output,reference\na.jpg,leader.jpg,out/leader.jpg\na.jpg,b.jpg,\n")

    code, _, said = typed("--manifest", "list.csv", "-o", "out", "--overwrite")

    assert code == 1
    assert "out/leader.jpg is itself an input and cannot become a result of" in said
    assert (tmp_path / "out/leader.jpg").read_bytes() == picture(2)
    assert (tmp_path / "out/b.jpg").exists()
