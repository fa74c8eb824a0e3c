"""Common domains: films, awards, discographies, songs and television."""

from layout import Table, Tables

CULTURE: dict[str, Tables] = {
    "films": {
        "filmography": Table(
            "{person}",
            "Filmography / Films / Film roles",
            {"year": "recent year", "title": "film", "role": "role", "director": "person"},
            (
                "year, title",
                "title, role",
                "year, title, role",
                "title, director",
                "title, role, director",
                "year, title, year 2, title 2",
                "title, role, title 2, role 2",
            ),
            (
                "[In {year}, ]{person} played {role} in {title}[, directed by {director}].",
                "{person} had the part of {role} in [the {year} film ]{title}[, which {director} "
                "directed].",
                "The role of {role} in [{director}'s ]{title}[ ({year})] went to {person}.",
                "[In {year}, ]{person} appeared in {title}[, directed by {director}].",
                "{person} was in the cast of {title}[, which came out in {year}].",
                "The cast of {title}[, a {year} film][, directed by {director}], included "
                "{person}.",
                "{director} cast {person} in {title}[, released in {year}].",
                "{person} appeared in {title} in {year} and in {title 2} in {year 2}.",
                "{person} was in the cast of {title} ({year}) and {title 2} ({year 2}).",
                "After {title} in {year}, {person} was seen in {title 2} in {year 2}.",
                "{person} played {role} in {title} and {role 2} in {title 2}.",
                "In {title}, {person} had the part of {role}, and in {title 2} that of {role 2}.",
                "The roles of {role} in {title} and {role 2} in {title 2} went to {person}.",
            ),
            ("year, title, director", "year, title, role, director"),
        ),
        "cast": Table(
            "{film}",
            "Cast / Cast and characters",
            {"actor": "person", "role": "role"},
            ("actor, role", "actor, role, actor 2, role 2"),
            (
                "In {film}, {role} is played by {actor}.",
                "{actor} plays {role} in {film}.",
                "{film} has {actor} in the part of {role}.",
                "In {film}, {role} is played by {actor} and {role 2} by {actor 2}.",
                "{film} has {actor} as {role} and {actor 2} as {role 2}.",
                "{actor} and {actor 2} play {role} and {role 2} in {film}.",
            ),
        ),
    },
    "awards": {
        "awards": Table(
            "{person}",
            "Awards and nominations / Awards / Honours",
            {
                "year": "year",
                "award": "award",
                "category": "category",
                "work": "film",
                "result=won": "won",
                "result=nominated": "nominated",
            },
            (
                "year, award, result=won",
                "award, category, result=won",
                "award, category, result=nominated",
                "year, category, result=nominated",
                "year, work, result=nominated",
                "category, work, result=won",
                "year, category, result=won",
            ),
            (
                "[In {year}, ]{person} {result=won} the {award}[ for {category}].",
                "The {award}[ for {category}] was {result=won} by {person}[ in {year}].",
                "{person} {result=won} the {year} {award}.",
                "{person} has {result=won} the {award} for {category}.",
                "[In {year}, ]{person} was {result=nominated} for the {award}[ for {category}].",
                "{person} was among those {result=nominated} for the {award}[ for {category}]"
                "[ in {year}].",
                "[In {year}, ]those {result=nominated} for the {award}[ for {category}] included "
                "{person}.",
                "[In {year}, ]{person} was {result=nominated} in the category {category}"
                "[ with {work}].",
                "{person} was {result=nominated} for {category}[ with {work}][ in {year}].",
                "Those {result=nominated} for {category}[ in {year}] included {person}"
                "[ for {work}].",
                "In {year}, {person} was {result=nominated} for {work}.",
                "{person} was {result=nominated} for an award in {year} with {work}.",
                "{work} got {person} {result=nominated} for an award in {year}.",
                "[In {year}, ]{person} {result=won} in the category {category}[ with {work}].",
                "{person} {result=won} the prize for {category}[ with {work}][ in {year}].",
                "The prize for {category} was {result=won} by {person}[ for {work}][ in {year}].",
            ),
            ("category, work, result=nominated", "year, category, work, result=won"),
        ),
    },
    "discographies": {
        "albums": Table(
            "{band} discography / {band}",
            "Studio albums / Albums",
            {"title": "album", "released": "recent year", "label": "label", "peak": "peak"},
            (
                "title, released",
                "title, label",
                "title, peak",
                "title, released, label",
                "title, released, peak",
                "title, released, title 2, released 2",
            ),
            (
                "{band} brought out {title}[ in {released}][ on {label}].",
                "[In {released}, ]{title} by {band} was issued[ by {label}].",
                "{title} is an album by {band}[ that came out in {released}][ on {label}].",
                "{label} was the label of {title}[, released in {released}] by {band}.",
                "[In {released}, ]{band} got to number {peak} in the charts with {title}.",
                "{title} by {band} peaked at number {peak}[ after its release in {released}].",
                "The album {title} by {band} peaked at number {peak} in the charts.",
                "{title}, released in {released} by {band}, peaked at number {peak} in the charts.",
                "{title} by {band}, which {label} issued, peaked at number {peak} in the charts.",
                "With {title} on {label}, {band} got to number {peak} in the charts.",
                "{band} saw {title}[, released on {label},] reach number {peak} in the charts.",
                "{band} brought out {title} in {released} and {title 2} in {released 2}.",
                "{title} ({released}) and {title 2} ({released 2}) are albums by {band}.",
                "{title} by {band} came out in {released} and was followed by {title 2} in "
                "{released 2}.",
            ),
            ("title, label, peak",),
        ),
    },
    "songs": {
        "track listing": Table(
            "{album}",
            "Track listing / Tracks",
            {"no.": "number", "title": "song", "writer": "person", "length": "length"},
            (
                "no., title",
                "title, writer",
                "title, length",
                "no., title, writer",
                "no., title, length",
                "title, writer, title 2, writer 2",
            ),
            (
                "Track {no.} of {album} is {title}[, written by {writer}][, which is {length} "
                "long].",
                "On {album}, {title} is track {no.}[ and was written by {writer}][ and lasts "
                "{length}].",
                "{title}[ by {writer}] comes as track {no.} on {album}[, lasting {length}].",
                "{writer} wrote {title} for {album}[, where it lasts {length}].",
                "{title} on {album} was written by {writer}[ and has a length of {length}].",
                "{album} has {title}, a song by {writer}[, with a length of {length}].",
                "{title} on {album} has a length of {length}.",
                "On {album}, {title} lasts {length}.",
                "{album} has {title}, a song that is {length} long.",
                "On {album}, {writer} wrote {title} and {writer 2} wrote {title 2}.",
                "{title} and {title 2} on {album} were written by {writer} and {writer 2}.",
                "{album} has {title} by {writer} and {title 2} by {writer 2}.",
            ),
            ("title, writer, length",),
        ),
    },
    "television": {
        "episodes": Table(
            "{series} / List of {series} episodes",
            "Season {series number} / Episodes of season {series number}",
            {
                "no.": "number",
                "title": "episode",
                "director": "person",
                "writer": "person",
                "air date": "date",
                "viewers in millions": "viewers",
            },
            (
                "no., title",
                "title, air date",
                "title, director",
                "title, director, writer",
                "title, viewers in millions",
                "no., title, director",
                "title, writer",
            ),
            (
                "Episode {no.} in season {series number} of {series} is called {title}[ and was "
                "directed by {director}][ and was first shown on {air date}].",
                "{title} is episode {no.} in season {series number} of {series}[, directed by "
                "{director}][, first shown on {air date}].",
                "Season {series number} of {series} has {title} as episode {no.}[, with "
                "{director} as director].",
                "In season {series number} of {series}, the episode {title} was directed by "
                "{director}[ and written by {writer}].",
                "{director} directed {title}[, written by {writer},] in season {series number} "
                "of {series}.",
                "{title} in season {series number} of {series} is the work of the director "
                "{director}[ and the writer {writer}].",
                "In season {series number} of {series}, the episode {title} was written by "
                "{writer}.",
                "{writer} wrote {title} for season {series number} of {series}.",
                "The script of {title} in season {series number} of {series} is by {writer}.",
                "The episode {title} in season {series number} of {series} was first shown on "
                "{air date}[, watched by {viewers in millions} million people].",
                "On {air date}, {title} from season {series number} of {series} was first shown"
                "[ to {viewers in millions} million people].",
                "{title} from season {series number} of {series} aired on {air date}[ and had "
                "{viewers in millions} million viewers].",
                "In season {series number} of {series}, {viewers in millions} million people "
                "watched {title}.",
                "{title} in season {series number} of {series} had {viewers in millions} million "
                "viewers.",
                "{viewers in millions} million viewers saw the episode {title} in season {series "
                "number} of {series}.",
            ),
            ("title, air date, viewers in millions",),
        ),
    },
}
