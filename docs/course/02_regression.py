# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 2. Linear regression: who wins, and by how many points
#
# The oldest way to learn from examples is to draw a straight line through them. It is called *linear regression*, and it has everything that a neural network has: inputs, weights, a loss, gradient descent, and the danger of learning by heart. We use it to predict the end of a Go game from the middle.

# %% [markdown] lang="zh"
# # 2. 线性回归：谁赢，赢多少
#
# 从例子中学习，最古老的办法是在它们中间画一条直线。这叫*线性回归*。神经网络有的它都有：输入、权重、损失、梯度下降，还有死记硬背的危险。我们用它根据中盘的局面预测一盘棋的结果。

# %%
import sys

sys.path.append("..")

import re

import numpy as np
from course import (
    BLUE,
    GAMES,
    GRAY,
    ORANGE,
    OTHER_GAMES,
    VERMILION,
    check,
    draw_board,
    near,
    panels,
    say,
    show,
    size,
    tf,
)

from gopolicy.go.playouts import judge
from gopolicy.sgf.collection import load_records
from gopolicy.sgf.record import replay

# %% [markdown] lang="en"
# ## The games
#
# The project comes with a thousand game records of strong amateurs. Most games end because somebody resigns; about a quarter were played to the end and counted, and their records say by how much: `B+3.5` means that Black won by three and a half points. White gets some points in advance, the *komi*, because Black moves first. We want to know what happened on the board, so we take the komi out again: `lead` is by how many points Black was ahead without komi; where White was ahead it is negative.

# %% [markdown] lang="zh"
# ## 棋谱
#
# 本项目附带一千局业余高手的棋谱。多数对局以认输告终；大约四分之一下到了终局并数了子，棋谱里写着赢多少：`B+3.5` 表示黑棋赢三目半。因为黑棋先下，白棋事先得到若干目的补偿，叫做*贴目*。我们关心的是棋盘上的情况，所以把贴目去掉：`lead` 是不计贴目时黑棋领先的目数，白棋领先时是负数。

# %%
records = load_records(GAMES) + load_records(OTHER_GAMES)
counted = [record for record in records if re.fullmatch(r"[BW]\+[\d.]+", record.result)]
counted = counted[: size(1000, 18)]


def find_lead(record):
    points = float(record.result[2:])
    return (points if record.result[0] == "B" else -points) + record.komi


lead = np.array([find_lead(record) for record in counted])
print(
    say("games:", "对局："),
    len(records),
    say("  counted:", "  数过子的："),
    len(counted),
)
_, axes = panels(width=6)
axes.hist(lead, bins=np.arange(-50, 51, 5), color=BLUE, edgecolor="white")
axes.set(
    xlabel=say("Black's lead in points, without komi", "黑棋领先的目数（不计贴目）"),
    ylabel=say("games", "局数"),
)
show()

# %% [markdown] lang="en"
# (A few games with a lead of more than 50 points are outside the picture.)
#
# ## One input
#
# What could tell the end in advance? Here is a crude idea. Take the position after move 250, let the computer finish the game with random moves, a hundred times over, and note for each point of the board who had it at the end. Points that are Black's in clearly more than half of these games are counted for Black, points that are White's for White. The difference is our input `x`. It knows nothing of good moves, and in a position so late it does not have to know much.

# %% [markdown] lang="zh"
# （有几局领先超过 50 目，在图的范围之外。）
#
# ## 一个输入
#
# 凭什么能预先知道结果呢？这里有一个粗糙的想法。取第 250 手之后的局面，让计算机用随机的着法把棋下完，重复一百次，记下每个点最后归谁。在明显多于一半的对局里归黑棋的点算黑棋的，归白棋的点算白棋的。两者之差就是我们的输入 `x`。它一点也不懂什么是好棋；不过局面到了这么晚，它也不需要懂多少。


# %%
def position_after(record, moves):
    for number, (position, _) in enumerate(replay(record)):
        if number == moves:
            return position
    return position


def guess_owners(position):
    judged = judge(position, komi=0, playouts=size(100, 20), seed=1)
    return judged.ownership


def count_owned(owners):
    return int((owners > 0.05).sum() - (owners < -0.05).sum())


MOVES = (100, 150, 200, 250)
estimates = {
    moves: np.array(
        [count_owned(guess_owners(position_after(record, moves))) for record in counted]
    )
    for moves in MOVES
}
x = estimates[250]

