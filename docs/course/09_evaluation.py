# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 9. Evaluation and cross-validation
#
# Is this network better than that one? A figure alone does not answer this. You need to know on which games it was measured, how far chance could have moved it, and whether the difference would come again. This chapter measures the network that comes with the program, puts an honest interval around each figure, checks whether its probabilities can be believed, and then compares networks by cross-validation: exercise three of the course that all this comes from.

# %% [markdown] lang="zh"
# # 9. 评估与交叉验证
#
# 这个网络比那个好吗？单凭一个数字回答不了。得知道它是在哪些对局上测的，运气能让它浮动多少，以及这个差距再来一次还会不会出现。这一章测量随程序附带的网络，给每个数字配上老实的区间，检查它的概率可不可信，然后用交叉验证比较几个网络：这正是本课程所依据的课件里的练习三。

# %%
import contextlib
import io
import shutil
import sys
from dataclasses import replace

sys.path.append("..")

import numpy as np
from course import (
    BLUE,
    OUT,
    QUICK,
    ROOT,
    SKY_BLUE,
    VERMILION,
    check,
    near,
    open_games,
    panels,
    say,
    show,
    size,
)

from gopolicy import load_policy
from gopolicy.compare.compare import Comparison, compare
from gopolicy.compare.rivals import Rival
from gopolicy.config import COMPARE, COMPARE_NETWORK, COMPARE_RATES
from gopolicy.measure.baselines import BASELINES
from gopolicy.measure.evaluate import score_positions
from gopolicy.train.schedule import Budget

# %% [markdown] lang="en"
# ## The examination
#
# The questions are moves of games that the network never saw. Two figures tell how it did. *Top-k*: in what share of the positions is the move that was played among the network's first $k$ choices? And the *log loss* of chapter 6: minus the logarithm of the probability that it gave to the move played, on average. Top-1 only asks for the first choice; log loss asks for all of its probabilities and punishes false certainty.
#
# Beside the network stand two that have learned nothing: one guesses among the legal moves, one plays next to the last stone.

# %% [markdown] lang="zh"
# ## 考试
#
# 考题是网络从没见过的对局里的着法。成绩用两个数表示。*top-k*：在多大比例的局面里，实战的一手在网络的前 $k$ 个选择之中？还有第 6 章的*对数损失*：网络给实战那一手的概率，取对数再变号，求平均。top-1 只看第一选择；对数损失看它全部的概率，并惩罚没有根据的自信。
#
# 和网络站在一起的，还有两个什么都没学过的：一个在合法着法里瞎猜，一个总是下在对方刚下的子旁边。

# %%
_, games = open_games()
examined = games.select(np.arange(games.n_games) < size(10, 4))
positions = np.arange(examined.n_positions)[:: size(1, 16)]
predict = load_policy("default").log_probabilities
scores = score_positions(predict, examined, positions)
others = {
    name: score_positions(known, examined, positions)
    for name, known in BASELINES.items()
}
print(say("games, positions:", "对局，局面："), examined.n_games, len(positions))
print("  top-1   top-5  ", say("log loss", "对数损失"))
for name, one in {say("network", "网络"): scores, **others}.items():
    name = say(name, {"uniform": "瞎猜", "nearest": "贴着下"}.get(name, name))
    print(
        f"{100 * one.top(1):5.1f} % {100 * one.top(5):5.1f} % {one.log_loss:6.2f}   {name}"
    )

# %% [markdown] lang="en"
# Playing next to the last stone is right surprisingly often: much of Go is answering. A network that reaches only that figure has understood nothing else.
#
# ## How sure is that?
#
# Had we asked about other games, the figure would have been another. If the positions were independent draws, like tosses of a coin, a share $p$ of $n$ of them would have a standard error of $\sqrt{p (1 - p) / n}$, and in 95 of 100 cases the true value would lie within 1.96 of these.
#
# **Exercise 1.** Compute the half width of that interval, `1.96 * standard error`, for the network's top-1 on these positions. `scores.top(1)` is $p$.

