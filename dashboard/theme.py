"""Light or dark, and the few rules of style that the theme file cannot say."""

from pathlib import Path
from typing import Literal

import streamlit as st

from dashboard.components.figure import LEAST_WIDTHS
from ipt_engine.methods import METHODS
from ipt_engine.plots import METHOD_COLOURS

ASSETS = Path(__file__).resolve().parent / "assets"
_STYLE = """
h1 {letter-spacing: -0.01em; padding-bottom: 0.55rem !important;}
h2 {padding-top: 0.75rem !important;}
.st-key-playground-table {min-height: 14.4rem;}
/* Over the table's own head: above it would lie over the input. */
.st-key-playground-table [data-testid="stElementToolbar"] {top: -0.5rem !important;}
.st-key-playground-actions {min-height: 2.6rem;}
[data-testid="stMainBlockContainer"] {max-width: 78rem;}
.ipt-label {font-size: 0.78rem; letter-spacing: 0.02em; margin-bottom: 0.1rem;
  color: color-mix(in srgb, currentColor 72%, transparent);}
.ipt-text {white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45;}
.ipt-answer {font-size: 1.12rem; line-height: 1.5; max-width: 62rem;}
.ipt-two-lines {min-height: 3em;}
.ipt-four-lines {min-height: 6.6em;}
.st-key-overview-starts {margin: 0.5rem 0;}
.ipt-small {font-size: 0.82rem; line-height: 1.45;
  color: color-mix(in srgb, currentColor 80%, transparent);}
.ipt-methods {display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr));
  gap: 0.4rem 1.4rem; margin-bottom: 0.5rem;}
.ipt-copied {text-decoration: underline dotted; text-underline-offset: 0.18em; cursor: help;}
.ipt-term {border-bottom: 1px dotted currentColor; cursor: help; white-space: nowrap;}
/* Explanations, for pointer, finger and keyboard alike. A faint text that holds one is faint by
   its colour: by opacity the explanation would be, too. */
[data-testid="stHtml"] {position: relative;}
.ipt-tip:hover::after, .ipt-tip:focus::after {content: attr(data-tip); position: absolute;
  left: 0; z-index: 1000; display: block; width: max-content; max-width: min(24rem, 100%);
  margin-top: 0.1rem; padding: 0.45rem 0.65rem; border-radius: 0.3rem; background: #2d323b;
  color: #fdfcfa; font: 400 0.85rem/1.45 "Source Sans", sans-serif; letter-spacing: 0;
  text-align: left; white-space: normal; cursor: auto; box-shadow: 0 0 0 1px #5b616c;}
@supports (position-area: bottom) {
  .ipt-tip:hover::after, .ipt-tip:focus::after {position: fixed; left: auto; max-width: 24rem;
    position-area: bottom span-right; position-try-fallbacks: flip-inline, flip-block,
    flip-inline flip-block;}
}
.ipt-verdict {font-size: 0.88em; font-weight: 600; padding: 0.05em 0.5em; cursor: help;
  border: 1px solid currentColor; border-radius: 0.3rem; white-space: nowrap;}
.ipt-undecided {border-style: dashed;}
.ipt-method {font-weight: 600; cursor: help; white-space: nowrap;}
.ipt-panel-text {min-height: 6.2em; margin: 0.45rem 0 0.5rem;}
.ipt-outdated {color: color-mix(in srgb, currentColor 72%, transparent);}
.ipt-scores {display: flex; flex-wrap: wrap; gap: 0.1rem 0.8rem; font-size: 0.85rem;
  margin-bottom: 0.2rem;}
.ipt-cursor {display: inline-block; width: 0.5em; height: 1em; vertical-align: text-bottom;
  background: currentColor; opacity: 0.5;}
[class*="st-key-panels-"] [data-testid="stHorizontalBlock"] {flex-wrap: wrap;}
[class*="st-key-panels-"] [data-testid="stColumn"] {min-width: 12.5rem;}
@media (max-width: 1000px) {
  [data-testid="stMainBlockContainer"] [data-testid="stHorizontalBlock"] {flex-wrap: wrap;}
  [data-testid="stMainBlockContainer"] [data-testid="stColumn"] {min-width: 13rem;}
  .ipt-table {font-size: 0.85rem;}
  .ipt-table th, .ipt-table td {padding-right: 0.5rem;}
  .ipt-table .ipt-small {font-size: 0.76rem; white-space: normal;}
  .ipt-table .ipt-swatch {margin-right: 0.2em;}
  .ipt-table.ipt-dense th, .ipt-table.ipt-dense td {white-space: normal;}
  .ipt-dense .ipt-small {white-space: nowrap;}
  [class*="st-key-wide-"] [data-testid="stColumn"] {min-width: 24rem !important;}
  [class*="st-key-wide-"] [data-testid="stColumn"] [data-testid="stColumn"] {
    min-width: 9rem !important;}
  /* What runs is seen first, not below a form. */
  .st-key-wide-train [data-testid="stColumn"]:has(.st-key-jobs-running) {order: -1;}
}
.ipt-line {line-height: 1.5; margin-top: 0.3rem; max-width: 68rem;}
.ipt-about {font-size: 0.78em; cursor: help; margin-left: 0.25em;
  color: color-mix(in srgb, currentColor 70%, transparent);
  border-bottom: 1px dotted currentColor;}
.ipt-claim {font-size: 1.02rem; font-weight: 600; line-height: 1.4; margin-bottom: 0.4rem;}
.ipt-foot {margin-top: 1.2rem;}
.ipt-scroll, [class*="st-key-least-"] {overflow-x: auto;}
.ipt-table {width: 100%; border-collapse: collapse; font-size: 0.98rem;
  font-variant-numeric: tabular-nums;}
.ipt-table th, .ipt-table td {text-align: left; padding: 0.55rem 0.8rem 0.5rem 0;
  vertical-align: top; white-space: nowrap; border: 0;}
.ipt-dense {margin: 0.3rem 0 0.6rem; font-size: 0.92rem;}
.ipt-dense th, .ipt-dense td {padding-top: 0.25rem; padding-bottom: 0.2rem;}
.ipt-table thead th {border-bottom: 1.5px solid currentColor; font-weight: 600;}
.ipt-table tbody tr + tr > * {border-top: 1px solid rgba(128, 128, 128, 0.25);}
.ipt-table th[scope="row"] {font-weight: 600;}
.ipt-table th .ipt-small {font-weight: 400;}
.ipt-table a {color: inherit; text-decoration: none;}
.ipt-table a:hover, .ipt-table a:focus-visible {text-decoration: underline;}

/* "Press Enter to apply" wraps over the number in a narrow field; leaving the field applies too. */
[data-testid="stNumberInput"] [data-testid="InputInstructions"] {display: none;}
.ipt-missing {color: color-mix(in srgb, currentColor 72%, transparent);}
a:focus-visible, .ipt-tip:focus-visible, [data-testid="stDataFrame"]:focus-within,
[data-testid="stElementToolbarButton"] button:focus-visible {
  outline: 2px solid var(--primary-color, #4d76aa); outline-offset: 1px;}
/* Streamlit's own shades lie below a contrast of 4.5. */
[data-testid="stCaptionContainer"] {opacity: 0.76 !important;}
button[role="radio"][data-selected="true"], button[role="checkbox"][data-selected="true"] {
  color: inherit !important;}
[data-testid="stSliderThumbValue"], [data-testid="stSliderThumbValue"] p {
  color: var(--text-color, inherit) !important;}
.ipt-claim ~ .ipt-small {margin-top: 0.6rem;}
[data-testid="stSidebarNavSeparator"] {display: none;}
.ipt-badge {font-size: 0.88rem; line-height: 1.45;}
.ipt-pulse {display: inline-block; width: 0.6em; height: 0.6em; border-radius: 50%;
  background: #009E73; margin-right: 0.45em; animation: ipt-pulse 1.6s ease-in-out infinite;}
@keyframes ipt-pulse {50% {opacity: 0.25;}}
@media (prefers-reduced-motion: reduce) {.ipt-pulse {animation: none;}}
.ipt-swatch {display: inline-block; width: 0.7em; height: 0.7em; border-radius: 50%;
  margin-right: 0.45em;}
"""


def apply() -> None:
    """Add the style rules and the logo to the page."""
    st.logo(str(ASSETS / "logo.svg"), size="large")
    panels = "".join(
        f'[class*="st-key-panel-{name}"] {{border-top: 3px solid {METHOD_COLOURS[name]};}}'
        for name in METHODS
    )
    pictures = "".join(
        f'[class*="st-key-least-{width}-"] [data-testid="stFullScreenFrame"] '
        f"{{min-width: {width}rem;}}"
        for width in LEAST_WIDTHS
    )
    st.html(f"<style>{_STYLE}{panels}{pictures}</style>")


def mode() -> Literal["light", "dark"]:
    """The theme the browser shows now; light until it has told."""
    return "dark" if st.context.theme.type == "dark" else "light"
