# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 3. The perceptron, and why one layer is not enough
#
# A line through examples can predict a number. This chapter asks yes-or-no questions: is this stone in danger, yes or no? We begin with the oldest artificial neuron, find a question on the Go board that it cannot answer, put two layers of neurons on top of each other, and train them, first with our own hands and then with TensorFlow.

# %% [markdown] lang="zh"
# # 3. 感知机：为什么一层不够
#
# 穿过例子的直线可以预测一个数。这一章问的是“是或否”的问题：这个子有没有危险？我们从最古老的人工神经元讲起，在棋盘上找到一个它答不了的问题，然后把两层神经元叠起来训练，先用自己的双手，再用 TensorFlow。

# %%
import sys

sys.path.append("..")

import numpy as np
from course import (
    BLUE,
    GRAY,
    QUICK,
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

from gopolicy import GoPolicyError, Position

# %% [markdown] lang="en"
# ## One neuron
#
# A *perceptron* (Rosenblatt, 1958) multiplies each input by a weight, adds everything up with a bias, and says yes when the sum is above zero:
#
# $$\hat y = \begin{cases} 1 & \text{if } w_1 x_1 + w_2 x_2 + b > 0 \\ 0 & \text{otherwise} \end{cases}$$
#
# It learns by a simple rule. Show it an example. If it is right, change nothing. If it said no and should have said yes, add the inputs to the weights, and 1 to the bias; if it said yes and should have said no, subtract them. Go through all examples until none is wrong. Here are the questions "is at least one of the inputs 1?" (OR) and "are both 1?" (AND):

# %% [markdown] lang="zh"
# ## 一个神经元
#
# *感知机*（Rosenblatt，1958）把每个输入乘上一个权重，连同偏置一起加起来，总和大于零就说“是”：
#
# $$\hat y = \begin{cases} 1 & w_1 x_1 + w_2 x_2 + b > 0 \\ 0 & \text{其他情况} \end{cases}$$
#
# 它学习的规则很简单。给它看一个例子。答对了，什么也不改。该说“是”却说了“否”，就把输入加到权重上，偏置加 1；该说“否”却说了“是”，就减去。把所有的例子一遍遍看下去，直到全都答对。下面的两个问题是“输入中至少有一个是 1 吗？”（OR，或）和“两个都是 1 吗？”（AND，与）：

# %%
INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
OR, AND = np.array([0, 1, 1, 1]), np.array([0, 0, 0, 1])


def train_perceptron(targets, rounds=20):
    weights, bias, mistakes = np.zeros(2), 0.0, []
    for _ in range(rounds):
        wrong = 0
        for inputs, target in zip(INPUTS, targets):
            said = int(weights @ inputs + bias > 0)
            weights = weights + (target - said) * inputs
            bias = bias + (target - said)
            wrong += int(said != target)
        mistakes.append(wrong)
    return weights, bias, mistakes


for name, targets in (("OR", OR), ("AND", AND)):
    weights, bias, mistakes = train_perceptron(targets)
    print(
        f"{name:4} w = {weights}, b = {bias:+.0f}  {say('mistakes:', '错误数：')} {mistakes[:8]}"
    )

# %% [markdown] lang="en"
# `target - said` is 0, 1 or -1, which is the whole rule in one expression. After a few rounds both make no more mistakes. In a picture the weights are a straight line that parts the plane: yes on the one side, no on the other.

# %% [markdown] lang="zh"
# `target - said` 等于 0、1 或 -1，整条规则就写在这一个式子里。几遍之后，两者都不再出错。画成图，权重就是一条把平面分成两半的直线：一边是“是”，另一边是“否”。


# %%
def draw_answers(axes, answer, targets, title):
    grid = np.linspace(-0.5, 1.5, 101)
    x, y = np.meshgrid(grid, grid)
    values = answer(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    axes.contourf(
        x, y, values, levels=np.linspace(-0.001, 1.001, 11), cmap="RdBu", alpha=0.55
    )
    axes.contour(x, y, values, levels=[0.5], colors="black", linewidths=1)
    for (x, y), target in zip(INPUTS, targets):
        axes.plot(
            x,
            y,
            "o" if target else "X",
            ms=11,
            color=BLUE if target else VERMILION,
            mec="white",
        )
    axes.set(
        xlabel="x1",
        ylabel="x2",
        title=title,
        aspect="equal",
        xticks=[0, 1],
        yticks=[0, 1],
    )


_, row = panels(2, width=3.2, height=3.2)
for axes, name, targets in zip(row, ("OR", "AND"), (OR, AND)):
    weights, bias, _ = train_perceptron(targets)
    draw_answers(
        axes,
        lambda points, w=weights, b=bias: (points @ w + b > 0) * 1.0,
        targets,
        name,
    )
show()

# %% [markdown] lang="en"
# (Blue circles are the examples with the answer yes, red crosses those with no.)
#
# ## A stone in the corner
#
# Now a question from Go. A white stone stands on the corner point. It has two neighbors, and thus at most two liberties. Is it in *atari*, that is, has it exactly one liberty left? Input 1 says whether a black stone stands on the right neighbor, input 2 whether one stands below.

# %% [markdown] lang="zh"
# （蓝色圆点是答案为“是”的例子，红色叉是答案为“否”的例子。）
#
# ## 角上的一个子
#
# 现在来一个围棋问题。一个白子在角上的点（“一·一”）。它有两个邻点，所以最多有两口气。它是不是被*打吃*了，也就是只剩一口气？输入 1 表示右边的邻点上有没有黑子，输入 2 表示下边的邻点上有没有黑子。

# %%
_, row = panels(4, width=2.1, height=2.4)
for axes, (right, below) in zip(row, INPUTS):
    corner = np.zeros((4, 4), int)
    corner[0, 0], corner[0, 1], corner[1, 0] = -1, right, below
    if right and below:
        corner[0, 0] = 0
    draw_board(axes, corner)
    answer = (
        say("in atari", "被打吃")
        if right != below
        else say("captured", "被提掉")
        if right
        else say("two liberties", "两口气")
    )
    axes.set_title(f"({right}, {below}): {answer}", fontsize=10)
show()

# %% [markdown] lang="en"
# Without black stones it has two liberties: no. With one it is in atari: yes. With both it is no longer on the board: no. The answer is yes exactly when *one and only one* of the inputs is 1. This is called exclusive or, XOR.

# %% [markdown] lang="zh"
# 没有黑子，它有两口气：否。有一个黑子，它被打吃：是。两个都有，它已经不在棋盘上了：否。当且仅当两个输入里*有一个且只有一个*是 1 时，答案才是“是”。这叫异或，XOR。

# %%
XOR = np.array([0, 1, 1, 0])
weights, bias, mistakes = train_perceptron(XOR, rounds=60)
print(say("mistakes in each round:", "每一遍的错误数："), mistakes)

# %% [markdown] lang="en"
# It never stops making mistakes, and it never will. Suppose there were weights that answer all four questions. From the two yes: $w_1 + b > 0$ and $w_2 + b > 0$, so together $w_1 + w_2 + 2b > 0$. From the two no: $b \le 0$ and $w_1 + w_2 + b \le 0$, so together $w_1 + w_2 + 2b \le 0$. Both cannot be. In the picture: no straight line parts the circles from the crosses. Minsky and Papert wrote this down in 1969, and for years few people worked on neural networks.
#
# ## Two layers, by thinking
#
# But XOR can be said with AND and OR: "at least one, but not both". So put two neurons side by side, one that says OR and one that says AND, and let a third neuron look not at the inputs but at those two. The two in between are a *hidden layer*, and the whole is called a *multi-layer perceptron*, MLP.
#
# **Exercise 1.** The hidden neurons say `h1` = OR and `h2` = AND. Which weights and which bias make a third neuron say "h1, but not h2"? Give `(w1, w2, b)`. There are many right answers.

# %% [markdown] lang="zh"
# 它一直在出错，而且永远不会停。假设有一组权重能答对全部四个问题。由两个“是”得：$w_1 + b > 0$，$w_2 + b > 0$，相加得 $w_1 + w_2 + 2b > 0$。由两个“否”得：$b \le 0$，$w_1 + w_2 + b \le 0$，相加得 $w_1 + w_2 + 2b \le 0$。两者不能同时成立。从图上看：没有哪条直线能把圆点和叉分开。Minsky 和 Papert 在 1969 年写下了这个道理，此后许多年里，研究神经网络的人寥寥无几。
#
# ## 靠思考得到的两层
#
# 不过 XOR 可以用 AND 和 OR 说出来：“至少有一个，但不是两个都有”。那就把两个神经元并排放好，一个说 OR，一个说 AND，再让第三个神经元不看输入，只看它们俩。中间的这两个叫做*隐藏层*，整个叫做*多层感知机*，简称 MLP。
#
# **练习 1.** 隐藏层的两个神经元分别给出 `h1` = OR 和 `h2` = AND。第三个神经元要说“h1 成立而 h2 不成立”，权重和偏置应该是多少？请给出 `(w1, w2, b)`。正确答案有很多。

# %% tags=["exercise"]
answer = ...


# %% tags=["check"] wrong="answer = (1, 1, -0.5)"
def says_xor(answer):
    w1, w2, b = answer
    return [(w1 * h1 + w2 * h2 + b > 0) == y for h1, h2, y in zip(OR, AND, XOR)]


check(answer, says_xor)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The sum must be above zero for (1, 0), and not for (0, 0) and (1, 1).
#
# ```python
# answer = (1, -2, -0.5)
# ```
#
# </details>
#
# ## Two layers, by learning
#
# The perceptron's rule does not say how to change the weights of a hidden neuron: who is to blame when the end is wrong? The chain rule says it, if there are slopes. A step from 0 to 1 has none, so we take smooth functions: $\tanh$, which goes from -1 to 1, in the hidden layer, and the sigmoid $\sigma$ of chapter 1 at the end. A table of numbers is called a matrix, and the product of two, $X W$ (in Python `X @ W`), has in row $i$ and column $j$ the sum of row $i$ of $X$ times column $j$ of $W$, number by number: it forms the weighted sums of all neurons for all examples at once. With $X$ the inputs, one example a row, the *forward pass* is
#
# $$H = \tanh(X W_1 + b_1), \qquad p = \sigma(H W_2 + b_2)$$
#
# and the loss is the mean of $-\ln p$ over the examples whose answer is yes, and of $-\ln(1 - p)$ over the others (the *cross-entropy*). Backward, with $y$ the right answers and $n$ examples:
#
# $$\frac{\partial L}{\partial z} = \frac{p - y}{n}, \qquad \frac{\partial L}{\partial W_2} = H^\top \frac{\partial L}{\partial z}, \qquad \frac{\partial L}{\partial H} = \frac{\partial L}{\partial z} W_2^\top$$
#
# $z = H W_2 + b_2$ is what goes into the sigmoid; that the slopes of sigmoid and logarithm together give the simple difference $p - y$ is why the two are always used together. The $\top$ means that rows and columns change places (in Python `.T`). The slope of $\tanh$ is $1 - \tanh^2$, and the rest repeats itself one layer further down.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 对 (1, 0)，总和必须大于零；对 (0, 0) 和 (1, 1) 则不能大于零。
#
# ```python
# answer = (1, -2, -0.5)
# ```
#
# </details>
#
# ## 靠学习得到的两层
#
# 感知机的规则没有说怎样改动隐藏层神经元的权重：最后答错了，该怪谁呢？只要有斜率，链式法则就能回答。从 0 跳到 1 的台阶没有斜率可用，所以改用光滑的函数：隐藏层用 $\tanh$（双曲正切），它从 -1 变到 1；最后用第 1 章的 sigmoid，记作 $\sigma$。一张数字的表格叫做矩阵；两个矩阵的乘积 $X W$（在 Python 里是 `X @ W`），第 $i$ 行第 $j$ 列是 $X$ 的第 $i$ 行与 $W$ 的第 $j$ 列逐个相乘再相加：这样一次就算出了所有神经元对所有例子的加权和。设 $X$ 是输入，一行一个例子，*前向传播*就是
#
# $$H = \tanh(X W_1 + b_1), \qquad p = \sigma(H W_2 + b_2)$$
#
# 损失是：答案为“是”的例子取 $-\ln p$，其他的取 $-\ln(1 - p)$，再求平均（叫做*交叉熵*）。反向时，设 $y$ 是正确答案，共有 $n$ 个例子：
#
# $$\frac{\partial L}{\partial z} = \frac{p - y}{n}, \qquad \frac{\partial L}{\partial W_2} = H^\top \frac{\partial L}{\partial z}, \qquad \frac{\partial L}{\partial H} = \frac{\partial L}{\partial z} W_2^\top$$
#
# 这里 $z = H W_2 + b_2$ 是进入 sigmoid 的数；sigmoid 和对数的斜率合起来恰好是简单的差 $p - y$，所以两者总是一起用。$\top$ 表示行列互换（在 Python 里是 `.T`）。$\tanh$ 的斜率是 $1 - \tanh^2$，再往下一层，不过是同样的事重复一遍。


# %%
def start_weights(n_inputs, n_hidden, seed):
    random = np.random.default_rng(seed)
    return [
        random.normal(0, 1, (n_inputs, n_hidden)),
        np.zeros(n_hidden),
        random.normal(0, 1, (n_hidden, 1)),
        np.zeros(1),
    ]


def forward(weights, X):
    W1, b1, W2, b2 = weights
    H = np.tanh(X @ W1 + b1)
    return H, 1 / (1 + np.exp(-(H @ W2 + b2)))


def loss_of(weights, X, y):
    _, p = forward(weights, X)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def backward(weights, X, y):
    H, p = forward(weights, X)
    slope_z = (p - y) / len(X)
    slope_H = slope_z @ weights[2].T
    slope_before = slope_H * (1 - H**2)
    return [X.T @ slope_before, slope_before.sum(0), H.T @ slope_z, slope_z.sum(0)]


# %% [markdown] lang="en"
# That is all of *backpropagation*, in five lines (`weights[2]` is $W_2$). Is it right? A mistake in such lines is easy to make and hard to see, for a network with wrong slopes often still learns a little. So compare with TensorFlow's:

# %% [markdown] lang="zh"
# 这五行就是*反向传播*的全部（`weights[2]` 就是 $W_2$）。写对了吗？这种地方很容易写错，又很难看出来，因为斜率有错的网络往往还是能学到一点。所以同 TensorFlow 的结果比一比：

# %%
X, y = INPUTS.astype(float), XOR[:, None].astype(float)
weights = start_weights(2, 3, seed=1)
variables = [tf.Variable(w) for w in weights]
with tf.GradientTape() as tape:
    hidden = tf.tanh(X @ variables[0] + variables[1])
    logits = hidden @ variables[2] + variables[3]
    loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, logits))
