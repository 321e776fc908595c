"""Models on disk: a folder with ``config.json`` and ``weights.h5``; find, load, save.

Model files are data, never code: the network is built from its config by this
package's own tables, and only numbers are read. A model made for other planes is
refused.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from gopolicy.config import TASKS, NetworkConfig, Task, format_config, parse_config
from gopolicy.errors import (
    ConfigError,
    ModelError,
    Said,
    phrase,
    read_problem,
    system_says,
)
from gopolicy.files import mend, whole_folder
from gopolicy.go.features import PLANE_NAMES, SPEC_ID
from gopolicy.version import __version__

if TYPE_CHECKING:
    import onnx

    from gopolicy.graph.layers import Weights
    from gopolicy.networks.backend import keras

FORMAT: Final = "gopolicy-model"
#: By task, since older programs know but one, and would play by the other.
FORMAT_VERSIONS: Final[Mapping[Task, int]] = {"moves": 1, "owners": 2}

#: Environment variable that names a folder of models.
MODELS_VARIABLE: Final = "GOPOLICY_MODELS"

_CONFIG: Final = "config.json"
_WEIGHTS: Final = "weights.h5"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What a model folder says of itself, the weights aside.

    ``card``: how it was made and what it reached: JSON values by name. ``task``: what
    its 361 logits tell, the move or, each by itself, whose the points will be.
    """

    name: str
    path: Path
    network: NetworkConfig
    card: dict[str, Any]
    task: Task = "moves"

    @property
    def size(self) -> int:
        """Bytes of the weights on disk."""
        return (self.path / _WEIGHTS).stat().st_size


def save_model(
    folder: str | Path,
    model: keras.Model,
    network: NetworkConfig,
    card: dict[str, Any],
    *,
    dtype: str = "float32",
    task: Task = "moves",
) -> None:
    """``save_weights`` of a model."""
    save_weights(folder, weights_of(model), network, card, dtype=dtype, task=task)


def weights_of(model: keras.Model) -> dict[str, NDArray[np.float32]]:
    """A model's weights by the names that a model folder gives them."""
    return {variable.path: variable.numpy() for variable in model.weights}


def save_weights(
    folder: str | Path,
    weights: Mapping[str, NDArray[np.floating[Any]]],
    network: NetworkConfig,
    card: dict[str, Any],
    *,
    dtype: str = "float32",
    task: Task = "moves",
) -> None:
    """Writes a model folder, whole or not at all, over an older one.

    ``weights``: all of ``network``, by their names. ``dtype``: "float32", or "float16"
    for half the size. ``task``: see ``ModelInfo``.

    Raises: ModelError when the folder cannot be written.
    """
    config = {
        "format": FORMAT,
        "version": FORMAT_VERSIONS[task],
        "gopolicy": __version__,
        "task": task,
        "network": format_config(network),
        "planes": {"spec": SPEC_ID, "names": PLANE_NAMES},
        "card": card,
    }
    text = json.dumps(config, indent=1, ensure_ascii=False) + "\n"
    try:
        with whole_folder(folder) as fresh:
            (fresh / _WEIGHTS).write_bytes(_pack_weights(weights, dtype))
            (fresh / _CONFIG).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ModelError(
            phrase(
                "cannot write the model {folder!r}: {reason}",
                folder=str(folder),
                reason=system_says(error),
            )
        ) from error


def _pack_weights(
    weights: Mapping[str, NDArray[np.floating[Any]]], dtype: str
) -> bytes:
    """The file of the weights.

    Made in memory: on a full disk HDF5 can end the process.
    """
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for name, values in weights.items():
            data = np.asarray(values).astype(dtype)
            file.create_dataset(name, data=data, track_times=False)
    return content.getvalue()


def places() -> list[Path]:
    """Folders that hold models, in the order they are looked in."""
    package = Path(__file__).parent
    named = os.environ.get(MODELS_VARIABLE)
    return [
        *([Path(named)] if named else []),
        package / "_models",  # where the wheel puts the default model
        package.parent / "models",  # a checkout
    ]


def find_model(name: str | Path = "default") -> Path:
    """The folder of the model ``name``: a path, or a name in one of ``places``.

    Raises: ModelError naming the places looked in.
    """
    for folder in (Path(name), *(place / name for place in places())):
        if not folder.exists():
            mend(folder.parent)
        if (folder / _CONFIG).is_file():
            return folder
    looked = ", ".join(str(place) for place in places())
    text = phrase(
        "no model {name!r}; looked for that folder and in {places} "
        "(try: gopolicy models)",
        name=str(name),
        places=looked,
    )
    raise ModelError(text)


def list_models() -> dict[str, ModelInfo | ModelError]:
    """What stands in ``places``, by name; the first of a name wins.

    A model that is damaged does not hide the others: it comes as its error.
    """
    found: dict[str, ModelInfo | ModelError] = {}
    for place in places():
        if not place.is_dir():
            continue
        mend(place)
        for folder in sorted(place.iterdir()):
            if folder.name not in found and (folder / _CONFIG).is_file():
                try:
                    found[folder.name] = _check_weights(read_info(folder))
                except ModelError as error:
                    found[folder.name] = error
    return found


def _check_weights(info: ModelInfo) -> ModelInfo:
    """``info``, if the file of its weights is there and not cut off.

    Raises: ModelError when it is not.
    """
    path = info.path / _WEIGHTS
    try:
        with h5py.File(path, "r"):
            return info
    except OSError as error:
        raise ModelError(_unreadable(path, error)) from error


