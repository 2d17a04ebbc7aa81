"""The server without a browser: who may ask, whose files are whose, and what is left when it stops."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from film_clips import Clip, make
from graycolor.errors import EXIT_FAILED, EXIT_USAGE
from interruptible import PYTHON
from web_served import serve


def ask(served, path="", data=None, **headers):
    """Status, headers and body of an answer."""
    asked = urllib.request.Request(
        served.url + path, data, {name.replace("_", "-"): each for name, each in headers.items()}
    )
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def new_visitor(served):
    _, headers, _ = ask(served)
    return headers["Set-Cookie"].split(";")[0]


def test_one_visitor_sees_nothing_of_another(served, jpeg):
    mine, other = new_visitor(served), new_visitor(served)
    status, _, body = ask(served, "bring/photograph", jpeg(), Cookie=mine, X_Name="..%2F..%2Fetc%2Fmine.jpg")
    address = f"photograph/{json.loads(body)}/full/before.jpg"

    assert status == 201
    assert ask(served, address, Cookie=mine)[0] == 200
    assert ask(served, address, Cookie=other)[0] == 404
    assert ask(served, address)[0] == 404
    assert ask(served, "download/../../etc/passwd", Cookie=mine)[0] == 404
    assert [path.name for path in served.folder.rglob("mine.jpg")] == ["mine.jpg"]


def test_a_folder_is_seen_by_who_sits_here_and_by_nobody_else(served):
    _, headers, _ = ask(served, "shoebox")
    here = headers["Set-Cookie"].split(";")[0]
    _, headers, body = ask(served, "shoebox", X_Forwarded_For="192.0.2.7")
    elsewhere = headers["Set-Cookie"].split(";")[0]
    while not (told := json.loads(ask(served, "shoebox/changes", Cookie=here)[2]))["entries"]:
        time.sleep(0.05)

    assert b"only to whoever sits at the machine" in body
    assert {entry["name"] for entry in told["entries"]} == {
        "harbor.jpg",
        "mill.jpg",
        "print.jpg",
        "town.jpg",
        "torn.jpg",
    }
    for cookie in (elsewhere, ""):
        assert ask(served, "shoebox/changes", Cookie=cookie)[0] == 404
        assert ask(served, f"shoebox/thumbnail/{told['entries'][0]['id']}.jpg", Cookie=cookie)[0] == 404
    for name in ("..%2F..%2Falbum%2Fmill", "mill", "%2e%2e/%2e%2e/album/mill"):
        assert ask(served, f"shoebox/thumbnail/{name}.jpg", Cookie=here)[0] == 404


def test_other_names_and_other_pages_are_refused(served):
    port = served.url.rstrip("/").rpartition(":")[2]

    assert ask(served)[0] == 200
    assert ask(served, Host=f"localhost:{port}")[0] == 200
    assert ask(served, Host=f"elsewhere.example:{port}")[0] == 403
    assert ask(served, Origin="http://elsewhere.example")[0] == 403
    assert ask(served, Origin="null")[0] == 403
    assert ask(served, Origin=served.url.rstrip("/"))[0] == 200
    assert "default-src 'self'" in ask(served)[1]["Content-Security-Policy"]
    assert b"http://" not in ask(served)[2].replace(served.url.encode(), b"").replace(b"http://www.w3.org", b"")


def test_what_is_too_large_or_empty_is_refused_in_a_sentence(served, jpeg):
    visitor = new_visitor(served)

    status, _, body = ask(served, "bring/photograph", b"", Cookie=visitor, X_Name="old.jpg")
    assert (status, json.loads(body)) == (422, "old.jpg is empty (0 bytes); choose another file.")
    assert ask(served, "bring/else", jpeg(), Cookie=visitor)[0] == 404
    assert ask(served, "bring/photograph", jpeg())[0] == 409


def test_one_visitor_sees_no_film_of_another(served, tmp_path):
    mine, other = new_visitor(served), new_visitor(served)
    data = make(tmp_path / "old.mp4", Clip()).read_bytes()
    status, _, body = ask(served, "bring/film", data, Cookie=mine, X_Name="..%2Fmine.mp4")
    film = json.loads(body)

    assert status == 201
    assert ask(served, f"film/{film}/shot/0.jpg", Cookie=other)[0] == 404
    for what in ("shot/7.jpg", "now.jpg", "play/whole", "play/..%2F..%2Fmine.mp4", "download"):
        assert ask(served, f"film/{film}/{what}", Cookie=mine)[0] == 404
    assert ask(served, "bring/film", b"", Cookie=mine, X_Name="old.mp4")[0] == 422
    assert ask(served, "bring/film", data)[0] == 409
    assert [path.name for path in served.folder.rglob("mine.mp4")] == ["mine.mp4"]


@pytest.mark.slow
def test_a_password_is_asked_for_and_ctrl_c_leaves_nothing(tmp_path, jpeg):
    served = serve(tmp_path, "--auth", "anna:secret")
    try:
        assert ask(served)[0] == 401
        assert ask(served, Authorization="Basic YW5uYTp3cm9uZw==")[0] == 401
        status, headers, _ = ask(served, Authorization="Basic YW5uYTpzZWNyZXQ=")
        cookies = "; ".join(each.split(";")[0] for each in headers.get_all("Set-Cookie"))
        assert status == 200
        assert ask(served, "bring/photograph", jpeg(), Cookie=cookies, X_Name="old.jpg")[0] == 201
        assert list(tmp_path.glob("graycolor-web-*/*/*/old.jpg"))
        told = [ask(served, Authorization="Basic YW5uYTp3cm9uZw==") for _ in range(6)][-1]
        assert (told[0], told[2].decode()) == (429, "Too many wrong passwords; try again in 1 minute.")
        assert ask(served, Authorization="Basic YW5uYTpzZWNyZXQ=")[0] == 429
        assert ask(served, Cookie=cookies)[0] == 200
    finally:
        said = served.stop()

    assert served.process.returncode == 0
    assert said.splitlines()[-1] == "The page is closed, and what was brought to it is removed."
    assert "Traceback" not in said
    assert not list(tmp_path.glob("graycolor-web-*"))


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "graycolor", "web", *arguments], capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


def test_what_cannot_be_served_is_told(served):
    port = served.url.rstrip("/").rpartition(":")[2]
    code, said = run("--port", port)

    assert code == EXIT_FAILED
    assert f"port {port}" in said
    assert run("--auth", "anna")[0] == EXIT_USAGE
    assert run("--weights", "nowhere.safetensors")[0] == EXIT_FAILED
    code, said = run(f"{served.folder / 'album'}")
    assert (code, "Another graycolor web has the folder" in said) == (EXIT_FAILED, True)
    assert "There is no folder" in run(f"{served.folder / 'nowhere'}")[1]
    assert "is no folder" in run(f"{served.folder / 'album' / 'mill.jpg'}")[1]
    assert run("--share-folder")[0] == EXIT_USAGE


def test_without_nicegui_one_sentence_says_what_to_install(tmp_path):
    code = (
        "import sys, importlib.util as u; find = u.find_spec; "
        "u.find_spec = lambda name, *rest: None if name == 'nicegui' else find(name, *rest); "
        "sys.argv = ['graycolor', 'web']; from graycolor.cli.app import run; sys.exit(run())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert done.returncode == EXIT_USAGE
    assert done.stderr.startswith("graycolor: The page needs NiceGUI, which is not installed; add it with: ")
    assert done.stderr.endswith("install nicegui\n")


def test_a_page_for_all_warns(tmp_path):
    served = serve(tmp_path, "--host", "0.0.0.0")

    assert "Warning" in served.stop()


@pytest.mark.browser
@pytest.mark.slow
def test_what_was_left_goes_by_itself(browser, tmp_path, jpeg):
    hasty = (
        "import graycolor.web.visits, graycolor.web.page.index, graycolor.web.server; "
        "graycolor.web.visits._GRACE = graycolor.web.page.index._SWEPT = graycolor.web.server._ALIVE = 0.3; "
        "from graycolor.cli.app import run; run()"
    )
    served = serve(tmp_path, python=[*PYTHON, "-c", hasty])
    page = browser.new_page()
    page.goto(served.url)
    page.get_by_text("Bring your photographs").wait_for()
    page.set_input_files("input[type=file][multiple]", {"name": "old.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    page.locator(".strip img").wait_for()
    brought = list(tmp_path.glob("graycolor-web-*/*/*/old.jpg"))
    page.close()
    end = time.monotonic() + 60
    while brought and brought[0].exists():
        assert time.monotonic() < end, "it stays"
        time.sleep(0.1)

    assert len(brought) == 1
    served.stop()
