"""Config files: what holds without a flag, in which order, and what a file is told that makes no sense."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.cli.late import COMMANDS
from graycolor.config.keys import OF_COMMANDS
from graycolor.config.places import project_place, user_place
from graycolor.config.read import read_config
from graycolor.errors import ConfigError
from graycolor.looks import Look

KEPT_FROM_PROJECTS = {
    *("weights", "device", "threads", "keep-times", "save-settings", "strip-metadata", "no-mark", "show", "max-pixels"),
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Writes the user's file and the project's, and goes into a folder of the project."""
    monkeypatch.delenv("GRAYCOLOR_NO_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "platform", "linux")
    (tmp_path / "home" / "graycolor").mkdir(parents=True)
    (tmp_path / "project" / "scans").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project" / "scans")

    def write(user="", project=""):
        places = tmp_path / "home" / "graycolor" / "config.toml", tmp_path / "project" / "graycolor.toml"
        for place, text in zip(places, (user, project), strict=True):
            if text:
                place.write_text(text, "utf-8")
        return places

    return write


def shown(*arguments):
    done = CliRunner().invoke(app, ["config", "--json", *arguments])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_flag_environment_project_user_and_default_come_in_this_order(files, monkeypatch):
    user, project = files(
        "saturation = 0.5\nsize = 256\n[video]\nsaturation = 0.6", "saturation = 0.7\n[colorize]\nkeep = 'lightness'"
    )
    monkeypatch.setenv("GRAYCOLOR_SIZE", "384")
    settings = shown()["settings"]

    assert settings["colorize"]["saturation"] == {"value": 0.7, "from": str(project)}
    assert settings["colorize"]["size"] == {"value": "384", "from": "GRAYCOLOR_SIZE"}
    assert settings["colorize"]["keep"] == {"value": "lightness", "from": str(project)}
    assert settings["colorize"]["temperature"] == {"value": None, "from": "default"}
    project.unlink()
    settings = shown()["settings"]
    assert settings["colorize"]["saturation"] == {"value": 0.5, "from": str(user)}
    assert settings["video"]["saturation"] == {"value": 0.6, "from": str(user)}


def test_a_photograph_is_colored_as_the_files_say_and_a_project_is_named(files, examples):
    _, project = files("look = 'dusk'\n[looks.dusk]\nshadows = [2, -6]", "saturation = 0.7\n[colorize]\nformat = 'png'")
    Path("a.jpg").write_bytes((examples / "pumpkins-1938.jpg").read_bytes())

    def colorize(*flags):
        command = [sys.executable, "-m", "graycolor", "colorize", "a.jpg", "--save-settings", "--overwrite", *flags]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stderr, json.loads(Path("a-color.png.graycolor.json").read_text())["settings"]

    said, settings = colorize()
    assert (settings["saturation"], settings["look"]) == (0.7, {"name": "dusk", "shadows": [2, -6]})
    assert f"{project} sets saturation = 0.7, format = png." in said
    said, settings = colorize("--saturation", "1.2", "--look", "muted", "--format", "png")
    assert (settings["saturation"], settings["look"]) == (1.2, "muted")
    assert str(project) not in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("saturaton = 1", "saturaton is unknown; did you mean saturation?"),
        ("saturation = 'much'", "saturation must be a number, not 'much'."),
        ("saturation = true", "saturation must be a number, not true."),
        ("saturation = nan", "saturation cannot be used: The saturation nan is out of range"),
        ("denoise = 1", "denoise must be true or false, not 1."),
        ("[colorize]\nquality = 0", "colorize.quality is 0; choose 1 to 100."),
        ("[video]\ncodec = 'h265'", "video.codec is 'h265'; did you mean h264?"),
        ("quality = 90", "quality holds for one command; write it below [colorize] or [video]."),
        ("look = 'kodacrome'", "look is 'kodacrome'; did you mean kodachrome?"),
        ("[looks.mine]\nred = [1, 2]", "looks.mine.red is unknown; did you mean reds?"),
        ("[looks.mine]\nreds = [1]", "looks.mine.reds"),
        ("[looks.mine]\nsaturation = 9", "The look mine has saturation = 9; choose 0 to 4"),
        ("[looks.natural]\n", "looks.natural is a look that graycolor has itself"),
        ("colorize = 5", "colorize is a table"),
        ("saturation = ", "is no TOML"),
    ],
)
def test_what_makes_no_sense_is_a_sentence_with_its_place(files, text, says):
    user, _ = files(text)
    done = CliRunner().invoke(app, ["colorize", "a.jpg"])

    with pytest.raises(ConfigError) as error:
        read_config(user, None)
    assert str(user) in str(error.value)
    assert says in str(error.value)
    assert done.exit_code == 2
    assert CliRunner().invoke(app, ["colorize", "--help"]).exit_code == 0


