"""Small GTP programs that play, or misbehave in one way; run by ``sys.executable``.

``command("crash", "3")`` is a command line; see ``MANNERS`` for what there is.
"""

import shlex
import sys

MANNERS = """
play N        plays its own list of points, passes after N moves
resign N      resigns at move N
crash N       dies at move N, with a word on stderr
hang N        falls silent at move N
nonsense N    talks prose at move N
illegal N     plays A1 again at move N
flood N       writes without end at move N
refuse N      says that the N-th move played against it is illegal
mute          answers nothing at all
deaf          ignores quit and the end of its input
chatty        writes a megabyte to stderr, and blank lines and CR to stdout
unnumbered    forgets the numbers of commands
weightless    tells on stdout what it lacks, and dies before it is asked
score TEXT    plays like "play 3" and gives TEXT as the final score
"""


def command(*manner: str) -> str:
    return shlex.join([sys.executable, __file__, *manner])


def main(manner: str, argument: str = "0") -> None:
    if manner == "weightless":
        print("A network is needed.\nBy default it is looked for at home.")  # noqa: T201
        sys.exit(1)
    moves = heard = 0
    limit = 3 if manner == "score" else int(argument)
    vertices = [f"{c}{r}" for r in range(1, 20, 2) for c in "ABCDEFGHJKLMNOPQRST"]
    for line in sys.stdin:
        number, _, rest = line.strip().partition(" ")
        if not number.isdigit():
            number, rest = "", line.strip()
        words = rest.split()
        answer = ""
        if manner == "mute":
            continue
        if manner == "chatty":
            sys.stderr.write("x" * 1_000_000)
            sys.stdout.write("\n\r\n")
        if words[0] == "quit" and manner != "deaf":
            break
        if words[0] == "name":
            answer = f"fake {manner}"
        elif words[0] == "version":
            answer = "1.0"
        elif words[0] == "final_score":
            if manner != "score":
                reply(number, "cannot score", sign="?")
                continue
            answer = argument
        elif words[0] == "clear_board":
            moves = heard = 0
        elif words[0] == "play":
            heard += 1
            if manner == "refuse" and heard == limit:
                reply(number, "illegal move", sign="?")
                continue
        elif words[0] == "genmove":
            moves += 1
            if moves == limit and misbehave(manner):
                return
            if manner == "resign" and moves == limit:
                answer = "resign"
            elif manner in ("play", "score") and moves > limit:
                answer = "PASS"
            elif manner == "illegal" and moves == limit:
                answer = vertices[0]
            else:
                answer = vertices[moves - 1].lower()
        reply("" if manner == "unnumbered" else number, answer)
    while manner == "deaf":
        import time

        time.sleep(60)


def misbehave(manner: str) -> bool:
    """Whether the program ends here."""
    if manner == "crash":
        sys.stderr.write("fake: out of stones\n")
        sys.exit(3)
    if manner == "nonsense":
        sys.stdout.write("I think D4 is big here\n\n")
        sys.stdout.flush()
    if manner == "hang":
        sys.stdin.read()  # until the other side closes it
        return True
    while manner == "flood":
        sys.stdout.write("= " + "a" * 1000 + "\n")
    return False


def reply(number: str, text: str, sign: str = "=") -> None:
    sys.stdout.write(f"{sign}{number} {text}\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