def _unreadable(path: Path, error: Exception) -> Said:
    """Why the weights in ``path`` cannot be read, and what to do."""
    if isinstance(error, FileNotFoundError):
        return _damaged(path)  # a part of the folder is gone
    again = phrase("get the model again")
    return read_problem(error, str(path), foreign=again, again=again)


def _damaged(path: Path) -> Said:
    return phrase("{path!r} is damaged; get the model again", path=str(path))


def read_info(folder: Path) -> ModelInfo:
    """What the model in ``folder`` says of itself.

    Raises: ModelError when the config is damaged, of a later version, or for other
    planes than this program computes.
    """
    path = folder / _CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        if config["format"] != FORMAT:
            raise ModelError(phrase("{path!r} is no gopolicy model", path=str(path)))
        if config["version"] not in FORMAT_VERSIONS.values():
            text = phrase(
                "{path!r} has model version {version}, this program reads {known}; "
                "update gopolicy",
                path=str(path),
                version=config["version"],
                known=max(FORMAT_VERSIONS.values()),
            )
            raise ModelError(text)
        network = parse_config(NetworkConfig, config["network"])
        spec, names = config["planes"]["spec"], tuple(config["planes"]["names"])
        card = dict(config["card"])
        task = _check_task(path, config.get("task", "moves"))  # older ones say nothing
    except OSError as error:
        text = phrase(
            "cannot read {path!r}: {reason}", path=str(path), reason=system_says(error)
        )
        raise ModelError(text) from error
    except ConfigError as error:
        raise ModelError(
            phrase("{path!r}: {reason}", path=str(path), reason=error)
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(_damaged(path)) from error
    if spec != SPEC_ID or names != PLANE_NAMES:
        text = phrase(
            "{path!r} expects {number} planes {spec!r}, this program computes "
            "{known_number} planes {known!r}; train it anew",
            path=str(folder),
            number=len(names),
            spec=spec,
            known_number=len(PLANE_NAMES),
            known=SPEC_ID,
        )
        raise ModelError(text)
    return ModelInfo(
        name=_name(folder), path=folder, network=network, card=card, task=task
    )


def _check_task(path: Path, task: object) -> Task:
    for known in TASKS:
        if task == known:
            return known
    raise ModelError(
        phrase(
            "{path!r} has the task {task!r}, this program knows {known}; update "
            "gopolicy",
            path=str(path),
            task=str(task),
            known=", ".join(TASKS),
        )
    )


def _name(folder: Path) -> str:
    """What the model in ``folder`` is called: "first" is the best one of runs/first.

    The others of a run are "first-last" or "first-step-300", all else as its folder.
    """
    folder = folder.absolute()
    if not (folder.parent / "run.json").is_file():
        return folder.name
    run = folder.parent.name
    return run if folder.name == "best" else f"{run}-{folder.name}"


def read_task(name: str | Path, task: Task | None) -> ModelInfo:
    """What the model of a name says of itself, if it is for ``task``; None takes all.

    Raises: ModelError when it is missing, cannot be read, or is for another task.
    """
    info = read_info(find_model(name))
    if task is not None and info.task != task:
        raise ModelError(
            phrase(
                "the network {name!r} tells {told}, not {wanted}; name another",
                name=info.name,
                told=info.task,
                wanted=task,
            )
        )
    return info


def load_model(
    name: str | Path = "default",
    *,
    precision: str = "float32",
    task: Task | None = "moves",
) -> tuple[keras.Model, ModelInfo]:
    """The network with its weights, and what is known of it.

    Raises: ModelError when it is missing, damaged, made for other planes, or for
    another ``task``; None takes all.
    """
    from gopolicy import networks

    info = read_task(name, task)
    try:
        model = networks.build(info.network, precision=precision)
    except ConfigError as error:
        raise ModelError(
            phrase("{path!r}: {reason}", path=str(info.path), reason=error)
        ) from error
    with open_weights(info) as weights:
        for variable in model.weights:
            variable.assign(weights(variable.path, tuple(variable.shape)))
    return model, info


def load_graph(
    name: str | Path = "default", *, task: Task | None = "moves"
) -> tuple[onnx.ModelProto, ModelInfo]:
    """The network as an ONNX model, made without TensorFlow; what is known of it.

    Raises: ModelError as ``load_model``.
    """
    from gopolicy.graph.layers import build_graph

    info = read_task(name, task)
    with open_weights(info) as weights:
        return build_graph(info.network, weights), info


@contextmanager
def open_weights(info: ModelInfo) -> Iterator[Weights]:
    """Gives the weights of a name in the shape that the network needs.

    Raises: ModelError when one is missing, damaged, of another shape or not finite.
    """
    path = info.path / _WEIGHTS
    try:
        with h5py.File(path, "r") as file:

            def weights(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
                found = file[name]
                if found.shape != shape:
                    text = phrase(
                        "{path!r}: {name} has shape {shape}, the network needs "
                        "{needed}; get it again",
                        path=str(path),
                        name=name,
                        shape=found.shape,
                        needed=shape,
                    )
                    raise ModelError(text)
                values = found[:]
                if not np.isfinite(values).all():
                    text = phrase(
                        "{path!r}: {name} is not finite", path=str(path), name=name
                    )
                    raise ModelError(text)
                return np.asarray(values, np.float32)

            yield weights
    except (OSError, KeyError, RuntimeError, AttributeError, TypeError) as error:
        raise ModelError(_unreadable(path, error)) from error
