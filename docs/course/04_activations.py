# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 4. Activation functions
#
# Between two layers of a network stands a function that is applied to each number by itself: the *activation function*. It looks like a detail. This chapter shows what happens without one, what six well-known ones look like, how they can kill the learning, and how much the choice matters on real Go games.

# %% [markdown] lang="zh"
# # 4. 激活函数
#
# 网络的两层之间有一个函数，分别作用在每一个数上：这就是*激活函数*。它看上去是个细节。这一章要说明：没有它会怎样，六种著名的激活函数是什么样子，它们怎样会使学习停顿，以及在真正的棋谱上，选哪一种有多大差别。

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
    SKY_BLUE,
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

# %% [markdown] lang="en"
# ## Without one, layers are wasted
#
# A layer without an activation function multiplies by a matrix (and adds a bias). Two of them multiply by two matrices, and that is the same as multiplying by one, their product: ten linear layers can do no more than one. Here are two layers, 5 to 8 to 3, and the single layer that does the same.

# %% [markdown] lang="zh"
# ## 没有它，层就白搭了
#
# 没有激活函数的一层，就是乘一个矩阵（再加偏置）。两层就是乘两个矩阵，而这等于只乘一个，即它们的乘积：十个线性层能做的，不会比一个多。下面是两层，5 到 8 再到 3，以及作用完全相同的一层。

# %%
random = np.random.default_rng(0)
first, second = random.normal(size=(5, 8)), random.normal(size=(8, 3))
x = random.normal(size=(4, 5))
print(np.allclose((x @ first) @ second, x @ (first @ second)))
print(np.allclose(np.maximum(x @ first, 0) @ second, x @ (first @ second)))

# %% [markdown] lang="en"
# The second line puts a bend in between (everything below zero becomes 0), and the two no longer agree. All the power of depth comes from such bends.
#
# ## Six shapes and their slopes
#
# With $z$ as the sum that a unit has formed:
#
# - *sigmoid*: $1 / (1 + e^{-z})$, from 0 to 1. In use since the first years of backpropagation.
# - *tanh*: the same shape from -1 to 1, so that its outputs lie around zero.
# - *ReLU*: $\max(0, z)$, a wire that conducts in one direction only. AlphaGo's choice.
# - *leaky ReLU*: $z$ above zero, and $0.2 z$ below (other factors are in use, too).
# - *ELU*: $z$ above zero, and $e^z - 1$ below, which levels off at -1.
# - *maxout*: the greater of two sums, each with weights of its own. It learns its own shape; the picture shows one that it might have learned. It needs twice the weights.

# %% [markdown] lang="zh"
# 第二行在中间加了一个弯折（小于零的都变成 0），两边就不再相等了。深度的全部威力都来自这样的弯折。
#
# ## 六种形状和它们的斜率
#
# 用 $z$ 表示一个神经元得出的总和：
#
# - *sigmoid*：$1 / (1 + e^{-z})$，从 0 到 1。反向传播问世之初就在用。
# - *tanh*：形状相同，从 -1 到 1，因此输出分布在零的两侧。
# - *ReLU*（线性整流函数）：$\max(0, z)$，像一根只能单向导通的导线。AlphaGo 用的就是它。
# - *leaky ReLU*（带泄漏的 ReLU）：大于零时是 $z$，小于零时是 $0.2 z$（也有用其他系数的）。
# - *ELU*（指数线性函数）：大于零时是 $z$，小于零时是 $e^z - 1$，在 -1 处变平。
# - *maxout*：取两个总和中较大的一个，两者各有自己的权重。它的形状是学出来的；图上画的是它可能学到的一种。它需要两倍的权重。


# %%
def maxout(z):
    return tf.maximum(*tf.split(z, 2, axis=-1))


ACTIVATIONS = {
    "sigmoid": (tf.sigmoid, BLACK),
    "tanh": (tf.tanh, SKY_BLUE),
    "ReLU": (tf.nn.relu, BLUE),
    "leaky ReLU": (tf.nn.leaky_relu, GREEN),
    "ELU": (tf.nn.elu, ORANGE),
    "maxout": (maxout, PURPLE),
}