position = position_after(counted[0], 250)
_, axes = panels(width=4.6, height=4.4)
draw_board(
    axes,
    position.stones.reshape(19, 19),
    values=-guess_owners(position).reshape(19, 19),
    limits=(-1.3, 1.3),
)
axes.set_title(
    f"{say('estimate', '估计')} {x[0]:+d}, {say('in the end', '终局')} {lead[0]:+.0f}"
)
show()

# %% [markdown] lang="en"
# Blue squares are points that mostly became Black's, red ones mostly White's; the paler, the less sure. (A record that ends before move 250 is taken at its end.) Now all games together, one dot for each:

# %% [markdown] lang="zh"
# 蓝色的格子多半归了黑棋，红色的多半归了白棋；颜色越浅，越没有把握。（不到 250 手就结束的棋谱，取它的终局。）现在把所有的对局放在一起，一个点代表一局：


# %%
def draw_games(axes, x, y, **style):
    axes.plot(x, y, "o", ms=3.5, alpha=0.5, color=GRAY, **style)
    axes.set(
        xlabel=say("estimate x after move 250", "第 250 手后的估计值 x"),
        ylabel=say("lead y at the end", "终局时的领先 y"),
        ylim=(-60, 60),
        xlim=(-70, 70),
    )
    axes.grid(alpha=0.3)


_, axes = panels(width=5.5, height=4)
draw_games(axes, x, lead)
show()

# %% [markdown] lang="en"
# ## A line, and how wrong it is
#
# A straight line is $\hat y = w x + b$, with two numbers to choose: the weight $w$, its slope, and the *bias* $b$, its height at $x = 0$. ($\hat y$ is what the line predicts, $y$ what happened.) Which line is the best? We must first say what we mean by good. The usual loss is the *mean squared error*: take the error of each game, square it, and average over all $n$ games:
#
# $$L(w, b) = \frac{1}{n} \sum_{i=1}^{n} (w x_i + b - y_i)^2$$
#
# Squares count a large error more than many small ones, and they are always positive, so that errors to both sides cannot cancel.

# %% [markdown] lang="zh"
# ## 一条直线，以及它错得有多厉害
#
# 直线就是 $\hat y = w x + b$，有两个数要选：权重 $w$ 是它的斜率，*偏置* $b$ 是它在 $x = 0$ 处的高度。（$\hat y$ 是直线的预测，$y$ 是实际结果。）哪一条最好？先得说清楚什么叫好。常用的损失是*均方误差*：求出每一局的误差，平方，再对全部 $n$ 局求平均：
#
# $$L(w, b) = \frac{1}{n} \sum_{i=1}^{n} (w x_i + b - y_i)^2$$
#
# 平方使一个大误差比许多小误差更要紧；而且平方总是正的，两个方向的误差不会相互抵消。


# %%
def loss_of(w, b):
    return np.mean((w * x + b - lead) ** 2)


for w, b in ((0, 0), (1, 0), (0.5, 7)):
    print(f"w = {w}, b = {b}: {loss_of(w, b):.1f}")

# %% [markdown] lang="en"
# For a line there is a formula for the best $w$ and $b$. With $\bar x$ and $\bar y$ as the averages:
#
# $$w = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}{\sum_i (x_i - \bar x)^2}, \qquad b = \bar y - w \bar x$$
#
# It comes from asking where both slopes of the loss, $\partial L/\partial w$ and $\partial L/\partial b$, are zero: at the bottom of a bowl it goes up to all sides.

# %% [markdown] lang="zh"
# 对直线来说，最好的 $w$ 和 $b$ 有现成的公式。用 $\bar x$ 和 $\bar y$ 表示平均值：
#
# $$w = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}{\sum_i (x_i - \bar x)^2}, \qquad b = \bar y - w \bar x$$
#
# 它是这样得来的：损失的两个斜率 $\partial L/\partial w$ 和 $\partial L/\partial b$ 都为零的地方，就是碗底，从那里往哪边走都是上坡。


# %%
def fit_line(x, y):
    w = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    return w, y.mean() - w * x.mean()


best_w, best_b = fit_line(x, lead)
print(
    f"w = {best_w:.2f}, b = {best_b:.2f}, {say('loss', '损失')} {loss_of(best_w, best_b):.1f}"
)
_, axes = panels(width=5.5, height=4)
draw_games(axes, x, lead)
ends = np.array([-70, 70])
axes.plot(
    ends, best_w * ends + best_b, color=VERMILION, label=say("best line", "最佳直线")
)
axes.legend(loc="upper left")
show()

