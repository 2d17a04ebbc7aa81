"""PDFs of scans: what a page shows, what becomes of it, and what is refused. Every PDF is drawn by code."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.color.lab import rgb_to_lab
from graycolor.errors import BoundError, InputError, MissingPackageError

pikepdf = pytest.importorskip("pikepdf")
pytest.importorskip("pypdfium2")

from graycolor.pdf.document import Document  # noqa: E402
from graycolor.pdf.scan_of_page import MIXED, SCAN, TEXT, shown_on  # noqa: E402

GRAY = pikepdf.Name.DeviceGray
WORDS = b"BT /F1 20 Tf 10 10 Td (words) Tj ET "
HIDDEN = b"BT 3 Tr /F1 20 Tf 10 10 Td (words) Tj ET "


class Sheets:
    """A PDF whose pages are added one by one."""

    def __init__(self):
        self.pdf = pikepdf.new()

    def image(self, data, size, packed, *, bits=8, space=GRAY, **keys):
        name = pikepdf.Name
        common = {"Type": name.XObject, "Subtype": name.Image, "Width": size[0], "Height": size[1]}
        return self.pdf.make_stream(data, **common, ColorSpace=space, BitsPerComponent=bits, Filter=packed, **keys)

    def jpeg(self, gray):
        file = io.BytesIO()
        Image.fromarray(gray).save(file, "JPEG", quality=90)
        return self.image(file.getvalue(), gray.shape[1::-1], pikepdf.Name.DCTDecode)

    def packed(self, gray, bits=8):
        codes = gray if bits == 8 else gray.astype(">u2") * 257
        return self.image(
            zlib.compress(codes.astype(codes.dtype).tobytes()), gray.shape[1::-1], pikepdf.Name.FlateDecode, bits=bits
        )

    def page(self, image=None, more=b"", size=(200, 100), **keys):
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        draws = b""
        if image is not None:
            resources.XObject = pikepdf.Dictionary(Im0=image)
            draws = b"q %d 0 0 %d 0 0 cm /Im0 Do Q " % size
        page = self.pdf.add_blank_page(page_size=size)
        page.obj.Resources, page.obj.Contents = resources, self.pdf.make_stream(draws + more)
        for key, value in keys.items():
            page.obj[f"/{key}"] = value
        return page

    def save(self, path, **options):
        self.pdf.save(path, **options)
        return path


@pytest.fixture
def sheets():
    return Sheets()


@pytest.fixture
def gray(draw):
    return np.ascontiguousarray(draw(60, 120))


def pages_of(path, **options):
    document = Document(path, **options)
    try:
        return list(document.pages()), document
    finally:
        document.close()


def only_image(page):
    (image,) = page.resources.XObject.values()
    return image


def luma_of(data):
    with Image.open(io.BytesIO(data)) as image:
        image.draft("YCbCr", image.size)  # as it is stored
        return np.asarray(image.getchannel(0))


@pytest.mark.parametrize(
    ("with_image", "more", "kind"),
    [
        (True, b"", SCAN),
        (True, HIDDEN, SCAN),
        (True, WORDS, MIXED),
        (True, b"0 0 10 10 re f ", MIXED),
        (True, b"/Im0 Do ", MIXED),
        (True, b"q 3 Tr Q " + WORDS, MIXED),
        (False, WORDS, TEXT),
        (False, b"", TEXT),
    ],
)
def test_a_scan_is_a_page_that_paints_one_picture_and_nothing_else(sheets, gray, with_image, more, kind):
    page = sheets.page(sheets.packed(gray) if with_image else None, more)

    assert shown_on(page, 1).kind == kind


def test_a_pdf_comes_back_with_its_pages_in_color_and_all_else_as_it_was(tmp_path, sheets, gray):
    sheets.page(sheets.jpeg(gray), HIDDEN)
    sheets.page(sheets.packed(gray), size=(300, 150), Rotate=90)
    sheets.page(sheets.packed(gray, bits=16))
    sheets.page(None, WORDS)
    sheets.page(sheets.jpeg(gray), WORDS, size=(72, 36))
    with sheets.pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("a place", 2))
    before = sheets.save(tmp_path / "book.pdf")
    done = CliRunner().invoke(app, ["colorize", str(before), "--json"])
    assert done.exit_code == 0, done.output

    with pikepdf.open(before) as old, pikepdf.open(tmp_path / "book-color.pdf") as new:
        assert [list(page.mediabox) for page in new.pages] == [list(page.mediabox) for page in old.pages]
        assert new.pages[1].obj.Rotate == 90
        assert new.pages[3].obj.Contents.read_bytes() == old.pages[3].obj.Contents.read_bytes()
        assert HIDDEN in new.pages[0].obj.Contents.read_bytes()
        assert "guessed by graycolor" in str(new.docinfo["/GraycolorColors"])
        with new.open_outline() as outline:
            assert outline.root[0].title == "a place"
        images = [only_image(new.pages[number]) for number in (0, 1, 2, 4)]
        assert [str(each.Filter) for each in images] == ["/DCTDecode", *["/FlateDecode"] * 3]
        assert [(each.Width, each.Height, each.BitsPerComponent) for each in images] == [
            *[(120, 60, 8)] * 2,
            (120, 60, 16),
            (300, 150, 8),
        ]
        first = luma_of(only_image(old.pages[0]).read_raw_bytes())
        assert np.array_equal(luma_of(images[0].read_raw_bytes()), first), "the luma of a JPEG is kept bit for bit"
        for image, kind, most in ((images[1], np.uint8, 0.5), (images[2], ">u2", 0.01)):
            rgb = np.frombuffer(image.read_bytes(), kind).reshape(60, 120, 3) / float(np.iinfo(kind).max)
            plain = np.repeat(gray[..., None] / 255, 3, 2)
            apart = rgb_to_lab(rgb.astype(np.float64))[..., 0] - rgb_to_lab(plain)[..., 0]
            assert np.abs(apart).max() < most
            assert np.ptp(rgb, axis=2).max() > 0.02
    assert "1 page shows more than one scan" in done.stdout
    assert "1 page shows no picture" in done.stdout


def test_one_scan_on_two_pages_stays_one(tmp_path, sheets, gray):
    shared = sheets.pdf.make_indirect(sheets.packed(gray))
    for _ in range(2):
        sheets.page(shared)
    pages, document = pages_of(sheets.save(tmp_path / "twice.pdf"))

    assert (len(pages), len(document)) == (1, 2)


def test_a_page_that_is_shown_turned_is_seen_upright(tmp_path, sheets, gray):
    sheets.page(sheets.packed(gray), Rotate=90)
    (page,), _ = pages_of(sheets.save(tmp_path / "turned.pdf"))

    assert np.array_equal(page.upright().upright(), np.rot90(gray, -1))
    assert np.array_equal(page.picture.gray, gray)


@pytest.mark.parametrize("keys", [{"Decode": pikepdf.Array([1, 0])}, {"Interpolate": True}])
def test_a_scan_of_a_rare_kind_is_drawn_as_it_looks_at_its_own_size(tmp_path, sheets, gray, keys):
    image = sheets.image(zlib.compress(gray.tobytes()), (120, 60), pikepdf.Name.FlateDecode, **keys)
    sheets.page(image, size=(120, 60))
    (page,), _ = pages_of(sheets.save(tmp_path / "rare.pdf"))
    expected = 255 - gray if "Decode" in keys else gray

    assert page.rendered == ("Decode" in keys)
    assert page.picture.gray.shape == (60, 120)
    assert np.abs(page.picture.gray.astype(int) - expected).max() <= 2


def test_a_scan_of_black_and_white_is_read_row_by_row(tmp_path, sheets):
    dots = np.indices((9, 13)).sum(0) % 3 == 0
    data = zlib.compress(np.packbits(dots, axis=1).tobytes())
    sheets.page(sheets.image(data, (13, 9), pikepdf.Name.FlateDecode, bits=1))
    (page,), _ = pages_of(sheets.save(tmp_path / "dots.pdf"))

    assert np.array_equal(page.picture.gray == 255, dots)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda data: data[:40], "is damaged or no PDF"),
        (lambda data: b"no PDF at all", "is damaged or no PDF"),
        (lambda data: b"", "is damaged or no PDF"),
    ],
)
def test_what_is_no_pdf_is_one_sentence(tmp_path, sheets, gray, spoil, sentence):
    sheets.page(sheets.packed(gray))
    path = sheets.save(tmp_path / "book.pdf")
    path.write_bytes(spoil(path.read_bytes()))
    done = CliRunner().invoke(app, ["colorize", str(path)])

    assert done.exit_code == 1
    assert sentence in done.stderr.replace("\n", " ")
    assert [file.name for file in tmp_path.iterdir()] == ["book.pdf"]


def test_an_encrypted_pdf_is_refused_and_a_protected_one_is_told(tmp_path, sheets, gray):
    sheets.page(sheets.packed(gray))
    secret = sheets.save(tmp_path / "secret.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    protected = sheets.save(tmp_path / "protected.pdf", encryption=pikepdf.Encryption(owner="a", user=""))

    with pytest.raises(InputError, match="is encrypted; save it without its password"):
        Document(secret)
    assert pages_of(protected)[1].is_protected


def test_what_claims_too_much_is_refused_before_it_is_unpacked(tmp_path, sheets, gray, monkeypatch):
    huge = Sheets()
    huge.page(huge.image(zlib.compress(bytes(100)), (40_000, 40_000), pikepdf.Name.FlateDecode))
    with pytest.raises(BoundError, match=r"page 1, claims 40000 x 40000 pixels"):
        pages_of(huge.save(tmp_path / "huge.pdf"))
    bomb = Sheets()
    bomb.page(None, b" " * 1_000_000)
    monkeypatch.setattr("graycolor.pdf.scan_of_page.PDF_CONTENT_BYTES", 100_000)
    with pytest.raises(BoundError, match=r"bomb\.pdf: page 1 unpacks to more than"):
        pages_of(bomb.save(tmp_path / "bomb.pdf", compress_streams=True, recompress_flate=True))
    monkeypatch.setattr("graycolor.pdf.document.PDF_PAGES", 1)
    for _ in range(2):
        sheets.page(sheets.packed(gray))
    with pytest.raises(BoundError, match="has 2 pages, more than the 1"):
        Document(sheets.save(tmp_path / "long.pdf"))


def test_a_scan_that_unpacks_to_more_than_it_claims_is_not_unpacked(tmp_path, sheets):
    sheets.page(sheets.image(zlib.compress(bytes(5_000_000)), (20, 10), pikepdf.Name.FlateDecode))
    (page,), _ = pages_of(sheets.save(tmp_path / "more.pdf"))

    assert page.rendered, "PDFium reads what the picture needs and no more"


def test_what_is_for_one_picture_is_refused_and_a_pdf_stays_one(tmp_path, sheets, gray):
    sheets.page(sheets.packed(gray))
    path = str(sheets.save(tmp_path / "book.pdf"))
    hinted = CliRunner().invoke(app, ["colorize", path, "--hint", "50%,50%,#804020"])
    as_tiff = CliRunner().invoke(app, ["colorize", path, "-o", str(tmp_path / "book.tif")])

    assert "leave out --hint" in hinted.stderr.replace("\n", " ")
    assert "become a PDF" in as_tiff.stderr.replace("\n", " ")


def test_folders_are_searched_for_pictures_and_patterns_may_name_pdfs(tmp_path, sheets, gray):
    sheets.page(sheets.packed(gray))
    sheets.save(tmp_path / "book.pdf")
    folder = CliRunner().invoke(app, ["colorize", str(tmp_path), "--dry-run"])
    pattern = CliRunner().invoke(app, ["colorize", str(tmp_path / "*.pdf"), "--dry-run"])

    assert "holds no pictures" in folder.stderr.replace("\n", " ")
    assert pattern.exit_code == 0, pattern.output


def test_a_missing_package_is_one_sentence(tmp_path, sheets, gray, monkeypatch):
    sheets.page(sheets.packed(gray))
    path = sheets.save(tmp_path / "book.pdf")
    monkeypatch.setattr("graycolor.packages.find_spec", lambda name: None if name == "pikepdf" else object())

    with pytest.raises(MissingPackageError, match="Coloring PDFs needs pikepdf, which is not installed; add it with"):
        Document(path)