for ours, theirs in zip(backward(weights, X, y), tape.gradient(loss, variables)):
    print(
        ours.shape,
        say("largest difference:", "最大的差："),
        f"{np.abs(ours - theirs.numpy()).max():.1e}",
    )

# %% [markdown] lang="en"
# They agree to the last digits. Now train it on XOR, and look at what it says between the examples while it learns.

# %% [markdown] lang="zh"
# 直到最后几位都一致。现在用 XOR 训练它，看看它在学习的过程中对各个例子之间的地方怎么说。


# %%
def train(weights, X, y, *, steps, learning_rate):
    losses = []
    for _ in range(steps):
        losses.append(loss_of(weights, X, y))
        weights = [
            w - learning_rate * slope
            for w, slope in zip(weights, backward(weights, X, y))
        ]
    return weights, losses


_, row = panels(4, width=2.9, height=3)
all_losses = []
for axes, steps in zip(row, (0, 30, 100, 600)):
    weights, losses = train(
        start_weights(2, 3, seed=1), X, y, steps=steps, learning_rate=1.0
    )
    draw_answers(
        axes,
        lambda points, w=weights: forward(w, points)[1],
        XOR,
        f"{steps} {say('steps', '步')}",
    )
show()
print(
    say("probability of yes:", "答“是”的概率："),
    forward(weights, X)[1].ravel().round(3),
)

