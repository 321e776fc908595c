# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # 1. A first graph, and automatic differentiation
#
# A neural network is a long formula with many adjustable numbers in it. To *train* it means: find out, for each of these numbers, whether the formula gets better when the number grows or when it shrinks, and then move all of them a little. AlphaGo's network has 3.9 million such numbers. This chapter shows how a computer finds out for all of them at once. It is the one trick on which everything else in this course rests.
#
# You need to know Python, and what a slope is. Run the cells from top to bottom (Shift and Enter runs one; the first takes some seconds, because it loads TensorFlow). Every few pages there is an exercise: put your answer where the three dots stand, run the cell, then run the one below it, which says whether you are right.

# %% [markdown] lang="zh"
# # 1. 第一张计算图与自动微分
#
# 神经网络是一个很长的公式，里面有许多可以调节的数。所谓*训练*，就是弄清楚其中每一个数：是调大一点公式会变好，还是调小一点会变好；然后把所有的数都挪动一小步。AlphaGo 的网络有 390 万个这样的数。这一章讲计算机怎样一次就把它们全部弄清楚。后面各章都建立在这一个方法之上。
#
# 你只需要会 Python，并且知道什么是斜率。请从上到下运行各个单元格（Shift 加 Enter 运行一个；第一个要几秒钟，因为它要载入 TensorFlow）。每隔一段有一道练习：把答案写在三个点的位置，运行那个单元格，再运行它下面的单元格，它会告诉你对不对。

# %%
import sys

sys.path.append("..")

import numpy as np
from course import BLUE, VERMILION, check, near, panels, say, show, tf

# %% [markdown] lang="en"
# ## A question about one move
#
# Think of one legal move in a game of Go. We describe it by two numbers: `x1`, how many stones it captures, and `x2`, how many liberties the new stone has afterwards. We want a formula that says how likely it is that a strong player makes this move. A simple one:
#
# $$s = w_1 x_1 + w_2 x_2, \qquad p = \frac{1}{1 + e^{-s}}$$
#
# The *weights* $w_1$ and $w_2$ are the adjustable numbers. $s$ is a score, any number at all; the second formula, called the *sigmoid*, squeezes it between 0 and 1, so that it can be a probability. Suppose the move captures two stones and has three liberties, and the strong player did make it. How wrong is the formula? We measure that by the *loss*
#
# $$L = -\ln p$$
#
# which is 0 when the formula was certain ($p = 1$) and grows without bound as $p$ goes to 0.

# %% [markdown] lang="zh"
# ## 关于一步棋的问题
#
# 设想一局棋里的一步合法着法。我们用两个数描述它：`x1` 是这步棋提掉几个子，`x2` 是下完之后这个子有几口气。我们想要一个公式，说出高手下这步棋的可能性有多大。最简单的一个是：
#
# $$s = w_1 x_1 + w_2 x_2, \qquad p = \frac{1}{1 + e^{-s}}$$
#
# *权重* $w_1$ 和 $w_2$ 就是可以调节的数。$s$ 是得分，可以是任何数；第二个公式叫 *sigmoid*（S 形函数），它把得分压缩到 0 和 1 之间，这样就能当概率用。假定这步棋提两个子、下完有三口气，而且高手确实下了这一步。公式错得有多厉害？我们用*损失*来衡量：
#
# $$L = -\ln p$$
#
# 公式完全有把握（$p = 1$）时损失是 0；$p$ 越接近 0，损失越大，没有上限。

# %%
x1, x2 = 2.0, 3.0


def loss_of(w1, w2):
    s = w1 * x1 + w2 * x2
    p = 1 / (1 + np.exp(-s))
    return -np.log(p)


w1, w2 = 0.5, -0.4
print(say("loss:", "损失："), f"{loss_of(w1, w2):.4f}")

