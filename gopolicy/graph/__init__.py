"""Networks as ONNX graphs: to answer without TensorFlow, and for other programs.

Built from a network's config and its numbers, which whoever has them hands in. Knows
neither files nor Keras; the only room that imports onnx and ONNX Runtime.
"""
