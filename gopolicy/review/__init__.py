"""A game judged move by move: what the policy held of each, and that written as SGF.

``review`` gives numbers, ``annotate`` puts them into the tree the game was read from.
It knows a policy, not a network; the command and the plot come in.
"""