# %% [markdown] lang="en"
# ## Slopes by trying
#
# Does the loss shrink when $w_1$ grows? Try: change $w_1$ by a tiny bit and see how much the loss changes. The ratio of the two is the slope, the *derivative* of the loss with respect to $w_1$, written $\partial L / \partial w_1$.

# %% [markdown] lang="zh"
# ## 用试的办法求斜率
#
# $w_1$ 变大，损失会变小吗？试试看：把 $w_1$ 改动极小的一点，看损失变了多少。两者之比就是斜率，也就是损失对 $w_1$ 的*导数*，记作 $\partial L / \partial w_1$。

# %%
tiny = 1e-6
tried1 = (loss_of(w1 + tiny, w2) - loss_of(w1 - tiny, w2)) / (2 * tiny)
tried2 = (loss_of(w1, w2 + tiny) - loss_of(w1, w2 - tiny)) / (2 * tiny)
print(say("slope for w1:", "对 w1 的斜率："), f"{tried1:.4f}")
print(say("slope for w2:", "对 w2 的斜率："), f"{tried2:.4f}")

_, (left, right) = panels(2)
for axes, name, value, slope, curve in (
    (left, "w1", w1, tried1, lambda w: loss_of(w, w2)),
    (right, "w2", w2, tried2, lambda w: loss_of(w1, w)),
):
    w = np.linspace(value - 1.5, value + 1.5, 61)
    near_w = np.linspace(value - 0.6, value + 0.6, 2)
    axes.plot(w, curve(w), label=say("loss", "损失"))
    axes.plot(
        near_w,
        loss_of(w1, w2) + slope * (near_w - value),
        "--",
        label=say("its slope here", "此处的斜率"),
    )
    axes.plot(value, loss_of(w1, w2), "o", color="black")
    axes.set(xlabel=name, ylabel=say("loss", "损失"))
    axes.legend()
show()

# %% [markdown] lang="en"
# Both curves fall to the right, so both slopes are negative: raising either weight makes the loss smaller. For $w_2$ the fall is steeper, because $x_2 = 3$ is larger than $x_1 = 2$.
#
# This works, but look at the price: two runs of the formula for each weight. With 3.9 million weights that would be 7.8 million runs for one small step. There is a way that costs about as much as two or three runs, for all weights together.

# %% [markdown] lang="zh"
# 两条曲线都是向右下降，所以两个斜率都是负的：无论调大哪个权重，损失都会变小。$w_2$ 的曲线更陡，因为 $x_2 = 3$ 比 $x_1 = 2$ 大。
#
# 这办法行得通，但代价太高：每个权重都要把公式算两遍。390 万个权重，走一小步就要算 780 万遍。另有一种办法，所有权重加在一起，也只要大约两三遍的工夫。

# %% [markdown] lang="en"
# ## The formula as a graph
#
# Cut the formula into steps so small that each is one operation. Each step gets numbers from earlier steps; draw that as arrows, and the formula becomes a *graph*. Going through it from left to right and filling in the values is called the *forward pass*.

# %% [markdown] lang="zh"
# ## 把公式画成图
#
# 把公式切成很小的步骤，每一步只有一个运算。每一步都用到前面步骤得出的数；把这种关系画成箭头，公式就成了一张*计算图*。从左到右走一遍、把数值填进去，叫做*前向传播*。

# %%
PLACES = {
    "w1": (0, 3),
    "x1": (0, 2),
    "w2": (0, 1),
    "x2": (0, 0),
    "a": (1, 2.5),
    "b": (1, 0.5),
    "s": (2, 1.5),
    "p": (3, 1.5),
    "L": (4, 1.5),
}
ARROWS = ["w1 a", "x1 a", "w2 b", "x2 b", "a s", "b s", "s p", "p L"]
STEPS = {
    "a": "w1 · x1",
    "b": "w2 · x2",
    "s": "a + b",
    "p": "1 / (1 + e⁻ˢ)",
    "L": "− ln p",
}


