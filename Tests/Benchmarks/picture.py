"""Draws the report's figures as an SVG that reads on light and dark pages."""

import textwrap
from html import escape

WIDTH, LABEL, BAR, ROW, GAP = 760, 170, 470, 22, 40
INK, OURS, OTHERS = "#57606a", "#2da44e", "#8c959f"


def draw(heading, figures):
    """One group of bars a figure, the longest bar of each as long as there is room."""
    parts, y = [], 24
    for title, unit, values in figures:
        if not values:
            continue
        parts.append(text(0, y, title, weight="bold"))
        largest = max(max(value for _, value in values), 1e-9)
        for name, value in values:
            y += ROW
            width = max(1, BAR * max(value, 0) / largest)
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


def text(x, y, words, anchor="start", weight="normal", size=13):
    return (
        f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" font-weight="{weight}" font-size="{size}" '
        f'fill="{INK}">{escape(words)}</text>'
    )


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