# %% [markdown] lang="en"
# The single line has become two, and they bend. Nobody told the hidden neurons to be OR and AND; gradient descent found something that does the same. (With another `seed` it looks different, and with two hidden neurons it sometimes gets stuck. Try it.)
#
# **Exercise 2.** One line of `backward` belongs to the activation function: `1 - H**2`, the slope of $\tanh$, written with its result. Which factor would stand there if the hidden layer used the sigmoid, $H = \sigma(\dots)$? Write a function of `H`.

# %% [markdown] lang="zh"
# 一条直线变成了两条，而且会弯。没有人告诉隐藏层的神经元要去当 OR 和 AND，是梯度下降自己找到了作用相同的东西。（换一个 `seed`，样子就不一样；只用两个隐藏神经元，有时会卡住。不妨试试。）
#
# **练习 2.** `backward` 里有一行是由激活函数决定的：`1 - H**2`，它是用 $\tanh$ 的结果写出的 $\tanh$ 的斜率。假如隐藏层用的是 sigmoid，即 $H = \sigma(\dots)$，那里应该是什么因子？写成 `H` 的函数。


# %% tags=["exercise"]
def slope_factor(H):
    return ...


# %% tags=["check"] wrong="slope_factor = lambda H: 1 - H"
check(
    slope_factor(np.array([0.2, 0.5, 0.9])),
    lambda found: near(found, [0.16, 0.25, 0.09]),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# Chapter 1 had it: the sigmoid $p$ has the slope $p (1 - p)$.
#
# ```python
# def slope_factor(H):
#     return H * (1 - H)
# ```
#
# </details>
#
# ## All corners
#
# Four examples are a toy. Let us ask the same question of every corner there is: a white stone on the corner point, and the eight other points of a 3x3 corner each empty, black or white, in all ways. Is the *chain* of the corner stone (the white stones connected with it) in atari? The rules of Go give the answer. Arrangements in which some chain has no liberty cannot occur and are left out. Outside the 3x3 corner the board is empty.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 第 1 章里就有：sigmoid 函数 $p$ 的斜率是 $p (1 - p)$。
#
# ```python
# def slope_factor(H):
#     return H * (1 - H)
# ```
#
# </details>
#
# ## 所有的角
#
# 四个例子只是玩具。我们对所有可能的角都问同样的问题：角上的点有一个白子，3x3 的角里另外八个点各自可以是空、黑或白，所有的摆法都算上。角上这个子所在的*棋串*（与它相连的白子）是不是被打吃？答案由围棋规则给出。有棋串没有气的摆法不可能出现，略去不算。3x3 的角以外，棋盘是空的。


# %%
def all_corners():
    corners, answers = [], []
    for code in range(size(3**8, 800)):
        corner = np.zeros(9, int)
        corner[0] = -1
        for point in range(1, 9):
            code, corner[point] = code // 3, (0, 1, -1)[code % 3]
        on_board = [row * 19 + column for row in range(3) for column in range(3)]
        stones = {
            color: [p for p, c in zip(on_board, corner) if c == color]
            for color in (1, -1)
        }
        try:
            position = Position.from_stones(stones[1], stones[-1])
        except GoPolicyError:
            continue
        corners.append(corner)
        answers.append(position.liberties(0) == 1)
    return np.array(corners), np.array(answers)


corners, in_atari = all_corners()
inputs = np.concatenate([corners[:, 1:] == 1, corners[:, 1:] == -1], axis=1).astype(
    np.float32
)
order = np.random.default_rng(0).permutation(len(corners))
seen, hidden = order[: len(order) * 2 // 3], order[len(order) * 2 // 3 :]
print(
    say("corners:", "角的摆法："),
    len(corners),
    say("  in atari:", "  被打吃的："),
    f"{in_atari.mean():.1%}",
)
print(say("inputs:", "输入数："), inputs.shape[1])

# %% [markdown] lang="en"
# Sixteen inputs: for each of the eight points, one that says whether a black stone is there, and one for a white stone. We train on two thirds of the corners and ask about the rest. The function below makes networks of any shape: an empty tuple gives a single neuron, `(16,)` one hidden layer of 16. A `Dense` layer holds a matrix of weights and the biases, like `W1` and `b1` above. The training is that of chapter 1, with *Adam* in place of plain gradient descent: it adapts the size of the step for each weight by itself.

# %% [markdown] lang="zh"
# 十六个输入：八个点各有一个说明有没有黑子，一个说明有没有白子。我们用三分之二的角来训练，用其余的来考。下面的函数可以造任何形状的网络：空元组就是单个神经元，`(16,)` 是一个 16 个神经元的隐藏层。`Dense` 层里是一个权重矩阵和偏置，就像前面的 `W1` 和 `b1`。训练的办法与第 1 章相同，只是用 *Adam* 代替了普通的梯度下降：它会自己为每个权重调整步子的大小。


# %%
def make_network(hidden_sizes, seed=0):
    tf.keras.utils.set_random_seed(seed)
    layers = [tf.keras.layers.Dense(n, activation="tanh") for n in hidden_sizes]
    return tf.keras.Sequential(
        [tf.keras.Input([16]), *layers, tf.keras.layers.Dense(1)]
    )


def train_network(network, steps):
    optimizer = tf.keras.optimizers.Adam(0.02)
    X, y = tf.constant(inputs[seen]), tf.constant(in_atari[seen, None], tf.float32)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(
                tf.nn.sigmoid_cross_entropy_with_logits(y, network(X))
            )
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables))

    for _ in range(steps):
        step()


