# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 6. Regularization
#
# A network that has seen few games can learn them by heart. It then knows every one of their moves, and plays new games no better than before, or worse. This is *overfitting*, and whatever works against it is called *regularization*. In this chapter a small network overfits on fifty games, and we try to rescue it in five ways: stopping early, L2, dropout, batch normalization, and turning the board.

# %% [markdown] lang="zh"
# # 6. 正则化
#
# 见过的棋谱太少，网络就可能把它们背下来：谱中的每一手它都知道，遇到新的对局却并不见长，甚至下得更差。这叫*过拟合*；凡是用来对付它的办法，都叫*正则化*。这一章让一个小网络在五十局棋上过拟合，然后用五种办法来救它：早停、L2、随机失活（dropout）、批归一化，以及转动棋盘。

# %%
import sys

sys.path.append("..")

import numpy as np
from course import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    VERMILION,
    check,
    near,
    open_games,
    panels,
    say,
    show,
    size,
    tf,
)

keras = tf.keras

# %% [markdown] lang="en"
# ## Fifty games
#
# From each game we take about sixteen positions: 800 questions "where did the strong player play?" The examination has positions of the hundred games of the other file. That they are *other games* matters: two positions of one game may differ by a stone or two, and a network that has learned one by heart would pass the examination on the other by memory.

# %% [markdown] lang="zh"
# ## 五十局棋
#
# 从每局棋中取十五六个局面，一共 800 道题：“高手下在哪里？”考试用的局面来自另一个文件里的一百局棋。必须是*另外的对局*：同一局棋里的两个局面也许只差一两个子，背下了其中一个的网络，单凭记忆就能在另一个上蒙混过关。

# %%
games, other_games = open_games()
fifty = games.select(np.arange(games.n_games) < 50)

chosen = fifty.shuffled_positions(size(800, 32), seed=1)
held_out = other_games.samples(other_games.shuffled_positions(size(600, 32), seed=1))
print(say("positions in the fifty games:", "五十局棋中的局面："), fifty.n_positions)
print(say("to learn from:", "用来学习："), len(chosen))
print(say("to be examined on:", "用来考试："), len(held_out.targets))

# %% [markdown] lang="en"
# ## The network
#
# Four convolutions of 3x3 and AlphaGo's end: a 1x1 convolution that gives one number for each of the 361 points. The three options are the subject of this chapter; for now they are off.

# %% [markdown] lang="zh"
# ## 网络
#
# 四层 3x3 卷积，末尾与 AlphaGo 相同：一层 1x1 卷积，给 361 个点各一个数。三个选项就是本章的主题，目前都关着。


# %%
FILTERS = size(16, 4)
LAYERS = size(4, 1)
EPOCHS = size(14, 1)


def make_network(l2=0.0, dropout=0.0, batch_norm=False):
    penalty = keras.regularizers.L2(l2) if l2 else None
    x = inputs = keras.Input((19, 19, 48))
    for _ in range(LAYERS):
        x = keras.layers.Conv2D(
            FILTERS,
            3,
            padding="same",
            kernel_initializer="he_normal",
            kernel_regularizer=penalty,
        )(x)
        if batch_norm:
            x = keras.layers.BatchNormalization(momentum=0.9)(x)
        x = keras.layers.ReLU()(x)
        if dropout:
            x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Conv2D(1, 1, kernel_regularizer=penalty)(x)
    return keras.Model(inputs, keras.layers.Flatten()(x))


print(say("weights:", "权重个数："), f"{make_network().count_params():,}")

# %% [markdown] lang="en"
# One pass through all positions is an *epoch*. After each epoch we examine the network twice: on positions that it has learned from, and on held-out ones. `compile` tells Keras the optimizer and the loss, `fit` takes the steps of one epoch, `evaluate` measures without learning. The loss is the cross-entropy of chapter 4, in nats: minus the logarithm of the probability that the network gave to the move played. Blind guessing among 361 points costs $\ln 361 \approx 5.9$ nats.

