#!/usr/bin/env bash
# pygame's wheel hears nothing of IBus, the input method of GNOME, though SDL 2 knows it.
#
# One would guess: pinyin is typed into a pygame window with IBus as it is with fcitx5, since SDL 2 has code for both
# (SDL_ibus.c, SDL_fcitx.c) and looks for "@im=ibus" in XMODIFIERS.
#
# The wheel's SDL is built without IBus. Where XMODIFIERS has "@im=ibus" it also turns X's own input methods (XIM) off,
# as if it did speak with IBus. Another build of SDL, named in SDL_DYNAMIC_API, has it.
#
# Needs the Debian packages xvfb, xdotool, dbus and ibus-libpinyin.
set -euo pipefail
for program in Xvfb xdotool dbus-run-session ibus-daemon; do
  command -v "$program" >/dev/null || { echo "needs $program; see above"; exit 2; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pygame==2.6.1 pysdl2-dll==2.32.10
cat >"$folder/type.py" <<'PYTHON'
import time

import pygame

pygame.display.init()
pygame.display.set_mode((400, 300))
pygame.key.start_text_input()
typed, until = "", time.monotonic() + 10
while time.monotonic() < until and not typed.endswith((" ", "好")):
    for event in pygame.event.get():
        if event.type == pygame.TEXTINPUT:
            typed += event.text
    time.sleep(0.02)
print("SDL " + ".".join(map(str, pygame.get_sdl_version())), "typed", repr(typed), flush=True)
PYTHON
cat >"$folder/session.sh" <<'SHELL'
Xvfb -displayfd 3 -screen 0 800x600x24 -nolisten tcp 3>"$1/display" 2>/dev/null & server=$!
while ! [ -s "$1/display" ]; do sleep 0.1; done
export DISPLAY=:$(cat "$1/display") XMODIFIERS=@im=ibus XDG_CONFIG_HOME=$1/config XDG_CACHE_HOME=$1/cache
export PYGAME_HIDE_SUPPORT_PROMPT=1 LANG=C.UTF-8
ibus-daemon --xim --daemonize --panel=disable >/dev/null 2>&1
sleep 3
ibus engine libpinyin
other=$(echo "$1"/venv/lib/python3*/site-packages/sdl2dll/dll/libSDL2-2.0.so)
for sdl in "" "$other"; do
  SDL_DYNAMIC_API=$sdl "$1/venv/bin/python" "$1/type.py" & typing=$!
  sleep 3
  xdotool windowfocus --sync "$(xdotool search --class type.py | tail -1)"
  ibus engine libpinyin
  xdotool type --delay 300 "nihao "
  wait $typing
done
ibus exit
kill $server
SHELL
dbus-run-session -- bash "$folder/session.sh" "$folder" 2>"$folder/errors" | tee "$folder/said" || { cat "$folder/errors"; exit 1; }
grep -q "SDL 2.28.4 typed 'nihao '" "$folder/said"
grep -q "SDL 2.32.10 typed '你好'" "$folder/said"