def share_right(network, part):
    said = network(inputs[part]).numpy()[:, 0] > 0
    return np.mean(said == in_atari[part])


shapes = [(), (1,), (2,), (4,), (8,), (16,), (32,)]
networks, results = {}, []
for shape in shapes:
    networks[shape] = make_network(shape)
    train_network(networks[shape], size(500, 3))
    results.append([share_right(networks[shape], part) for part in (seen, hidden)])
results = 100 * np.array(results)
always_no = 100 * np.mean(~in_atari[hidden])

_, axes = panels(width=6, height=3.6)
names = [say("none", "无") if not shape else str(shape[0]) for shape in shapes]
axes.plot(names, results[:, 0], "o-", color=BLUE, label=say("seen corners", "见过的角"))
axes.plot(
    names,
    results[:, 1],
    "s-",
    color=VERMILION,
    label=say("hidden corners", "藏起来的角"),
)
axes.axhline(
    always_no, ls="--", color=GRAY, label=say("always saying no", "总是说“否”")
)
axes.set(
    xlabel=say("hidden neurons", "隐藏层的神经元数"),
    ylabel=say("right answers, %", "答对的比例（%）"),
)
axes.legend()
show()
for shape, on_hidden in zip(names, results[:, 1]):
    print(f"{shape:>5}: {on_hidden:.1f} %")

