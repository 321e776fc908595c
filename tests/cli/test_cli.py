"""The command line as a person types it: results, JSON keys, errors, quiet."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import fake_engines
import numpy as np
import pytest
from click.testing import CliRunner
from full_disk import fill_disk
from gopolicy_gui.model.options import Role

from gopolicy import modelstore, networks
from gopolicy.cli import main
from gopolicy.config import (
    ARCHITECTURES,
    ROLE_NAMES,
    STRENGTH_NAMES,
    NetworkConfig,
    TrainConfig,
)
from gopolicy.go.coords import parse_vertex
from gopolicy.version import __version__

ROOT = Path(__file__).parents[2]
GAME = str(ROOT / "datasets" / "alphago-leesedol-2.sgf")
GAME_4 = str(ROOT / "datasets" / "alphago-leesedol-4.sgf")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "tiny"
    network = NetworkConfig(filters=4)
    row = {"data": "few", "top1": 0.1, "log_loss": 5.0}
    row["intervals"] = {"top1": [0.05, 0.15], "log_loss": [4.9, 5.1]}
    card = {"figures": [row], "note": "a test"}
    modelstore.save_model(folder, networks.build(network), network, card)
    return str(folder)


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    out = tmp_path_factory.mktemp("data") / "valid.h5"
    call("dataset", "build", str(ROOT / "datasets/sample-valid.zip"), "-o", str(out))
    return str(out)


def call(*arguments, code=0, **options):
    result = CliRunner().invoke(main, list(arguments), **options)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def in_process(*arguments, cwd=ROOT):
    """A process of its own, for what only a process shows."""
    return subprocess.run(
        [sys.executable, "-m", "gopolicy", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gui'}"},
    )


def commands(group=main, path=()):
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


def find_command(path):
    command: Any = main
    for name in path:
        command = command.commands[name]
    return command


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_has_help(path):
    text = call(*path, "--help").output
    assert "Usage:" in text
    assert len(text.splitlines()) > 4


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_outputs_are_spelled_alike(path):
    """-o and --out for what a command makes; what is written is called OUT."""
    outputs = {"out", "plot", "picture", "npy", "sgf", "report"}
    for param in find_command(path).params:
        if param.name in outputs:
            assert param.metavar.partition(".")[0] == "OUT"
            assert ("-o" in param.opts) == (param.name == "out")


def test_every_setting_of_a_run_has_its_option():
    """Those with a fixed list offer it."""
    options = {param.name: param for param in find_command(("train",)).params}
    for kind in (NetworkConfig, TrainConfig):
        for field in fields(kind):
            option = options[field.name]
            assert isinstance(option.type, click.Choice) == isinstance(
                field.default, str
            )


def test_a_name_that_is_not_in_the_list_is_told_with_the_list():
    for arguments, known in (
        ("train x.h5 -o r --schedule never", "constant"),
        ("train x.h5 -o r --initializer big", "near_identity"),
        ("compare x.h5 --networks linear,deep", "alphago"),
        ("bench --only speed", "playouts"),
    ):
        assert known in call(*arguments.split(), code=2).stderr


def test_the_roles_of_a_player_are_those_of_the_window():
    assert [role.value for role in Role] == list(ROLE_NAMES)


def test_suggest_prints_board_and_ranked_table(model):
    out = call("suggest", GAME, "--move", "37", "--model", model).stdout
    assert out.startswith("AlphaGo - Lee Sedol, move 37, Black to play")
    assert "   A B C D E F G H J K L M N O P Q R S T\n19 " in out
    percents = [float(p) for p in re.findall(r"([\d.]+) %", out)]
    assert len(percents) == 10
    assert percents == sorted(percents, reverse=True)


def test_suggest_json_has_the_promised_keys(model):
    out = call(
        "suggest", GAME, "--move", "37", "--model", model, "--json", "--top", "361"
    )
    answer = json.loads(out.stdout)
    keys = {"model", "to_play", "move_number", "stopped", "suggestions"}
    assert set(answer) == keys
    assert (answer["model"], answer["to_play"], answer["move_number"]) == (
        "tiny",
        "black",
        37,
    )
    rows = answer["suggestions"]
    assert len(rows) == 361 - 36
    assert sum(row["probability"] for row in rows) == pytest.approx(1, abs=1e-5)
    for row in rows:
        assert parse_vertex(row["vertex"]) == row["point"]


def test_the_famous_moves_are_the_ones_played(model):
    """Game 2, move 37 is Black's P10; game 4, move 78 is White's L11."""
    for game, number, vertex in ((GAME, "37", "P10"), (GAME_4, "78", "L11")):
        out = call(
            "suggest", game, "--move", number, "--model", model, "--top", "361"
        ).stdout
        played = [line for line in out.splitlines() if line.endswith("played")]
        assert len(played) == 1
        assert f" {vertex} " in played[0]


def test_suggest_takes_moves_and_stdin(model):
    out = call("suggest", "--moves", "B Q16 W D4 pass", "--model", model, "--json")
    assert json.loads(out.stdout)["move_number"] == 4
    record = b"(;GM[1]SZ[19];B[pd];W[dp])"
    out = call(
        "suggest", "-", "--moves", "B Q3", "--model", model, "--json", input=record
    )
    answer = json.loads(out.stdout)
    assert (answer["move_number"], answer["to_play"]) == (4, "white")


def test_suggest_and_planes_take_a_game_of_an_archive(model):
    archive = str(ROOT / "datasets" / "alphago.zip")
    (second, third) = (
        call("planes", archive, "--game", number, "--move", "30").stdout
        for number in ("2", "3")
    )
    assert second != third
    out = call("suggest", archive, "--game", "3", "--move", "30", "--model", model)
    assert out.stdout.startswith(third.splitlines()[0])
    result = call("suggest", archive, "--game", "217", "--model", model, code=1)
    assert result.stderr.count("\n") == 1
    assert "there are 216" in result.stderr
    result = call("suggest", "--game", "2", "--moves", "Q16", "--model", model, code=1)
    assert "need a game" in result.stderr


def test_suggest_draws_a_picture(model, tmp_path):
    path = tmp_path / "board.png"
    call("suggest", GAME, "--move", "37", "--model", model, "--picture", str(path))
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [p.name for p in tmp_path.iterdir()] == ["board.png"]


def test_symmetries_can_be_averaged(model):
    plain, even = (
        json.loads(
            call(
                "suggest",
                "--moves",
                "B K10",
                "--model",
                model,
                "--json",
                "--symmetries",
                n,
                "--top",
                "4",
            ).stdout
        )["suggestions"]
        for n in ("1", "8")
    )
    assert len({round(row["probability"], 6) for row in even}) == 1
    assert len({round(row["probability"], 6) for row in plain}) > 1


def test_planes_in_every_form(tmp_path):
    npy, picture = tmp_path / "p.npy", tmp_path / "p.png"
    out = call(
        "planes",
        GAME,
        "--move",
        "37",
        "--npy",
        str(npy),
        "--picture",
        str(picture),
        "--json",
    )
    answer = json.loads(out.stdout)
    values = np.load(npy)
    assert (values.shape, values.dtype) == ((19, 19, 48), np.uint8)
    assert [row["points"] for row in answer["planes"]] == values.sum(
        axis=(0, 1)
    ).tolist()
    assert answer["planes"][44]["name"] == "ladder capture"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "turns since 8+" in call("planes", GAME).stdout


def test_review_in_every_form(model, tmp_path):
    plot, sgf = tmp_path / "r.png", tmp_path / "r.sgf"
    forms = ("--plot", str(plot), "--sgf", str(sgf))
    result = call("review", GAME_4, "--model", model, "--surprises", "3", *forms)
    lines = result.stdout.splitlines()
    assert lines[0] == "AlphaGo - Lee Sedol, 2016-03-13, W+R   (model tiny)"
    moves = [line for line in lines if re.match(r" *\d+  (Black|White) ", line)]
    assert len(moves) == 180  # the tiny network knows no surprise
    assert moves[77].startswith("  78  White  L11 ")
    assert "White, game" in result.stdout
    assert plot.read_bytes().startswith(b"\x89PNG")
    again = call("review", str(sgf), "--model", model, "--json")
    answer = json.loads(again.stdout)
    assert {"model", "players", "moves", "surprises", "phases"} <= set(answer)
    assert answer["moves"][77]["vertex"] == "L11"
    assert answer["players"]["white"]["game"]["moves"] == 90
    assert len(answer["surprises"]) <= 10
    assert again.stderr.startswith("reviewing")


def test_review_finds_the_game_asked_for(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    games = "(;SZ[9];B[aa])(;SZ[19];B[pd])(;SZ[19]PB[二];B[dd];W[])"
    Path("many.sgf").write_text(games, encoding="utf-8")

    def review(*arguments, **options):
        out = call("review", *arguments, "--model", model, "--json", **options)
        return [move["vertex"] for move in json.loads(out.stdout)["moves"]]

    assert review("many.sgf") == ["Q16"]
    assert review("many.sgf", "--game", "3", "--sgf", "out.sgf") == ["D16", "pass"]
    assert review("out.sgf") == ["D16", "pass"]
    assert review("-", "--game", "2", input=games.encode()) == ["Q16"]
    archive = str(ROOT / "datasets" / "alphago.zip")
    assert review(archive, "--game", "2") != review(archive, "--game", "3")
    call("review", "many.sgf", "--game", "3", "--model", model, "--plot", "cjk.png")
    for number in ("1", "4"):
        result = call("review", "many.sgf", "--game", number, code=1)
        assert result.stderr.count("\n") == 1


MATCH_KEYS = {"games", "wins", "losses", "jigo", "win_rate", "interval"}


@pytest.mark.slow
def test_match_against_a_program_resumes(model, tmp_path):
    options = ("--model", model, "--max-moves", "8", "--out", str(tmp_path / "m"))
    opponent = ("--opponent", fake_engines.command("resign", "3"))
    result = call("match", *opponent, "--games", "2", *options)
    assert "won 2, lost 0, jigo 0, void 0" in result.stdout
    assert result.stdout.startswith("gopolicy tiny against fake resign 1.0, komi 6.5")
    result = call("match", *opponent, "--games", "3", *options, "--json")
    assert "2 games are there already" in result.stderr
    assert "game 3: we (Black) won, B+R" in result.stderr
    answer = json.loads(result.stdout)
    assert set(answer) >= MATCH_KEYS
    assert (answer["games"], answer["wins"], answer["win_rate"]) == (3, 3, 1)
    assert sorted(p.name for p in (tmp_path / "m").glob("*.sgf")) == [
        f"game-00{n}.sgf" for n in (1, 2, 3)
    ]
    refused = call("match", *opponent, *options, "--komi", "0.5", code=1)
    assert "another komi" in refused.stderr


@pytest.mark.slow
def test_match_is_played_at_a_strength(model, tmp_path):
    weakest, folder = STRENGTH_NAMES[0], str(tmp_path / "m")
    options = ("--model", model, "--max-moves", "8", "--out", folder)
    opponent = ("--opponent", fake_engines.command("resign", "3"))
    played = ("match", *opponent, *options, "--games", "1")
    result = call(*played, "--strength", weakest)
    assert result.stdout.startswith(f"gopolicy tiny, {weakest} against fake resign")
    result = call(*played, code=1)
    assert "strength" in result.stderr, "the folder is of another match"


def test_a_strength_has_its_own_temperature():
    words = ("gtp", "--strength", STRENGTH_NAMES[0], "--temperature", "0.5")
    assert "give one of them" in call(*words, code=2).stderr


@pytest.mark.slow
def test_match_survives_crashes(model):
    options = ("--model", model, "--games", "2", "--json")
    result = call("match", "--opponent", fake_engines.command("crash", "2"), *options)
    answer = json.loads(result.stdout)
    assert (answer["games"], answer["void"], answer["win_rate"]) == (0, 2, None)
    assert "fake: out of stones" in result.stderr


@pytest.mark.slow
def test_match_between_networks_repeats_with_its_seed(model, tmp_path):
    def play(name, *more):
        out = tmp_path / name
        call(
            *("match", "--model", model, "--opponent-model", model, "--games", "2"),
            *("--max-moves", "12", "--out", str(out), *more),
        )
        return [p.read_bytes() for p in sorted(out.glob("*.sgf"))]

    first = play("a")
    assert first == play("b", "--parallel", "2")
    assert first != play("c", "--seed", "1")
    opened = play("d", "--openings", GAME, "--opening-moves", "6")
    moves = [re.findall(rb";[BW]\[..\]", sgf)[:6] for sgf in opened]
    assert (
        moves[0] == moves[1] == re.findall(rb";[BW]\[..\]", Path(GAME).read_bytes())[:6]
    )


def test_dataset_build_and_info(valid, tmp_path):
    answer = json.loads(call("dataset", "info", valid, "--json").stdout)
    assert answer["games"] == 100
    assert 15_000 < answer["positions"] < 30_000
    assert sum(answer["openings"].values()) == sum(answer["ends"].values()) == 100
    plot = tmp_path / "plot.png"
    text = call("dataset", "info", valid, "--plot", str(plot)).stdout
    assert "games: 100" in text
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_games_that_two_datasets_share_are_told(valid, tmp_path):
    some = str(tmp_path / "some.h5")
    call("dataset", "filter", valid, "--rank", "9d", "-o", some)
    answer = json.loads(call("dataset", "info", valid, some, "--json").stdout)
    assert answer["shared"] == {
        valid: {valid: 100, some: 50},
        some: {valid: 50, some: 50},
    }
    assert answer["same_games"] == 50
    # One that is named again is the same file.
    again = json.loads(call("dataset", "info", valid, valid, "--json").stdout)
    assert (again["games"], again["same_games"]) == (100, 0)
    assert "shared" not in again


def test_datasets_are_made_of_datasets(valid, tmp_path):
    out, held = str(tmp_path / "out.h5"), str(tmp_path / "held.h5")
    text = call("dataset", "merge", valid, valid, "-o", out).stdout
    assert "100 games" in text and "100 repeated ones left out" in text
    split = ("dataset", "split", valid, "--share", "0.2", "-o", out)
    text = call(*split, "--held-out", held).stdout
    counts = [int(line.split(": ")[1].split()[0]) for line in text.splitlines()]
    assert sum(counts) == 100 and 5 < counts[1] < 40
    text = call("dataset", "filter", valid, "--rank", "9d", "-o", out).stdout
    assert " 50 games" in text
    call("dataset", "filter", valid, "--player", "x", "-o", out, code=1)
    assert "50 games" in call("dataset", "export", out, "-o", f"{held}.sgf").stdout
    assert "100 games" in call("dataset", "export", valid, "-o", f"{held}.npz").stdout
    call("dataset", "export", valid, "-o", held, code=2)


def test_several_models_are_compared_on_the_same_positions(model, valid):
    words = ("evaluate", model, "default", valid, "--positions", "100")
    values = json.loads(call(*words, "--json").stdout)
    assert [one["model"] for one in values["models"]] == ["default", model]
    [pair] = values["differences"]
    assert pair["first"] == "default" and pair["top1"] > 0.2
    assert f"default - {model}: top-1" in call(*words).stdout
    assert (
        "name each MODEL once" in call("evaluate", model, model, valid, code=2).stderr
    )


def test_evaluate_json_has_the_promised_keys(model, valid):
    out = call("evaluate", model, valid, "--positions", "300", "--json")
    answer = json.loads(out.stdout)
    assert {"model", "positions", "top1", "top3", "top5", "top10", "log_loss"} <= set(
        answer
    )
    assert answer["positions"] == 300
    assert answer["top1"] <= answer["top3"] <= answer["top5"] <= answer["top10"]
    assert set(answer["baselines"]) == {"uniform", "nearest"}
    assert 0 <= answer["calibration"]["error"] <= 1
    assert answer["by_phase"][0]["name"] == "opening"


def test_evaluate_shows_an_interval_with_every_figure(model, valid, tmp_path):
    plot = tmp_path / "plot.png"
    text = call(
        "evaluate", model, valid, "--positions", "300", "--plot", str(plot)
    ).stdout
    assert plot.read_bytes().startswith(b"\x89PNG")
    rows = [line for line in text.splitlines() if re.search(r"\d\.\d", line)]
    assert len(rows) > 15
    for line in rows:
        assert re.search(r"\[-?[\d.]+, [\d.]+\] (%|nats)", line), line


def test_models_lists_what_networks_cost():
    rows = json.loads(call("models", "--networks", "--json", "--filters", "8").stdout)
    assert [row["network"] for row in rows] == list(ARCHITECTURES)
    assert all(row["parameters"] > 0 and row["flops"] > 0 for row in rows)
    assert "MFLOPs" in call("models", "--networks", "--filters", "4").stdout


def test_train_evaluate_and_resume(valid, tmp_path):
    out = tmp_path / "run"
    options = ("--filters", "4", "--batch-size", "8", "--out", str(out))
    text = call("train", valid, *options, "--steps", "64").stdout
    assert "done at step 64" in text
    refused = call("train", valid, *options, "--steps", "128", code=1)
    assert "give --resume" in refused.stderr
    text = call("train", valid, *options, "--steps", "128", "--resume").stdout
    assert "done at step 128" in text
    call("evaluate", str(out / "best"), valid, "--positions", "50")


def test_a_run_is_resumed_with_its_folder_alone(valid, tmp_path):
    """From any folder: its games, settings and limit are in run.json."""
    out = tmp_path / "run"
    options = ("--filters", "4", "--batch-size", "8", "--no-batch-norm")
    told = call("train", f"{valid}=3", *options, "--steps", "64", "--out", str(out))
    positions, drawn = re.search(
        r"([\d,]+) positions.*?\(([\d,]+) an epoch", told.stderr
    ).groups()
    assert int(drawn.replace(",", "")) == 3 * int(positions.replace(",", ""))
    stored = json.loads((out / "run.json").read_text())
    assert stored["limit"] == {"steps": 64}
    assert stored["files"]["training"] == [f"{Path(valid).absolute()}=3"]
    stored["limit"] = {"steps": 128}
    (out / "run.json").write_text(json.dumps(stored))
    assert "done at step 128" in call("train", "--resume", str(out)).stdout
    for other in (["--filters", "5"], ["--preset", "paper"]):
        refused = call("train", "--resume", str(out), *other, code=1)
        assert "had other settings" in refused.stderr
    unknown = call("train", "--resume", "--out", str(tmp_path / "none"), code=2)
    assert "FILE.h5" in unknown.stderr
    assert "--out" in call("train", valid, code=2).stderr


def test_a_model_says_what_it_was_made_of(valid, tmp_path):
    options = ("--filters", "2", "--batch-size", "8", "--steps", "2")
    call("train", valid, valid, *options, "--out", str(tmp_path / "run"))
    card = json.loads((tmp_path / "run/best/config.json").read_text())["card"]
    origin = json.loads((tmp_path / "run/run.json").read_text())["origin"]
    (training,) = origin["data"]["training"]
    (held_out,) = origin["data"]["held_out"]
    assert (training["file"], training["weight"]) == (Path(valid).name, 2)
    assert training["games"] > held_out["games"] > 0
    assert training["hash"] != held_out["hash"]
    assert origin["command"][0] == "gopolicy"
    assert origin["versions"]["gopolicy"] == __version__
    assert origin["machine"]["cores"] >= 1
    assert {name: card[name] for name in origin} == origin


def test_a_run_takes_its_settings_from_another_ones_file(valid, tmp_path):
    """All of them, or some; an option that is given goes before it."""
    options = ("--steps", "2", "--filters", "3", "--batch-size", "4", "--looks", "2")
    call("train", valid, *options, "--keep", "--out", str(tmp_path / "one"))
    recipe = str(tmp_path / "one/run.json")
    call(
        *("train", valid, "--config", recipe, "--batch-size", "5", "--steps", "1"),
        *("--out", str(tmp_path / "two")),
    )
    one, two = (
        json.loads((tmp_path / name / "run.json").read_text())
        for name in ("one", "two")
    )
    assert one["looks"] == {"times": 2, "keep": True}
    assert two["network"] == one["network"]
    assert two["train"] == {**one["train"], "batch_size": 5}
    some = tmp_path / "some.json"
    some.write_text('{"network": {"filters": 2}}')
    call(
        *("train", valid, "--config", str(some), "--steps", "1", "--batch-size", "4"),
        *("--out", str(tmp_path / "three")),
    )
    three = json.loads((tmp_path / "three/run.json").read_text())
    assert three["network"] == {**one["network"], "filters": 2}
    some.write_text('{"network": {"filter": 2}}')
    refused = call(
        *("train", valid, "--config", str(some), "--out", str(tmp_path / "x")), code=1
    )
    assert "unknown setting 'filter'" in refused.stderr
    missing = call(
        *("train", valid, "--config", "no.json", "--out", str(tmp_path / "x")), code=1
    )
    assert "no.json" in missing.stderr


def test_a_run_keeps_the_model_of_each_look(valid, tmp_path):
    out = tmp_path / "run"
    options = ("--filters", "2", "--batch-size", "4", "--looks", "3", "--keep")
    call("train", valid, *options, "--steps", "300", "--out", str(out))
    call("train", "--resume", str(out), "--steps", "400")
    kept = {int(path.name[5:]) for path in out.glob("step-*")}
    rows = (out / "history.csv").read_text().splitlines()[1:]
    assert kept == {int(row.split(",")[0]) for row in rows}
    assert len(kept) >= 4
    call("evaluate", str(out / f"step-{max(kept)}"), valid, "--positions", "20")
    names = [
        modelstore.read_info(out / name).name
        for name in ("best", "last", f"step-{max(kept)}")
    ]
    assert names == ["run", "run-last", f"run-step-{max(kept)}"]


@pytest.mark.parametrize("weight", ["0", "-1", "0.5", "x", ""])
def test_a_weight_that_is_none_is_refused(valid, weight, tmp_path):
    refused = call("train", f"{valid}={weight}", "--out", str(tmp_path / "r"), code=2)
    assert f"={weight}: a weight is a whole number, 1 or more" in refused.stderr


def test_a_file_with_an_equals_sign_in_its_name_is_a_file(valid, tmp_path):
    named = tmp_path / "rank=9.h5"
    named.write_bytes(Path(valid).read_bytes())
    options = ("--filters", "2", "--batch-size", "8", "--steps", "1")
    for given in (str(named), f"{named}=2"):
        call("train", given, *options, "--out", str(tmp_path / f"r{len(given)}"))


def test_a_stopped_run_says_that_it_is_not_done(valid, tmp_path):
    """As Kubernetes stops a pod: SIGTERM, good order, but not exit code 0."""
    out = tmp_path / "run"

    def stop():
        while not (out / "tensorboard").exists():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop, daemon=True)
    thread.start()
    options = ("--filters", "4", "--steps", "1000000", "--out", str(out))
    result = call("train", valid, *options, code=130)
    thread.join()
    assert "stopped at step" in result.stdout
    assert "preparing the training step" in result.stderr


def test_models_lists_cards(model, monkeypatch):
    monkeypatch.setenv("GOPOLICY_MODELS", str(Path(model).parent))
    text = call("models").stdout
    assert "tiny   alphago, 4 filters" in text
    figures = "few: top-1 10.00 [5.00, 15.00] %, log loss 5.000 [4.900, 5.100] nats"
    assert figures in text
    rows = json.loads(call("models", "--json").stdout)
    assert "tiny" in [row["name"] for row in rows]


def test_a_damaged_model_does_not_hide_the_others(model, tmp_path, monkeypatch):
    for name in ("cut", "text", "whole"):
        shutil.copytree(model, tmp_path / name)
    weights = tmp_path / "cut" / "weights.h5"
    weights.write_bytes(weights.read_bytes()[:5000])
    (tmp_path / "text" / "config.json").write_text("{")
    monkeypatch.setenv("GOPOLICY_MODELS", str(tmp_path))
    text = call("models").stdout
    for name in ("cut", "text"):
        words = f"^{name}   cannot be used: .* is (damaged|cut off)"
        assert re.search(words, text, re.MULTILINE)
    assert re.search(r"^whole   alphago, 4 filters, 0\.\d MB", text, re.MULTILINE)
    rows = {row["name"]: row for row in json.loads(call("models", "--json").stdout)}
    assert set(rows["cut"]) == {"name", "error"}
    assert set(rows["whole"]) == {"name", "path", "task", "network", "card", "size"}


@pytest.mark.parametrize(
    "figures", ["none", 3, [3], [{}], [{"data": "x", "top1": "high", "log_loss": None}]]
)
def test_a_card_may_say_anything(figures, tmp_path, monkeypatch):
    """Cards are free text; what is not there is not shown."""
    network = NetworkConfig(filters=4)
    card = {"figures": figures, "note": "a test"}
    modelstore.save_model(tmp_path / "m", networks.build(network), network, card)
    monkeypatch.setenv("GOPOLICY_MODELS", str(tmp_path))
    assert "note: a test" in call("models").stdout


@pytest.fixture
def bad_files(tmp_path):
    (tmp_path / "text.sgf").write_text("hello")
    (tmp_path / "empty.sgf").write_text("")
    (tmp_path / "nomoves.sgf").write_text("(;GM[1]SZ[19])")
    (tmp_path / "small.sgf").write_text("(;GM[1]SZ[9];B[aa])")
    (tmp_path / "text.h5").write_text("hello")
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        "suggest none.sgf",
        "suggest .",
        "suggest text.sgf",
        "suggest empty.sgf",
        "suggest nomoves.sgf",
        "suggest small.sgf",
        "suggest",
        f"suggest {GAME} --move 900",
        f"suggest {GAME} --model nowhere",
        "suggest --moves Z99",
        "suggest --moves Q16,Q16",
        "suggest --moves Q16,B",
        f"planes {GAME} --npy none/x.npy",
        f"planes {GAME} --picture none/x.png",
        "review none.sgf",
        "review text.sgf",
        "review small.sgf",
        "review nomoves.sgf",
        f"review {GAME} --game 2",
        f"review {GAME} --model nowhere",
        "match --opponent no-such-program",
        "match --opponent-model nowhere",
        f"match --opponent-model default --openings {GAME_4}x",
        "evaluate none.h5",
        "evaluate text.h5",
        "dataset build none.zip -o x.h5",
        "dataset build text.sgf -o x.h5",
        f"dataset build {GAME} -o none/x.h5",
        "dataset info text.h5",
        "train text.h5 --out r",
        "train none.h5 --out r --learning-rate -1",
    ],
)
def test_bad_input_gives_one_line_and_exit_code_1(arguments, bad_files, monkeypatch):
    monkeypatch.chdir(bad_files)
    before = sorted(p.name for p in bad_files.rglob("*"))
    result = call(*arguments.split(), code=1)
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert lines[-1].startswith("Error: ")
    # Before it, at most the progress line of what had begun.
    assert len(lines) == 1 or (len(lines) == 2 and lines[0].startswith("converting"))
    assert sorted(p.name for p in bad_files.rglob("*")) == before


@pytest.mark.parametrize(
    "arguments",
    [
        "nonsense",
        "suggest --move x",
        "suggest --symmetries 3",
        "evaluate",
        "train",
        "match",
    ],
)
def test_wrong_usage_exits_with_2(arguments):
    call(*arguments.split(), code=2)


def test_truncated_and_damaged_datasets_are_told(valid, tmp_path):
    data = Path(valid).read_bytes()
    for keep in (100, len(data) // 2, len(data) - 10):
        path = tmp_path / "cut.h5"
        path.write_bytes(data[:keep])
        assert "build it again" in call("evaluate", str(path), code=1).stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path, monkeypatch):
    fill_disk(monkeypatch)
    path = str(tmp_path / "x.npy")
    result = call("planes", GAME, "--npy", path, code=1)
    assert "No space left" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_tensorflow_is_quiet(model):
    done = in_process("suggest", GAME, "--move", "37", "--model", model, "--json")
    assert done.returncode == 0
    json.loads(done.stdout)
    noise = [x for x in done.stderr.splitlines() if not x.startswith("compiling")]
    assert noise == []


def test_help_loads_nothing_heavy():
    code = (
        "import sys; sys.argv = ['gopolicy', '--help']\n"
        "from gopolicy.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([m for m in ('tensorflow', 'pygame', 'numba', 'numpy') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "[]"
