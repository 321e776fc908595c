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
# A neural network is a long formula with many numbers in it.

# %% [markdown] lang="zh"
# # 1. 第一张计算图，以及自动微分
#
# 神经网络是一个很长的公式，里面有许多数。

# %%
import sys

sys.path.append("..")

import numpy as np
from course import check, near, panels, say, show

x = np.linspace(-2, 4, 61)
_, axes = panels()
axes.plot(x, (x - 1) ** 2)
axes.set(xlabel=say("x", "x"), ylabel=say("height", "高度"))
show()

# %% [markdown] lang="en"
# **Exercise.** What is the slope at 3?

# %% [markdown] lang="zh"
# **练习。** 在 3 处的斜率是多少？

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 3"
check(answer, lambda value: near(value, 4))

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The derivative of $(x-1)^2$ is $2(x-1)$.
#
# ```python
# answer = 2 * (3 - 1)
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $(x-1)^2$ 的导数是 $2(x-1)$。
#
# ```python
# answer = 2 * (3 - 1)
# ```
#
# </details>
