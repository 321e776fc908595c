"""Fonts that the plots and the window look for. Knows neither matplotlib nor pygame."""

from typing import Final

#: Fonts that have Chinese, Japanese and Korean letters, the best first: those of Linux,
#: Windows and macOS.
CJK_FONTS: Final = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK"),
    *("Source Han Sans SC", "Source Han Sans"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback"),
    *("Microsoft YaHei", "SimHei", "MS Gothic", "Yu Gothic", "Malgun Gothic"),
    *("PingFang SC", "Hiragino Sans GB", "Hiragino Sans", "Apple SD Gothic Neo"),
    "Arial Unicode MS",
)
