# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 8. Training on games
#
# From here on you work with the program itself: records become a dataset, a dataset trains a network, and you watch it learn. Each step is shown twice, as the command that you would type in a terminal and as the Python behind it, so that you can take the pieces apart and build your own.

# %% [markdown] lang="zh"
# # 8. 用棋谱训练
#
# 从这一章起就用程序本身来干活：棋谱变成数据集，数据集训练网络，而你看着它学。每一步都展示两遍：在终端里要输入的命令，以及命令背后的 Python。这样你可以把零件拆开，搭出自己的东西。

# %%
import contextlib
import csv
import io
import shlex
import shutil
import sys

sys.path.append("..")

import numpy as np
from course import (
    OUT,
    ROOT,
    check,
    draw_board,
    near,
    open_games,
    panels,
    say,
    show,
    size,
    tf,
)

from gopolicy import FEATURES, NetworkConfig
from gopolicy.cli import main
from gopolicy.data.dataset import Dataset
from gopolicy.measure.evaluate import score_positions
from gopolicy.networks import build
from gopolicy.predict import log_softmax


def gopolicy(line):
    """Runs a command as the terminal would; its progress line is not kept."""
    print(f"$ gopolicy {line}")
    with contextlib.redirect_stderr(io.StringIO()):
        main.main(shlex.split(line), standalone_mode=False)


games, other_games = open_games()
RUN = OUT / "first-run"
shutil.rmtree(RUN, ignore_errors=True)

# %% [markdown] lang="en"
# (`gopolicy(...)` runs a command inside the notebook, with paths relative to the folder `out/course`, where this course keeps what it makes. In a terminal you type what stands after the `$`.)
#
# ## Records become a dataset
#
# Records of games come in large archives, and a few of the files in any of them are damaged. So let us make a tiny collection with a bad file in it: two games of AlphaGo, and the first half of one of them, cut off in the middle of a move.

# %% [markdown] lang="zh"
# （`gopolicy(...)` 在笔记本里运行一条命令，路径相对于文件夹 `out/course`，本课程做出来的东西都放在那里。在终端里，输入 `$` 后面的内容即可。）
#
# ## 棋谱变成数据集
#
# 棋谱通常成批地装在大压缩包里，每个包里总有几个坏文件。我们来做一个小小的棋谱集，里面放一个坏的：两局 AlphaGo 的棋，再加上其中一局的前半截，断在一手棋的中间。

# %%
records = OUT / "records"
records.mkdir(exist_ok=True)
for number in (2, 4):
    name = f"alphago-leesedol-{number}.sgf"
    shutil.copy(ROOT / "datasets" / name, records / name)