# %% [markdown] lang="en"
# The single neuron is better than always saying no, for some things can be said by counting: black stones near the corner are dangerous. But a good part of its answers stays wrong, and no longer training would help. A few hidden neurons make most of the difference, and what was learned holds for corners that were never seen. The network was not told what a liberty is, nor which points are neighbors.
#
# These are corners where the single neuron is wrong and the largest network right:

# %% [markdown] lang="zh"
# 单个神经元比总是说“否”强，因为有些事靠数数就能说个大概：角附近的黑子是危险的。但它的答案仍有不少是错的，训练再久也没有用。有了几个隐藏神经元，大部分差距就补上了；而且学到的东西对从没见过的角同样有效。没有人告诉网络什么是气，也没有人告诉它哪些点相邻。
#
# 下面这些角，单个神经元答错了，而最大的网络答对了：

# %%
said = {shape: networks[shape](inputs).numpy()[:, 0] > 0 for shape in ((), (32,))}
shown = [i for i in hidden if said[()][i] != in_atari[i] == said[(32,)][i]][:6]
_, row = panels(6, width=1.75, height=2.1)
for axes, i in zip(row, shown):
    corner = np.zeros((4, 4), int)
    corner[:3, :3] = corners[i].reshape(3, 3)
    draw_board(axes, corner)
    axes.set_title(
        say("atari", "打吃") if in_atari[i] else say("no atari", "不是打吃"),
        fontsize=10,
    )