z = tf.Variable(np.linspace(-4, 4, 161))
_, grid = panels(3, 2, width=3.1, height=2.6)
for axes, (name, (function, color)) in zip(grid.ravel(), ACTIVATIONS.items()):
    with tf.GradientTape() as tape:
        if name == "maxout":
            out = function(tf.stack([0.9 * z - 0.6, -0.4 * z - 0.3], axis=-1))[:, 0]
        else:
            out = function(z)
    axes.plot(z, out, color=color, label=say("function", "函数"))
    axes.plot(
        z,
        tape.gradient(out, z),
        "--",
        color=VERMILION,
        lw=1.3,
        label=say("slope", "斜率"),
    )
    axes.set(title=name, ylim=(-1.6, 3), xlabel="z")
    axes.grid(alpha=0.3)
grid[0, 0].legend(loc="upper left", fontsize=8)
show()

# %% [markdown] lang="en"
# **Exercise 1.** Write the slope of the leaky ReLU as a function of `z`, for arrays. (`np.where(condition, a, b)` takes from `a` where the condition holds, else from `b`.)

# %% [markdown] lang="zh"
# **练习 1.** 把 leaky ReLU 的斜率写成 `z` 的函数，要能用于数组。（`np.where(条件, a, b)` 在条件成立处取 `a`，否则取 `b`。）


# %% tags=["exercise"]
def leaky_slope(z):
    return ...