def draw_graph(values, slopes=None):
    _, axes = panels(width=9, height=3.7)
    axes.set_axis_off()
    axes.set(xlim=(-0.5, 4.6), ylim=(-0.6, 3.7))
    for arrow in ARROWS:
        (x0, y0), (x9, y9) = (PLACES[end] for end in arrow.split())
        axes.annotate(
            "",
            (x9 - 0.33, y9),
            (x0 + 0.33, y0),
            arrowprops={"arrowstyle": "->", "color": "0.5"},
        )
    for name, (x, y) in PLACES.items():
        text = f"{name} = {values[name]:.3g}"
        axes.text(
            x,
            y,
            text,
            ha="center",
            va="center",
            bbox={"boxstyle": "round,pad=0.4", "fc": "white", "ec": BLUE},
        )
        axes.text(x, y + 0.36, STEPS.get(name, ""), ha="center", color="0.35")
        if slopes:
            axes.text(
                x,
                y - 0.47,
                f"∂L/∂{name} = {slopes[name]:.3g}",
                ha="center",
                color=VERMILION,
            )
    show()


a, b = w1 * x1, w2 * x2
s = a + b
p = 1 / (1 + np.exp(-s))
L = -np.log(p)
values = {
    "w1": w1,
    "x1": x1,
    "w2": w2,
    "x2": x2,
    "a": a,
    "b": b,
    "s": s,
    "p": p,
    "L": L,
}
draw_graph(values)

# %% [markdown] lang="en"
# ## The chain rule
#
# Now go through the graph from right to left and ask of each number: by how much does the loss change when *this* number changes? For the last one the answer is 1: the loss changes as the loss does. For each earlier one we need two things. How the next number depends on it, which is a slope of one single operation and easy to write down. And how the loss depends on the next number, which we already know, because we come from there. Multiply the two. That is the *chain rule*:
#
# $$\frac{\partial L}{\partial s} = \frac{\partial L}{\partial p} \cdot \frac{\partial p}{\partial s}$$
#
# The slopes of our operations:
#
# - $L = -\ln p$ has the slope $-1/p$.
# - The sigmoid $p$ has the slope $p\,(1 - p)$.
# - A sum $s = a + b$ has the slope 1 for both of its parts.
# - A product $a = w_1 x_1$ has for each factor the slope that is the *other* factor.
#
# Going from the loss back to the weights like this is called *backpropagation*.

# %% [markdown] lang="zh"
# ## 链式法则
#
# 现在从右往左走一遍，对图上的每个数都问：*这个*数变一点，损失会变多少？对最后一个数，答案是 1：损失变多少就是多少。对前面的每个数，需要知道两件事。一是后一个数怎样随它变化，这只是单个运算的斜率，很容易写出来；二是损失怎样随后一个数变化，这一点已经知道了，因为我们正是从那边走过来的。两者相乘，就是*链式法则*：
#
# $$\frac{\partial L}{\partial s} = \frac{\partial L}{\partial p} \cdot \frac{\partial p}{\partial s}$$
#
# 这里各个运算的斜率是：
#
# - $L = -\ln p$ 的斜率是 $-1/p$。
# - sigmoid 函数 $p$ 的斜率是 $p\,(1 - p)$。
# - 和 $s = a + b$ 对两个加数的斜率都是 1。
# - 积 $a = w_1 x_1$ 对一个因数的斜率，等于*另一个*因数。
#
# 像这样从损失一路退回到权重，叫做*反向传播*。

# %%
slopes = {"L": 1.0}
slopes["p"] = slopes["L"] * (-1 / p)
slopes["s"] = slopes["p"] * p * (1 - p)
slopes["a"] = slopes["s"] * 1
slopes["b"] = slopes["s"] * 1
slopes["w1"], slopes["x1"] = slopes["a"] * x1, slopes["a"] * w1
slopes["w2"], slopes["x2"] = slopes["b"] * x2, slopes["b"] * w2
draw_graph(values, slopes)
print(
    say("by the chain rule:", "用链式法则："), f"{slopes['w1']:.4f} {slopes['w2']:.4f}"
)
print(say("by trying:        ", "用试的办法："), f"{tried1:.4f} {tried2:.4f}")

