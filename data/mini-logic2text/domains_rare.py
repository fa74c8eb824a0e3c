"""Domains that train has hardly (RARE) or not at all (ABSENT)."""

from wording import Domain, amount, figure, measure, words, year

RARE: dict[str, Domain] = {
    "airports": Domain(
        "airport",
        "airports",
        "airport",
        "{town} International / {surname} Field / {region} Airport",
        ["served by {brand} Airways", "in the {region} islands"],
        [
            words(
                "control",
                "civil, military, private",
                "<is|are> under {v} control / <is|are> controlled by a {v} body",
                "<is|are> not under {v} control",
                "are under <the same kind of control|different kinds of control>",
            ),
            amount("runways", (2, 6, 1, 1), "has|have", "runways"),
            amount("gates", (4, 90, 1, 10), "has|have", "gates"),
            measure(
                "elevation ( ft )",
                (15, 2400, 5, 200),
                "elevation",
                "higher, highest, lower, lowest",
                "feet",
                "above sea level",
            ),
        ],
    ),
    "wines": Domain(
        "wine",
        "wines",
        "wine",
        "Villa {surname} / Clos {noun} / Domaine {town}",
        ["from the {surname} cellar", "at the {2003-2022} {region} tasting"],
        [
            words(
                "grape",
                "Merlot, Pinot Noir, Riesling, Syrah, Chardonnay",
                "<is|are> made from {v} grapes / <is|are> pressed from {v} grapes",
                "<is|are> not made from {v} grapes",
                "are made from <the same grape|different grapes>",
            ),
            figure("score", (71, 99, 1, 5), "score", ""),
            amount("bottles left", (4, 300, 2, 50), "has|have", "bottles left"),
            measure(
                "age",
                (2, 34, 1, 5),
                "age",
                "older, oldest, younger, youngest",
                "years",
                "old",
            ),
        ],
    ),
}
ABSENT: dict[str, Domain] = {
    "asteroids": Domain(
        "asteroid",
        "asteroids",
        "asteroid",
        "{1040-9870} {surname} / {1040-9870} {first}",
        ["discovered at {town} Observatory", "surveyed by the {noun} probe"],
        [
            words(
                "surface",
                "carbon, ice, iron, nickel, silicate",
                "<is|are> rich in {v} / <has|have> a surface of {v}",
                "<is|are> not rich in {v}",
                "have <the same kind of surface|different kinds of surface>",
            ),
            figure(
                "diameter ( km )",
                (2, 340, 2, 20),
                "diameter",
                "kilometres",
                adjectives="larger, largest, smaller, smallest",
            ),
            figure(
                "orbit ( days )",
                (820, 2900, 20, 200),
                "orbital period",
                "days",
                adjectives="longer, longest, shorter, shortest",
            ),
            amount("craters", (3, 88, 1, 10), "has|have", "known craters"),
        ],
    ),
    "butterflies": Domain(
        "butterfly",
        "butterflies",
        "species",
        "{adjective} Monarch / {surname}'s Admiral / {colour_name} Satyr / "
        "{town} Skipper / {adjective} Copper",
        ["seen in {town} meadow", "in the {surname} insect collection"],
        [
            words(
                "food plant",
                "clover, nettles, thistles, violets, willow",
                "<feeds|feed> on {v} / <eats|eat> {v}",
                "<does|do> not feed on {v}",
                "feed on <the same plant|different plants>",
            ),
            figure(
                "wingspan ( mm )",
                (22, 108, 2, 10),
                "wingspan",
                "millimetres",
                adjectives="larger, largest, smaller, smallest",
            ),
            figure(
                "flight ( weeks )",
                (3, 26, 1, 5),
                "flight season",
                "weeks",
                adjectives="longer, longest, shorter, shortest",
            ),
            amount("spots", (2, 18, 1, 2), "has|have", "wing spots"),
        ],
    ),
    "cheeses": Domain(
        "cheese",
        "cheeses",
        "cheese",
        "{town} Blue / Old {region} / {surname}'s Smoked / White {town}",
        ["from the {surname} dairy", "judged at the {2001-2022} {region} show"],
        [
            words(
                "milk",
                "cow's milk, goat's milk, sheep's milk, buffalo milk",
                "<is|are> made from {v} / <uses|use> {v}",
                "<is|are> not made from {v}",
                "are made from <the same milk|different milk>",
            ),
            measure(
                "age ( months )",
                (2, 36, 1, 5),
                "age",
                "older, oldest, younger, youngest",
                "months",
                "old",
            ),
            figure("fat ( % )", (12, 62, 1, 10), "fat content", "percent"),
            figure("salt ( mg )", (210, 990, 10, 100), "salt content", "milligrams"),
        ],
    ),
    "castles": Domain(
        "castle",
        "castles",
        "castle",
        "{surname} Castle / {town} Keep / Fort {noun}",
        ["of the dukes of {region}", "around {town}"],
        [
            words(
                "state",
                "intact, ruined, restored, flooded",
                "<is|are> {v} / <is|are> described as {v}",
                "<is|are> not {v}",
                "are in <the same state|different states>",
            ),
            amount("towers", (2, 14, 1, 2), "has|have", "towers"),
            amount("visitors a week", (100, 6200, 50, 500), "has|have", "visitors a week"),
            figure(
                "moat ( m )",
                (3, 28, 1, 5),
                "moat",
                "metres",
                adjectives="wider, widest, narrower, narrowest",
            ),
        ],
    ),
    "computers": Domain(
        "computer",
        "computers",
        "computer",
        "{brand} {greek} / {brand} {100-990} / {noun}box",
        ["in the {surname} computing museum", "sold by {surname} Electronics in {town}"],
        [
            words(
                "processor",
                "Kestrel, Merlin, Osprey, Condor, Heron",
                "<is|are> built around the {v} chip / <uses|use> the {v} chip",
                "<is|are> not built around the {v} chip",
                "use <the same chip|different chips>",
            ),
            figure(
                "memory ( kB )",
                (16, 960, 16, 100),
                "memory",
                "kilobytes",
                adjectives="larger, largest, smaller, smallest",
            ),
            amount("ports", (2, 9, 1, 1), "has|have", "ports"),
            year("released", (1977, 1996, 1, 2), "was released|were released", "newest", "oldest"),
        ],
    ),
}