# %% tags=["check"] wrong="leaky_slope = lambda z: np.where(z > 0, z, 0.2 * z)"
check(
    leaky_slope(np.array([-3.0, -0.1, 0.1, 5.0])),
    lambda slope: near(slope, [0.2, 0.2, 1, 1]),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# def leaky_slope(z):
#     return np.where(z > 0, 1.0, 0.2)
# ```
#
# </details>
#
# ## What they can draw
#
# A network with one hidden layer of ten units learns a curve. ReLUs can only put together straight pieces, each unit one bend; sigmoids and tanh draw softly.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# def leaky_slope(z):
#     return np.where(z > 0, 1.0, 0.2)
# ```
#
# </details>
#
# ## 它们能画出什么
#
# 让只有一个隐藏层、十个神经元的网络去学一条曲线。ReLU 只能用直线段拼接，每个神经元贡献一个弯折；sigmoid 和 tanh 画出来是圆滑的。

# %%
curve_x = np.linspace(-2, 2, 200)[:, None].astype(np.float32)
curve_y = (np.sin(2.5 * curve_x) + 0.5 * curve_x).astype(np.float32)


def fit_curve(function, *, pieces=1, units=10, learning_rate=0.02, steps=800, seed=3):
    tf.keras.utils.set_random_seed(seed)
    network = tf.keras.Sequential(
        [
            tf.keras.Input([1]),
            tf.keras.layers.Dense(units * pieces, bias_initializer="random_normal"),
            tf.keras.layers.Lambda(function),
            tf.keras.layers.Dense(1),
        ]
    )
    optimizer = tf.keras.optimizers.Adam(learning_rate)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((network(curve_x) - curve_y) ** 2)
        optimizer.apply_gradients(
            zip(
                tape.gradient(loss, network.trainable_variables),
                network.trainable_variables,
            )
        )
        return loss

    for _ in range(size(steps, 3)):
        step()
    return network


_, grid = panels(3, 2, width=3.1, height=2.4)
for axes, (name, (function, color)) in zip(grid.ravel(), ACTIVATIONS.items()):
    network = fit_curve(function, pieces=2 if name == "maxout" else 1)
    axes.plot(
        curve_x, curve_y, color="0.75", lw=5, label=say("to be learned", "要学的曲线")
    )
    axes.plot(curve_x, network(curve_x), color=color, label=say("learned", "学到的"))
    axes.set(title=name, ylim=(-2.3, 2.3))
grid[0, 0].legend(loc="lower right", fontsize=8)
show()

# %% [markdown] lang="en"
# ## Slopes that vanish
#
# Backpropagation multiplies the slopes of all layers on the way back (chapter 1). The slope of the sigmoid is 1/4 at best, and nearly zero when $z$ is far from zero. Multiply many of these, and little arrives at the first layers: they hardly learn. Here are twelve layers of 64 units with random weights, of the customary size for each activation function; the curves show how large the gradient still is in each layer.

# %% [markdown] lang="zh"
# ## 会消失的斜率
#
# 反向传播在往回走的路上把各层的斜率乘起来（第 1 章）。sigmoid 的斜率最大也只有 1/4，$z$ 离零远的时候几乎是零。许多个这样的数相乘，传到前面几层的就所剩无几：它们几乎学不动。下面是十二层、每层 64 个神经元的网络，权重是随机的，大小取每种激活函数惯用的值；曲线表示各层的梯度还有多大。

# %%
DEPTH = 12


def gradient_sizes(name, function, seed=0):
    tf.keras.utils.set_random_seed(seed)
    pieces = 2 if name == "maxout" else 1
    start = "glorot_uniform" if name in ("sigmoid", "tanh", "maxout") else "he_uniform"
    layers = [
        tf.keras.layers.Dense(64 * pieces, kernel_initializer=start)
        for _ in range(DEPTH)
    ]
    a = tf.random.normal([128, 64])
    kernels = []
    with tf.GradientTape() as tape:
        for layer in layers:
            a = function(layer(a))
        loss = tf.reduce_mean((a - 1.0) ** 2)
        kernels = [layer.kernel for layer in layers]
    return [float(tf.norm(gradient)) for gradient in tape.gradient(loss, kernels)]


_, axes = panels(width=6, height=3.8)
for name, (function, color) in ACTIVATIONS.items():
    axes.semilogy(
        range(1, DEPTH + 1),
        gradient_sizes(name, function),
        "o-",
        ms=4,
        color=color,
        label=name,
    )
axes.set(
    xlabel=say("layer, from the input on", "层（从输入算起）"),
    ylabel=say("size of the gradient", "梯度的大小"),
)
axes.legend(fontsize=8, loc="lower right")
show()

# %% [markdown] lang="en"
# The axis is logarithmic: in the sigmoid network the gradient of the first layer is smaller than that of the last by many powers of ten. In the others it comes through. This is why sigmoids have disappeared from the inside of deep networks; they are still used at the end, to make a probability.
#
# **Exercise 2.** A sigmoid has at most the slope 1/4. By which factor, at most, is a signal multiplied by the slopes of ten sigmoids in a row?

# %% [markdown] lang="zh"
# 纵轴是对数的：在 sigmoid 网络里，第一层的梯度比最后一层小了许多个数量级。其他的都能传过去。所以深层网络的内部已经不用 sigmoid 了；只在最后需要得出概率时还用它。
#
# **练习 2.** sigmoid 的斜率最大是 1/4。信号经过一连串十个 sigmoid 的斜率，最多乘上多大的倍数？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 2.5"
check(answer, lambda value: near(value * 1e6, 0.25**10 * 1e6))

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# answer = (1 / 4) ** 10
# ```
#
# </details>
#
# ## Units that die
#
# A ReLU has a trap of its own: where its $z$ is below zero, its slope is zero. Should a step of gradient descent push a unit so far that $z$ is below zero for *every* example, then it outputs 0 always, gets no gradient any more, and never comes back. It is *dead*. Steps that are too large do this. We let 100 ReLUs learn the curve from above with several learning rates and count those that are silent on the whole curve, and the same with the leaky ReLU, which cannot die, because it has a slope below zero. The learning rate 0 shows how many are silent from the start, by the draw of their weights.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# answer = (1 / 4) ** 10
# ```
#
# </details>
#
# ## 会死掉的神经元
#
# ReLU 有它自己的陷阱：$z$ 小于零的地方，它的斜率是零。万一梯度下降的某一步把一个神经元推得太远，使它对*每个*例子的 $z$ 都小于零，它就永远输出 0，再也得不到梯度，也就再也回不来了。它*死*了。步子太大就会这样。我们让 100 个 ReLU 用几种学习率去学上面的曲线，数一数有多少个在整条曲线上毫无反应；再用 leaky ReLU 做同样的事，它不会死，因为它在小于零的地方也有斜率。学习率 0 那一栏表示：单凭随机抽取的初始权重，一开始就没有反应的有多少。

# %%
rates, dead, errors = (
    [0.0, 0.003, 0.03, 0.3, 3.0][: size(5, 1)],
    [],
    {"ReLU": [], "leaky ReLU": []},
)
for rate in rates:
    for name, found in errors.items():
        network = fit_curve(
            ACTIVATIONS[name][0], units=100, learning_rate=rate, steps=400
        )
        found.append(float(tf.reduce_mean((network(curve_x) - curve_y) ** 2)))
        if name == "ReLU":
            z = network.layers[0](curve_x).numpy()
            dead.append(np.mean((z <= 0).all(axis=0)))
print(say("learning rate", "学习率"), rates)
print(say("dead units", "死掉的神经元"), [f"{share:.0%}" for share in dead])
for name, found in errors.items():
    print(f"{name:10} {say('loss', '损失')}", [f"{loss:.4f}" for loss in found])

# %% [markdown] lang="en"
# **Exercise 3.** Maxout is the greater of two sums, here of $w_1 z + b_1$ and $w_2 z + b_2$. With which four numbers is it the absolute value $|z|$? Give `(w1, b1, w2, b2)`.

# %% [markdown] lang="zh"
# **练习 3.** maxout 取两个总和中较大的一个，这里是 $w_1 z + b_1$ 和 $w_2 z + b_2$。取哪四个数，它就是绝对值 $|z|$？请给出 `(w1, b1, w2, b2)`。

# %% tags=["exercise"]
answer = ...


# %% tags=["check"] wrong="answer = (1, 0, 0, 0)"
def is_absolute(answer):
    w1, b1, w2, b2 = answer
    z = np.linspace(-3, 3, 13)
    return near(np.maximum(w1 * z + b1, w2 * z + b2), np.abs(z))


check(answer, is_absolute)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# `(1, 0, 0, 0)` would be the ReLU; the absolute value has a slope on both sides.
#
# ```python
# answer = (1, 0, -1, 0)
# ```
#
# </details>
#
# ## The same network on real games
#
# Now the question that counts: how much does it matter for Go? A small network reads the 48 feature planes of a position (chapter 5 says what its convolutions are, and `gopolicy planes` shows the planes) and names the next move of a strong player, one of 361 points. We train it six times, from the same start, on the same positions, in the same order, with the same learning rate. Only the activation function differs. Every curve is the loss on positions of a hundred other games; its unit is the *nat*, and guessing blindly among 361 points costs $\ln 361$, about 5.9.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# `(1, 0, 0, 0)` 会是 ReLU；绝对值在两边都有斜率。
#
# ```python
# answer = (1, 0, -1, 0)
# ```
#
# </details>
#
# ## 同一个网络，真正的棋谱
#
# 现在是要紧的问题：对围棋来说，这有多大差别？一个小网络读取一个局面的 48 个特征平面（第 5 章会讲它的卷积是什么，`gopolicy planes` 可以显示这些平面），说出高手的下一手，也就是 361 个点中的一个。我们把它训练六遍，起点相同，局面相同，次序相同，学习率相同，只有激活函数不同。每条曲线都是在另外一百局棋的局面上的损失，单位是*奈特*（nat）；在 361 个点里瞎猜，损失是 $\ln 361$，约等于 5.9。

# %%
games, other_games = open_games()
STEPS, LOOKS = size(300, 4), size(6, 2)
batches = [games.training_batch(step, 32, seed=1) for step in range(STEPS)]
exam = other_games.samples(other_games.shuffled_positions(size(800, 20), seed=0))
exam_planes = tf.cast(exam.planes, tf.float32)


def make_go_network(name, function):
    tf.keras.utils.set_random_seed(0)
    pieces = 2 if name == "maxout" else 1
    planes = x = tf.keras.Input([19, 19, 48])
    hidden = []
    for _ in range(size(4, 1)):
        x = tf.keras.layers.Conv2D(
            16 * pieces, 3, padding="same", kernel_initializer="he_uniform"
        )(x)
        x = tf.keras.layers.Lambda(function)(x)
        hidden.append(x)
    logits = tf.keras.layers.Reshape([361])(tf.keras.layers.Conv2D(1, 1)(x))
    return tf.keras.Model(planes, [logits, hidden])


def train_go_network(network):
    optimizer = tf.keras.optimizers.Adam(0.003)

    @tf.function(reduce_retracing=True)
    def step(planes, targets):
        with tf.GradientTape() as tape:
            logits, _ = network(tf.cast(planes, tf.float32))
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
            )
        optimizer.apply_gradients(
            zip(
                tape.gradient(loss, network.trainable_variables),
                network.trainable_variables,
            )
        )

    curve = []
    for number, batch in enumerate(batches):
        if number % (STEPS // LOOKS) == 0:
            curve.append((32 * number, examine(network)[0]))
        step(tf.constant(batch.planes), tf.constant(batch.targets))
    return [*curve, (32 * STEPS, examine(network)[0])]


def examine(network):
    logits, hidden = network(exam_planes)
    loss = tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(exam.targets, logits)
    )
    top1 = np.mean(tf.argmax(logits, axis=1).numpy() == exam.targets)
    silent = [np.mean((layer.numpy() <= 0).all(axis=(0, 1, 2))) for layer in hidden]
    return float(loss), top1, np.mean(silent)


