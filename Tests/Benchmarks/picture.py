"""Draws the report's figures as an SVG that reads on light and dark pages."""

import math
import textwrap
from html import escape

WIDTH, LABEL, BAR, ROW, GAP = 760, 170, 470, 22, 50
INK, OURS, OTHERS = "#57606a", "#2da44e", "#8c959f"


def draw(heading, figures):
    """One group of bars a figure, on a logarithmic scale of whole powers of ten, each with a line."""
    parts, y = [], 24
    for title, unit, values in figures:
        if not values:
            continue
        parts.append(text(0, y, title, weight="bold"))
        lowest, highest = decades(values)
        for power in range(lowest, highest + 1):
            x = LABEL + BAR * (power - lowest) / (highest - lowest)
            parts.append(f'<path d="M{x:.1f} {y + 8}v{ROW * len(values) + 2}" stroke="{INK}" stroke-opacity="0.25"/>')
            parts.append(text(x, y + ROW * len(values) + 20, f"{10.0 ** power:g}", anchor="middle", size=10))
        for name, value in values:
            y += ROW
            place = math.log10(value) - lowest if value > 0 else 0
            width = max(1, BAR * place / (highest - lowest))
            color = OURS if name == "this proxy" else OTHERS
            parts.append(text(LABEL - 8, y, name, anchor="end"))
            parts.append(f'<rect x="{LABEL}" y="{y - 12}" width="{width:.1f}" height="14" rx="2" fill="{color}"/>')
            parts.append(text(LABEL + width + 6, y, f"{number(value)} {unit}"))
        y += GAP
    for line in textwrap.wrap(heading, 120):
        parts.append(text(0, y - 10, line, size=10))
        y += 14
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" '
        f'font-family="system-ui, sans-serif">\n' + "\n".join(parts) + "\n</svg>\n"
    )


def decades(values):
    """The powers of ten below and above all values; what is not above zero has no place on such a scale."""
    logarithms = [math.log10(value) for _, value in values if value > 0] or [0]
    lowest = math.floor(min(logarithms))
    return lowest, max(math.ceil(max(logarithms)), lowest + 1)


def text(x, y, words, anchor="start", weight="normal", size=13):
    return (
        f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" font-weight="{weight}" font-size="{size}" '
        f'fill="{INK}">{escape(words)}</text>'
    )


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