show()

# %% [markdown] lang="en"
# **Exercise 3.** How many weights, biases included, has the network with 16 inputs, one hidden layer of 32 neurons, and one output? Every neuron has a weight for each of its inputs and one bias.

# %% [markdown] lang="zh"
# **练习 3.** 16 个输入、一个 32 个神经元的隐藏层、一个输出的网络，连偏置在内共有多少个权重？每个神经元对它的每个输入有一个权重，另有一个偏置。

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 16 * 32 + 32"
check(answer, lambda value: value == networks[(32,)].count_params())

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# answer = (16 + 1) * 32 + (32 + 1) * 1
# ```
#
# </details>
#
# **Exercise 4** (the second exercise of the course that this project comes from: a neural network of your own). Make and train a network with at most 200 weights that is right about at least 97 of 100 hidden corners, and let `answer` be the network. Use `make_network` and `train_network`, or your own code.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# answer = (16 + 1) * 32 + (32 + 1) * 1
# ```
#
# </details>
#
# **练习 4**（本项目所依据的课程的第二个练习：自己的神经网络）。造一个权重不超过 200 个的网络并训练它，使它在 100 个藏起来的角里至少答对 97 个；让 `answer` 等于这个网络。用 `make_network` 和 `train_network`，或者自己写代码。