# %% [markdown] lang="zh"
# 贴着刚下的子下，猜中的次数多得出人意料：围棋里很多棋都是应手。只达到这个数字的网络，别的什么也没懂。
#
# ## 这有多可靠？
#
# 换一批对局来问，数字就会不同。假如各个局面像抛硬币那样互相独立，那么 $n$ 个里占比例 $p$，标准误就是 $\sqrt{p (1 - p) / n}$；100 次里有 95 次，真值落在 1.96 倍标准误以内。
#
# **练习 1.** 对网络在这些局面上的 top-1，计算这个区间的半宽，即 `1.96 * 标准误`。`scores.top(1)` 就是 $p$。

# %% tags=["exercise"]
half_width = ...

# %% tags=["check"] wrong="half_width = 1.96 * np.sqrt(scores.top(1) / len(positions))"
check(
    half_width,
    lambda value: near(
        value, 1.96 * np.sqrt(scores.hits(1).var() / len(positions)), 1e-4
    ),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# p = scores.top(1)
# half_width = 1.96 * np.sqrt(p * (1 - p) / len(positions))
# ```
#
# </details>
#
# But positions are *not* independent. A network that misreads a fight misreads ten positions in a row, and a game between players of another style is hard from beginning to end. What was drawn independently are the *games*. So ask of the games: what if we had drawn others like them? The *bootstrap* answers by drawing from the games that we have, as many as there are, with replacement: some come twice, some not at all. Do that a thousand times, compute the figure each time, and take the middle 95 % of the results.
#
# **Exercise 2.** `hits` and `counts` hold, for each game, how many moves were guessed and how many were asked. Write `draw(hits, counts, rng)`: draws as many games as there are, with replacement, and returns the top-1 over all their positions. (`rng.integers(n, size=n)` draws $n$ numbers from 0 to $n - 1$.)

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# p = scores.top(1)
# half_width = 1.96 * np.sqrt(p * (1 - p) / len(positions))
# ```
#
# </details>
#
# 但局面之间*并不*独立。看错了一场战斗的网络，会接连看错十个局面；棋风不同的一盘棋，会从头难到尾。真正独立抽出来的是*对局*。所以要拿对局来问：要是抽到的是另一批类似的对局呢？*自助法*（bootstrap）的回答是：从手头的对局里有放回地抽，抽同样多局，有的抽中两次，有的一次也没有。这样做一千遍，每遍都算出那个数字，再取结果的中间 95 %。
#
# **练习 2.** `hits` 和 `counts` 里是每局棋猜中了几手、问了几手。写 `draw(hits, counts, rng)`：有放回地抽出同样多的对局，返回其中全部局面上的 top-1。（`rng.integers(n, size=n)` 抽出 $n$ 个 0 到 $n - 1$ 的数。）

# %%
numbers, _ = examined.places(positions)
counts = np.bincount(numbers)
hits = np.bincount(numbers, scores.hits(1))


# %% tags=["exercise"]
def draw(hits, counts, rng):
    return ...


# %% tags=["check"] wrong="draw = lambda hits, counts, rng: (hits / counts)[rng.integers(len(hits), size=len(hits))].mean()"
check(
    draw(hits, counts, np.random.default_rng(0)),
    lambda value: (
        0 <= value <= 1
        and draw(np.array([1, 0]), np.array([3, 3]), np.random.default_rng(0)) <= 1 / 3
        and {
            round(draw(np.array([9, 0]), np.array([9, 1]), rng), 3)
            for rng in map(np.random.default_rng, range(20))
        }
        == {0, 0.9, 1}
    ),
    say(
        "Add up the hits and the counts of the games drawn, then divide.",
        "先把抽中的对局的猜中数和题数各自加起来，再相除。",
    ),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# def draw(hits, counts, rng):
#     chosen = rng.integers(len(hits), size=len(hits))
#     return hits[chosen].sum() / counts[chosen].sum()
# ```
#
# A mean of the games' own shares would give a game of 50 moves the weight of one of 300.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# def draw(hits, counts, rng):
#     chosen = rng.integers(len(hits), size=len(hits))
#     return hits[chosen].sum() / counts[chosen].sum()
# ```
#
# 如果对各局自己的比例求平均，50 手的一局就会和 300 手的一局分量一样。
#
# </details>

# %%
rng = np.random.default_rng(0)
drawn = []
for _ in range(1000):
    which = rng.integers(len(hits), size=len(hits))
    drawn.append(hits[which].sum() / counts[which].sum())
low, high = np.percentile(drawn, (2.5, 97.5))
p = scores.top(1)
naive = 1.96 * np.sqrt(p * (1 - p) / len(positions))

_, axes = panels(width=6)
axes.hist(100 * np.array(drawn), 30, color=SKY_BLUE)
for level, ends, color, name in (
    (1, (low, high), BLUE, say("drawing games", "抽对局")),
    (0, (p - naive, p + naive), VERMILION, say("as if independent", "当作独立")),
):
    height = axes.get_ylim()[1] * (0.12 + 0.12 * level)
    axes.plot(
        100 * np.array(ends),
        [height] * 2,
        "|-",
        ms=14,
        mew=3,
        lw=3,
        color=color,
        label=name,
    )
axes.set(xlabel="top-1, %", ylabel=say("draws", "次数"))
axes.legend()
show()
print(
    say("as if independent:", "当作独立："),
    f"{100 * p:.1f} % [{100 * (p - naive):.1f}, {100 * (p + naive):.1f}]",
)
print(
    say("drawing games:    ", "抽对局：  "),
    f"{100 * p:.1f} % [{100 * low:.1f}, {100 * high:.1f}]",
)

# %% [markdown] lang="en"
# Compare their widths. In these games the two hardly differ: the network is right in one game about as often as in another, hardly less evenly than chance would have it. One cannot know that before one has looked. Where games differ more, the interval that takes positions for independent is too narrow; drawing games is right in both cases. (Ten games are few to draw from, and with so few the interval itself is rough.) All intervals of this program (`gopolicy evaluate`, `compare`, `match`) draw games. To make one half as wide, you need four times the games.
#
# ## Can its probabilities be believed?
#
# A weather forecast that says "70 %" is good if it then rains in 70 of 100 such cases. Sort the positions by the probability that the network gave to its first choice, and see how often that choice was played: a *calibration curve*. On the diagonal, the network knows how much it knows.

# %% [markdown] lang="zh"
# 比一比两者的宽度。在这些对局里，两者几乎没有差别：网络在各局里猜中的比例差不多，起伏并不比单凭运气大多少。但这要看过才知道。各局差别较大时，把局面当作独立的那个区间就太窄；抽对局则两种情况下都对。（只有十局可抽，未免太少，局数这么少时区间本身也是粗略的。）本程序的所有区间（`gopolicy evaluate`、`compare`、`match`）都是抽对局。要让区间窄一半，需要四倍的对局。
#
# ## 它的概率可信吗？
#
# 天气预报说“70 %”，如果 100 次这样的预报里有 70 次真的下雨，那就是好预报。把局面按网络给第一选择的概率排好，看这个选择实战中下了多少次：这就是*校准曲线*。落在对角线上，说明网络清楚自己知道多少。

# %%
confidence, right = scores.confidences, scores.hits(1)
bins = np.minimum((10 * confidence).astype(int), 9)
rows = [
    (confidence[bins == b].mean(), right[bins == b].mean(), (bins == b).sum())
    for b in range(10)
    if (bins == b).any()
]
said, happened, how_many = map(np.array, zip(*rows, strict=True))

_, axes = panels(width=4.6, height=4)
axes.plot([0, 100], [0, 100], "--", color="0.6", lw=1)
axes.scatter(
    100 * said, 100 * happened, 12 + 300 * how_many / how_many.max(), color=BLUE
)
axes.set(
    xlabel=say("probability of the first choice, %", "第一选择的概率，%"),
    ylabel=say("how often it was played, %", "实战下了这一手的比例，%"),
    aspect="equal",
)
show()

# %% [markdown] lang="en"
# The larger the dot, the more positions. One number for all of it is the *expected calibration error*: how far the dots are from the diagonal, each weighted by its share of the positions,
#
# $$\sum_b \frac{n_b}{n} \left| \text{said}_b - \text{happened}_b \right| .$$
#
# **Exercise 3.** Compute it from `said`, `happened` and `how_many`.

# %% [markdown] lang="zh"
# 点越大，局面越多。把这一切合成一个数，就是*期望校准误差*：各点到对角线的距离，按所占局面的比例加权，
#
# $$\sum_b \frac{n_b}{n} \left| \text{said}_b - \text{happened}_b \right| 。$$
#
# **练习 3.** 用 `said`（所说的概率）、`happened`（实际的比例）和 `how_many`（局面数）把它算出来。

# %% tags=["exercise"]
error = ...

# %% tags=["check"] wrong="error = np.mean(np.abs(said - happened)) + 0.001"
check(
    error,
    lambda value: near(
        value, np.average(np.abs(said - happened), weights=how_many), 1e-6
    ),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# error = (how_many / how_many.sum() * np.abs(said - happened)).sum()
# ```
#
# </details>
#
# ## Comparing networks: cross-validation
#
# Now to several networks. Three things make a comparison fair:
#
# - **Equal terms.** The same games, the same number of positions, the same optimizer. One setting is each network's own: the learning rate, found on *other* games. (Otherwise the winner is the one whose settings were chosen while looking at the examination.)
# - **Every game held out once.** Cut the games into $K$ parts, *folds*. Train each network $K$ times, each time on all parts but one, and examine it on that one. No position is ever asked of a network that learned its game, and in the end all games have been asked.
# - **Cut by game, never by position.** Two positions of a game differ by a stone or two; a cut by position would ask the network what it was just told.
#
# `compare` does this. Here are three networks and three folds with a short training; each run begins anew.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# error = (how_many / how_many.sum() * np.abs(said - happened)).sum()
# ```
#
# </details>
#
# ## 比较网络：交叉验证
#
# 现在来比较几个网络。比得公平，要做到三点：
#
# - **条件相同。** 同样的对局，同样多的局面，同样的优化器。只有一项各用各的：学习率，而且是在*另外的*对局上找出来的。（否则，谁的设置是看着考题挑出来的，谁就赢。）
# - **每局棋都留出一次。** 把对局分成 $K$ 份（*折*）。每个网络训练 $K$ 次，每次用其中 $K - 1$ 份学习，用剩下的一份考试。于是没有一个局面会拿去问学过那局棋的网络，而最后所有的对局都问到了。
# - **按对局分，绝不按局面分。** 同一局棋的两个局面只差一两个子；按局面来分，等于把刚教过的拿来考。
#
# `compare` 做的就是这件事。下面是三个网络、三折，每次训练都很短，每次都从头开始。

# %%
networks = ["linear", "mlp"] if QUICK else ["linear", "mlp", "alphago"]
comparison = Comparison(
    rivals=tuple(Rival(name) for name in networks),
    network=replace(COMPARE_NETWORK, filters=16),
    config=COMPARE,
    rates=COMPARE_RATES,
    budget=Budget(steps=size(60, 2), looks=1, look_at=128),
    folds=size(3, 2),
)
learned, held_out = open_games()
folder = OUT / "three-networks"
shutil.rmtree(folder, ignore_errors=True)
with contextlib.redirect_stderr(io.StringIO()):
    standings = compare(held_out if QUICK else learned, folder, comparison)

for standing in standings:
    folds = "  ".join(f"{100 * fold.figures['top1']:5.1f}" for fold in standing.folds)
    low, high = standing.intervals["top1"]
    print(
        f"{100 * standing.figures['top1']:5.1f} % [{100 * low:.1f}, {100 * high:.1f}]"
        f"   {say('folds', '各折')}: {folds}   {standing.rival.name}"
    )

# %% [markdown] lang="en"
# Two kinds of uncertainty stand in this table, and they are not the same. The brackets come from drawing games: what other games of this kind would have said about *these* trained networks. The figures of the folds differ also because each network was trained again, from another start and on other games; if that spread is larger than a difference between two networks, the next training may turn their order around.
#
# ## Is the difference more than chance?
#
# Both networks were asked the same positions of the same games, and what is hard for one is mostly hard for the other. So do not compare two intervals: look at the *difference in each game*. If the two were equally good, each game's difference could as well have had the other sign. Flip the signs at random, very often, and count how often the sum comes out as far from zero as the real one. That share is the *p-value*. It needs no bell curve.
#
# **Exercise 4.** In three games network A guessed 3, 2 and 4 moves more than B. There are eight ways to choose the signs. In what share of them is the sum at least as far from zero as the real one, 9?

# %% [markdown] lang="zh"
# 这张表里有两种不确定，不是一回事。方括号来自抽对局：换一批类似的对局，对*这几个*训练好的网络会得出什么。各折的数字不同，则还因为每次都重新训练，起点不同，学的对局也不同；如果这种散布大于两个网络之间的差距，再训练一次，名次就可能颠倒。
#
# ## 这个差距是不是运气？
#
# 两个网络被问的是同样对局里的同样局面，对一个难的，对另一个多半也难。所以不要拿两个区间去比，而要看*每局棋里的差*。假如两者一样好，每局的差换个符号也同样可能。那就随机地翻转符号，翻很多次，数一数有多少次，总和离零至少像真实的那么远。这个比例就是 *p 值*，用不着什么钟形曲线。
#
# **练习 4.** 三局棋里，网络 A 比 B 分别多猜中 3、2、4 手。符号有八种取法。其中总和离零至少和真实的 9 一样远的占多大比例？

# %% tags=["exercise"]
p_value = ...

# %% tags=["check"] wrong="p_value = 1 / 8"
check(
    p_value,
    lambda value: near(value, 0.25, 1e-6),
    say("Far in either direction.", "两个方向都算。"),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# Only +9 and -9 are as far from zero: two of eight. Three games can never show more than that, however large the difference.
#
# ```python
# p_value = 2 / 8
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 只有 +9 和 -9 离零这么远：八种里的两种。只有三局棋，差距再大也证明不了更多。
#
# ```python
# p_value = 2 / 8
# ```
#
# </details>

# %%
names = [standing.rival.name for standing in standings]
by_game = {
    standing.rival.name: np.concatenate([fold.sums for fold in standing.folds])[:, 1]
    for standing in standings
}  # right moves in each held-out game
difference = by_game[names[0]] - by_game[names[1]]
signs = rng.choice([-1, 1], size=(size(9999, 99), len(difference)))
flipped = signs @ difference
share = (np.abs(flipped) >= abs(difference.sum())).mean()
_, axes = panels(width=6)
axes.hist(flipped, 40, color=SKY_BLUE, label=say("signs flipped", "翻转符号"))
axes.axvline(difference.sum(), color=VERMILION, lw=3, label=say("as it was", "真实的"))
axes.set(
    xlabel=say(
        f"{names[0]} guessed so many moves more than {names[1]}",
        f"{names[0]} 比 {names[1]} 多猜中的手数",
    ),
    ylabel=say("draws", "次数"),
)
axes.legend()
show()
print(say("share as far from zero:", "离零一样远的比例："), f"{share:.4f}")

# %% [markdown] lang="en"
# ## All six, with more time
#
# The six networks of chapter 7 deserve more than seconds. The command
#
# ```
# gopolicy compare sample.h5 --out runs/six
# ```
#
# trains each of them three times for 40 seconds and takes twenty minutes, more than a chapter should. What it printed on two cores, which other programs used too, lies in `six-networks.txt` beside this notebook, and the next cell draws it. `p above` tests each network against the one above it (Holm's correction for making several tests), so that the order is as sure as these.

# %% [markdown] lang="zh"
# ## 六个网络，多给些时间
#
# 第 7 章的六个网络，只给几秒钟太委屈了。命令
#
# ```
# gopolicy compare sample.h5 --out runs/six
# ```
#
# 把每个网络训练三次，每次 40 秒，一共二十分钟，放在一章里太久了。它在两个核上（当时还有别的程序在用）打印出来的结果，存在本笔记本旁边的 `six-networks.txt` 里，下一个单元格把它画出来。`p above` 一列把每个网络与排在它上面的那个相比（因为做了好几次检验，用了 Holm 校正），名次有多可靠，就看这一列。

# %%
table = (ROOT / "docs" / "course" / "six-networks.txt").read_text(encoding="utf-8")
print(table)
six = {}
for line in table.splitlines():
    words = line.replace(",", "").replace("[", "").replace("]", "").split()
    if len(words) > 8 and words[0] in COMPARE_RATES | dict.fromkeys(
        ("alphago", "resnet", "inception", "alexnet")
    ):
        six[words[0]] = [float(word) for word in words[2:7]]

_, axes = panels(width=6.5, height=3.6)
for name, (flops, learned_from, top1, low, high) in six.items():
    axes.errorbar(
        learned_from,
        top1,
        [[top1 - low], [high - top1]],
        fmt="o",
        color=BLUE,
        capsize=4,
    )
    axes.annotate(
        f"{name}, {flops:g} MFLOPs",
        (learned_from, top1),
        (8, -14 if name in ("resnet", "linear") else 4),
        textcoords="offset points",
    )
axes.set(
    xscale="log",
    xlim=(1e4, 2e6),
    ylim=(0, 36),
    xlabel=say("positions learned from in 40 s", "40 秒内学过的局面"),
    ylabel="top-1, %",
)
axes.xaxis.set_major_formatter("{x:,.0f}")
show()

# %% [markdown] lang="en"
# One question, six networks, each of which changes one idea:
#
# - **linear**: every input number votes for every point. Votes add up; it cannot say "a white stone here *and* an empty point there". It is worse than playing next to the last stone, and its log loss is the worst of all: sure of itself and wrong.
# - **mlp**: hidden units can say AND and OR. It saw by far the most positions, for it is cheap; but it must learn each pattern anew at each place.
# - **alexnet**: kernels share what they learn over the whole board. From a quarter of the positions it gets half as many moves again. But pooling throws away *where*.
# - **inception**: nothing is pooled away, the end is a board. Better than `alexnet`, from a quarter of its positions and with a twentieth of its weights; its many small operations are slow on a processor, so it saw the fewest.
# - **resnet** and **alphago**: thirteen layers deep, both with a start that lets the gradient through. One point apart.
#
# What the table does *not* say: short runs favor networks that learn fast. Give all of them hours (`--minutes`, or `--steps` for equal positions instead of equal time) and more games, and ask again. And the weights measured are the *last* ones of each run, not the best of it: the best would have been picked by looking at the held-out games.
#
# `gopolicy evaluate valid.h5 --plot evaluate.png` measures a network as this chapter did by hand, also by move number; several models named together are tested against each other on the same positions. Next: [out of the notebook](10_serving.ipynb).

# %% [markdown] lang="zh"
# 一个问题，六个网络，每个改变一个想法：
#
# - **linear**：每个输入的数都给每个点投票。票只能相加，说不出“这里有白子*而且*那里是空点”。它还不如贴着刚下的子下，对数损失也最差：自信，却错。
# - **mlp**：隐藏单元能表达“与”和“或”。它便宜，学过的局面远比别的多；但同一个形状，换个地方就得重学。
# - **alexnet**：卷积核把学到的东西用于整个棋盘。只用四分之一的局面，猜中的多了一半。可是池化丢掉了“在哪里”。
# - **inception**：什么都不池化掉，末尾仍是棋盘。只用 `alexnet` 四分之一的局面、二十分之一的权重，却比它好；但许多零碎的小运算在处理器上跑得慢，所以学过的局面最少。
# - **resnet** 和 **alphago**：都是十三层深，起始状态都能让梯度通过。两者只差一个百分点。
#
# 这张表*没有*说的是：训练时间短，学得快的网络占便宜。给它们几小时（`--minutes`，或者用 `--steps` 改成局面数相等而不是时间相等），给更多的棋谱，再问一遍。另外，测的是每次训练*最后*的权重，而不是其中最好的：挑最好的，就得看着留出的对局来挑。
#
# `gopolicy evaluate valid.h5 --plot evaluate.png` 会像本章动手做的那样测量一个网络，还按手数细分；同时写上几个模型，就在同样的局面上互相检验。下一章：[走出笔记本](10_serving.ipynb)。
