"""``look``: what a trained network has learned, as pictures, JSON and arrays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gopolicy.cli.shared.options import (
    PATH,
    json_option,
    model_option,
)
from gopolicy.cli.shared.output import count_positions, print_json, save_array
from gopolicy.cli.shared.positions import (
    find_position,
    position_options,
    position_title,
)
from gopolicy.cli.shared.translation import left, right
from gopolicy.language import tr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gopolicy.data.dataset import Dataset
    from gopolicy.look.filters import Peaks, Place
    from gopolicy.look.motifs import Pick

layer_option = click.option(
    "--layer",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Which layer of boards; 1 is the first.",
)
picture_option = click.option(
    "--picture", type=PATH, metavar="OUT.png", help="Draw it."
)
npy_option = click.option(
    "--npy", type=PATH, metavar="OUT.npy", help="Save the numbers for numpy.load."
)
positions_option = click.option(
    "--positions",
    type=click.IntRange(min=2),
    default=4000,
    show_default=True,
    help="So many positions of the dataset, at random.",
)


@click.group()
def look() -> None:
    """Look inside a trained network: what it has learned, what an answer hangs on."""


@look.command()
@model_option
@json_option
@npy_option
@picture_option
def kernels(model: str, as_json: bool, npy: Path | None, picture: Path | None) -> None:
    """The weights of the first layer: a small board for each filter and plane."""
    import numpy as np

    from gopolicy.go.features import FEATURES, PLANE_OFFSETS
    from gopolicy.look.kernels import first_kernels
    from gopolicy.modelstore import load_model

    network, info = load_model(model)
    values = first_kernels(network, info.network)
    save_array(npy, values)
    if picture is not None:
        from gopolicy.plots.look import save_kernels_plot

        size = "x".join(map(str, values.shape[2:]))
        title = tr(
            "model {model}: {n} kernels of {size}",
            model=info.name,
            n=len(values),
            size=size,
        )
        save_kernels_plot(picture, values, title)
    norms = np.sqrt((values**2).sum(axis=(2, 3)))  # [filters, planes]
    rows = [
        {
            "feature": feature.name,
            "planes": feature.planes,
            "norm": float(norms[:, first : first + feature.planes].mean()),
        }
        for feature in FEATURES
        for first in [PLANE_OFFSETS[feature.name]]
    ]
    if as_json:
        print_json({"model": info.name, "shape": values.shape, "features": rows})
        return
    said = tr(
        "model {model}, kernels of the first layer: {shape}",
        model=info.name,
        shape=values.shape,
    )
    norm = tr("mean norm of a plane's kernels")
    click.echo(f"{said}\n\n{left(tr('feature'), 18)} {right(tr('planes'), 6)}   {norm}")
    for row in sorted(rows, key=lambda row: -float(str(row["norm"]))):
        feature = left(tr(str(row["feature"])), 18)
        click.echo(f"{feature} {row['planes']:6d}   {row['norm']:.3f}")


@look.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE.h5...")
@model_option
@layer_option
@click.option(
    "--filter",
    "numbers",
    type=click.IntRange(min=0),
    multiple=True,
    metavar="N",
    help="Only this filter, from 0; may be given several times.",
)
@click.option(
    "--count",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="So many places for each filter.",
)
@positions_option
@json_option
@npy_option
@picture_option
def filters(
    files: tuple[str, ...],
    model: str,
    layer: int,
    numbers: tuple[int, ...],
    count: int,
    positions: int,
    as_json: bool,
    npy: Path | None,
    picture: Path | None,
) -> None:
    """What excites each filter of a layer most, in the positions of a dataset.

    With the shape on the board that it picks best: how many of the positions that
    excite it most have it, beside how many points have it at all. Also which filters
    are dead, and which are twins. --npy has the largest activation of each filter in
    each position.
    """
    from gopolicy.data.dataset import Dataset
    from gopolicy.look.filters import find_peaks, most_exciting
    from gopolicy.look.motifs import find_picks
    from gopolicy.modelstore import load_model

    data = Dataset.open(*files)
    network, info = load_model(model)
    peaks = find_peaks(network, data, layer, n_positions=positions)
    shown = numbers or tuple(range(peaks.n_filters))
    if max(shown) >= peaks.n_filters:
        said = tr(
            "layer {layer} has filters 0 to {last}, no {number}",
            layer=layer,
            last=peaks.n_filters - 1,
            number=max(shown),
        )
        raise click.BadParameter(said)
    picks = [found[0] for found in find_picks(peaks, data)]
    save_array(npy, peaks.values)
    places = {n: most_exciting(peaks, data, n, count) for n in shown}
    title = tr(
        "model {model}, layer {layer}, {positions}",
        model=info.name,
        layer=layer,
        positions=count_positions(len(peaks.positions)),
    )
    if picture is not None:
        _draw_filters(picture, network, data, layer, picks, places, title)
    if as_json:
        print_json(
            {
                "model": info.name,
                "layer": layer,
                "positions": len(peaks.positions),
                "filters": [
                    _format_filter(peaks, picks[n], places[n], n) for n in shown
                ],
                "twins": peaks.twins(),
            }
        )
        return
    click.echo(f"{title}\n")
    _print_filters(peaks, picks, places, shown)


@look.command()
@position_options
@model_option
@layer_option
@json_option
@npy_option
@picture_option
def maps(
    game: str | None,
    number: int | None,
    move_number: int | None,
    moves: str,
    model: str,
    layer: int,
    as_json: bool,
    npy: Path | None,
    picture: Path | None,
) -> None:
    """What all filters of a layer say of a position of GAME: [19, 19, filters]."""
    from gopolicy.go.features import encode
    from gopolicy.look.layers import activations, open_layer
    from gopolicy.modelstore import load_model

    position, record, _ = find_position(game, number, move_number, moves)
    network, info = load_model(model)
    planes = encode(position)
    values = next(activations(open_layer(network, layer), planes[None]))[0]
    save_array(npy, values)
    title = tr(
        "{position}: layer {layer} of model {model}",
        position=position_title(record, position),
        layer=layer,
        model=info.name,
    )
    if picture is not None:
        from gopolicy.plots.look import save_maps_plot

        save_maps_plot(picture, values, position.stones, title=title)
    rows = [_format_map(n, values[:, :, n]) for n in range(values.shape[2])]
    if as_json:
        print_json({"model": info.name, "layer": layer, "filters": rows})
        return
    heads = (
        *(right(tr("filter"), 6), right(tr("largest"), 9)),
        *(f"  {left(tr('at'), 4)}", right(tr("mean"), 7)),
    )
    click.echo(f"{title}\n\n{' '.join(heads)}")
    for row in rows:
        off = f"   {tr('off')}" if row["off"] else ""
        click.echo(
            f"{row['filter']:6d} {row['largest']:9.3f}   {row['vertex']:4s} "
            f"{row['mean']:7.3f}{off}"
        )


@look.command()
@position_options
@click.option(
    "--vertex", metavar="V", help="The move asked about; by default the likeliest."
)
@model_option
@json_option
@npy_option
@picture_option
def answer(
    game: str | None,
    number: int | None,
    move_number: int | None,
    moves: str,
    vertex: str | None,
    model: str,
    as_json: bool,
    npy: Path | None,
    picture: Path | None,
) -> None:
    """What the network's answer in a position of GAME hangs on.

    Each stone is taken away in turn and the network asked again; and its own gradient
    times the input says which planes and points speak for the move. In nats of the
    move's log probability. --npy has gradient times input, [19, 19, 48].
    """
    from gopolicy.errors import ConfigError, phrase
    from gopolicy.go.coords import format_vertex, parse_vertex
    from gopolicy.look.answers import weigh_inputs
    from gopolicy.look.occlusion import take_stones
    from gopolicy.modelstore import load_model
    from gopolicy.networks.backend import logits_of
    from gopolicy.policy import NetworkPolicy, suggest

    position, record, _ = find_position(game, number, move_number, moves)
    network, info = load_model(model)
    policy = NetworkPolicy(logits_of(network), info)
    suggested = suggest(position, policy, 1)
    if vertex is None and not suggested:
        said = phrase("only a pass is legal there; an answer hangs on nothing")
        raise ConfigError(said)
    point = suggested[0].point if vertex is None else parse_vertex(vertex)
    inputs = weigh_inputs(network, position, point)
    stones = take_stones(policy, position, point)
    save_array(npy, inputs)
    title = tr(
        "{position}: what {vertex} hangs on (model {model})",
        position=position_title(record, position),
        vertex=format_vertex(point),
        model=info.name,
    )
    if picture is not None:
        from gopolicy.plots.look import save_answer_plot

        save_answer_plot(picture, position.stones, point, inputs, stones, title=title)
    shares = _format_shares(inputs, stones)
    if as_json:
        print_json({"model": info.name, "vertex": format_vertex(point), **shares})
        return
    click.echo(tr("{title}; in nats", title=title))
    click.echo(f"\n{left(tr('stone taken away'), 18)} {tr('loses')}")
    for row in shares["stones"][:10]:
        click.echo(f"{row['vertex']:18s} {row['nats']:+.2f}")
    click.echo(f"\n{tr('gradient x input, by feature')}")
    for row in shares["features"]:
        click.echo(f"{left(tr(row['feature']), 18)} {row['nats']:+.2f}")


@look.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE.h5...")
@model_option
@click.option(
    "--positions",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    help="So many positions of the dataset, at random.",
)
@json_option
@npy_option
@picture_option
def field(
    files: tuple[str, ...],
    model: str,
    positions: int,
    as_json: bool,
    npy: Path | None,
    picture: Path | None,
) -> None:
    """How far each layer sees: what the center of its board looks at, as measured."""
    import numpy as np

    from gopolicy.data.dataset import Dataset
    from gopolicy.look.field import measure_fields
    from gopolicy.modelstore import load_model

    data = Dataset.open(*files)
    network, info = load_model(model)
    drawn = data.shuffled_positions(positions, seed=0)
    fields = measure_fields(network, data.samples(drawn).planes)
    save_array(npy, np.stack([one.weights for one in fields]))
    if picture is not None:
        from gopolicy.plots.look import save_fields_plot

        title = tr("model {model}: what the center looks at", model=info.name)
        save_fields_plot(picture, fields, title)
    rows = [
        {"layer": n, "name": f.layer, "reach": f.reach, "radius": f.radius}
        for n, f in enumerate(fields, 1)
    ]
    if as_json:
        print_json({"model": info.name, "positions": len(drawn), "layers": rows})
        return
    heads = (
        *(right(tr("layer"), 5), right(tr("sees at all"), 13)),
        *(right(tr("95 % of it within"), 19), f"  {tr('(points from the center)')}"),
    )
    click.echo(" ".join(heads))
    for row in rows:
        click.echo(f"{row['layer']:5d} {row['reach']:13d} {row['radius']:19d}")


def _draw_filters(
    path: Path,
    network: Any,
    data: Dataset,
    layer: int,
    picks: list[Pick],
    places: dict[int, list[Place]],
    title: str,
) -> None:
    """The patches that a layer sees around the places that excite its filters."""
    import numpy as np

    from gopolicy.look.field import measure_fields
    from gopolicy.plots.look import save_filters_plot

    drawn = data.samples(data.shuffled_positions(16, seed=0)).planes
    reach = measure_fields(network, drawn)[layer - 1].reach
    rows = []
    for number, found in places.items():
        numbers = np.array([place.position for place in found], np.int64)
        patches = [
            (planes, place.point, _place_name(place))
            for planes, place in zip(data.samples(numbers).planes, found, strict=True)
        ]
        pick = picks[number]
        name = tr(
            "filter {number}: {motif} {share:.0f} %",
            number=number,
            motif=tr(pick.motif),
            share=100 * pick.share,
        )
        rows.append((name, patches))
    title = tr("{title}; the side to play is black", title=title)
    save_filters_plot(path, rows, reach=reach, title=title)


def _place_name(place: Place) -> str:
    return tr("game {game}, move {move}", game=place.game, move=place.move)


def _format_map(number: int, board: NDArray[np.float32]) -> dict[str, Any]:
    """What a filter says of a position (float32 [19, 19]) as a dict for JSON."""
    from gopolicy.go.coords import format_vertex

    return {
        "filter": number,
        "largest": float(board.max()),
        "vertex": format_vertex(int(board.argmax())),
        "mean": float(board.mean()),
        "off": bool(board.max() == board.min()),
    }


def _format_shares(
    inputs: NDArray[np.float32], stones: NDArray[np.float32]
) -> dict[str, list[dict[str, Any]]]:
    """What an answer hangs on as lists for JSON, the largest share first."""
    from gopolicy.go.coords import format_vertex
    from gopolicy.go.features import FEATURES, PLANE_OFFSETS

    weighed = [
        {"vertex": format_vertex(point), "nats": value}
        for point, value in enumerate(stones.tolist())
        if value == value  # no NaN
    ]
    features = [
        {"feature": f.name, "nats": float(inputs[:, :, first : first + f.planes].sum())}
        for f in FEATURES
        for first in [PLANE_OFFSETS[f.name]]
    ]
    return {
        name: sorted(rows, key=lambda row: -abs(row["nats"]))
        for name, rows in (("stones", weighed), ("features", features))
    }


def _format_filter(
    peaks: Peaks, pick: Pick, places: list[Place], number: int
) -> dict[str, object]:
    """A filter as a dict for JSON."""
    import dataclasses

    from gopolicy.go.coords import format_vertex

    return {
        "filter": number,
        "dead": bool(peaks.is_dead[number]),
        "motif": pick.motif,
        "offset": pick.offset,
        "share": pick.share,
        "base": pick.base,
        "places": [
            {**dataclasses.asdict(place), "vertex": format_vertex(place.point)}
            for place in places
        ],
    }


def _print_filters(
    peaks: Peaks,
    picks: list[Pick],
    places: dict[int, list[Place]],
    shown: tuple[int, ...],
) -> None:
    """A table: each filter's motif, and the place that excites it most."""
    from gopolicy.go.coords import format_vertex

    click.echo(
        f"{right(tr('filter'), 6)}   {left(tr('picks'), 42)} "
        f"{left(tr('of its top 1 %'), 14)}   {left(tr('of all points'), 13)}   "
        f"{tr('strongest in')}"
    )
    for number in shown:
        if peaks.is_dead[number]:
            click.echo(f"{number:6d}   {tr('dead: the same on every point')}")
            continue
        pick, first = picks[number], places[number][0]
        motif = tr(pick.motif)
        if any(pick.offset):
            dy, dx = pick.offset
            motif = tr(
                "{motif} ({down:+d} down, {right:+d} right)",
                motif=motif,
                down=dy,
                right=dx,
            )
        click.echo(
            f"{number:6d}   {left(motif, 42)} {100 * pick.share:11.0f} % "
            f"{100 * pick.base:14.2f} %   {_place_name(first)}, "
            f"{format_vertex(first.point)}"
        )
    for one, other, likeness in peaks.twins():
        said = tr(
            "twins: {one} and {other}, correlation {likeness:.3f}",
            one=one,
            other=other,
            likeness=likeness,
        )
        click.echo(said)