# %% [markdown] lang="en"
# The slope says: one more point in the estimate is worth about $w$ points at the end. It is well below 1, because the estimate exaggerates: random players lose groups that a strong player would save. Linear regression has found that out and corrects for it. The bias says how far Black is ahead when the estimate sees no difference.
#
# **Exercise 1.** Three games have the estimates 1, 2 and 3, and end with leads of 2, 3 and 7. What is the slope of the best line? Use the formula, on paper or in Python.

# %% [markdown] lang="zh"
# 斜率的意思是：估计值多一目，最后大约值 $w$ 目。它远小于 1，因为估计值夸大了差距：随机下棋的双方会丢掉高手救得活的棋。线性回归看出了这一点，并且做了修正。偏置的意思是：估计值看不出差别时，黑棋领先多少。
#
# **练习 1.** 三局棋的估计值是 1、2、3，终局时的领先是 2、3、7。最佳直线的斜率是多少？用上面的公式，在纸上算或者用 Python 算都行。

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 2"
check(answer, lambda value: near(value, 2.5))

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The averages are 2 and 4. Above: $(-1)(-2) + 0 \cdot (-1) + 1 \cdot 3 = 5$. Below: $1 + 0 + 1 = 2$.
#
# ```python
# answer, _ = fit_line(np.array([1, 2, 3]), np.array([2, 3, 7]))
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 平均值是 2 和 4。分子：$(-1)(-2) + 0 \cdot (-1) + 1 \cdot 3 = 5$。分母：$1 + 0 + 1 = 2$。
#
# ```python
# answer, _ = fit_line(np.array([1, 2, 3]), np.array([2, 3, 7]))
# ```
#
# </details>

# %% [markdown] lang="en"
# ## The same by gradient descent
#
# For networks there is no such formula, so let us find the line as we would train a network: begin anywhere, and go downhill. The two slopes of the loss are, by the chain rule,
#
# $$\frac{\partial L}{\partial w} = \frac{2}{n} \sum_i (w x_i + b - y_i)\, x_i, \qquad \frac{\partial L}{\partial b} = \frac{2}{n} \sum_i (w x_i + b - y_i)$$
#
# **Exercise 2.** Write them in Python, with `x` and `lead`.

# %% [markdown] lang="zh"
# ## 用梯度下降做同样的事
#
# 神经网络没有这样现成的公式，所以我们也像训练网络那样来找这条直线：随便从哪里出发，往下坡走。根据链式法则，损失的两个斜率是
#
# $$\frac{\partial L}{\partial w} = \frac{2}{n} \sum_i (w x_i + b - y_i)\, x_i, \qquad \frac{\partial L}{\partial b} = \frac{2}{n} \sum_i (w x_i + b - y_i)$$
#
# **练习 2.** 用 Python 写出来，用到 `x` 和 `lead`。


# %% tags=["exercise"]
def slopes_of(w, b):
    slope_w, slope_b = ..., ...
    return slope_w, slope_b


