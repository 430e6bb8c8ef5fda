"""Makes app/static/icons/sprite.svg from the icons named here: `python -m scripts.icons FOLDER` of Bootstrap Icons' svg files."""

import re
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "app" / "static" / "icons" / "sprite.svg"
NAMES = """
arrow-clockwise arrow-counterclockwise arrow-down arrow-left arrow-left-right arrow-right arrow-up ban bank bell book
bookmark box-arrow-right building calendar-event calendar3 card-checklist card-list check-circle check-circle-fill
check-lg chevron-down chevron-expand chevron-left chevron-right chevron-up clipboard clipboard-check clock
clock-history cloud-check cloud-slash columns-gap dash-circle download exclamation-circle exclamation-triangle
exclamation-triangle-fill eye eye-slash file-earmark-excel file-earmark-pdf file-earmark-spreadsheet file-earmark-text
filter funnel gear geo-alt globe heart-pulse hospital hourglass-split house house-door image inbox info-circle key
keyboard layers link-45deg list list-check lock mortarboard paperclip patch-check pause-circle pencil-square people
person person-badge person-check person-dash person-plus person-vcard person-x pin-map plus-lg printer question-circle
receipt reply save search send shield-check shield-lock sliders sort-down sort-up stop-circle stopwatch tag three-dots
trash upload wifi-off x-circle x-circle-fill x-lg
""".split()


def symbol(name: str, text: str) -> str:
    """One icon as a symbol of the sprite."""
    box = re.search(r'viewBox="([^"]+)"', text)
    body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
    if box is None or body is None:
        raise ValueError(f"{name} is no icon")
    return f'<symbol id="{name}" viewBox="{box[1]}">{" ".join(body[1].split())}</symbol>'


def main() -> None:
    """Write the sprite."""
    folder = Path(sys.argv[1])
    symbols = "\n".join(symbol(name, (folder / f"{name}.svg").read_text()) for name in NAMES)
    TARGET.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n')


if __name__ == "__main__":
    main()
