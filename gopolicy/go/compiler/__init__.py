"""All that knows numba: how kernels are compiled, and what LLVM makes of sets.

Imported when the first kernel is called, not before: it takes longer to load than all
else that a board needs. It knows nothing of Go, and only ``jit`` and ``pointsets`` come
in.
"""