# %% tags=["check"] wrong="slopes_of = lambda w, b: (np.mean(w * x + b - lead), 0.0)"
answer = slopes_of(0.0, 0.0)
check(
    ... if ... in answer else answer,
    lambda found: near(found, (-2 * np.mean(lead * x), -2 * np.mean(lead))),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# `np.mean` is the sum divided by $n$.
#
# ```python
# def slopes_of(w, b):
#     error = w * x + b - lead
#     return 2 * np.mean(error * x), 2 * np.mean(error)
# ```
#
# </details>
#
# Whatever stands in your cell, the next one lets TensorFlow find the slopes, as in chapter 1. With three learning rates:

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# `np.mean` 就是求和再除以 $n$。
#
# ```python
# def slopes_of(w, b):
#     error = w * x + b - lead
#     return 2 * np.mean(error * x), 2 * np.mean(error)
# ```
#
# </details>
#
# 不管你的单元格里写了什么，下一个单元格都让 TensorFlow 去求斜率，和第 1 章一样。我们试三个学习率：

# %%
data_x, data_y = tf.constant(x, tf.float32), tf.constant(lead, tf.float32)


def descend(learning_rate, steps):
    weights = tf.Variable([-5.0, -15.0])
    path = [weights.numpy()]
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((weights[0] * data_x + weights[1] - data_y) ** 2)
        weights.assign_sub(learning_rate * tape.gradient(loss, weights))
        path.append(weights.numpy())
    return np.array(path)


grid_w, grid_b = np.meshgrid(np.linspace(-7, 8, 60), np.linspace(-18, 12, 60))
bowl = np.array([[loss_of(w, b) for w in grid_w[0]] for b in grid_b[:, 0]])
_, row = panels(3, width=3.2, height=5)
for axes, speed, steps in zip(row, (0.5, 0.95, 1.03), (60, 60, 8)):
    rate = speed / np.mean(x**2)
    path = descend(rate, size(steps, 5))
    axes.contour(grid_w, grid_b, bowl, levels=12, colors="0.8", linewidths=0.8)
    axes.plot(path[:, 0], path[:, 1], "o-", ms=2.5, lw=1)
    axes.plot(best_w, best_b, "*", ms=13, color=ORANGE)
    axes.set(
        xlim=(-7, 8),
        ylim=(-18, 12),
        aspect="equal",
        xlabel="w",
        ylabel="b",
        title=f"{say('learning rate', '学习率')} {rate:.5f}",
    )
show()

# %% [markdown] lang="en"
# The gray lines join points of equal loss: it is a long narrow valley, and the star is its lowest point. With the first learning rate the path comes down to the floor of the valley and then creeps along it. With the second it jumps from side to side but still comes down. With the third, only a little larger, each jump lands higher than the one before: the path *diverges*. That the valley is so narrow is the fault of the units: $x$ goes up to some 50, and the bias has a 1 where $w$ has the $x$. Put the inputs on a common scale, and the valley becomes a round bowl:

# %% [markdown] lang="zh"
# 灰线连接损失相等的点：这是一条狭长的山谷，星号是最低点。用第一个学习率，路径先下到谷底，再沿着谷底慢慢爬。用第二个，它左右来回跳，但仍在往下走。第三个只大了一点点，却每一跳都落在比前一次更高的地方：路径*发散*了。山谷之所以这么窄，是单位的缘故：$x$ 可以大到 50 左右，而偏置相当于乘在 1 上的权重。把各个输入放到同样的尺度上，山谷就变成一只圆碗：

# %%
scaled = (x - x.mean()) / x.std()
w, b, losses = 0.0, 0.0, []
for _ in range(30):
    error = w * scaled + b - lead
    losses.append(np.mean(error**2))
    w, b = w - 0.2 * 2 * np.mean(error * scaled), b - 0.2 * 2 * np.mean(error)
_, axes = panels(width=5)
axes.plot(
    losses,
    "o-",
    ms=3,
    label=say("gradient descent, scaled input", "梯度下降，输入已缩放"),
)
axes.axhline(
    loss_of(best_w, best_b),
    ls="--",
    color=VERMILION,
    label=say("best line", "最佳直线"),
)
axes.set(xlabel=say("step", "步数"), ylabel=say("loss", "损失"))
axes.legend()
show()
print(f"w = {w / x.std():.2f}, b = {b - w * x.mean() / x.std():.2f}")

# %% [markdown] lang="en"
# After a dozen steps it is the best line, with the same $w$ and $b$ as from the formula. (Keeping numbers on a common scale inside a network is what batch normalization is for: [chapter 6](06_regularization.ipynb).)
#
# ## Games that it has not seen
#
# How good is the line? To ask it about the games that it was made from would be unfair: it was chosen to suit just them. So we hide a third of the games, fit the line to the rest, and measure on the hidden ones. As a yardstick: what if we had no input and always said the average lead?

# %% [markdown] lang="zh"
# 十几步之后就到了最佳直线，$w$ 和 $b$ 与公式得出的一样。（让网络内部的数保持同样的尺度，正是批归一化要做的事：见[第 6 章](06_regularization.ipynb)。）
#
# ## 没见过的对局
#
# 这条直线有多好？拿它用过的对局来考它是不公平的：它本来就是为迎合这些对局而选出来的。所以我们藏起三分之一的对局，用其余的拟合直线，再用藏起来的考它。作为对照：假如没有任何输入，每次都回答平均的领先值，又会怎样？

# %%
hidden = np.arange(len(lead)) % 3 == 2
seen = ~hidden


def typical_error(predicted, y):
    return np.mean(np.abs(predicted - y))


print(
    say("no input:          ", "没有输入：       "),
    f"{typical_error(lead[seen].mean(), lead[hidden]):.1f}",
)
for moves, estimate in estimates.items():
    w, b = fit_line(estimate[seen], lead[seen])
    error = typical_error(w * estimate[hidden] + b, lead[hidden])
    print(f"{say('after move', '手数')} {moves}:     {error:.1f}  (w = {w:.2f})")

# %% [markdown] lang="en"
# The numbers are mean absolute errors in points, on hidden games. In the middle of the game the estimate is no better than nothing, or hardly; the later, the better. Look at the slopes too: when the input says little, the best line is nearly flat. A line that is fitted by squares does not pretend to know.
#
# **Exercise 3** (the first exercise of the course that this project comes from). Fit a line with the estimates after move 200 on the *seen* games, and find the share of the *hidden* games in which it predicts the right winner on the board, that is, where the sign of its prediction is the sign of `lead`. Use `fit_line`, `estimates`, `seen` and `hidden`; `np.sign` gives signs.

# %% [markdown] lang="zh"
# 这些数是在藏起来的对局上的平均绝对误差，单位是目。在中盘，估计值并不比什么都没有好，或者只好一点点；越往后越好。也请看斜率：输入说明不了什么的时候，最佳直线几乎是平的。用平方误差拟合的直线不会不懂装懂。
#
# **练习 3**（本项目所依据的课程的第一个练习）。用第 200 手后的估计值在*见过的*对局（`seen`）上拟合一条直线，求它在*藏起来的*对局（`hidden`）里说对盘面胜者的比例，也就是预测值的正负号与 `lead` 的正负号相同的比例。用 `fit_line`、`estimates`、`seen` 和 `hidden`；`np.sign` 给出正负号。

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 0.4"
expected_w, expected_b = fit_line(estimates[200][seen], lead[seen])
expected = np.mean(
    np.sign(expected_w * estimates[200][hidden] + expected_b) == np.sign(lead[hidden])
)
check(answer, lambda share: near(share, expected))

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# How much is the answer worth? Compare it with the share of hidden games in which Black was ahead, `np.mean(lead[hidden] > 0)`: always saying "Black" would be right that often. [Chapter 9](09_evaluation.ipynb) is about such comparisons.
#
# ```python
# w, b = fit_line(estimates[200][seen], lead[seen])
# predicted = w * estimates[200][hidden] + b
# answer = np.mean(np.sign(predicted) == np.sign(lead[hidden]))
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 这个答案说明多少问题？拿它和藏起来的对局里黑棋领先的比例 `np.mean(lead[hidden] > 0)` 比一比：每次都说“黑棋”，也能说对这么多。[第 9 章](09_evaluation.ipynb)专门讲这样的比较。
#
# ```python
# w, b = fit_line(estimates[200][seen], lead[seen])
# predicted = w * estimates[200][hidden] + b
# answer = np.mean(np.sign(predicted) == np.sign(lead[hidden]))
# ```
#
# </details>

# %% [markdown] lang="en"
# ## More inputs are not always better
#
# Why one input, when there are 361 points? Give each point a weight of its own: 1 for a black stone there, -1 for a white one, 0 for none, and $\hat y = w_1 x_1 + \dots + w_{361} x_{361} + b$. We add the points little by little, in a random order, and look at the error on the seen and on the hidden games. `np.linalg.lstsq` finds the best weights for many inputs, as the formula did for one; the column of ones at the end is for the bias.

# %% [markdown] lang="zh"
# ## 输入并非越多越好
#
# 棋盘上有 361 个点，为什么只用一个输入？给每个点一个自己的权重：那里有黑子算 1，白子算 -1，没有子算 0，于是 $\hat y = w_1 x_1 + \dots + w_{361} x_{361} + b$。我们按随机的次序一批一批地加进这些点，看见过的和藏起来的对局上的误差各是多少。`np.linalg.lstsq` 为许多输入找出最好的权重，就像前面的公式为一个输入所做的那样；最后的一列 1 是给偏置用的。

# %%
boards = np.array(
    [position_after(record, 250).stones[:361] for record in counted], float
)
order = np.random.default_rng(0).permutation(361)
counts = [5, 10, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 240, 300, 361]
errors = []
for n in counts:
    inputs = np.column_stack([boards[:, order[:n]], np.ones(len(boards))])
    weights, *_ = np.linalg.lstsq(inputs[seen], lead[seen], rcond=None)
    errors.append(
        [typical_error(inputs[part] @ weights, lead[part]) for part in (seen, hidden)]
    )
on_seen, on_hidden = np.array(errors).T
_, axes = panels(width=6, height=3.6)
axes.plot(
    counts,
    on_hidden,
    "s-",
    ms=4,
    color=VERMILION,
    label=say("hidden games", "藏起来的对局"),
)
axes.plot(
    counts, on_seen, "o-", ms=4, color=BLUE, label=say("seen games", "见过的对局")
)
axes.axvline(seen.sum(), ls=":", color="0.5")
axes.text(
    seen.sum() + 15,
    axes.get_ylim()[1] * 0.9,
    say("as many weights\nas games", "权重与对局\n一样多"),
    color="0.35",
    va="top",
)
axes.set(
    xlabel=say("points used as inputs", "用作输入的点数"),
    ylabel=say("mean absolute error, points", "平均绝对误差（目）"),
)
axes.legend(loc="upper left")
show()

# %% [markdown] lang="en"
# With every input the error on the seen games falls, until it is zero: as soon as there are as many weights as games, the formula can hit each game exactly. On the hidden games the same formula gets worse and worse, and worst just where it has become perfect on the seen ones. It has learned the games by heart, with their accidents: this is *overfitting*. Only hidden games show it, and so in this course every result is measured on games that were not learned from. ([Chapter 6](06_regularization.ipynb) is about remedies. That the error falls again on the far right surprises most people: of the many formulas that fit all seen games, `lstsq` takes the one with the smallest weights, and that is a remedy already.)
#
# ## What no line can do
#
# A stone in the open has four liberties, a straight chain of $n$ stones has $2n + 2$. That is a line, and regression finds it exactly. But stones in a square block? A block of $k \times k$ stones has $n = k^2$ stones and $4k$ liberties.

# %% [markdown] lang="zh"
# 每增加一批输入，见过的对局上的误差就下降一些，直到降为零：一旦权重和对局一样多，公式就可以把每一局都算得分毫不差。而在藏起来的对局上，同一个公式却越来越差，恰恰在它对见过的对局变得完美的地方最差。它把这些对局连同其中的偶然因素一起背了下来：这就是*过拟合*。只有藏起来的对局才能揭穿它，所以本课程的每个结果都是在没有用来学习的对局上测量的。（[第 6 章](06_regularization.ipynb)讲补救的办法。最右边误差又降下来，多数人会感到意外：能把见过的对局全部算准的公式有许多，`lstsq` 取的是其中权重最小的一个，这本身就是一种补救。）
#
# ## 任何直线都做不到的事
#
# 空旷处的一个子有四口气，$n$ 个子连成的直线有 $2n + 2$ 口气。这是一条直线，回归能准确地找到它。可是方块呢？$k \times k$ 的方块有 $n = k^2$ 个子，却只有 $4k$ 口气。

# %%
k = np.arange(1, 8)
straight, block = (k, 2 * k + 2), (k**2, 4 * k)
_, (left, right) = panels(2, width=4.2, height=3.4)
for axes, (stones, liberties), title in (
    (left, straight, say("straight chains", "直线形的棋串")),
    (right, block, say("square blocks", "方块形的棋串")),
):
    w, b = fit_line(stones, liberties)
    axes.plot(stones, w * stones + b, color=VERMILION, label=f"{w:.2f} n + {b:.2f}")
    axes.plot(stones, liberties, "o")
    axes.set(
        xlabel=say("stones n", "子数 n"), ylabel=say("liberties", "气数"), title=title
    )
    axes.legend()
show()

# %% [markdown] lang="en"
# On the right the line is too high at both ends and too low in the middle, and more examples will not help: the truth is bent, and a line is straight. There are two ways out. One is to think of a better input: with $\sqrt n$ in place of $n$, the block too is a straight line. All of classical Go programming was the search for such inputs, and the 48 feature planes of AlphaGo's network are full of them. The other way is to let the formula find its own inputs. That is what hidden layers do, and the [next chapter](03_perceptron.ipynb) builds them.

# %% [markdown] lang="zh"
# 右图中，直线在两端太高，在中间太低，再多的例子也无济于事：真相是弯的，而直线是直的。出路有两条。一条是想出更好的输入：用 $\sqrt n$ 代替 $n$，方块也成了直线。早期的围棋程序一直在寻找这样的输入，AlphaGo 网络的 48 个特征平面里也有许多。另一条出路，是让公式自己去找输入。这正是隐藏层的作用，[下一章](03_perceptron.ipynb)就来搭建它。