# %% tags=["exercise"]
answer = ...


# %% tags=["check"] wrong="answer = make_network((32,))"
def is_small_and_good(network):
    weights, right = network.count_params(), share_right(network, hidden)
    print(
        say("weights:", "权重："),
        weights,
        say("  right answers:", "  答对："),
        f"{right:.1%}",
    )
    return weights <= 200 and right >= (0 if QUICK else 0.97)


check(answer, is_small_and_good)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# Eight hidden neurons have 145 weights.
#
# ```python
# answer = make_network((8,))
# train_network(answer, size(500, 3))
# ```
#
# </details>
#
# A network that looks at a whole board in this way has 361 points with some inputs each, and its first layer alone soon has a million weights; and what it learns about one corner it must learn again for the other three. [Chapter 5](05_convolution.ipynb) shows the way out. Before that, [chapter 4](04_activations.ipynb) asks what should stand in place of $\tanh$.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 八个隐藏神经元有 145 个权重。
#
# ```python
# answer = make_network((8,))
# train_network(answer, size(500, 3))
# ```
#
# </details>
#
# 用这种办法看整个棋盘的网络，361 个点每点有若干输入，单是第一层很快就有上百万个权重；而且它在一个角学到的东西，在另外三个角还得重新学一遍。[第 5 章](05_convolution.ipynb)给出了出路。在那之前，[第 4 章](04_activations.ipynb)先问：该用什么来代替 $\tanh$？
