# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 5. Convolution on a board
#
# A pattern in Go means the same wherever it stands on the board. A network whose neurons see the whole board must learn it for each place anew. A *convolution* learns it once: a small window of weights slides over the board and asks the same question everywhere. AlphaGo's network is thirteen of them, one after another. In this chapter we compute a convolution by hand, build a window that finds stones in atari, and see how far stacked windows can look, and what pooling throws away.

# %% [markdown] lang="zh"
# # 5. 棋盘上的卷积
#
# 围棋里的一个棋形，在棋盘哪里出现都是同样的意思。如果神经元各自看整个棋盘，网络就得在每个位置上把它重新学一遍。*卷积*只学一次：一个由权重组成的小窗口在棋盘上滑动，到处问同一个问题。AlphaGo 的网络就是一层接一层的十三个卷积。这一章我们用手算一个卷积，造一个能找出被打吃棋子的窗口，再看看叠起来的窗口能看多远，以及池化丢掉了什么。

# %%
import sys

sys.path.append("..")

import matplotlib.pyplot as plt
import numpy as np
from course import (
    ONE_SIDE,
    VERMILION,
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

from gopolicy.go.features import PLANE_OFFSETS

# %% [markdown] lang="en"
# ## A window of nine weights
#
# Here is a board of 7x7 points with some stones, and its *planes*: one board of numbers for each thing that a point can be, 1 where it is so and 0 elsewhere. (The 48 inputs of AlphaGo's network are planes, too.)

# %% [markdown] lang="zh"
# ## 九个权重的窗口
#
# 这是一块 7x7 的棋盘，上面有几个子；旁边是它的*平面*：一个点可能是什么，就有一张什么样的数字棋盘，是的地方写 1，其他地方写 0。（AlphaGo 网络的 48 个输入也是这样的平面。）

# %%
STONES = np.zeros((7, 7), int)
for row, column in ((1, 2), (2, 1), (3, 2), (4, 5), (5, 5)):
    STONES[row, column] = 1
for row, column in ((2, 2), (4, 4), (6, 0), (0, 6)):
    STONES[row, column] = -1
black, white, empty = (STONES == 1) * 1, (STONES == -1) * 1, (STONES == 0) * 1


def draw_numbers(axes, numbers, title, *, marked=None):
    axes.imshow(numbers, cmap="RdBu", vmin=-4, vmax=4, interpolation="nearest")
    for (row, column), number in np.ndenumerate(numbers):
        color = "white" if number >= 3 else "black"
        axes.text(
            column,
            row,
            f"{number:g}",
            color=color,
            ha="center",
            va="center",
            fontsize=9,
        )
    if marked:
        top, left, high, wide = marked
        axes.add_patch(
            plt.Rectangle(
                (left - 0.5, top - 0.5), wide, high, fill=False, ec=VERMILION, lw=2.5
            )
        )
    axes.set(title=title, xticks=[], yticks=[])


_, row = panels(4, width=2.5, height=2.8)
draw_board(row[0], STONES)
for axes, plane, title in zip(
    row[1:],
    (black, white, empty),
    (say("black", "黑子"), say("white", "白子"), say("empty", "空点")),
):
    draw_numbers(axes, plane, title)
show()

# %% [markdown] lang="en"
# The window is called a *kernel* or *filter*; ours has 3x3 weights. Lay it on the board, multiply each weight by the number below it, add up: that is one number of the result. Move it by one point and do it again. A 3x3 window fits into a 7x7 board at 5x5 places, so the result has 5x5 numbers.

# %% [markdown] lang="zh"
# 这个窗口叫做*卷积核*或*滤波器*，我们的有 3x3 个权重。把它放在棋盘上，每个权重乘以它下面的数，再加起来：这就是结果中的一个数。挪动一个点，再来一遍。3x3 的窗口在 7x7 的棋盘上有 5x5 个放法，所以结果有 5x5 个数。


# %%
def convolve(board, kernel, stride=1):
    size = len(kernel)
    places = range(0, len(board) - size + 1, stride)
    return np.array(
        [
            [np.sum(board[r : r + size, c : c + size] * kernel) for c in places]
            for r in places
        ]
    )


CROSS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
_, row = panels(3, width=2.9, height=3.1)
draw_numbers(row[0], empty, say("empty points, 7x7", "空点，7x7"), marked=(1, 1, 3, 3))
draw_numbers(row[1], CROSS, say("kernel, 3x3", "卷积核，3x3"))
draw_numbers(
    row[2], convolve(empty, CROSS), say("result, 5x5", "结果，5x5"), marked=(1, 1, 1, 1)
)
show()

# %% [markdown] lang="en"
# The marked window gives the marked number. This kernel counts for each point how many of its four neighbors are empty. For a stone without a neighbor of its own color that is the number of its *liberties*: the white stone in the marked window has one.
#
# (Mathematicians turn the kernel around before they slide it and call that convolution; what all neural networks do is called cross-correlation by them. Since the weights are learned, it makes no difference.)
#
# **Exercise 1.** Write a kernel that, on the plane of black stones, counts the black stones *diagonally* next to each point.

# %% [markdown] lang="zh"
# 标出的窗口得出标出的那个数。这个卷积核数的是：每个点的四个邻点里有几个是空的。如果一个子没有同色的邻子，这就是它的*气*数：标出的窗口中央的白子有一口气。
#
# （数学家先把核翻转再滑动，称之为卷积；神经网络做的这种，他们叫做互相关。反正权重是学出来的，没有区别。）
#
# **练习 1.** 写一个卷积核，用在黑子的平面上时，数出每个点*斜向*相邻的黑子数。

# %% tags=["exercise"]
kernel = ...

# %% tags=["check"] wrong="kernel = np.ones((3, 3))"
check(
    kernel, lambda kernel: near(np.asarray(kernel), [[1, 0, 1], [0, 0, 0], [1, 0, 1]])
)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# kernel = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1]])
# ```
#
# </details>
#
# ## Padding and stride
#
# The result is smaller than the board, and the points on the edge have no number. The remedy is *padding*: put a rim of zeros around the board. With a rim of 1, a 3x3 kernel gives a 7x7 result. On a Go board zeros are just right: beyond the edge nothing is empty, so there are no liberties.
#
# The opposite is a *stride*: move the window by two points at a time, and the result has about half the height and width. For pictures that saves work; on a Go board, where every point may be the answer, it loses the answer.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# kernel = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1]])
# ```
#
# </details>
#
# ## 填充与步幅
#
# 结果比棋盘小，边上的点没有数。补救的办法是*填充*（padding）：在棋盘外面围一圈零。围一圈之后，3x3 的核得出 7x7 的结果。在围棋盘上，填零正合适：边线以外没有空点，也就没有气。
#
# 与之相反的是*步幅*（stride）：窗口每次挪两个点，结果的高和宽大约减半。处理图片时这样省力气；在围棋盘上，每个点都可能是答案，这样就把答案丢了。

# %%
padded = np.pad(empty, 1)
_, row = panels(3, width=3.2, height=3.4)
draw_numbers(
    row[0],
    padded,
    say("with a rim of zeros, 9x9", "围上一圈零，9x9"),
    marked=(0, 0, 3, 3),
)
draw_numbers(
    row[1],
    convolve(padded, CROSS),
    say("padded: 7x7", "有填充：7x7"),
    marked=(0, 0, 1, 1),
)
draw_numbers(
    row[2],
    convolve(empty, CROSS, stride=2),
    say("stride 2, no padding: 3x3", "步幅 2，无填充：3x3"),
)
show()

# %% [markdown] lang="en"
# A board of $n$ points a side, a kernel of $f$, a rim of $p$ and a stride of $s$ give a result whose side is
#
# $$\left\lfloor \frac{n + 2p - f}{s} \right\rfloor + 1$$
#
# where the brackets mean: round down.
#
# **Exercise 2.** AlexNet looks at a picture through large windows with a stride. What is the side of the result for a Go board of 19, a kernel of 7, a rim of 3 and a stride of 2?

# %% [markdown] lang="zh"
# 棋盘边长 $n$，核边长 $f$，填充 $p$ 圈，步幅 $s$，结果的边长是
#
# $$\left\lfloor \frac{n + 2p - f}{s} \right\rfloor + 1$$
#
# 其中的括号表示向下取整。
#
# **练习 2.** AlexNet 用带步幅的大窗口看图片。棋盘边长 19，核边长 7，填充 3 圈，步幅 2，结果的边长是多少？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 9"
check(answer, lambda value: value == 10)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# ```python
# answer = (19 + 2 * 3 - 7) // 2 + 1
# ```
#
# </details>
#
# TensorFlow does the same, for many boards, many input planes and many kernels at once. A kernel then has three dimensions, for it has weights of its own for each input plane; all are added up into one number. The shapes: boards `[boards, height, width, planes]`, kernels `[height, width, planes, kernels]`. `"SAME"` means padding that keeps the size, `"VALID"` none.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# ```python
# answer = (19 + 2 * 3 - 7) // 2 + 1
# ```
#
# </details>
#
# TensorFlow 做同样的事，而且一次处理许多棋盘、许多输入平面和许多卷积核。这时一个核是三维的，因为它对每个输入平面各有一套权重；全部加起来得出一个数。形状是：棋盘 `[棋盘数, 高, 宽, 平面数]`，核 `[高, 宽, 平面数, 核数]`。`"SAME"` 表示填充到大小不变，`"VALID"` 表示不填充。

# %%
as_boards = tf.constant(empty[None, :, :, None], tf.float32)
as_kernels = tf.constant(CROSS[:, :, None, None], tf.float32)
for padding, stride in (("SAME", 1), ("VALID", 1), ("VALID", 2)):
    result = tf.nn.conv2d(as_boards, as_kernels, strides=stride, padding=padding)[
        0, :, :, 0
    ].numpy()
    ours = convolve(padded if padding == "SAME" else empty, CROSS, stride)
    print(f"{padding:6} {stride}  {result.shape}", (result == ours).all())

# %% [markdown] lang="en"
# ## A kernel that finds atari
#
# Now a real detector: one kernel on three planes (black, white, empty) that answers 1 exactly where a single white stone is in atari, and 0 elsewhere. Give it these weights, with ReLU after it:
#
# - on white: $+2$ in the center, $-3$ on each of the four neighbors,
# - on empty: $-1$ on each of the four neighbors,
# - on black: all 0.
#
# Why it works: without a white stone in the center the sum is at most 0, and ReLU makes 0 of it. With one, and with $e$ empty neighbors, it is $2 - e$: that is 1 for one liberty and 0 or less for more. Should a neighbor be white too, $-3$ silences it, because the liberties of a longer chain cannot be seen in so small a window. And $e = 0$ cannot happen for a single stone: it would have been captured.

# %% [markdown] lang="zh"
# ## 找出打吃的卷积核
#
# 现在来一个真正的检测器：一个核，作用在三个平面（黑、白、空）上，恰好在单独一个白子被打吃的地方回答 1，其他地方回答 0。权重这样取，后面接 ReLU：
#
# - 对白子：中央 $+2$，四个邻点各 $-3$，
# - 对空点：四个邻点各 $-1$，
# - 对黑子：全是 0。
#
# 道理是这样的：中央没有白子时，总和最多是 0，ReLU 把它变成 0。有白子时，设有 $e$ 个空的邻点，总和是 $2 - e$：一口气时等于 1，更多时等于 0 或更小。万一邻点也是白子，$-3$ 就让它不出声，因为较长棋串的气在这么小的窗口里看不全。单独一个子不可能有 $e = 0$：那它早就被提掉了。

# %%
center = np.zeros((3, 3))
center[1, 1] = 1
ATARI = np.stack([0 * CROSS, 2 * center - 3 * CROSS, -1 * CROSS], axis=-1)[
    ..., None
].astype(np.float32)


def find_atari(planes):
    return tf.nn.relu(
        tf.nn.conv2d(tf.cast(planes, tf.float32), ATARI, strides=1, padding="SAME")
    )[..., 0].numpy()


found = find_atari(np.stack([black, white, empty], axis=-1)[None])[0]
_, (left, right) = panels(2, width=3, height=3.2)
draw_board(left, STONES)
draw_numbers(right, found, say("answer of the kernel", "卷积核的回答"))
show()

# %% [markdown] lang="en"
# It was made for this little board. Does it hold for whole boards and real games? The sample games tell: for each of some hundred positions we take the planes of the side to play, ask for the *opponent's* stones (in place of white), and compare with the rules of Go, that is, with the plane "one liberty" that the program computes.

# %% [markdown] lang="zh"
# 它是照着这块小棋盘造的。对整个棋盘、对真正的棋谱也成立吗？看样本棋谱就知道：取几百个局面，用轮到下棋一方的平面，问*对方*的子（代替白子），再与围棋规则的答案相比，也就是与程序算出的“一口气”平面相比。

# %%
games, _ = open_games()
sample = games.samples(games.shuffled_positions(size(600, 40), seed=2)).planes
own, other, no_stone, one_liberty = (
    sample[..., PLANE_OFFSETS[name]]
    for name in ("own", "opponent", "empty", "liberties")
)
in_atari = (other == 1) & (one_liberty == 1)
found = find_atari(np.stack([own, other, no_stone], axis=-1)) > 0
print(say("positions:", "局面："), len(sample))
print(say("opponent's stones in atari:  ", "对方被打吃的子：  "), in_atari.sum())
print(
    say("found by the kernel:         ", "卷积核找到的：    "), (found & in_atari).sum()
)
print(
    say("false alarms:                ", "误报：            "),
    (found & ~in_atari).sum(),
)
print(
    say("not found (longer chains):   ", "没找到的（长棋串）："),
    (~found & in_atari).sum(),
)

best = np.argmax(
    (found & in_atari).sum(axis=(1, 2)) * 10 + (~found & in_atari).sum(axis=(1, 2))
)
stones = own[best].astype(int) - other[best]
marks = {
    (r, c): "+" if found[best, r, c] else "?" for r, c in np.argwhere(in_atari[best])
}
_, axes = panels(width=4.6, height=4.6)
draw_board(axes, stones, marks=marks)
axes.set_title(
    say("+ found, ? missed; own stones are black", "+ 找到，? 漏掉；己方用黑子表示")
)
show()

# %% [markdown] lang="en"
# No false alarm in all these positions, with 27 weights, everywhere on the board, on the edges and in the corners. A layer of the network has many such kernels (192 in AlphaGo's), and nobody writes their weights: gradient descent finds them. [Chapter 7](07_architectures.ipynb) looks at what it has found.
#
# The price is small, too. One neuron for each point that sees all 361 points of one plane would need $361 \cdot 361$ weights; a kernel needs nine, and each position of a game teaches it 361 times.
#
# ## How far a network sees
#
# A 3x3 kernel sees one point in each direction. Put a second layer on the first: each of its inputs has seen one point further, so it sees two. Each further 3x3 layer adds one, each 5x5 layer two. The area that one output can see is its *receptive field*. We can measure it: take the gradient of one output with respect to all inputs, for networks of random weights. Where it is not zero, the output sees the input.

# %% [markdown] lang="zh"
# 这么多局面里没有一次误报，只用 27 个权重，棋盘上任何地方都管用，边上、角上也不例外。网络的一层有许多这样的核（AlphaGo 的有 192 个），它们的权重不是人写的，而是梯度下降找到的。[第 7 章](07_architectures.ipynb)会看看它找到了什么。
#
# 代价也很小。如果每个点用一个神经元去看一个平面的全部 361 个点，需要 $361 \cdot 361$ 个权重；一个核只要九个，而且一局棋的每个局面都教它 361 次。
#
# ## 网络能看多远
#
# 3x3 的核朝每个方向看一个点。在第一层上面再叠一层：它的每个输入都已经往外看了一个点，所以它看两个点。每多一个 3x3 的层，就多看一个点；每多一个 5x5 的层，多看两个点。一个输出能看到的区域叫做它的*感受野*。我们可以测量它：取权重随机的网络，求一个输出对所有输入的梯度。梯度不为零的地方，就是这个输出看得到的地方。


# %%
def what_it_sees(sizes, seed=0):
    tf.keras.utils.set_random_seed(seed)
    x = board = tf.Variable(tf.random.normal([1, 19, 19, 4]))
    with tf.GradientTape() as tape:
        for kernel in sizes:
            x = tf.keras.layers.Conv2D(
                16,
                kernel,
                padding="same",
                activation="relu",
                kernel_initializer="he_uniform",
            )(x)
        output = tf.reduce_sum(x[0, 9, 9])
    return tf.reduce_sum(tf.abs(tape.gradient(output, board)), axis=-1)[0].numpy()


towers = ([3], [3, 3], [5, 3, 3, 3], [5] + 6 * [3], [5] + 11 * [3])
_, row = panels(5, width=2.2, height=2.6)
for axes, sizes in zip(row, towers):
    seen = what_it_sees(sizes)
    wide = int((seen > 0).any(axis=0).sum())
    picture = np.log10(np.maximum(seen / seen.max(), 1e-4))
    image = axes.imshow(
        picture, cmap=ONE_SIDE, interpolation="nearest", vmin=-4, vmax=0
    )
    axes.set(
        xticks=[],
        yticks=[],
        title=f"{say('layers:', '层数：')} {len(sizes)}, {wide}x{wide}",
    )
plt.colorbar(
    image, ax=row, label=say("log10 of the influence", "影响的常用对数"), shrink=0.7
)
show()

# %% [markdown] lang="en"
# The last one has the twelve layers of AlphaGo's network that look at neighbors (5x5 and eleven times 3x3). From the middle it sees the whole board. But not equally: the colors are logarithmic, and what is far away counts for far less. A ladder that runs across the board is hard for such a network; AlphaGo was given planes that say how ladders end.
#
# **Exercise 3.** How many 3x3 layers must follow the 5x5 layer so that the output on one corner point sees the opposite corner, 18 points away?

# %% [markdown] lang="zh"
# 最后一个就是 AlphaGo 网络里看邻点的十二层（一个 5x5 和十一个 3x3）。从中央出发，它看得到整个棋盘。但并非一视同仁：颜色是对数的，远处的影响要小得多。横贯棋盘的征子对这样的网络很难；AlphaGo 另外得到了说明征子结果的平面。
#
# **练习 3.** 在 5x5 的层后面要接几个 3x3 的层，一个角上的输出才能看到 18 个点以外的对角？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 18"
check(answer, lambda value: value == 16)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The 5x5 layer sees two points far, each 3x3 layer one more. AlphaGo's eleven come to 13: no output on a corner sees the opposite one.
#
# ```python
# answer = 18 - 2
# ```
#
# </details>
#
# ## What pooling throws away
#
# Networks that name pictures shrink them on the way by *pooling*: of each 2x2 square only the largest number is kept. It saves work, widens the receptive field, and makes the network ignore small shifts: a cat is a cat, two pixels to the left as well. And a stone?

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 5x5 的层看两个点远，每个 3x3 的层多看一个点。AlphaGo 的十一层合起来是 13：角上的输出看不到对角。
#
# ```python
# answer = 18 - 2
# ```
#
# </details>
#
# ## 池化丢掉了什么
#
# 给图片分类的网络会在中途用*池化*（pooling）把图缩小：每个 2x2 的方格里只保留最大的数。这样省力气，扩大感受野，还能使网络不理会微小的移动：猫往左挪两个像素，还是猫。那么棋子呢？


# %%
def pool(plane):
    return plane.reshape(3, 2, 3, 2).max(axis=(1, 3))


near_by, far_off = np.zeros((6, 6), int), np.zeros((6, 6), int)
for board in (near_by, far_off):
    board[2, 2:4] = -1
    for r, c in ((1, 2), (1, 3), (2, 1), (3, 2)):
        board[r, c] = 1
near_by[2, 4], far_off[3, 5] = 1, 1
_, grid = panels(3, 2, width=2.6, height=2.8)
for line, board, title in zip(
    grid,
    (near_by, far_off),
    (say("in atari", "被打吃"), say("not in atari", "没有被打吃")),
):
    draw_board(line[0], board)
    line[0].set_title(title)
    for axes, color, name in zip(
        line[1:],
        (1, -1),
        (say("black, pooled", "黑子，池化后"), say("white, pooled", "白子，池化后")),
    ):
        draw_numbers(axes, pool((board == color) * 1), name)
show()

# %% [markdown] lang="en"
# One black stone stands on another point; White's chain is in atari above, and not below. After pooling the two are the same: no later layer can tell them apart. In Go one point decides between life and death, and the answer that we want is a point. So AlphaGo's network has neither pooling nor strides: each of its layers keeps the 19x19 points. [Chapter 7](07_architectures.ipynb) compares it with networks that pool.
#
# **Exercise 4.** A 2x2 square has four points, each with a black stone or without. How many of the 16 arrangements give the same pooled value, 1?

# %% [markdown] lang="zh"
# 只有一个黑子的位置不同：上面的白棋被打吃，下面的没有。池化之后，两者一模一样：后面的层无论如何也分不清它们。围棋里一个点就能决定死活，而我们要的答案正是一个点。所以 AlphaGo 的网络既不用池化，也不用步幅：每一层都保持 19x19 个点。[第 7 章](07_architectures.ipynb)把它与用池化的网络作比较。
#
# **练习 4.** 一个 2x2 的方格有四个点，每个点有黑子或没有黑子。16 种摆法里，有多少种池化后的值同样是 1？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 4"
check(answer, lambda value: value == 15)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# All but the empty one.
#
# ```python
# answer = 16 - 1
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 除了全空的那一种，其余都是。
#
# ```python
# answer = 16 - 1
# ```
#
# </details>