# %% [markdown] lang="en"
# The same slopes, and each arrow was used once forward and once backward. However many weights there are, that stays two passes.
#
# **Exercise 1.** Let $f = (x y + x)^2$ with $x = 1$ and $y = 2$. Draw the graph on paper: $c = x y$, $d = c + x$, $f = d^2$. What is $\partial f / \partial x$? Mind that two arrows leave $x$: what comes back along them is added.

# %% [markdown] lang="zh"
# 斜率完全一样，而每个箭头只在前向和反向时各用了一次。不管有多少权重，都只要走这两遍。
#
# **练习 1.** 设 $f = (x y + x)^2$，其中 $x = 1$，$y = 2$。在纸上画出计算图：$c = x y$，$d = c + x$，$f = d^2$。$\partial f / \partial x$ 等于多少？注意从 $x$ 出发的箭头有两个：沿着它们退回来的量要相加。

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 12"
check(answer, lambda value: near(value, 18))

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# Forward: $c = 2$, $d = 3$, $f = 9$. Backward: $\partial f/\partial d = 2 d = 6$. Along the arrow from $x$ to $d$ comes $6 \cdot 1 = 6$. Along the way through $c$ comes $6 \cdot 1 \cdot y = 12$. Together 18.
#
# ```python
# answer = 6 * 1 + 6 * 1 * 2
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 前向：$c = 2$，$d = 3$，$f = 9$。反向：$\partial f/\partial d = 2 d = 6$。沿着从 $x$ 到 $d$ 的箭头退回来的是 $6 \cdot 1 = 6$；经过 $c$ 退回来的是 $6 \cdot 1 \cdot y = 12$。合起来是 18。
#
# ```python
# answer = 6 * 1 + 6 * 1 * 2
# ```
#
# </details>

# %% [markdown] lang="en"
# ## Let the computer draw the graph
#
# Nothing in this needed thought, so a program can do it. A `Number` knows its value, and from which numbers it was made, with the slope for each. Adding and multiplying `Number`s then builds the graph by itself, while the formula is computed. `go_back` walks it from the end to the beginning.

# %% [markdown] lang="zh"
# ## 让计算机自己画图
#
# 以上每一步都不需要动脑筋，所以程序也能做。下面的 `Number` 记得自己的值，也记得自己由哪些数算出来，以及对其中每个数的斜率。于是在计算公式的同时，`Number` 的加法和乘法就顺便把图建好了。`go_back` 再从终点走回起点。


