# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 7. Architectures, and a look inside
#
# Which layers, how many, how wide, connected how: that is a network's *architecture*. This chapter draws six of them, from a single layer to AlphaGo's thirteen, and counts what each costs, in weights and in operations. All six answer the same question, so that they can be compared (chapter 9 does): 48 planes of 19x19 numbers in, 361 numbers out, one for each point. The second half opens a trained network and asks what it has learned. You will find filters in it that a Go player has a word for.

# %% [markdown] lang="zh"
# # 7. 网络结构，以及看看里面
#
# 用哪些层、多少层、多宽、怎样连接：这就是网络的*结构*。这一章画出六种结构，从只有一层的到 AlphaGo 的十三层，并数一数各自的代价：多少权重，多少次运算。六个网络回答的是同一个问题，所以可以比较（第 9 章来比）：进去的是 48 个平面，每个 19x19 个数；出来的是 361 个数，每个点一个。后半章打开一个训练好的网络，问它学到了什么。你会在里面找到棋手叫得出名字的滤波器。

# %%
import sys

sys.path.append("..")

import numpy as np
from course import (
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PURPLE,
    ROOT,
    VERMILION,
    check,
    draw_board,
    open_games,
    panels,
    plt,
    say,
    show,
    size,
    tf,
)

from gopolicy import NetworkConfig, load_policy
from gopolicy.go.coords import format_vertex
from gopolicy.look.filters import find_peaks, most_exciting
from gopolicy.look.motifs import find_picks
from gopolicy.look.occlusion import take_stones
from gopolicy.modelstore import load_model
from gopolicy.networks import build
from gopolicy.sgf.record import parse_records, position_at

keras = tf.keras

# %% [markdown] lang="en"
# ## Counting by hand
#
# A convolution with $n$ filters of $k \times k$ over $m$ planes has $k \cdot k \cdot m$ weights for each filter, and one bias: $(k^2 m + 1)\,n$ in all. On a board of $h \times w$ points each weight is used once at every point, so a position costs $k^2 m n \cdot h w$ *multiply-adds*, a multiplication and the addition of its result. A fully connected layer from $m$ to $n$ numbers has $(m + 1)\,n$ weights and uses each once: $m n$ multiply-adds.
#
# **Exercise 1.** AlphaGo's first layer has 192 filters of 5x5 over 48 planes. How many weights is that, and how many multiply-adds for a position (the biases left out there)?

# %% [markdown] lang="zh"
# ## 动手数一数
#
# 在 $m$ 个平面上用 $n$ 个 $k \times k$ 滤波器的卷积，每个滤波器有 $k \cdot k \cdot m$ 个权重，外加一个偏置，一共 $(k^2 m + 1)\,n$ 个。棋盘有 $h \times w$ 个点，每个权重在每个点上用一次，所以一个局面要做 $k^2 m n \cdot h w$ 次*乘加*：一次乘法，再把结果加上去。从 $m$ 个数到 $n$ 个数的全连接层有 $(m + 1)\,n$ 个权重，每个只用一次：$m n$ 次乘加。
#
# **练习 1.** AlphaGo 的第一层在 48 个平面上有 192 个 5x5 滤波器。一共有多少个权重？一个局面要做多少次乘加（后者不计偏置）？

# %% tags=["exercise"]
n_weights = ...
n_multiply_adds = ...

