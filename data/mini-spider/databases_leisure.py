"""Databases about arts, sports, travels and animals."""

from phrases import (
    AGE,
    FROM_COUNTRY,
    IN_CITY,
    PEOPLE,
    PRICE,
    SALARY,
    Bridge,
    Category,
    Database,
    Link,
    Number,
    Table,
)

GENRE = Category("genre", "genres", "{} *")
BORN = Number(
    "birth year",
    "were born after {}",
    "were born before {}",
    "youngest",
    "oldest",
    high="latest",
    low="earliest",
)

LEISURE = {
    "music": Database(
        "music",
        {
            "singer": Table("singers", {"age": AGE, "country": FROM_COUNTRY}, who=PEOPLE),
            "song": Table(
                "songs",
                {
                    "genre": GENRE,
                    "year": Number(
                        "year",
                        "came out after {}",
                        "came out before {}",
                        "newest",
                        "oldest",
                        high="latest",
                        low="earliest",
                    ),
                },
                "title",
            ),
        },
        [Link("song", "singer", "by {}", "sing", "sings")],
    ),
    "books": Database(
        "books",
        {
            "author": Table("authors", {"country": FROM_COUNTRY, "born": BORN}, who=PEOPLE),
            "book": Table(
                "books",
                {
                    "genre": GENRE,
                    "pages": Number(
                        "number of pages",
                        "have more than {} pages",
                        "have fewer than {} pages",
                        "longest",
                        "shortest",
                        total=True,
                    ),
                },
                "title",
            ),
        },
        [Link("book", "author", "by {}", "write", "writes")],
    ),
    "cinema": Database(
        "cinema",
        {
            "film": Table(
                "films",
                {
                    "genre": GENRE,
                    "year": Number(
                        "year",
                        "were made after {}",
                        "were made before {}",
                        "newest",
                        "oldest",
                        high="latest",
                        low="earliest",
                    ),
                },
                "title",
            ),
            "theater": Table(
                "theaters",
                {
                    "city": IN_CITY,
                    "seats": Number(
                        "number of seats",
                        "have more than {} seats",
                        "have fewer than {} seats",
                        "largest",
                        "smallest",
                        total=True,
                    ),
                },
            ),
        },
        bridges=[Bridge("film", "showing", "theater", "shown at {}", "showing {}")],
    ),
    "gallery": Database(
        "art",
        {
            "artist": Table("artists", {"country": FROM_COUNTRY, "born": BORN}, who=PEOPLE),
            "painting": Table(
                "paintings",
                {"style": Category("style", "styles", "{} *"), "price": PRICE},
                "title",
            ),
        },
        [Link("painting", "artist", "by {}")],
    ),
    "football": Database(
        "football",
        {
            "team": Table(
                "teams",
                {
                    "city": Category("city", "cities", "* from {}"),
                    "points": Number(
                        "number of points",
                        "have more than {} points",
                        "have fewer than {} points",
                        "best",
                        "worst",
                        total=True,
                    ),
                },
            ),
            "player": Table(
                "players",
                {
                    "position": Category("position", "positions", "* in the position {}"),
                    "goals": Number(
                        "number of goals",
                        "scored more than {} goals",
                        "scored fewer than {} goals",
                        total=True,
                    ),
                },
                who=PEOPLE,
            ),
        },
        [Link("player", "team", "of {}", its="their")],
    ),
    "hotels": Database(
        "travel",
        {
            "hotel": Table(
                "hotels",
                {
                    "city": IN_CITY,
                    "rooms": Number(
                        "number of rooms",
                        "have more than {} rooms",
                        "have fewer than {} rooms",
                        "largest",
                        "smallest",
                        total=True,
                    ),
                },
            ),
            "guest": Table(
                "guests",
                {
                    "country": FROM_COUNTRY,
                    "nights": Number(
                        "number of nights",
                        "stay more than {} nights",
                        "stay fewer than {} nights",
                        total=True,
                    ),
                },
                who=PEOPLE,
            ),
        },
        [Link("guest", "hotel", "of {}", its="their")],
    ),
    "pets": Database(
        "pets",
        {
            "owner": Table(
                "owners",
                {"age": AGE, "city": Category("city", "cities", "* from {}")},
                who=PEOPLE,
            ),
            "pet": Table(
                "pets",
                {
                    "kind": Category("kind", "kinds", "* of the kind {}"),
                    "weight": Number(
                        "weight",
                        "weigh more than {}",
                        "weigh less than {}",
                        "heaviest",
                        "lightest",
                        total=True,
                    ),
                },
            ),
        },
        [Link("pet", "owner", "of {}", "own", "owns")],
    ),
    "zoo": Database(
        "zoo",
        {
            "keeper": Table("keepers", {"salary": SALARY}, who=PEOPLE),
            "animal": Table(
                "animals",
                {"species": Category("species", "species", "* of the species {}"), "age": AGE},
            ),
        },
        [Link("animal", "keeper", "cared for by {}", "look after", "looks after")],
    ),
}
