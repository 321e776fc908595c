# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 10. Out of the notebook
#
# A network in a notebook answers one person, as long as the notebook runs. This last chapter takes it out in two directions. First to those who ask: a file that other programs can load, a server, many servers, a phone. Then to those who train: several devices, and several machines. Here the notebook is the thread; the full reference stands in the pages [serving](../../serving.md) and [training under Kubernetes](../../kubernetes.md), and is not repeated.

# %% [markdown] lang="zh"
# # 10. 走出笔记本
#
# 笔记本里的网络只回答一个人，而且只在笔记本开着的时候。最后这一章带它往两个方向走出去。先是去见提问的人：别的程序能加载的文件、一台服务器、许多台服务器、一部手机。然后是去见训练的人：几个计算设备，几台机器。本章是一条线索；完整的参考资料在[部署](../../serving.md)和[在 Kubernetes 上训练](../../kubernetes.md)两页里，这里不重复。

# %%
import dataclasses
import json
import shutil
import sys
import time

sys.path.append("..")

import numpy as np
from course import (
    BLUE,
    ORANGE,
    OUT,
    QUICK,
    check,
    near,
    open_games,
    panels,
    say,
    show,
    size,
)

from gopolicy import Position, encode
from gopolicy.export import dataset_check_set, export_model
from gopolicy.go.coords import format_vertex, parse_vertex
from gopolicy.modelstore import load_model
from gopolicy.networks import build
from gopolicy.networks.backend import keras, tf

# Later we need two devices. This makes two of one processor, and must come first.
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0],
    [tf.config.LogicalDeviceConfiguration(), tf.config.LogicalDeviceConfiguration()],
)
print([device.name for device in tf.config.list_logical_devices("CPU")])

# %% [markdown] lang="en"
# ## SavedModel: the graph as a file
#
# Chapter 1 showed that `tf.function` writes down the operations of a Python function as a graph. A *SavedModel* is such a graph in a folder, with the weights and a *signature*: which tensors go in, by name, type and shape, and which come out. Whoever loads it needs TensorFlow, but neither Keras nor gopolicy nor any of our Python.

# %% [markdown] lang="zh"
# ## SavedModel：把计算图存成文件
#
# 第 1 章讲过，`tf.function` 把一个 Python 函数里的运算记成一张图。*SavedModel* 就是存在一个文件夹里的这样一张图，连同权重和*签名*：哪些张量进去（名字、类型、形状），哪些出来。加载它的人需要 TensorFlow，但不需要 Keras，不需要 gopolicy，也不需要我们的任何 Python 代码。

# %%
network, info = load_model("default")
if QUICK:  # a test has no time for the real one
    info = dataclasses.replace(
        info, network=dataclasses.replace(info.network, filters=4)
    )
    network = build(info.network)

planes_spec = tf.TensorSpec((None, 19, 19, 48), tf.uint8, name="planes")


@tf.function(input_signature=[planes_spec])
def answer_of(planes):
    logits = network(planes, training=False)
    return {"logits": logits, "probabilities": tf.nn.softmax(logits)}


module = tf.Module()
module.network, module.answer_of = network, answer_of
folder = OUT / "saved" / "1"
shutil.rmtree(folder, ignore_errors=True)
tf.saved_model.save(module, str(folder), signatures={"serving_default": answer_of})
for file in sorted(folder.rglob("*")):
    if file.is_file():
        print(f"{file.stat().st_size:10,}  {file.relative_to(OUT)}")

loaded = tf.saved_model.load(str(folder)).signatures["serving_default"]
print(loaded.structured_input_signature[1])

# %% [markdown] lang="en"
# `saved_model.pb` is the graph, `variables` the weights. The folder's name, `1`, is the version: TensorFlow Serving takes the highest number it finds, and goes over to a higher one as soon as it appears, without losing a request.
#
# ## What goes over the wire
#
# TensorFlow Serving puts an HTTP interface in front of the signature. A request is JSON: a list of positions under `instances`. Here is the whole way of a request, but for the network cable: planes to JSON text, text back to numbers, these to the signature, the answer to JSON.

# %% [markdown] lang="zh"
# `saved_model.pb` 是图，`variables` 里是权重。文件夹的名字 `1` 是版本号：TensorFlow Serving 取它找到的最大的数，一出现更大的就换过去，一个请求也不会丢。
#
# ## 网线上传的是什么
#
# TensorFlow Serving 在签名前面加了一个 HTTP 接口。请求是 JSON：`instances` 下面是局面的列表。下面走一遍请求的全程，只差一根网线：平面变成 JSON 文本，文本变回数，交给签名，回答再变成 JSON。