# %% [markdown] lang="zh"
# 把所有局面学一遍叫做一*轮*（epoch）。每一轮之后考网络两次：一次用它学过的局面，一次用留出的局面。`compile` 告诉 Keras 用什么优化器和损失，`fit` 走完一轮的各步，`evaluate` 只测量、不学习。损失是第 4 章的交叉熵，单位是奈特：网络给实战那一手的概率，取对数再变号。在 361 个点里瞎猜，损失是 $\ln 361 \approx 5.9$ 奈特。


# %%
def learn(turn=False, **options):
    keras.utils.set_random_seed(1)
    rng = np.random.default_rng(1)
    model = make_network(**options)
    model.compile(
        keras.optimizers.Adam(2e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        weighted_metrics=[
            keras.metrics.SparseCategoricalCrossentropy(from_logits=True),
            keras.metrics.SparseCategoricalAccuracy(),
        ],
    )
    known = fifty.samples(chosen[:300])
    rows = []
    for _ in range(EPOCHS):
        batch = fifty.samples(chosen, rng.integers(8, size=len(chosen)) * turn)
        model.fit(
            batch.planes.astype("float32"), batch.targets, batch_size=32, verbose=0
        )
        rows.append(
            [
                model.evaluate(
                    part.planes.astype("float32"),
                    part.targets,
                    batch_size=200,
                    verbose=0,
                )[1:]
                for part in (known, held_out)
            ]
        )
    curves = np.array(rows)  # [epochs, known or held out, loss or accuracy]
    return {
        "known loss": curves[:, 0, 0],
        "known accuracy": curves[:, 0, 1],
        "loss": curves[:, 1, 0],
        "accuracy": curves[:, 1, 1],
        "model": model,
    }


plain = learn()

# %%
EPOCH = np.arange(1, EPOCHS + 1)


def draw_run(run):
    _, (left, right) = panels(2)
    for axes, what, name in (
        (left, "loss", say("log loss in nats", "对数损失（奈特）")),
        (right, "accuracy", say("right moves", "猜中的比例")),
    ):
        axes.plot(
            EPOCH, run[f"known {what}"], "--", label=say("learned from", "学过的局面")
        )
        axes.plot(EPOCH, run[what], label=say("held out", "留出的局面"))
        axes.set(xlabel=say("epoch", "轮"), ylabel=name, ylim=(0, None))
        axes.legend()
    show()


draw_run(plain)
print(
    say("right on what it learned from:", "学过的局面猜中："),
    f"{100 * plain['known accuracy'][-1]:.0f} %",
)
print(
    say("right on other games:", "其他对局猜中："),
    f"{100 * plain['accuracy'][-1]:.1f} %",
)

# %% [markdown] lang="en"
# This is what overfitting looks like. On the left the dashed curve goes on falling: the network gets surer and surer of the moves it learned from. The solid curve falls for the first epochs, turns, and climbs above the 5.9 nats of someone who knows nothing at all. The network has become certain, and certain of wrong moves; log loss punishes that more than ignorance.
#
# The accuracy on the right is more forgiving: it only asks whether the first choice was right, and not how sure the network was of it. Always look at both.
#
# ## Stop early
#
# The cheapest rescue needs no change to the network at all: stop where the solid curve turns. In practice one does not know beforehand where that is, so one waits for some epochs (the *patience*) and, when nothing better has come, goes back to the best weights.
#
# **Exercise 1.** Write `stop_at(losses, patience)`: it goes through the held-out losses in order and returns the number (from 0) of the best epoch so far, as soon as `patience` epochs in a row have brought no smaller loss; if that never happens, the best of all.

# %% [markdown] lang="zh"
# 过拟合就是这个样子。左图的虚线一路下降：网络对学过的着法越来越有把握。实线先降几轮，然后掉头，最后升到 5.9 奈特以上，比一无所知的人还差。网络变得很自信，却自信地下错；对数损失对这种情况罚得比无知更重。
#
# 右图的准确率比较宽容：它只问第一选择对不对，不问网络对它有多大把握。两样都要看。
#
# ## 早停
#
# 最便宜的办法完全不必改动网络：在实线掉头的地方停下来。实际训练时事先不知道那是哪里，所以要再等几轮（所等的轮数叫*耐心*）；如果没有更好的结果，就退回到最好的那组权重。
#
# **练习 1.** 写 `stop_at(losses, patience)`：按顺序看留出局面上的损失，一旦连续 `patience` 轮都没有更小的损失，就返回到此为止最好的一轮的序号（从 0 起）；如果一直没有发生这种情况，返回所有轮中最好的。


# %% tags=["exercise"]
def stop_at(losses, patience):
    return ...


# %% tags=["check"] wrong="stop_at = lambda losses, patience: int(np.argmin(losses))"
check(
    stop_at([5.0, 4.0, 4.2, 4.1, 3.0], 2),
    lambda value: (
        value == 1
        and stop_at([5.0, 4.0, 4.2, 4.1, 3.0], 3) == 4
        and stop_at([3.0, 2.0, 1.0], 2) == 2
    ),
    say(
        "Epoch 1 was best when two had passed without a better one.",
        "过了两轮没有更好的，那时最好的是第 1 轮。",
    ),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# def stop_at(losses, patience):
#     best = 0
#     for epoch, loss in enumerate(losses):
#         if loss < losses[best]:
#             best = epoch
#         elif epoch - best >= patience:
#             break
#     return best
# ```
#
# In the first example of the check it gives 1 although epoch 4 would have been better still: who stops early never learns what would have come. Keras has it as `keras.callbacks.EarlyStopping(patience=..., restore_best_weights=True)`.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# def stop_at(losses, patience):
#     best = 0
#     for epoch, loss in enumerate(losses):
#         if loss < losses[best]:
#             best = epoch
#         elif epoch - best >= patience:
#             break
#     return best
# ```
#
# 检查中的第一个例子得出 1，虽然第 4 轮其实更好：停得早，就不知道后面会来什么。Keras 里现成的是 `keras.callbacks.EarlyStopping(patience=..., restore_best_weights=True)`。
#
# </details>

# %% [markdown] lang="en"
# ## L2: weights cost something
#
# To learn a single position by heart, a network needs large weights that few other positions make use of. So make weights expensive: add to the loss the sum of their squares, times a small number $\lambda$,
#
# $$L' = L + \lambda \sum_i w_i^2 .$$
#
# The derivative of the new part is $2 \lambda w_i$. Each step of gradient descent thus also pulls every weight a little toward 0, in proportion to its size. A weight stays large only where many positions keep pushing it. With plain gradient descent this is the same as multiplying the weights by a number a little below 1 before each step, hence the other name, *weight decay*.
#
# **Exercise 2.** A weight is 0.5, and no position pushes it any more: $L$ does not depend on it. What is left of it after 100 steps of gradient descent with learning rate 0.1 and $\lambda = 0.01$?

# %% [markdown] lang="zh"
# ## L2：权重要付代价
#
# 要把某一个局面背下来，网络得有一些很大的权重，而别的局面几乎用不着它们。那就让权重变得昂贵：把权重的平方和乘上一个小数 $\lambda$，加到损失里，
#
# $$L' = L + \lambda \sum_i w_i^2 。$$
#
# 新加部分的导数是 $2 \lambda w_i$。于是梯度下降的每一步都把每个权重往 0 拉一点，权重越大，拉得越多。只有许多局面一直在推它，权重才能保持得大。对普通的梯度下降来说，这等于每步之前先给权重乘上一个略小于 1 的数，所以又叫*权重衰减*。
#
# **练习 2.** 某个权重是 0.5，已经没有局面再推它，即 $L$ 与它无关。学习率 0.1，$\lambda = 0.01$，梯度下降走 100 步之后，它还剩多少？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 0.5 * (1 - 0.1 * 0.01) ** 100"
check(
    answer,
    lambda value: near(value, 0.5 * 0.998**100, 1e-4),
    say("Mind the 2 of the derivative.", "别忘了导数里的 2。"),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# Each step takes $0.1 \cdot 2 \cdot 0.01 \cdot w$ away, so it multiplies the weight by $1 - 0.002$.
#
# ```python
# answer = 0.5 * (1 - 0.1 * 2 * 0.01) ** 100
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 每一步减去 $0.1 \cdot 2 \cdot 0.01 \cdot w$，也就是把权重乘以 $1 - 0.002$。
#
# ```python
# answer = 0.5 * (1 - 0.1 * 2 * 0.01) ** 100
# ```
#
# </details>

# %%
with_l2 = learn(l2=0.01)
draw_run(with_l2)
for name, run in ((say("plain", "不加"), plain), ("L2", with_l2)):
    kernel = np.asarray(run["model"].layers[1].kernel)
    print(
        f"{name}:",
        say("size of a first-layer weight", "第一层权重的大小"),
        f"{np.sqrt((kernel**2).mean()):.4f}",
    )

# %% [markdown] lang="en"
# The weights have become smaller, and the network is slower to be certain. It is the same network all the same, with the same number of weights.
#
# ## Dropout: nobody is indispensable
#
# Dropout goes about it differently. While learning, and only then, each number that a layer hands on is set to 0 with probability $q$, drawn anew at each step. A filter can then no longer rely on one particular other filter being there, and a combination that fits a single position is of no use: half the time a part of it is missing. What is left is divided by $1 - q$, so that the next layer gets the same sum on average. When the network is used, nothing is dropped and nothing divided.
#
# **Exercise 3.** Write `drop_out(x, share, rng)`: a copy of the array `x` in which each number is 0 with probability `share`, and the others are divided by what remains. `rng.random(x.shape)` gives random numbers between 0 and 1.

# %% [markdown] lang="zh"
# 权重变小了，网络也没有那么快就自以为是。但它仍是同一个网络，权重的个数一个也没少。
#
# ## 随机失活：谁都不是不可缺少的
#
# 随机失活（dropout）走的是另一条路。学习的时候（也只在这时），一层交出的每个数都以概率 $q$ 变成 0，每一步重新抽签。于是一个滤波器不能再指望另一个特定的滤波器一定在场，只适合某一个局面的组合也就没有用了：常常缺一角。剩下的数除以 $1 - q$，使下一层得到的总和在平均意义上不变。使用网络时，什么也不丢，什么也不除。
#
# **练习 3.** 写 `drop_out(x, share, rng)`：返回数组 `x` 的一个副本，其中每个数以概率 `share` 变成 0，其余的除以剩下的比例。`rng.random(x.shape)` 给出 0 到 1 之间的随机数。


# %% tags=["exercise"]
def drop_out(x, share, rng):
    return ...


# %% tags=["check"] wrong="drop_out = lambda x, share, rng: x * (rng.random(x.shape) >= share)"
ones = np.ones(100_000)
check(
    drop_out(ones, 0.2, np.random.default_rng(0)),
    lambda x: near(x.mean(), 1, 0.02) and near((x == 0).mean(), 0.2, 0.01),
    say(
        "The mean must stay 1, and a fifth must be 0.",
        "平均值必须仍是 1，五分之一必须是 0。",
    ),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# def drop_out(x, share, rng):
#     stays = rng.random(x.shape) >= share
#     return x * stays / (1 - share)
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# def drop_out(x, share, rng):
#     stays = rng.random(x.shape) >= share
#     return x * stays / (1 - share)
# ```
#
# </details>

# %%
with_dropout = learn(dropout=0.2)
draw_run(with_dropout)

# %% [markdown] lang="en"
# That helps: the held-out loss climbs later and much less, and ends far below that of the plain network. The price is that learning goes more slowly, since part of the network is always missing.
#
# ## Batch normalization
#
# Batch normalization was made for another purpose: to let deep networks learn faster. For each filter it takes the mean and the variance of all its values over the batch (all positions, all points) and shifts and scales them to mean 0 and variance 1; then come a factor $\gamma$ and an offset $\beta$ that are learned. However the layers before it change, the next layer gets numbers of the same size.
#
# By hand, for the four values of one filter:

# %% [markdown] lang="zh"
# 有帮助：留出局面的损失回升得更晚，也少得多，最后远低于原来的网络。代价是学得慢些，因为网络总缺着一部分。
#
# ## 批归一化
#
# 批归一化本来另有用途：让深的网络学得更快。它对每个滤波器，取整批（所有局面、所有点）上全部数值的平均值和方差，把这些数平移、缩放成平均值 0、方差 1；然后再乘上因子 $\gamma$、加上偏移 $\beta$，这两个数是学出来的。前面各层无论怎么变，后一层拿到的数总是同样的大小。
#
# 用手算一遍，某个滤波器的四个值：

# %%
values = np.array([1.0, 5.0, 3.0, 7.0])
normalized = (values - values.mean()) / np.sqrt(values.var())
print(say("before:", "之前："), values)
print(say("after: ", "之后："), normalized.round(3))

with_norm = learn(batch_norm=True)
draw_run(with_norm)

# %% [markdown] lang="en"
# Compare the dashed curves: with batch normalization the network knows its positions by heart in a fraction of the time. It learns faster, and so it also *over*fits faster. The mean and the variance differ from batch to batch, and this little noise has been seen to regularize large networks; here, on so few positions, it does not help. That is worth remembering: whether something helps is measured, not looked up.
#
# When the network is used there is no batch, perhaps a single position. So the layer keeps a running average of means and variances while it learns, and uses that. And since all of it is then one factor and one offset for each filter, it can be multiplied into the kernel before it and vanishes: the network that comes with this program was trained with batch normalization and has none.
#
# ## Turn the board
#
# A Go board looks the same from all four sides and in a mirror. So each position is eight positions, and it costs nothing to show it under another of the eight symmetries each time it comes. This is not a trick against overfitting, but more of the real thing: *data augmentation*.

# %% [markdown] lang="zh"
# 比较几张图的虚线：有了批归一化，网络只用很短的时间就把局面背熟了。它学得更快，所以*过*拟合也更快。每批的平均值和方差都有些不同，这点噪声在大网络上曾被观察到有正则化的作用；而在这里，局面这么少，它帮不上忙。这值得记住：有没有用，要靠测量，不能靠查书。
#
# 使用网络时没有“一批”，也许只有一个局面。所以这一层在学习时会保留平均值和方差的滑动平均，使用时就用它。这样一来，它对每个滤波器就只是一个因子和一个偏移，可以乘进前面的卷积核里，从而完全消失：随本程序附带的网络是用批归一化训练的，里面却没有这一层。
#
# ## 转动棋盘
#
# 围棋盘从四面看都一样，照镜子看也一样。所以一个局面就是八个局面；每次轮到它时换一种对称来给网络看，不花任何代价。这不是对付过拟合的窍门，而是实实在在地多了数据，叫做*数据增强*。

# %%
turned = learn(turn=True)
draw_run(turned)

# %% [markdown] lang="en"
# ## All together

# %% [markdown] lang="zh"
# ## 合在一起

# %%
everything = learn(turn=True, l2=1e-3, dropout=0.2, batch_norm=True)
runs = {
    say("plain", "不加"): (plain, BLACK, "-"),
    "L2": (with_l2, PURPLE, "--"),
    say("dropout", "随机失活"): (with_dropout, GREEN, "-."),
    say("batch norm", "批归一化"): (with_norm, ORANGE, ":"),
    say("turned boards", "转动棋盘"): (turned, BLUE, "--"),
    say("all together", "合在一起"): (everything, VERMILION, "-"),
}
_, (left, right) = panels(2, width=4.8, height=3.6)
for name, (run, color, line) in runs.items():
    left.plot(EPOCH, run["loss"], line, color=color, label=name)
    right.plot(EPOCH, 100 * run["accuracy"], line, color=color)
left.axhline(np.log(361), color="0.6", lw=1)
left.set(
    xlabel=say("epoch", "轮"),
    ylabel=say("held-out loss in nats", "留出局面的损失（奈特）"),
)
left.legend(fontsize=9)
right.set(
    xlabel=say("epoch", "轮"),
    ylabel=say("held-out right moves, %", "留出局面猜中，%"),
    ylim=(0, None),
)
show()
print(
    say(
        "held out:  epoch of least loss, loss there, right moves there; loss at the end",
        "留出局面：损失最小的轮次，当时的损失，当时猜中；最后的损失",
    )
)
for name, (run, _, _) in runs.items():
    best = int(run["loss"].argmin())
    print(
        f"{best + 1:3d}  {run['loss'][best]:6.2f}  {100 * run['accuracy'][best]:5.1f} %"
        f"  {run['loss'][-1]:6.2f}   {name}"
    )

# %% [markdown] lang="en"
# The gray line is blind guessing. Read the table with care: 600 positions are few. At an accuracy of 20 %, chance alone moves such a figure by some three points either way (chapter 9 shows how to find that out), so neighbors in the table may well be equals, and whether L2 has made anything better than stopping early these positions cannot say. What turning the board gives is more than chance. And notice that all together is not better than turning alone: each brake also slows the learning down, and where data is no longer so scarce, less braking is needed.
#
# Each rescue makes the most of fifty games. None replaces the next fifty. AlphaGo learned from 160,000 games, and the network that comes with this program from more than 200,000: there, no position comes often enough to be learned by heart, and of everything above only the symmetries and batch normalization are left (AlphaGo's paper names neither L2 nor dropout for its policy network).
#
# **Exercise 4.** How many positions would the fifty games give at most, counted with their eight symmetries? Use `fifty.n_positions`.

# %% [markdown] lang="zh"
# 灰线是瞎猜。读表要小心：600 个局面不算多。准确率 20 % 上下时，单凭运气，这样一个数字就会上下浮动三个百分点左右（怎样算出来，见第 9 章），所以表里相近的几个也许不分高下；L2 比起早停有没有好处，这些局面说明不了。转动棋盘带来的好处则超出了运气。还请注意，全部合在一起并不比单单转动棋盘更好：每一道刹车都会让学习变慢，数据不那么缺的时候，就不必刹得那么紧。
#
# 每种办法都是尽量用好这五十局棋，但没有一种顶得上再来五十局。AlphaGo 学了 16 万局，随本程序附带的网络学了 20 多万局：到了那个规模，没有哪个局面出现得足够多、能被背下来，上面这些办法里只留下对称和批归一化（AlphaGo 的论文讲策略网络时，L2 和随机失活都没有提到）。
#
# **练习 4.** 连同八种对称在内，五十局棋最多能提供多少个局面？请用 `fifty.n_positions`。

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 4 * fifty.n_positions"
check(answer, lambda value: value == 8 * fifty.n_positions)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# answer = 8 * fifty.n_positions
# ```
#
# Almost: an empty board, or one whose stones lie symmetrically, gives fewer different ones.
#
# </details>
#
# In this program the options of this chapter are `--l2`, `--dropout` and `--batch-norm` of `gopolicy train`, and `gopolicy compare sample.h5 --networks alphago --rival alphago,dropout=0.2` sets a network beside itself with one of them. Next: [architectures](07_architectures.ipynb).

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# answer = 8 * fifty.n_positions
# ```
#
# 差不多：空棋盘，或者棋子摆得对称的局面，变出来的不同局面会少一些。
#
# </details>
#
# 在本程序里，本章的办法是 `gopolicy train` 的选项 `--l2`、`--dropout` 和 `--batch-norm`；`gopolicy compare sample.h5 --networks alphago --rival alphago,dropout=0.2` 可以把一个网络和加了其中一项的它自己放在一起比。下一章：[网络结构](07_architectures.ipynb)。
