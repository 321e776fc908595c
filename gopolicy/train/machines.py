"""The machines that train together: one processor, several GPUs, or several workers.

All is done by ``tf.distribute``: here it is only told what there is. Workers find each
other by the environment variable TF_CONFIG, which TensorFlow reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gopolicy.networks.backend import tf


@dataclass(frozen=True)
class Machines:
    """What trains together, seen from this process.

    ``workers``: processes, of which this is number ``worker``; the chief, and nobody
    else, reads and writes the folder of the run.
    """

    strategy: tf.distribute.Strategy
    workers: int = 1
    worker: int = 0

    @property
    def is_chief(self) -> bool:
        return self.worker == 0

    @property
    def replicas(self) -> int:
        """Devices that each hold the network and take a share of every batch."""
        return int(self.strategy.num_replicas_in_sync)

    def agree(self, values: Iterable[float]) -> list[float]:
        """The sums of every worker's ``values``; all must ask at the same time."""
        mine = list(values)
        if self.workers == 1:
            return mine
        return [float(v) for v in self._sum(tf.constant(mine, tf.float64))]

    def follow_chief(self, variables: Iterable[Any]) -> None:
        """Gives each variable the chief's value on every worker."""
        if self.workers == 1:
            return
        for variable in variables:
            mine = tf.convert_to_tensor(variable)
            share = mine if self.is_chief else tf.zeros_like(mine)
            variable.assign(self._sum(share))

    def _sum(self, mine: tf.Tensor) -> tf.Tensor:
        """Every worker's tensor, added up."""
        devices = self.replicas // self.workers

        def share(context: tf.distribute.InputContext) -> tf.Tensor:
            first = context.replica_id_in_sync_group % devices == 0
            return mine if first else tf.zeros_like(mine)

        shares = self.strategy.experimental_distribute_values_from_function(share)
        return self.strategy.reduce(tf.distribute.ReduceOp.SUM, shares, axis=None)


def find_machines() -> Machines:
    """The workers that TF_CONFIG names, else this machine's GPUs, else its processor.

    With several workers it waits until all of them are there. Must come before
    TensorFlow's first operation.
    """
    cluster = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    workers = _tasks(cluster)
    if workers:
        me = workers.index((cluster.task_type, cluster.task_id))
        strategy = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=cluster)
        return Machines(strategy, workers=len(workers), worker=me)
    if len(tf.config.list_physical_devices("GPU")) > 1:
        return Machines(tf.distribute.MirroredStrategy())
    return Machines(tf.distribute.get_strategy())


def is_chief() -> bool:
    """Whether this process is the only one, or the first of those in TF_CONFIG."""
    cluster = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    workers = _tasks(cluster)
    return not workers or workers[0] == (cluster.task_type, cluster.task_id)


def _tasks(cluster: Any) -> list[tuple[str, int]]:
    """The workers of a cluster, the chief first."""
    tasks = cluster.cluster_spec().as_dict()
    kinds = ("chief", "worker")
    return [(kind, i) for kind in kinds for i in range(len(tasks.get(kind, [])))]