# %%
position = Position()
for vertex in ("Q16", "D4", "Q3"):
    position.play(parse_vertex(vertex))

request = json.dumps({"instances": [encode(position).tolist()]})


def serve(request):
    """What the server does with the text of a request."""
    planes = np.array(json.loads(request)["instances"], np.uint8)
    if planes.shape[1:] != (19, 19, 48):
        raise ValueError(say("a list of positions, please", "请给局面的列表"))
    answer = loaded(planes=tf.constant(planes))
    rows = zip(answer["logits"].numpy(), answer["probabilities"].numpy(), strict=True)
    return json.dumps(
        {
            "predictions": [
                {"logits": logits.tolist(), "probabilities": probabilities.tolist()}
                for logits, probabilities in rows
            ]
        }
    )


(prediction,) = json.loads(serve(request))["predictions"]
for point in np.argsort(prediction["probabilities"])[::-1][:3]:
    print(
        f"{format_vertex(int(point)):4s}"
        f" {100 * prediction['probabilities'][point]:5.1f} %"
    )
print(say("bytes of the request:", "请求的字节数："), f"{len(request):,}")

# %% [markdown] lang="en"
# **Exercise 1.** Write the request for two positions at once: the one above, and the empty board (`Position()`). One request with two positions costs less than two requests: the network works through them together.

# %% [markdown] lang="zh"
# **练习 1.** 写一个一次问两个局面的请求：上面那个，以及空棋盘（`Position()`）。一个请求问两个局面，比两个请求便宜：网络会把它们放在一起算。

# %% tags=["exercise"]
two = ...

