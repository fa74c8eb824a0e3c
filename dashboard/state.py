"""Every key of the session and of the address.

A page's choices live in a `View`: kept in the session while the person moves between pages,
written into the address so that a link opens the same view, and checked when they come back
from there, since anyone can write an address.
"""

from collections.abc import Collection, Sequence
from typing import Any

import streamlit as st

from dashboard.components import text

PLAYGROUND_JOB = "playground.job"
"""The generation in progress or last finished in this session."""

SWAP_JOB = "playground.swap"
"""The swap bench in progress or last finished in this session."""

SWAP_SESSION = "playground.session"
"""What this session is called among those that watch the same swap bench."""

PINNED = "playground.pinned"
"""The Playground's table of demonstrations by its key, and the ids that stand on top of it."""

OUTCOME = "outcome"
"""What came of the last button that says so beside itself, until it has been said."""

_PAGE = "current_page"
_TASK = "current_task"
"""The task chosen last, on whichever page: the next page opens with it."""
ALL = "all"
_MAX_TEXT = 4000


class View:
    """The choices of one page.

    Each method gives the key for one widget, with its value put in the session beforehand:
    from the address on arrival, else from the last visit, else the default.

    Attributes:
        page: Its name.
        arriving: Whether this is the first run since another page was shown, or since the browser
            went back or forward to another address of this one.
    """

    def __init__(self, page: str) -> None:
        """Begin a run of the page.

        Args:
            page: Name of the page, the first part of its keys.
        """
        self.page = page
        self._notice = st.empty()
        self._defaults: dict[str, Any] = {}
        moved = st.session_state.get(_PAGE) == page and self._moved()
        self.arriving = moved or st.session_state.get(_PAGE) != page
        self._address = st.query_params.to_dict() if self.arriving else {}
        # Whoever comes by the menu comes to an address without choices, into which the page writes
        # what it brings along: the browser's Back leads to it once more, and it means the same.
        if self.arriving:
            self._set("bare", moved and not self._address)
        if moved and not self._address:
            self._address = dict(st.session_state.get(self.key("brought"), {}))
        # An address without choices is one with all defaults where the browser has gone back to it.
        self._from_address = moved or bool(self._address)
        if moved:
            self._set("clicks", self.clicks + 1)
        if self.arriving:
            st.session_state[_PAGE] = page
            self._set("problems", [])
            self._set("given", list(self._address))
            for name in self._kept():
                st.session_state.pop(self.key(name), None)

    def key(self, name: str) -> str:
        """The session's key of a choice, also the widget's key."""
        return f"{self.page}.{name}"

    def choice(
        self,
        name: str,
        options: Sequence[str],
        default: str | None = None,
        known: Collection[str] = (),
    ) -> str:
        """Key of a widget that picks one of `options`.

        Args:
            name: The choice's name.
            options: What can be picked.
            default: The first option if not given.
            known: What exists though it cannot be picked here yet, so that a link to it is told
                from one to something that is not there.
        """
        first = options[0] if default is None else default

        def read(raw: str) -> str:
            if raw not in options:
                known_yet = raw in known
                raise ValueError("has nothing on this page yet" if known_yet else "is not there")
            return raw

        carried = None
        if name == "task" and ALL not in options and st.session_state.get(_TASK) in options:
            carried = st.session_state[_TASK]
        key = self._seed(name, first, read, carried)
        if st.session_state[key] not in options:
            st.session_state[key] = first
        if name == "task" and st.session_state[key] != ALL:
            st.session_state[_TASK] = st.session_state[key]
        return key

    def number(self, name: str, low: float, high: float, default: float, step: float = 1) -> str:
        """Key of a widget for a number from `low` to `high`; whole where `step` is."""
        kind = type(default)

        def read(raw: str) -> float:
            try:
                value = kind(raw)
            except ValueError:
                raise ValueError("is not a number") from None
            if not low <= value <= high:
                raise ValueError(f"is not between {low:g} and {high:g}")
            return round(low + round((value - low) / step) * step, 10) if kind is float else value

        return self._seed(name, default, read)

    def words(self, name: str, default: str = "") -> str:
        """Key of a widget for free text."""

        def read(raw: str) -> str:
            if len(raw) > _MAX_TEXT:
                raise ValueError(f"is longer than {_MAX_TEXT} characters")
            return raw

        return self._seed(name, default, read)

    def flag(self, name: str, default: bool = False) -> str:
        """Key of a widget that is on or off."""

        def read(raw: str) -> bool:
            if raw not in {"yes", "no"}:
                raise ValueError("is neither yes nor no")
            return raw == "yes"

        return self._seed(name, default, read)

    def several(self, name: str, options: Sequence[str], default: Sequence[str] = ()) -> str:
        """Key of a widget that picks any number of `options`; of a link, those that are there."""
        allowed = set(options)

        def read(raw: str) -> list[str]:
            picked = [part for part in raw.split(",") if part]
            missing = [part for part in picked if part not in allowed]
            if missing:
                self._complain(name, ", ".join(missing), "is not there", "leaving it out")
            return [part for part in picked if part in allowed]

        key = self._seed(name, list(default), read)
        kept = [item for item in st.session_state[key] if item in allowed]
        if kept != st.session_state[key]:
            st.session_state[key] = kept
        return key

    def get(self, name: str) -> Any:
        """The choice's value now."""
        return st.session_state[self.key(name)]

    def set(self, name: str, value: Any) -> None:
        """Change a choice from a callback, before its widget is made."""
        self._set(name, value)

    def open(self, **values: Any) -> None:
        """Change choices from a picture's callback; tables keyed by `clicks` begin anew.

        A table that was ticked keeps its row otherwise, and would take the choice back.
        """
        for name, value in values.items():
            self._set(name, value)
        self._set("clicks", self.clicks + 1)

    @property
    def clicks(self) -> int:
        """How often a click on a picture has opened something on this page."""
        return int(st.session_state.get(self.key("clicks"), 0))

    def forget(self, *names: str) -> None:
        """Let choices fall back to their defaults; for callbacks of what they depend on."""
        for name in names:
            st.session_state.pop(self.key(name), None)
            self._kept().pop(name, None)

    def publish(self) -> None:
        """Write the choices into the address, remember them, and report a bad link once."""
        values = {name: self.get(name) for name in self._defaults}
        self._set("remembered", {**self._kept(), **values})
        # What a link gave stays in the address though it is a default: a changed address would be
        # one more step for the browser's Back.
        given = st.session_state.get(self.key("given"), [])
        query = {
            n: _write(v) for n, v in values.items() if v != self._defaults[n] or (v and n in given)
        }
        query = {name: said for name, said in query.items() if len(said) <= _MAX_TEXT}
        if self.arriving and not self._from_address:
            self._set("brought", query)
        bare = st.session_state.get(self.key("bare"))
        if bare and query == st.session_state.get(self.key("brought"), {}):
            # Written again, it would be one more step, and Back would never get past it.
            query = {}
        elif st.query_params.to_dict() != query:
            st.query_params.from_dict(query)
        self._set("address", query)
        problems = st.session_state.get(self.key("problems"))
        if self.arriving:
            self._set("published", query)
        elif st.session_state.get(self.key("published")) != query:
            problems = None
            self._set("problems", [])
        if problems:
            self._notice.warning(text.markdown(" ".join(problems)), icon=":material/link_off:")

    def _seed(self, name: str, default: Any, read: Any, carried: Any = None) -> str:
        """Put the choice's value in the session unless a widget already has it there.

        Args:
            name: The choice's.
            default: Its value if nothing says otherwise.
            read: From the address's text to a value; raises ValueError where it is none.
            carried: What another page hands over; it goes before what this page remembers.
        """
        self._defaults[name] = default
        key = self.key(name)
        if key in st.session_state:
            # Touched so that a widget that is not drawn in this run keeps its value.
            st.session_state[key] = st.session_state[key]
            return key
        value = default
        if not self._from_address:
            value = self._kept().get(name, default) if carried is None else carried
        if name in self._address:
            raw = self._address[name]
            try:
                value = read(raw)
            except ValueError as error:
                self._complain(name, raw, str(error), "showing the default")
        st.session_state[key] = value
        return key

    def _moved(self) -> bool:
        """Whether the browser has gone back or forward: another address, though nobody chose.

        Where someone did choose, the address may just not have followed yet.
        """
        written = st.session_state.get(self.key("address"))
        chosen = any(
            self.key(name) in st.session_state and st.session_state[self.key(name)] != value
            for name, value in self._kept().items()
        )
        return written is not None and not chosen and st.query_params.to_dict() != written

    def _complain(self, name: str, raw: str, why: str, instead: str) -> None:
        st.session_state[self.key("problems")].append(
            f"The link asks for {name} “{text.shorten(raw, 40)}”, which {why}; {instead}."
        )

    def _kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = st.session_state.get(self.key("remembered"), {})
        return kept

    def _set(self, name: str, value: Any) -> None:
        st.session_state[self.key(name)] = value


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