# %%
class Number:
    def __init__(self, value, made_of=()):
        self.value, self.made_of, self.slope = value, made_of, 0.0

    def __add__(self, other):
        return Number(self.value + other.value, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Number(
            self.value * other.value, [(self, other.value), (other, self.value)]
        )


def sigmoid(number):
    value = 1 / (1 + np.exp(-number.value))
    return Number(value, [(number, value * (1 - value))])


def minus_log(number):
    return Number(-np.log(number.value), [(number, -1 / number.value)])


def go_back(end):
    order = []

    def visit(number):
        if number not in order:
            for source, _ in number.made_of:
                visit(source)
            order.append(number)

    visit(end)
    end.slope = 1.0
    for number in reversed(order):
        for source, slope in number.made_of:
            source.slope += number.slope * slope


v1, v2 = Number(0.5), Number(-0.4)
loss = minus_log(sigmoid(v1 * Number(x1) + v2 * Number(x2)))
go_back(loss)
print(f"{loss.value:.4f}   {v1.slope:.4f} {v2.slope:.4f}")

# %% [markdown] lang="en"
# `order` holds each number after all that it was made of; backwards through it, everything that a number's slope is the sum of is there before the number's turn comes. (`+=` adds up what comes along several arrows.) These thirty lines are what is called *automatic differentiation*. TensorFlow does the same, with arrays in place of single numbers and some hundred more operations.
#
# **Exercise 2.** Give our toy one more operation: the square. Fill in the slope.

# %% [markdown] lang="zh"
# `order` 里，每个数都排在它所用到的数之后；倒着走时，轮到某个数之前，它的斜率所需的各项都已经加好了。（`+=` 把沿几个箭头退回来的量加在一起。）这三十行就是所谓的*自动微分*。TensorFlow 做的是同一件事，只不过用数组代替单个的数，运算也多出几百种。
#
# **练习 2.** 给我们的小玩具加一个运算：平方。请填上斜率。


# %% tags=["exercise"]
def square(number):
    return Number(number.value**2, [(number, ...)])


# %% tags=["check"] wrong="square = lambda number: Number(number.value**2, [(number, number.value)])"
check(square(Number(3.0)).made_of[0][1], lambda slope: near(slope, 6))

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The derivative of $x^2$ is $2x$. With it, `go_back` finds the 18 of exercise 1 too.
#
# ```python
# def square(number):
#     return Number(number.value**2, [(number, 2 * number.value)])
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $x^2$ 的导数是 $2x$。有了它，`go_back` 也能算出练习 1 的 18。
#
# ```python
# def square(number):
#     return Number(number.value**2, [(number, 2 * number.value)])
# ```
#
# </details>

# %% [markdown] lang="en"
# ## The same in TensorFlow
#
# A `tf.Variable` is a number, or an array, that may be adjusted. A `tf.GradientTape` records, as a tape recorder would, what is computed inside its `with`; `gradient` then plays the tape backward. The list of all slopes together is called the *gradient*. (The first cell took `tf` from `course.py`, which imports TensorFlow without its many greetings; elsewhere one writes `import tensorflow as tf`.)

# %% [markdown] lang="zh"
# ## 用 TensorFlow 做同样的事
#
# `tf.Variable` 是可以调节的数或数组。`tf.GradientTape` 像录音机一样，把 `with` 里面的计算都录下来；`gradient` 再把磁带倒着放一遍。所有斜率合在一起叫做*梯度*。（第一个单元格里的 `tf` 来自 `course.py`，它导入 TensorFlow 时略去了一大堆提示；在别处就写 `import tensorflow as tf`。）

# %%
weights = tf.Variable([0.5, -0.4])
inputs = tf.constant([2.0, 3.0])

with tf.GradientTape() as tape:
    score = tf.reduce_sum(weights * inputs)
    loss = -tf.math.log(tf.sigmoid(score))
gradient = tape.gradient(loss, weights)
print(f"{loss.numpy():.4f}  ", gradient.numpy().round(4))

# %% [markdown] lang="en"
# TensorFlow can also keep the graph. `tf.function` runs a Python function once, with stand-ins for the numbers, and writes down which operations happen. From then on it runs the list, without Python: that is faster, and the list can be saved and run where there is no Python at all (chapter 10). Here it is, our formula as TensorFlow's graph. (`TensorSpec([2], tf.float32)` stands for an array of two numbers to come.)

# %% [markdown] lang="zh"
# TensorFlow 也可以把图保存下来。`tf.function` 用占位的数把一个 Python 函数运行一遍，记下发生了哪些运算。此后它只执行这张清单，不再经过 Python：这样更快，而且清单可以存盘，拿到根本没有 Python 的地方去运行（第 10 章）。下面就是我们的公式在 TensorFlow 里的图。（`TensorSpec([2], tf.float32)` 代表将要传进来的、含两个数的数组。）


# %%
@tf.function
def graph_loss(weights, inputs):
    score = tf.reduce_sum(weights * inputs)
    return -tf.math.log(tf.sigmoid(score))


shape = tf.TensorSpec([2], tf.float32)
for operation in graph_loss.get_concrete_function(shape, shape).graph.get_operations():
    made_of = ", ".join(source.op.name for source in operation.inputs)
    print(f"{operation.type:12} {operation.name:12} <- {made_of}")

# %% [markdown] lang="en"
# `Placeholder` is a stand-in for a number to come, `Const` a fixed one (it tells `Sum` along which axis to add), `Mul`, `Sum`, `Sigmoid`, `Log` and `Neg` are our steps, `Identity` hands the result out.
#
# ## What the gradient is for
#
# The gradient says in which direction the loss grows. So take a small step in the opposite direction, compute the gradient there, and repeat. This is *gradient descent*, and it is how every network in this course learns. The size of the step is the gradient times a number that we choose, the *learning rate*. (`assign_sub` subtracts something from a variable.)

# %% [markdown] lang="zh"
# `Placeholder` 是给将要传进来的数占位的，`Const` 是固定的数（告诉 `Sum` 沿哪个轴相加），`Mul`、`Sum`、`Sigmoid`、`Log` 和 `Neg` 就是我们的各个步骤，`Identity` 把结果交出去。
#
# ## 梯度有什么用
#
# 梯度指出损失往哪个方向增大。那么就往相反的方向走一小步，在新的位置再算梯度，如此反复。这就是*梯度下降*，本课程里所有的网络都这样学习。步子的大小等于梯度乘以一个由我们选定的数，叫做*学习率*。（`assign_sub` 从变量里减去一个量。）

# %%
learning_rate = 0.05
losses = []
for _ in range(40):
    with tf.GradientTape() as tape:
        loss = graph_loss(weights, inputs)
    weights.assign_sub(learning_rate * tape.gradient(loss, weights))
    losses.append(float(loss))

_, axes = panels(width=5)
axes.plot(losses, "o-", ms=3)
axes.set(xlabel=say("step", "步数"), ylabel=say("loss", "损失"), ylim=(0, None))
show()
print(say("weights now:", "现在的权重："), weights.numpy().round(3))
print(
    say("probability of the move now:", "现在这步棋的概率："),
    f"{np.exp(-losses[-1]):.3f}",
)

# %% [markdown] lang="en"
# In forty steps the formula has learned to expect the move. Of course it has learned nothing about Go: it saw one move, and would now expect all moves like it. For that we need many moves, and the next chapters have them.
#
# **Exercise 3.** Find with a `GradientTape` the slope of $f = x \sin x$ at $x = 2$. (`tf.sin` is the sine; `x` must be a `tf.Variable`, and `float(...)` makes a plain number of a result.)

# %% [markdown] lang="zh"
# 四十步之后，公式已经学会了预料到这步棋。当然，它对围棋还一无所知：它只见过一步棋，现在凡是类似的着法它都会预料。要真正学会，需要许多着法，后面几章就有。
#
# **练习 3.** 用 `GradientTape` 求 $f = x \sin x$ 在 $x = 2$ 处的斜率。（`tf.sin` 是正弦；`x` 必须是 `tf.Variable`；`float(...)` 把结果变成普通的数。）

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 2 * np.sin(2)"
check(answer, lambda value: near(value, np.sin(2) + 2 * np.cos(2)))

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# By hand it is $\sin x + x \cos x$, about 0.077.
#
# ```python
# x = tf.Variable(2.0)
# with tf.GradientTape() as tape:
#     f = x * tf.sin(x)
# answer = float(tape.gradient(f, x))
# ```
#
# </details>
#
# Next: [linear regression](02_regression.ipynb), where there is more than one example, and the formula can be wrong about some to be right about others.

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 用手算是 $\sin x + x \cos x$，约等于 0.077。
#
# ```python
# x = tf.Variable(2.0)
# with tf.GradientTape() as tape:
#     f = x * tf.sin(x)
# answer = float(tape.gradient(f, x))
# ```
#
# </details>
#
# 下一章：[线性回归](02_regression.ipynb)。那里的例子不止一个，公式为了顾全一些例子，难免在另一些例子上出错。