# %% tags=["check"] wrong="two = json.dumps({'instances': encode(position).tolist()})"
check(
    two,
    lambda text: (
        len(json.loads(serve(text))["predictions"]) == 2
        and (np.array(json.loads(text)["instances"])[1] == encode(Position())).all()
    ),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# both = [encode(position).tolist(), encode(Position()).tolist()]
# two = json.dumps({"instances": both})
# ```
#
# </details>
#
# `gopolicy export --format saved_model --out serving/gopolicy/1` does what we did above, and two things more: illegal points get probability 0, and the export is put a thousand positions beside the original and refused when it answers otherwise. With Docker, one line then starts the server; with Kubernetes, a manifest of some forty lines keeps two of them running, restarts the one that falls over, and replaces them one by one when there is a new version. Line, manifest and a client: [serving](../../serving.md).
#
# ## TFLite: for a phone
#
# TFLite is a smaller engine with a file format of its own. The weights may be stored as float16 or as whole numbers of 8 bits, each channel with a scale of its own: a quarter of the bytes, and faster on small processors. What does that cost in accuracy? Measure it, on positions of games with known moves.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# both = [encode(position).tolist(), encode(Position()).tolist()]
# two = json.dumps({"instances": both})
# ```
#
# </details>
#
# `gopolicy export --format saved_model --out serving/gopolicy/1` 做的就是上面这些，另外还多两件事：不合法的点概率为 0；导出之后，拿一千个局面与原来的网络对照，回答不一样就拒绝导出。有了 Docker，一行命令就能启动服务器；有了 Kubernetes，四十来行的清单就能让两台服务器一直运行，倒下一台就重启，有新版本时一台一台地替换。命令、清单和客户端见[部署](../../serving.md)。
#
# ## TFLite：给手机用
#
# TFLite 是一个更小的引擎，有自己的文件格式。权重可以存成 float16，或者 8 位整数，每个通道各有一个比例：字节数只有四分之一，在小处理器上也更快。准确率要付出多少代价？用已知着法的对局局面来测。

# %%
_, games = open_games()
questions = dataset_check_set(games, n_checked=size(400, 40))
print(
    say(
        "  KB     same first choice   right moves: before, after",
        "  KB     第一选择相同     猜中：之前，之后",
    )
)
for dtype in ("float32", "int8")[QUICK:]:
    found = export_model(
        network,
        info,
        OUT / f"{dtype}.tflite",
        questions,
        form="tflite",
        dtype=dtype,
        overwrite=True,
    )
    print(
        f"{found.export.size / 1000:7.0f} {found.same_best:8d} / {found.positions}"
        f" {100 * found.original.top1:16.1f} % {100 * found.export.top1:.1f} %   {dtype}"
    )

# %% [markdown] lang="en"
# ## Two devices, half the batch each: data parallelism
#
# Now to training. A GPU, or a machine, too many? The simplest use: every device holds a *copy of the whole network*, gets its share of the batch, and computes the gradient of that share. The gradients are added up over all devices (*all-reduce*), each takes the same step, and so the copies stay equal. It is the same step as one device would take with the whole batch, since the gradient of a sum is the sum of the gradients.
#
# **Exercise 2.** Two devices got parts of unequal size: 24 positions with a mean loss of 2.0, and 8 with a mean loss of 3.0. What is the mean loss of the batch?

# %% [markdown] lang="zh"
# ## 两个设备，各做半批：数据并行
#
# 下面说训练。多出来一块 GPU、一台机器，怎么用？最简单的办法：每个设备都有*整个网络的一份副本*，分到这一批的一部分，算出这部分的梯度。所有设备的梯度加在一起（*全归约*，all-reduce），大家走同样的一步，所以各副本始终相同。这与一个设备拿着整批走的那一步完全一样，因为和的梯度等于梯度的和。
#
# **练习 2.** 两个设备分到的不一样多：24 个局面，平均损失 2.0；8 个局面，平均损失 3.0。整批的平均损失是多少？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 2.5"
check(
    answer,
    lambda value: near(value, 2.25, 1e-6),
    say("Each position counts the same.", "每个局面分量相同。"),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# answer = (24 * 2.0 + 8 * 3.0) / (24 + 8)
# ```
#
# That is why each device below divides by the size of the *whole* batch, and the parts are added, not averaged.
#
# </details>
#
# `tf.distribute` takes care of the copies and the sums. `MirroredStrategy` is for the devices of one machine. Our two devices are halves of one processor, so nothing becomes faster here; but everything happens as it would with two GPUs, and we can check that it comes out the same.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# answer = (24 * 2.0 + 8 * 3.0) / (24 + 8)
# ```
#
# 所以下面每个设备都除以*整*批的大小，各部分是相加，而不是求平均。
#
# </details>
#
# `tf.distribute` 负责副本与求和。`MirroredStrategy` 用于同一台机器上的几个设备。我们的两个设备是一个处理器分出来的，所以这里不会变快；但一切过程都和两块 GPU 时一样，可以检查结果是否相同。

# %%
BATCH, FILTERS = size(32, 4), size(32, 4)
LAYERS = size(13, 5)
FRONT, BACK = "CPU:0", "CPU:1"
learned, _ = open_games()
batch = learned.training_batch(0, BATCH, seed=1)
planes, targets = tf.constant(batch.planes, tf.float32), tf.constant(batch.targets)


def make_layers(first, last):
    """Layers ``first`` to ``last`` of AlphaGo's network, as a model of their own."""
    model = keras.Sequential([keras.Input((19, 19, 48 if first == 1 else FILTERS))])
    for number in range(first, last + 1):
        is_last = number == LAYERS
        model.add(
            keras.layers.Conv2D(
                1 if is_last else FILTERS,
                5 if number == 1 else 1 if is_last else 3,
                padding="same",
                activation=None if is_last else "relu",
                use_bias=not is_last,  # it would add the same to each point
                kernel_initializer="he_normal",
            )
        )
        if is_last:
            model.add(keras.layers.Flatten())
    return model


def sum_of_losses(logits, targets):
    return tf.reduce_sum(
        tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
    )


with tf.device(FRONT):
    whole = make_layers(1, LAYERS)


@tf.function
def whole_gradient(planes, targets):
    with tf.device(FRONT):
        with tf.GradientTape() as tape:
            loss = sum_of_losses(whole(planes), targets) / BATCH
        return loss, tape.gradient(loss, whole.trainable_variables)


strategy = tf.distribute.MirroredStrategy([FRONT, BACK])
with strategy.scope():
    mirrored = make_layers(1, LAYERS)
    mirrored.set_weights(whole.get_weights())


@tf.function
def shared_gradient(parts):
    def on_one_device(planes, targets):
        with tf.GradientTape() as tape:
            loss = sum_of_losses(mirrored(planes), targets) / BATCH
        gradient = tape.gradient(loss, mirrored.trainable_variables)
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, [loss, *gradient])

    return strategy.run(on_one_device, args=parts)


def half_of(tensor):
    halves = tf.split(tensor, 2)
    return strategy.experimental_distribute_values_from_function(
        lambda context: halves[context.replica_id_in_sync_group]
    )


parts = half_of(planes), half_of(targets)
loss, gradient = whole_gradient(planes, targets)
shared = [strategy.experimental_local_results(g)[0] for g in shared_gradient(parts)]


def farthest(gradient, other):
    """The greatest difference of two gradients, in shares of the greatest number."""
    return max(
        float(tf.reduce_max(abs(a - b)) / tf.reduce_max(abs(a)))
        for a, b in zip(gradient, other, strict=True)
    )


print(say("loss:", "损失："), f"{float(loss):.5f} {float(shared[0]):.5f}")
print(say("farthest apart:", "最大相对差："), f"{farthest(gradient, shared[1:]):.1e}")

# %% [markdown] lang="en"
# The same gradient, but for rounding. What it costs is traffic: at each step every device must send and get a number for each weight. And every step waits for the slowest device. It pays as soon as computing a step takes much longer than that exchange: with wide networks, large batches, fast connections.
#
# With several *machines* the strategy is called `MultiWorkerMirroredStrategy`, and each process learns from the variable `TF_CONFIG` who the others are. In gopolicy that is all: `gopolicy train` started on each machine, with `TF_CONFIG` set, trains one network together, each taking its share of the batches (chapter 8: which positions these are follows from the step's number). Under Kubernetes a Job of as many pods does it, and when one is lost, all go on from the last checkpoint: [training under Kubernetes](../../kubernetes.md).
#
# ## The network cut in half: model parallelism
#
# What if the network does not fit on one device? Then each device gets *some of the layers*. Here the front half of the thirteen layers is on one device, the back half on the other. On the way forward the board at the cut, `FILTERS` planes of it, crosses over; on the way back its gradient does. Nothing else: each device keeps its own weights and their gradients.

# %% [markdown] lang="zh"
# 梯度相同，只差舍入误差。代价是通信：每走一步，每个设备都要为每个权重发出一个数、收到一个数。而且每一步都要等最慢的设备。一旦算一步的时间远长于交换的时间，就划算：网络宽，批量大，连接快。
#
# 如果是几台*机器*，这个策略叫 `MultiWorkerMirroredStrategy`，每个进程从变量 `TF_CONFIG` 得知其他进程在哪里。在 gopolicy 里这样就够了：每台机器上都启动 `gopolicy train`，设好 `TF_CONFIG`，它们就一起训练一个网络，各自承担每批的一部分（第 8 章：是哪些局面，由步数决定）。在 Kubernetes 上，由一个同样多 pod 的 Job 来做；丢了一个，大家就从最近的检查点继续：[在 Kubernetes 上训练](../../kubernetes.md)。
#
# ## 把网络切成两半：模型并行
#
# 要是网络大得一个设备装不下呢？那就让每个设备拿*一部分层*。这里十三层的前半在一个设备上，后半在另一个上。前向时，切口处的棋盘（`FILTERS` 个平面）传过去；反向时，它的梯度传回来。别的什么都不传：权重和权重的梯度，各管各的。

# %%
CUT = LAYERS // 2 + 1
with tf.device(FRONT):
    front = make_layers(1, CUT)
with tf.device(BACK):
    back = make_layers(CUT + 1, LAYERS)
n_front = len(front.get_weights())
front.set_weights(whole.get_weights()[:n_front])
back.set_weights(whole.get_weights()[n_front:])
for name, half in (("front", front), ("back", back)):
    devices = {weight.value.device[-5:] for weight in half.weights}
    print(
        say(f"{name} half:", {"front": "前半：", "back": "后半："}[name]),
        CUT if half is front else LAYERS - CUT,
        say("layers on", "层，在"),
        *devices,
    )


def cut_part(planes, targets):
    """Loss and gradient of a part of the batch, across both devices."""
    with tf.device(FRONT), tf.GradientTape() as front_tape:
        border = front(planes)
    with tf.device(BACK):
        with tf.GradientTape() as back_tape:
            back_tape.watch(border)  # crosses over
            loss = sum_of_losses(back(border), targets) / BATCH
        variables = [border, *back.trainable_variables]
        border_gradient, *back_gradient = back_tape.gradient(loss, variables)
    with tf.device(FRONT):
        front_gradient = front_tape.gradient(
            border, front.trainable_variables, output_gradients=border_gradient
        )
    return loss, [*front_gradient, *back_gradient]


@tf.function
def cut_gradient(planes, targets):
    return cut_part(planes, targets)


@tf.function
def piped_gradient(planes, targets):
    """The same in four parts: while one is in the back, the next is in the front."""
    parts = [
        cut_part(*part)
        for part in zip(tf.split(planes, 4), tf.split(targets, 4), strict=True)
    ]
    losses, gradients = zip(*parts, strict=True)
    return tf.add_n(losses), [tf.add_n(one) for one in zip(*gradients, strict=True)]


for function in (cut_gradient, piped_gradient):
    print(
        say(
            "farthest from the whole network's gradient:", "与整个网络的梯度最多相差："
        ),
        f"{farthest(gradient, function(planes, targets)[1]):.1e}",
    )

# %% [markdown] lang="en"
# Again the same gradient. But look at *when* the devices work. The back cannot begin before the front has finished, and on the way back the front waits for the back: each of them is idle half of the time. The remedy is a *pipeline*: cut the batch into parts as well, and start the next part in the front while the one before is in the back.

# %% [markdown] lang="zh"
# 梯度还是一样。但请看设备*什么时候*在干活。前半没算完，后半不能开始；往回走时，前半又要等后半：两个设备各有一半时间闲着。对策是*流水线*：把一批也切成几份，前一份还在后半时，下一份就进前半。


# %%
def draw_schedule(axes, n_parts, title):
    length = 1 / n_parts
    for part in range(n_parts):
        spans = (
            (0, part * length, BLUE),
            (1, (part + 1) * length, BLUE),
            (1, (n_parts + 1 + part) * length, ORANGE),
            (0, (n_parts + 2 + part) * length, ORANGE),
        )
        for row, begin, color in spans:
            axes.barh(-row, length * 0.94, left=begin, color=color, height=0.7)
            axes.text(
                begin + length / 2, -row, part + 1, ha="center", va="center", fontsize=9
            )
    axes.set(
        yticks=[0, -1],
        yticklabels=[say("front", "前半"), say("back", "后半")],
        xlim=(0, 4.1),
        xlabel=say("time", "时间"),
        title=title,
    )


_, (top, bottom) = panels(1, 2, width=7, height=1.6)
draw_schedule(top, 1, say("the batch in one piece", "整批一份"))
draw_schedule(bottom, 4, say("the batch in four parts", "一批分成四份"))
for name, color in ((say("forward", "前向"), BLUE), (say("backward", "反向"), ORANGE)):
    bottom.bar(0, 0, color=color, label=name)
bottom.legend(loc="center right")
show()

# %% [markdown] lang="en"
# (Drawn as if forward and backward took equally long, and both halves, too.)
#
# **Exercise 3.** Read off the lower picture what share of the time a device is idle with 4 parts: the whole takes 10 lengths, of which each device works 8. And with 16 parts?

# %% [markdown] lang="zh"
# （图中假定前向和反向一样长，两半也一样长。）
#
# **练习 3.** 从下图可以看出分成 4 份时设备闲着的时间占多少：全程 10 个单位，每个设备工作 8 个。分成 16 份时呢？

# %% tags=["exercise"]
idle = ...

# %% tags=["check"] wrong="idle = 2 / 32"
check(
    idle,
    lambda value: near(value, 2 / 34, 1e-3),
    say(
        "The work is 32 lengths, the whole takes 2 more.",
        "工作占 32 个单位，全程多 2 个。",
    ),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# idle = 2 / (2 * 16 + 2)
# ```
#
# </details>
#
# ## What it costs here
#
# Now measure. Each of the four ways takes the gradient of the same batch, again and again, in turn; the figure is the fastest time of each, since other programs can only make it slower. Keep in mind that our two devices share one processor, which had no idle halves to begin with: what shows here is not the gain but the *price* of each way.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# idle = 2 / (2 * 16 + 2)
# ```
#
# </details>
#
# ## 在这里要付多少代价
#
# 现在来测量。四种办法轮流对同一批求梯度，反复多次，各取最快的一次，因为别的程序只会让它变慢。请记住，我们的两个设备共用一个处理器，它本来就没有闲着的一半：所以这里看到的不是好处，而是每种办法的*代价*。


# %%
def fetch(result):
    """Waits until all of it is there."""
    for tensor in tf.nest.flatten(result):
        strategy.experimental_local_results(tensor)[0].numpy()


ways = {
    say("one device", "一个设备"): lambda: whole_gradient(planes, targets),
    say("data parallel", "数据并行"): lambda: shared_gradient(parts),
    say("cut in half", "切成两半"): lambda: cut_gradient(planes, targets),
    say("cut, four parts", "切开，分四份"): lambda: piped_gradient(planes, targets),
}
times = {name: [] for name in ways}
for _ in range(size(20, 2)):
    for name, way in ways.items():
        began = time.perf_counter()
        fetch(way())
        times[name].append(time.perf_counter() - began)
first = min(next(iter(times.values())))
for name, measured in times.items():
    print(f"{1000 * min(measured):7.0f} ms {min(measured) / first:6.2f}   {name}")

# %% [markdown] lang="en"
# The second column is the time beside that of one device; some hundredths more or less are chance. Small parts keep a processor less busy than large ones, and the gradients have to be added up. Now the traffic, which virtual devices have for nothing and real ones pay for. For each step, data parallelism sends a number for every weight; model parallelism sends the board at the cut, forward, and its gradient, back.

# %% [markdown] lang="zh"
# 第二列是与一个设备相比的倍数；百分之几的差别是偶然。小份让处理器闲得多些，而且梯度还要加起来。再看通信量，虚拟设备不花钱，真实设备要付账。每走一步，数据并行为每个权重传一个数；模型并行则把切口处的棋盘传过去，把它的梯度传回来。

# %%
full_size = build(dataclasses.replace(info.network, filters=192))
data_bytes = 4 * full_size.count_params()
board_bytes = 2 * 4 * 19 * 19 * 192
print(
    say(
        "192 filters, a step, MB sent by each device",
        "192 个滤波器，一步，每个设备发送的 MB",
    )
)
print(say("positions   data parallel   cut in half", "局面数   数据并行   切成两半"))
for n in (16, 64, 256):
    print(f"{n:9d} {data_bytes / 1e6:15.1f} {n * board_bytes / 2 / 1e6:13.1f}")

# %% [markdown] lang="en"
# **Exercise 4.** Count what both devices send together: twice `data_bytes` with data parallelism, `board_bytes` for each position with model parallelism. From how many positions in a batch on does model parallelism send more?

# %% [markdown] lang="zh"
# **练习 4.** 把两个设备发送的合起来算：数据并行是 `data_bytes` 的两倍，模型并行是每个局面 `board_bytes`。一批里从多少个局面起，模型并行发送得更多？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = data_bytes / board_bytes"
check(
    answer,
    lambda value: value == int(2 * data_bytes // board_bytes) + 1,
    say(
        "Whole positions; the first number that sends more.",
        "要整数个局面；第一个使它更多的数。",
    ),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# answer = int(2 * data_bytes // board_bytes) + 1
# ```
#
# </details>
#
# ## When which pays
#
# - **Does it fit on one device?** Then data parallelism: every device does the same, nothing waits but for the exchange at the end of a step, and adding a device is adding a line to a list. AlphaGo's network has 3.9 million weights, 16 MB; it was trained in this way, on 50 GPUs.
# - **Does it not fit?** Then it has to be cut, in a pipeline. That is so for networks of billions of weights; they are cut between layers, within layers, and copied as well.
# - **Is the network small?** Then neither: one device, and all the others for the next experiment.
#
# This is where the course ends. You have followed one network from a sum of two products to a service in a cluster, and opened it in between. The program has more to try: [play against it](../../../README.md#play-and-study-on-the-board), train on your own games, and compare what you think of next.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# answer = int(2 * data_bytes // board_bytes) + 1
# ```
#
# </details>
#
# ## 什么时候用哪种
#
# - **一个设备装得下吗？** 那就用数据并行：所有设备做同样的事，除了每步末尾的交换，谁也不等谁；加一个设备，不过是在清单里加一行。AlphaGo 的网络有 390 万个权重，16 MB，就是这样在 50 块 GPU 上训练的。
# - **装不下吗？** 那就只好切开，做成流水线。几十亿权重的网络就是如此：在层与层之间切，在层的内部切，同时还做副本。
# - **网络很小吗？** 那就都不用：一个设备就够，其余的留给下一个实验。
#
# 课程到此结束。你跟着一个网络，从两个乘积之和一直走到集群里的一项服务，中途还把它打开看过。程序里还有更多可以试的：[和它下棋](../../../README.md#play-and-study-on-the-board)，用自己的棋谱训练，比较你接下来想到的东西。