_, axes = panels(width=6.4, height=4)
rows = []
for name, (function, color) in ACTIVATIONS.items():
    network = make_go_network(name, function)
    seen, losses = np.array(train_go_network(network)).T
    axes.plot(seen, losses, "o-", ms=3, color=color, label=name)
    rows.append((name, *examine(network), network.count_params()))
axes.axhline(np.log(361), ls=":", color="0.5")
axes.set(
    xlabel=say("positions learned", "学过的局面数"),
    ylabel=say("loss on other games, nats", "其他对局上的损失（奈特）"),
    ylim=(2.9, 6.1),
)
axes.legend(fontsize=8)
show()
for name, loss, top1, silent, weights in rows:
    print(
        f"{name:10}  {say('loss', '损失')} {loss:.2f}  {say('right', '猜中')} {top1:5.1%}  {say('silent filters', '无反应的滤波器')} {silent:4.0%}  {say('weights', '权重')} {weights:,}"
    )

# %% [markdown] lang="en"
# *Right* is how often the strong player's move was the network's first choice. *Silent filters* are those that were at or below zero everywhere, on all positions of the exam; only for a ReLU does that mean dead.
#
# The sigmoid learns slower than all others, for the reason above. About the rest this picture says little: their differences are small, it was one random start and one exam, and maxout has twice the weights. Try `set_random_seed(1)` before you believe the order; [chapter 9](09_evaluation.ipynb) is about how to tell. ReLU is the default of this project because AlphaGo had it, and because nothing is cheaper to compute. With `gopolicy train --activation elu`, or any other, you can repeat the experiment at full size.
#
# Next: [what a convolution is](05_convolution.ipynb).

# %% [markdown] lang="zh"
# *猜中*是网络的第一选择与高手实际下的一手相同的比例。*无反应的滤波器*是指在考试的所有局面上、所有位置上都不大于零的滤波器；只有对 ReLU 来说，这才意味着死掉。
#
# sigmoid 学得比其他的都慢，原因前面说过了。至于其余几种，这张图说明不了多少：差别很小，只有一个随机起点、一次考试，而且 maxout 的权重多一倍。先试试 `set_random_seed(1)`，再决定要不要相信这个名次；怎样分辨，[第 9 章](09_evaluation.ipynb)会讲。本项目默认用 ReLU，因为 AlphaGo 用的是它，也因为没有比它更省计算的。用 `gopolicy train --activation elu`，或者其他名字，可以在真正的规模上重做这个实验。
#
# 下一章：[什么是卷积](05_convolution.ipynb)。