# %% tags=["check"] wrong="n_weights, n_multiply_adds = 5 * 5 * 48 * 192, 5 * 5 * 48 * 192 * 361"
check(
    ... if ... in (n_weights, n_multiply_adds) else (n_weights, n_multiply_adds),
    lambda counts: counts == (230_592, 83_174_400),
    say("Mind the biases of the weights.", "数权重时别忘了偏置。"),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# n_weights = (5 * 5 * 48 + 1) * 192
# n_multiply_adds = 5 * 5 * 48 * 192 * 19 * 19
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# n_weights = (5 * 5 * 48 + 1) * 192
# n_multiply_adds = 5 * 5 * 48 * 192 * 19 * 19
# ```
#
# </details>

# %% [markdown] lang="en"
# The program can count too. `build` makes a network of gopolicy by its name; `count` goes through its layers as we just did.

# %% [markdown] lang="zh"
# 程序也会数。`build` 按名字造出 gopolicy 的一个网络，`count` 像我们刚才那样逐层数过去。


# %%
def count(model):
    """(weights, multiply-adds) of a network."""
    operations = 0
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            operations += int(np.prod(layer.kernel.shape)) * rows * columns
        elif isinstance(layer, keras.layers.Dense):
            operations += int(np.prod(layer.kernel.shape))
    return model.count_params(), operations


NAMES = ["linear", "mlp", "alexnet", "inception", "resnet", "alphago"]
networks = {name: build(NetworkConfig(architecture=name, filters=32)) for name in NAMES}
networks["alphago 192"] = build(NetworkConfig(architecture="alphago", filters=192))
print(f"{say('weights', '权重'):>12} {say('multiply-adds', '乘加'):>15}")
for name, model in networks.items():
    weights, operations = count(model)
    print(f"{weights:12,} {operations:15,}   {name}")

# %% [markdown] lang="en"
# Weights and operations are two different prices. Weights are what has to be learned, and stored; operations are what an answer takes. A fully connected layer has many weights and uses each once. A convolution has few and uses each 361 times. `linear` is a single layer and has more weights than AlphaGo's network of 192 filters; that one needs two hundred times its operations.
#
# ## Drawn
#
# Each box is a layer: its height is the size of the board, the text its kernel and its number of filters. Activations and normalizations are left out. Arrows show what comes from where.

# %% [markdown] lang="zh"
# 权重和运算是两种不同的代价。权重是要学、要存的东西；运算是每次回答所花的工夫。全连接层权重很多，每个只用一次；卷积权重很少，每个要用 361 次。`linear` 只有一层，权重却比 192 个滤波器的 AlphaGo 网络还多；而后者的运算量是它的两百倍。
#
# ## 画出来
#
# 每个方块是一层：高度是棋盘的大小，文字是卷积核和滤波器的个数。激活函数和归一化略去不画。箭头表示数据从哪里来。

# %%
SHOWN = {
    keras.layers.Conv2D: BLUE,
    keras.layers.Dense: ORANGE,
    keras.layers.MaxPooling2D: GREEN,
    keras.layers.Add: PURPLE,
    keras.layers.Concatenate: PURPLE,
}


def label_of(layer):
    if isinstance(layer, keras.layers.Conv2D):
        return "{}x{}, {}".format(*layer.kernel_size, layer.filters)
    if isinstance(layer, keras.layers.Dense):
        return f"{layer.units}"
    if isinstance(layer, keras.layers.MaxPooling2D):
        return say("max", "最大")
    return "+" if isinstance(layer, keras.layers.Add) else say("join", "拼接")


def shown_sources(layer):
    """The layers before this one that are drawn; those in between are passed over."""
    found = []
    for tensor in keras.tree.flatten(layer.input):
        source = tensor._keras_history.operation
        if type(source) in SHOWN:
            found.append(source)
        elif not isinstance(source, keras.layers.InputLayer):
            found += shown_sources(source)
    return found


def draw_network(axes, model, title, layers=None):
    """``layers``: so many of the layers that are drawn, from the first."""
    places = {}  # of a layer: column, height in the picture
    for layer in [layer for layer in model.layers if type(layer) in SHOWN][:layers]:
        sources = [places[source.name] for source in shown_sources(layer)]
        x = 1 + max((x for x, _ in sources), default=-1)
        y = float(np.mean([y for _, y in sources])) if sources else 0.0
        beside = [  # other layers that go on from the same place
            other
            for other in model.layers
            if type(other) in SHOWN
            and len(sources) == 1
            and shown_sources(other) == shown_sources(layer)
        ]
        if len(beside) > 1:
            y += (len(beside) - 1) / 2 - beside.index(layer)
        places[layer.name] = x, y
        color, shape = SHOWN[type(layer)], layer.output.shape
        tall = 0.55 * (shape[1] / 19 if len(shape) == 4 else 0.5)
        axes.add_patch(
            plt.Rectangle((x - 0.28, y - tall / 2), 0.56, tall, fc=color, alpha=0.5)
        )
        axes.text(
            x,
            y - 0.31,
            label_of(layer),
            ha="center",
            va="top",
            fontsize=7,
            bbox={"fc": "white", "ec": "none", "pad": 0.6},
        )
        for x0, y0 in sources:
            is_far = x - x0 > 1 and y == y0
            axes.annotate(
                "",
                (x - 0.28, y),
                (x0 + 0.28, y0),
                arrowprops={
                    "arrowstyle": "->",
                    "color": "0.45",
                    "lw": 0.8,
                    "connectionstyle": "arc3,rad=-0.4" if is_far else "arc3",
                },
            )
    heights = [y for _, y in places.values()]
    axes.set(xlim=(-0.6, 13), ylim=(min(heights) - 0.7, max(heights) + 0.6))
    axes.set_axis_off()
    axes.set_title(title)


# %% [markdown] lang="en"
# ### Linear, and a multi-layer perceptron
#
# **`linear`** and **`mlp`** know nothing of a board: the 17,328 numbers of the planes come in as one long row, and what is learned about one point is of no use at another. The first is chapter 2's formula with a softmax; the second has chapter 3's hidden layers in between.
#
# ### AlexNet
#
# **`alexnet`** is modeled on the network that won the ImageNet competition in 2012 (Krizhevsky, Sutskever and Hinton): a large first kernel, max pooling that halves the board twice, then fully connected layers. It was made to name what is in a picture. Pooling says *that* something is there and gives up *where*; a move in Go is a where, and the fully connected end has to find it again.

# %% [markdown] lang="zh"
# ### 线性模型与多层感知机
#
# **`linear`** 和 **`mlp`** 不知道有棋盘这回事：各平面的 17328 个数排成长长的一行进去，在一个点上学到的东西，到另一个点就用不上。前者就是第 2 章的公式加上 softmax；后者中间多了第 3 章的隐藏层。
#
# ### AlexNet
#
# **`alexnet`** 仿照 2012 年赢得 ImageNet 比赛的网络（Krizhevsky、Sutskever 和 Hinton）：第一层的卷积核很大，最大池化两次把棋盘缩小一半，最后是全连接层。它本来是给图片起名字用的。池化只说*有*什么，而舍弃了*在哪里*；围棋的一手恰恰是“在哪里”，全连接的末尾只好重新去找。

# %%
_, axes = panels(1, 3, width=9.5, height=1.25)
for one, name in zip(axes, NAMES[:3], strict=True):
    draw_network(one, networks[name], name)
show()

# %% [markdown] lang="en"
# ### Inception
#
# **`inception`** (Szegedy and others, 2015) does not choose a kernel size: 1x1, 3x3 and 5x5 kernels stand side by side, and their results are joined. The 1x1 convolutions before the large kernels cost little and make these cheaper, since they give them fewer planes to go over. Below are its first layers; there are six such modules.
#
# ### ResNet
#
# **`resnet`** (He and others, 2016) has a shortcut around every two layers: the result is the sum of what came in and of a correction.

# %% [markdown] lang="zh"
# ### Inception
#
# **`inception`**（Szegedy 等，2015）不去选卷积核的大小：1x1、3x3 和 5x5 的核并排放着，结果拼接起来。大核前面的 1x1 卷积本身很便宜，又让后面的大核少看几个平面，因而更省。下面画的是它的前几层，这样的模块一共有六个。
#
# ### ResNet
#
# **`resnet`**（何恺明等，2016）每两层有一条绕过它们的近路：结果等于进来的东西加上一个修正。

# %%
_, (top, bottom) = plt.subplots(
    2, 1, figsize=(9.5, 5.2), height_ratios=[3, 1], layout="constrained"
)
draw_network(
    top, networks["inception"], say("inception, two modules", "inception，两个模块"), 17
)
draw_network(bottom, networks["resnet"], "resnet", 13)
show()

# %% [markdown] lang="en"
# Why the sum? Layers are multiplied with each other on the way back (chapter 1): through thirteen layers, thirteen slopes. If each is 0.5, the first layer gets a ten-thousandth of the gradient. With $y = x + f(x)$ each slope is $1 + f'$ instead.
#
# **Exercise 2.** Let $f'$ be 0.1 in each of six blocks. By what factor is the gradient multiplied on its way back through all six, with the shortcuts and without?

# %% [markdown] lang="zh"
# 为什么要加？往回走的时候，各层的斜率是相乘的（第 1 章）：十三层就是十三个斜率。如果每个都是 0.5，传到第一层的梯度就只剩万分之一。换成 $y = x + f(x)$，每个斜率就成了 $1 + f'$。
#
# **练习 2.** 设六个模块里 $f'$ 都是 0.1。梯度往回穿过全部六个，有近路时乘上多少？没有近路时呢？

# %% tags=["exercise"]
with_shortcuts = ...
without = ...

# %% tags=["check"] wrong="with_shortcuts, without = 1 + 6 * 0.1, 6 * 0.1"
check(
    ... if ... in (with_shortcuts, without) else (with_shortcuts, without),
    lambda pair: np.allclose(pair, (1.771561, 1e-6), rtol=1e-4, atol=0),
    say("They are multiplied, not added.", "是相乘，不是相加。"),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# with_shortcuts = 1.1**6
# without = 0.1**6
# ```
#
# </details>
#
# ### AlphaGo's policy network
#
# **`alphago`** (Silver and others, Nature 2016) is plain: a 5x5 convolution, eleven of 3x3, and a 1x1 convolution that puts one number on each point, with a bias of its own for each point. No pooling, nothing fully connected: every layer is again a board, so what is learned in one corner holds in all, and the last layer can name the exact point. In the match of 2016 it had 192 filters; the one that comes with this program has 64. Nothing helps the gradient through here, except that our kernels *begin* near the identity, each filter passing on its own plane, which is the idea of the shortcut without the shortcut.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# with_shortcuts = 1.1**6
# without = 0.1**6
# ```
#
# </details>
#
# ### AlphaGo 的策略网络
#
# **`alphago`**（Silver 等，《自然》2016）很朴素：一层 5x5 卷积，十一层 3x3，最后一层 1x1 卷积给每个点一个数，每个点另有自己的偏置。没有池化，没有全连接：每一层都还是一张棋盘，所以在一个角上学到的，在四个角都管用，最后一层也能指出确切的点。2016 年对局时它有 192 个滤波器，随本程序附带的有 64 个。这里没有什么帮梯度穿过各层，只是我们的卷积核*开始*时接近恒等：每个滤波器先把自己那个平面照原样传下去。这正是近路的想法，只是没有近路。

# %%
_, axes = panels(width=9.5, height=1.25)
draw_network(
    axes, networks["alphago 192"], say("alphago, 192 filters", "alphago，192 个滤波器")
)
show()

_, axes = panels(width=6.5, height=3.8)
for name, model in networks.items():
    weights, operations = count(model)
    is_board = isinstance(model.layers[-1], keras.layers.Dense)
    axes.plot(
        weights,
        operations,
        "s" if is_board else "o",
        ms=9,
        color=ORANGE if is_board else BLUE,
    )
    below = -14 if name == "alphago" else -3
    axes.annotate(name, (weights, operations), (8, below), textcoords="offset points")
axes.plot([], [], "s", color=ORANGE, label=say("fully connected end", "末尾全连接"))
axes.plot([], [], "o", color=BLUE, label=say("a board to the end", "自始至终是棋盘"))
axes.set(
    xscale="log",
    yscale="log",
    xlim=(3e4, 3e7),
    xlabel=say("weights", "权重"),
    ylabel=say("multiply-adds for a position", "每个局面的乘加次数"),
)
for axis in (axes.xaxis, axes.yaxis):
    axis.set_major_formatter("{x:,.0f}")
axes.legend(loc="upper left")
show()

# %% [markdown] lang="en"
# **Exercise 3.** Two layers of 3x3 see as far as one layer of 5x5. With $n$ filters before, between and after, what is the ratio of their weights (biases left out), two 3x3 to one 5x5?

# %% [markdown] lang="zh"
# **练习 3.** 两层 3x3 看到的范围和一层 5x5 一样大。设前、中、后都是 $n$ 个滤波器，不计偏置，两层 3x3 的权重与一层 5x5 的权重之比是多少？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 9 / 25"
check(answer, lambda value: abs(value - 18 / 25) < 0.001)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# answer = 2 * 3 * 3 / (5 * 5)
# ```
#
# And there is one more activation in between, so they can say more with less.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# answer = 2 * 3 * 3 / (5 * 5)
# ```
#
# 而且中间还多一个激活函数：花费更少，能表达的更多。
#
# </details>

# %% [markdown] lang="en"
# ## What has it learned?
#
# Nobody told the network that comes with this program what an eye is or a hane. It was shown positions and moves, and adjusted its kernels. What do they look for? Zeiler and Fergus had a simple idea in 2014: to understand a filter, show it very many pictures and look at those that excite it most. Here the pictures are positions of our games. For each filter of the second layer we note in each position the point where it answers most strongly.
#
# What do those places have in common? We have words for shapes on the board, and a program can tell where a shape is: an eye is an empty point whose neighbors are all of one color. For each filter we take the 1 % of positions that excite it most, and count in how many of them its strongest point has the shape (or a point beside it, always in the same direction). The *base rate* tells how many points have the shape anyway.

# %% [markdown] lang="zh"
# ## 它学到了什么？
#
# 随本程序附带的网络，没有人告诉过它什么是眼、什么是扳。给它看的只有局面和着法，它据此调整自己的卷积核。那么这些核在找什么？Zeiler 和 Fergus 在 2014 年想到一个简单的办法：要弄懂一个滤波器，就给它看非常多的图片，然后看哪些图片最能激发它。这里的图片就是我们棋谱里的局面。对第二层的每个滤波器，我们在每个局面里记下它反应最强的那个点。
#
# 这些地方有什么共同之处？棋盘上的形状有名字，程序也能判断哪里有：眼就是一个空点，周围相邻的都是同一方的子。对每个滤波器，取最能激发它的 1 % 局面，数一数其中有多少个，反应最强的那个点（或者它旁边某个固定方向上的点）具有这个形状。*基准率*则是任意一点具有这个形状的比例。

# %%
LAYER = 2
games, _ = open_games()
network, info = load_model("default")
peaks = find_peaks(network, games, LAYER, n_positions=size(4000, 200))
picks = find_picks(peaks, games)

WORDS = {
    "ladder that can be escaped": "可以逃出的征子",
    "own chain in atari": "己方被打吃的棋串",
    "opponent's eye": "对方的眼",
    "own eye": "己方的眼",
    "hane": "扳",
    "own cutting point": "己方的断点",
    "last move": "对方刚下的一手",
    "second line": "二路",
}
best = {}
for pick in (pick for of_filter in picks for pick in of_filter):
    if pick.motif not in best or pick.share > best[pick.motif].share:
        best[pick.motif] = pick
print(
    say(
        "filter   share of its top 1 %   base rate   shape",
        "滤波器   前 1 % 中的比例   基准率   形状",
    )
)
for motif, chinese in WORDS.items():
    pick = best[motif]
    print(
        f"{pick.filter:6d} {100 * pick.share:12.0f} % {100 * pick.base:17.2f} %   ",
        say(motif, chinese),
    )

# %% [markdown] lang="en"
# Each row is the filter of this layer that picks the shape best. Beside the base rates there can be no doubt that these filters found what the words name. Some had it easy: the planes tell the network which moves escape a ladder, how many liberties a chain has, and what was played last. Nothing in the planes says eye, hane, cutting point or second line: these the network put together from stones, with a kernel of 5x5 and one of 3x3. (The best of 64 is chosen by the same figure that we read off, which flatters it a little; with shares like these it makes no difference.)
#
# Here are the places that excite them most, one from each of five games, and around each what the filter can see: 7x7 points. The side to play is Black. The square marks the strongest point.

# %% [markdown] lang="zh"
# 每一行是这一层中最会挑这种形状的滤波器。和基准率放在一起看，这些滤波器找到的正是这些名字所指的东西，没有疑问。有几个占了便宜：输入平面已经告诉网络哪些着法能逃出征子、每个棋串有几口气、刚才下的是哪一手。而眼、扳、断点、二路，平面里都没有：是网络用一个 5x5 和一个 3x3 的卷积核，从棋子自己拼出来的。（从 64 个里挑最好的，挑选和读数用的是同一个数字，难免高估一点；比例这么悬殊，就无所谓了。）
#
# 下面是最能激发它们的地方，取自五局不同的棋；画出的范围就是滤波器能看到的 7x7 个点。轮到下的一方画成黑棋。方框标出反应最强的点。

# %%
REACH = 3


def draw_patch(axes, planes, point):
    stones = planes[..., 0].astype(int) - planes[..., 1]
    row, column = divmod(point, 19)
    draw_board(axes, stones)
    axes.add_patch(
        plt.Rectangle(
            (column - 0.5, row - 0.5), 1, 1, fc="none", ec=VERMILION, lw=2, zorder=5
        )
    )
    axes.set(
        xlim=(column - REACH - 0.6, column + REACH + 0.6),
        ylim=(row + REACH + 0.6, row - REACH - 0.6),
    )


shapes = list(WORDS)[:6]
figure, grid = panels(5, len(shapes), width=1.35, height=1.55)
for line, motif in zip(grid, shapes, strict=True):
    number = best[motif].filter
    places = most_exciting(peaks, games, number, 5)
    planes = games.samples(np.array([place.position for place in places])).planes
    for axes, board, place in zip(line, planes, places, strict=True):
        draw_patch(axes, board, place.point)
    line[0].set_title(
        say(f"filter {number}: {motif}", f"滤波器 {number}：{WORDS[motif]}"), fontsize=9
    )
show()

# %% [markdown] lang="en"
# The hane in the pictures lie at the edge. Is that so for all that excite the filter most, or by chance for these five?

# %% [markdown] lang="zh"
# 图里的扳都在边上。是所有最能激发这个滤波器的扳都这样，还是碰巧这五个这样？

# %%
count_of_top = max(2, len(peaks.positions) // 100)
for motif in ("hane", "own cutting point"):
    number = best[motif].filter
    top = np.argsort(-peaks.values[:, number])[:count_of_top]
    rows, columns = np.divmod(peaks.points[top, number], 19)
    on_edge = (np.minimum(rows, columns) == 0) | (np.maximum(rows, columns) == 18)
    print(
        say(
            f"filter {number}, {motif}: {100 * on_edge.mean():.0f} % on the first line",
            f"滤波器 {number}，{WORDS[motif]}：{100 * on_edge.mean():.0f} % 在一路上",
        )
    )
print(say("of all points of the board:", "棋盘上所有的点："), f"{100 * 72 / 361:.0f} %")

# %% [markdown] lang="en"
# Look for yourself whether you agree with the names. A name is ours, not the network's: a filter that picks cutting points may well pick something that only cutting points usually have.
#
# **Exercise 4.** `picks[n]` lists all shapes for filter `n`; each pick has `.motif`, `.share` and `.base`. Which filter of this layer has the largest share for `"opponent's tiger's mouth"` (an empty point with opponent's stones on three sides)? Give its number.

# %% [markdown] lang="zh"
# 这些名字你是否同意，请自己看图判断。名字是我们起的，不是网络起的：一个挑断点的滤波器，挑的也许是别的什么，只不过断点通常都有。
#
# **练习 4.** `picks[n]` 列出滤波器 `n` 的所有形状，每一项有 `.motif`、`.share` 和 `.base`。这一层里，对 `"opponent's tiger's mouth"`（对方的虎口：三面是对方棋子的空点）比例最大的是哪个滤波器？请给出编号。

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = -1"
check(
    answer,
    lambda number: any(
        pick.motif == "opponent's tiger's mouth"
        and pick.share == best[pick.motif].share
        for pick in (picks[number] if number >= 0 else [])
    ),
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# def share_of(number, motif="opponent's tiger's mouth"):
#     return next(pick.share for pick in picks[number] if pick.motif == motif)
#
#
# answer = max(range(len(picks)), key=share_of)
# ```
#
# </details>
#
# ## What does one answer hang on?
#
# Filters are parts; a player asks about a move. One way needs no theory: take a stone off the board, ask again, and see how much less likely the move has become. Here is the most famous move of the match, White's 78th of the fourth game: the position before it, and for the network's own first choice there, each stone colored by how many nats of log probability the move loses without it. Red stones speak for the move (the square), blue ones against it.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# def share_of(number, motif="opponent's tiger's mouth"):
#     return next(pick.share for pick in picks[number] if pick.motif == motif)
#
#
# answer = max(range(len(picks)), key=share_of)
# ```
#
# </details>
#
# ## 一个回答取决于什么？
#
# 滤波器是零件，棋手问的是一手棋。有一个办法不需要任何理论：从盘上拿掉一个子，再问一遍，看这手棋的概率小了多少。下面是那次比赛最有名的一手，第四局白 78：画的是这手之前的局面；对网络自己的第一选择，每个子按“没有它，这手棋的对数概率少掉几奈特”来着色。红色的子支持这手棋（方框处），蓝色的子反对。

# %%
file = ROOT / "datasets" / "alphago-leesedol-4.sgf"
(record,) = parse_records(file.read_bytes(), file.name)
position = position_at(record, 78)
policy = load_policy("default")
probabilities = policy.probabilities([position])[0]
point = int(probabilities.argmax())
change = take_stones(policy, position, point).reshape(19, 19)
stones = position.stones.reshape(19, 19)
print(
    say("first choice:", "第一选择："),
    format_vertex(point),
    f"{100 * probabilities[point]:.0f} %",
)

figure, axes = panels(width=6.2, height=5.4)
draw_board(axes, stones)
axes.plot(point % 19, point // 19, "s", ms=13, mfc="none", mec=VERMILION, mew=2.5)
limit = float(np.nanmax(np.abs(change)))
rows, columns = np.nonzero(np.abs(np.nan_to_num(change)) > 0.03 * limit)
dots = axes.scatter(
    columns,
    rows,
    c=change[rows, columns],
    cmap="RdBu_r",
    vmin=-limit,
    vmax=limit,
    s=55,
    marker="s",
    edgecolors=GRAY,
    zorder=6,
)
figure.colorbar(dots, shrink=0.7, label=say("nats for the move", "支持这手棋的奈特数"))
show()
print(say("The stones that matter most:", "最要紧的棋子："))
for stone in np.argsort(-np.abs(np.nan_to_num(change.ravel())))[:5]:
    print(f"{format_vertex(int(stone)):4s} {change.ravel()[stone]:+.2f}")

# %% [markdown] lang="en"
# The stones that matter stand around the move, and many of the others hardly count: after thirteen layers the network *could* look at almost the whole board, and mostly does not. The same views as commands, for any network and any layer, are `gopolicy look filters`, `look maps`, `look answer`, `look kernels` and `look field`; in the window, Ctrl+K shows what the filters say of the position on the board, and Ctrl+H what the first choice hangs on. Next: [training on games](08_training.ipynb).

# %% [markdown] lang="zh"
# 要紧的子都在这手棋周围，其余许多子几乎不起作用：过了十三层，网络*能够*看到差不多整个棋盘，但多半不去看。对任何网络、任何一层都能这样看，命令是 `gopolicy look filters`、`look maps`、`look answer`、`look kernels` 和 `look field`；在窗口里，Ctrl+K 显示滤波器对盘上局面的反应，Ctrl+H 显示第一选择取决于什么。下一章：[用棋谱训练](08_training.ipynb)。