@pytest.mark.parametrize("key", sorted(KEPT_FROM_PROJECTS))
def test_a_project_cannot_choose_what_is_read_or_written_or_lift_a_bound(files, key):
    values = {"a whole number": "2", "text": "'cpu'", "a number of pixels": "'400M'", "true or false": "true"}
    keys = {**OF_COMMANDS["colorize"], **OF_COMMANDS["video"]}
    text = f"[colorize]\n{key} = {values[keys[key].kind]}"
    user, project = files(text, text)

    assert read_config(user, None).settings["colorize"][key].file == user
    with pytest.raises(ConfigError, match="may not be set by a project's file"):
        read_config(None, project)
    assert {name for name, each in keys.items() if not each.project} == KEPT_FROM_PROJECTS


def test_every_key_is_an_option_of_its_command():
    assert set(OF_COMMANDS) <= set(COMMANDS)
    assert all(key in shown()["settings"][name] for name, keys in OF_COMMANDS.items() for key in keys)


def test_weights_count_from_the_file_that_names_them(files):
    user, _ = files("weights = 'mine.safetensors'")

    assert read_config(user, None).settings["video"]["weights"].value == str(user.parent / "mine.safetensors")


def test_default_names_the_embedded_weights_in_a_file_too(files):
    user, _ = files("weights = 'default'")

    assert read_config(user, None).settings["video"]["weights"].value == "default"


def test_a_projects_look_may_build_on_nothing_but_numbers(files):
    _, project = files("", "look = 'dusk'\n[looks.dusk]\nsaturation = 0.8")

    assert read_config(None, project).looks == {"dusk": Look("dusk", saturation=0.8)}


@pytest.mark.parametrize(
    ("platform", "environ", "ending"),
    [
        ("linux", {}, ".config/graycolor/config.toml"),
        ("linux", {"XDG_CONFIG_HOME": "/etc/mine"}, "/etc/mine/graycolor/config.toml"),
        ("linux", {"XDG_CONFIG_HOME": "relative"}, ".config/graycolor/config.toml"),
        ("darwin", {}, "Library/Application Support/graycolor/config.toml"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming/graycolor/config.toml"),
    ],
)
def test_the_users_file_lies_where_the_system_has_such_files(platform, environ, ending):
    assert user_place(environ, platform).as_posix().endswith(ending)


def test_the_search_for_a_project_ends_at_the_users_home(tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / "scans").mkdir(parents=True)
    (tmp_path / "graycolor.toml").touch()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))

    assert project_place(home / "scans") is None
    assert project_place(tmp_path) == tmp_path / "graycolor.toml"


def test_without_a_file_nothing_is_read_or_imported_for_one(files):
    files()
    code = "import sys; from graycolor.cli.app import run; sys.argv = ['graycolor', 'colorize', 'no.jpg']; run(); "
    code += "print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)

    assert not {"tomllib", "msgspec", "graycolor.config.read", "graycolor.config.keys"} & {*done.stdout.split()}


def test_nobody_reads_config_files_where_that_is_not_wanted(files, monkeypatch):
    files("saturaton = 1")
    monkeypatch.setenv("GRAYCOLOR_NO_CONFIG", "1")

    assert shown()["files"] == {"user": None, "project": None}
