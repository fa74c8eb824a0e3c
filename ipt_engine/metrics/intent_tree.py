"""Reading MTOP's bracketed trees of intents and slots."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\[(?:IN|SL):[^\s\[\]]+|\[|\]|[^\s\[\]]+")


@dataclass(frozen=True)
class Node:
    """An intent or slot.

    Attributes:
        label: With its kind, such as "IN:CREATE_ALARM".
        children: Words and further nodes, in order.
    """

    label: str
    children: tuple["Node | str", ...]


def parse_tree(text: str) -> Node | None:
    """The tree that a text spells; None if it is not one whole tree.

    Brackets need no spaces around them. A bracket without "IN:" or "SL:" and a label, one left
    open or closed twice, and words outside the tree make it none.
    """
    open_nodes: list[tuple[str, list[Node | str]]] = []
    root: Node | None = None
    for token in _TOKEN.findall(text):
        if root is not None or token == "[":
            return None
        if token.startswith("["):
            open_nodes.append((token[1:], []))
        elif not open_nodes:
            return None
        elif token != "]":
            open_nodes[-1][1].append(token)
        else:
            label, children = open_nodes.pop()
            node = Node(label, tuple(children))
            if open_nodes:
                open_nodes[-1][1].append(node)
            else:
                root = node
    return None if open_nodes else root


def write_tree(node: Node, words: bool = True) -> str:
    """The tree with one space between tokens.

    Args:
        node: Its root.
        words: Whether to write the words; without them it is the frame of intents and slots.
    """
    inside = [
        write_tree(child, words) if isinstance(child, Node) else child
        for child in node.children
        if words or isinstance(child, Node)
    ]
    return " ".join([f"[{node.label}", *inside, "]"])