whole = (records / "alphago-leesedol-4.sgf").read_bytes()
(records / "cut.sgf").write_bytes(whole[: len(whole) // 2])
(records / "empty.sgf").write_bytes(b"")

with contextlib.chdir(OUT):
    gopolicy("dataset build records -o two-games.h5 --workers 1")

# %% [markdown] lang="en"
# What cannot be used is left out and counted by its reason, so that one bad file among a million does not cost the other 999,999; of a record that breaks off, the moves before are kept. The dataset holds *games*, two bytes a move: the planes are computed while training. A position as 48 planes would take 17,328 bytes.
#
# The sample games have been built the same way; `open_games` of this course did it when you first needed them. In Python a dataset is opened with `Dataset.open`:

# %% [markdown] lang="zh"
# 用不了的会被略去，并按原因计数，所以一百万个文件里有一个坏的，不会连累其余的 999999 个；中途断掉的棋谱，断处之前的着法会保留。数据集里存的是*对局*，每手两个字节；平面在训练时才计算。一个局面写成 48 个平面要占 17328 个字节。
#
# 样本棋谱也是这样做成的：第一次用到时，本课程的 `open_games` 已经做好了。在 Python 里用 `Dataset.open` 打开数据集：

# %%
sample = Dataset.open(OUT / "sample-train.h5")
print(say("games:", "对局："), f"{sample.n_games:,}")
print(say("positions:", "局面："), f"{sample.n_positions:,}")
file_size = (OUT / "sample-train.h5").stat().st_size
print(
    say("bytes a position:", "每个局面的字节数："),
    f"{file_size / sample.n_positions:.1f}",
)

# %% [markdown] lang="en"
# **Exercise 1.** With batches of 32 positions, how many steps does it take until each position of `sample` has come once (an epoch; the last batch may be partly from the next one)?

# %% [markdown] lang="zh"
# **练习 1.** 每批 32 个局面，`sample` 里的每个局面都轮到一次（一轮）需要多少步（最后一批可以有一部分属于下一轮）？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = sample.n_positions // 32"
check(
    answer,
    lambda steps: steps == -(-sample.n_positions // 32),
    say("The rest needs a step, too.", "余下的也要一步。"),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# answer = int(np.ceil(sample.n_positions / 32))
# ```
#
# </details>
#
# ## What a step sees
#
# `training_batch(step, batch_size, seed=...)` gives the positions of a step: the planes and the points played. Which ones, and turned how, follows from these three numbers alone. That is worth more than it looks: a run that was cut goes on exactly where it was, and several machines can share the work without talking about it (chapter 10). Here is one position of the first batch: the stones, and a few of its planes.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# answer = int(np.ceil(sample.n_positions / 32))
# ```
#
# </details>
#
# ## 一步看到什么
#
# `training_batch(step, batch_size, seed=...)` 给出某一步的局面：平面，以及实战下的点。取哪些局面、怎样转动，完全由这三个数决定。这比看上去更有价值：中断的训练可以分毫不差地接着来，几台机器可以分担工作而不必互相商量（第 10 章）。下面是第一批里的一个局面：棋子，以及其中几个平面。

# %%
batch = sample.training_batch(0, 32, seed=1)
print(batch.planes.shape, batch.planes.dtype, batch.targets.shape)

names = [f.name for f in FEATURES for _ in range(f.planes)]
board = batch.planes[3]
stones = board[..., 0].astype(int) - board[..., 1]
played = divmod(int(batch.targets[3]), 19)
figure, axes = panels(4, width=2.4, height=2.7)
draw_board(axes[0], stones, marks={played: "×"})
axes[0].set_title(say("the move played: ×", "实战：×"), fontsize=9)
for one, name, chinese in zip(
    axes[1:],
    ("turns since", "liberties", "sensible"),
    ("最近的几手", "气数", "合理的着法"),
    strict=True,
):
    first = names.index(name)
    planes = [k for k, other in enumerate(names) if other == name]
    value = (board[..., planes] * (np.arange(len(planes)) + 1)).sum(axis=-1)
    draw_board(one, stones * 0, values=value, colors="cividis")
    one.set_title(say(name, chinese), fontsize=9)
show()

# %% [markdown] lang="en"
# ## Your own loop
#
# A training program is a loop around four lines, and you know all of them: get a batch, compute the loss, compute the gradient, let the optimizer take a step. `build` makes a network of chapter 7; `tf.function` keeps the graph of the step (chapter 1).

# %% [markdown] lang="zh"
# ## 自己写循环
#
# 训练程序就是套在四行代码外面的一个循环，这四行你都认识：取一批，算损失，算梯度，让优化器走一步。`build` 造出第 7 章的网络；`tf.function` 保存这一步的计算图（第 1 章）。

# %%
tf.keras.utils.set_random_seed(1)
settings = NetworkConfig(architecture="alphago", filters=size(16, 4), batch_norm=True)
network = build(settings)
optimizer = tf.keras.optimizers.Adam(2e-3)


@tf.function
def take_step(planes, targets):
    with tf.GradientTape() as tape:
        logits = network(planes, training=True)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
        )
    gradient = tape.gradient(loss, network.trainable_variables)
    optimizer.apply_gradients(zip(gradient, network.trainable_variables, strict=True))
    return loss


def predict(planes, legal):
    """Log probabilities over the legal moves, as the measuring functions want them."""
    return log_softmax(network(planes, training=False).numpy(), legal)


STEPS = size(200, 4)
losses = [
    float(take_step(*map(tf.constant, (batch.planes, batch.targets))))
    for batch in (sample.training_batch(step, 32, seed=1) for step in range(STEPS))
]
examined = other_games.shuffled_positions(size(1000, 32), seed=0)
scores = score_positions(predict, other_games, examined)
print(say("positions seen:", "学过的局面："), f"{32 * STEPS:,}")
print(say("held out: log loss", "留出的对局：对数损失"), f"{scores.log_loss:.2f}")
print(say("held out: right moves", "留出的对局：猜中"), f"{100 * scores.top(1):.1f} %")

_, axes = panels(width=5.5)
axes.plot(losses, color="0.75", lw=0.8, label=say("of each step", "每一步"))
window = size(25, 2)
smooth = np.convolve(losses, np.ones(window) / window, "valid")
axes.plot(np.arange(len(smooth)) + window - 1, smooth, label=say("mean", "平均"))
axes.set(xlabel=say("step", "步"), ylabel=say("log loss in nats", "对数损失（奈特）"))
axes.legend()
show()

# %% [markdown] lang="en"
# After six thousand positions, which is some thirty games, it already guesses a share of strong players' moves; the loss begins near the $\ln 361$ of blind guessing and is still falling. Notice that the gray curve is noise around a trend: one batch of 32 says little. The decision whether a change is good is made on held-out games (chapter 9), not by looking at it.
#
# What your loop does not do: it forgets everything when it is stopped, it measures only at the end, and it computes the planes of the next batch while the network waits. Those are the hundred little things that the command does for you.
#
# ## The command, with TensorBoard open
#
# Open a second terminal now, and start there
#
# ```
# pip install tensorboard
# tensorboard --logdir out/course
# ```
#
# and go with a browser to the address that it prints (usually `http://localhost:6006`). Then run the cell below. Every few seconds TensorBoard reads what the run has written: under *Scalars* the curves, under *Images* held-out boards with what the network thinks, beside the move that was played. In a notebook, `%load_ext tensorboard` and `%tensorboard --logdir ../../../out/course` show it right here.

# %% [markdown] lang="zh"
# 学了六千个局面，也就是三十来局棋，它已经能猜中一部分高手的着法；损失从瞎猜的 $\ln 361$ 附近开始，还在下降。请注意，灰线是围绕趋势的噪声：一批 32 个局面说明不了什么。一个改动好不好，要在留出的对局上判断（第 9 章），不是看着灰线猜。
#
# 你的循环没有做的事：一停下来就忘得干干净净；只在最后测量一次；计算下一批的平面时，网络在一边闲等。命令替你做的，就是诸如此类的许多小事。
#
# ## 用命令训练，开着 TensorBoard
#
# 现在打开另一个终端，在里面运行
#
# ```
# pip install tensorboard
# tensorboard --logdir out/course
# ```
#
# 然后用浏览器打开它给出的地址（通常是 `http://localhost:6006`）。再运行下面的单元格。每隔几秒，TensorBoard 就去读一次训练写下的东西：*Scalars* 里是曲线，*Images* 里是留出的棋盘，画着网络的想法和实战的一手。在笔记本里，`%load_ext tensorboard` 和 `%tensorboard --logdir ../../../out/course` 可以就地显示。

# %%
options = (
    f"--network alphago --filters {size(16, 4)} --batch-size {size(32, 8)} "
    f"--valid sample-valid.h5 --looks 2"
)
with contextlib.chdir(OUT):
    gopolicy(f"train sample-train.h5 {options} --steps {size(200, 4)} --out first-run")

# %% [markdown] lang="en"
# The folder of the run now holds two models: `best`, that of the look at the held-out games with the smallest loss, and `last`. It also has `history.csv` with a row for each look, `curves.png`, the checkpoint, and `run.json`, which says what the run was made of. So the run can go on, tomorrow or after a power cut: `--resume` needs nothing but the folder. Here it gets a new limit.

# %% [markdown] lang="zh"
# 训练的文件夹里现在有两个模型：`best` 是几次看留出对局时损失最小的那一个，`last` 是最后的。还有 `history.csv`（每看一次一行）、`curves.png`、检查点，以及记着这次训练来龙去脉的 `run.json`。所以训练可以接着来，明天也行，停电之后也行：`--resume` 只需要这个文件夹。这里给它一个新的终点。

# %%
with contextlib.chdir(OUT):
    gopolicy(f"train --resume first-run --steps {size(400, 6)}")

with (RUN / "history.csv").open(encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
for row in rows:
    print(
        f"{int(row['step']):5d}   {float(row['valid_log_loss']):.2f}"
        f"   {100 * float(row['valid_top1']):.1f} %"
    )

# %% [markdown] lang="en"
# The columns are the step, the held-out log loss and the held-out accuracy. What TensorBoard draws stands in event files, and these can be read without it. Each entry has a step, a name and a value. So many names there are of each kind:

# %% [markdown] lang="zh"
# 三列是步数、留出对局上的对数损失和准确率。TensorBoard 画的东西存在事件文件里，没有它也能读。每一项有步数、名字和数值。每一类各有这么多个名字：

# %%
KINDS = {
    "simple_value": say("curves", "曲线"),
    "image": say("pictures", "图片"),
    "histo": say("histograms", "直方图"),
}
curves, groups = {}, {}
for file in sorted((RUN / "tensorboard").glob("events*")):
    for entry in tf.data.TFRecordDataset(str(file)):
        event = tf.compat.v1.Event.FromString(entry.numpy())
        for value in event.summary.value:
            kind = KINDS.get(value.WhichOneof("value"), say("other", "其他"))
            groups.setdefault((value.tag.split("/")[0], kind), set()).add(value.tag)
            if value.HasField("simple_value"):
                curves.setdefault(value.tag, []).append(
                    (event.step, value.simple_value)
                )
for (group, kind), names in sorted(groups.items()):
    print(f"{len(names):4d}  {kind:12} {group}")

_, (left, right) = panels(2)
for axes, wanted in (
    (left, ("training/loss", "training games/log loss", "held-out/log loss")),
    (right, ("training games/top-1", "held-out/top-1")),
):
    for name in wanted:
        axes.plot(*zip(*curves[name], strict=True), "o-", ms=4, label=name)
    axes.set(xlabel=say("step", "步"))
    axes.legend(fontsize=8)
left.set_ylabel(say("nats", "奈特"))
right.set_ylabel(say("share of right moves", "猜中的比例"))
show()

# %% [markdown] lang="en"
# How to read such curves:
#
# - The loss of training and the held-out loss fall together: all is well, go on.
# - The training games fall, the held-out ones rise: overfitting (chapter 6); more games, or stop.
# - The loss jumps about or becomes NaN: the learning rate is too high. It creeps: too low. `gopolicy train FILE.h5 --try-rates rates.png` looks for a good one by letting it grow until the loss explodes.
# - *positions a second* says whether the machine is busy. When it halves, something else is using the processor.
#
# ## The learning rate over time
#
# At first large steps get somewhere; at the end small ones find the bottom. AlphaGo's paper began with 0.003 and halved the rate every 80 million steps. The recipe `laptop` of this program warms up over 500 steps, keeps the rate, and lets it fall to 0 in the last fifth.
#
# **Exercise 2.** Write `paper_rate(step)`: the paper's learning rate at a step, counted from 0.

# %% [markdown] lang="zh"
# 怎样读这样的曲线：
#
# - 训练的损失和留出对局的损失一同下降：一切正常，继续。
# - 训练用的对局下降，留出的上升：过拟合（第 6 章）；要更多的棋谱，或者停下。
# - 损失乱跳，或者变成 NaN：学习率太高。慢慢地爬：太低。`gopolicy train FILE.h5 --try-rates rates.png` 会让学习率一路增大，直到损失爆掉，从而找到合适的值。
# - *positions a second*（每秒局面数）说明机器忙不忙。如果它减半，就是有别的程序在用处理器。
#
# ## 学习率随时间变化
#
# 开头步子大，走得快；最后步子小，才能走到谷底。AlphaGo 的论文从 0.003 开始，每 8000 万步减半。本程序的 `laptop` 配方先用 500 步热身，然后保持不变，最后五分之一降到 0。
#
# **练习 2.** 写 `paper_rate(step)`：论文中第 `step` 步（从 0 数起）的学习率。


# %% tags=["exercise"]
def paper_rate(step):
    return ...


# %% tags=["check"] wrong="paper_rate = lambda step: 0.003 / (1 + step // 80_000_000)"
check(
    paper_rate(0),
    lambda rate: (
        near(rate, 0.003, 1e-9)
        and near(paper_rate(79_999_999), 0.003, 1e-9)
        and near(paper_rate(240_000_000), 0.000375, 1e-9)
    ),
    say("Step 240 million: halved three times.", "第 2.4 亿步：减半三次。"),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# def paper_rate(step):
#     return 0.003 * 0.5 ** (step // 80_000_000)
# ```
#
# </details>
#
# ## Ask it
#
# A trained folder is a model like the one that comes with the program. Here is the position of AlphaGo's fourth game against Lee Sedol after 40 moves, as `gopolicy suggest` sees it with your network, and with the shipped one, which has seen far more.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# def paper_rate(step):
#     return 0.003 * 0.5 ** (step // 80_000_000)
# ```
#
# </details>
#
# ## 问问它
#
# 训练得到的文件夹就是一个模型，和随程序附带的那个一样。下面是 AlphaGo 与李世石第四局下了 40 手之后的局面，分别用你的网络和附带的网络来问 `gopolicy suggest`；后者见过的棋多得多。

# %%
with contextlib.chdir(OUT):
    for model in ("first-run/last", "default"):
        gopolicy(
            f"suggest records/alphago-leesedol-4.sgf --move 41 --top 3 --model {model}"
        )
        print()

# %% [markdown] lang="en"
# **Exercise 3.** In the recipe of the paper a batch has 16 positions. How many times did it go through the 28.4 million positions of its training set in its 340 million steps?

# %% [markdown] lang="zh"
# **练习 3.** 论文的配方每批 16 个局面。走完 3.4 亿步，它把训练集的 2840 万个局面学了多少遍？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 340 / 28.4"
check(
    answer,
    lambda value: near(value, 340 * 16 / 28.4, 1),
    say("Each step takes a whole batch.", "每一步用掉一整批。"),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# answer = 340e6 * 16 / 28.4e6
# ```
#
# And each of them under eight symmetries, so that hardly any came twice alike more than some twenty times.
#
# </details>
#
# How the shipped network was made, with each run and its curve: [training log](../../training-log.md). The other recipes and options of `train` are in the [README](../../../README.md#train-on-your-own-games). Next: [evaluation and cross-validation](09_evaluation.ipynb).

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# answer = 340e6 * 16 / 28.4e6
# ```
#
# 而且每个局面有八种对称，所以同一个样子大约只重复二十来次。
#
# </details>
#
# 附带的网络是怎样炼成的，每次训练及其曲线：[训练记录](../../training-log.md)。`train` 的其他配方和选项见 [README](../../../README.md#train-on-your-own-games)。下一章：[评估与交叉验证](09_evaluation.ipynb)。
