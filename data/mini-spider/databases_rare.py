"""The databases that train hardly asks about, or does not have at all."""

from phrases import (
    AGE,
    FROM_COUNTRY,
    PEOPLE,
    Bridge,
    Category,
    Database,
    Link,
    Number,
    Table,
)

LENGTH = Number(
    "length",
    "are longer than {}",
    "are shorter than {}",
    "longest",
    "shortest",
    high="greatest",
    low="smallest",
    total=True,
)

RARE = {
    "ships": Database(
        "shipping",
        {
            "port": Table(
                "ports",
                {
                    "country": Category("country", "countries", "* in {}"),
                    "depth": Number(
                        "depth",
                        "are deeper than {}",
                        "are less deep than {}",
                        "deepest",
                        "shallowest",
                        high="greatest",
                        low="smallest",
                    ),
                },
            ),
            "ship": Table(
                "ships", {"type": Category("type", "types", "* of type {}"), "length": LENGTH}
            ),
        },
        [Link("ship", "port", "of {}")],
    ),
    "parks": Database(
        "parks",
        {
            "park": Table(
                "parks",
                {
                    "region": Category("region", "regions", "* in the {}"),
                    "area": Number(
                        "area",
                        "are larger than {}",
                        "are smaller than {}",
                        "largest",
                        "smallest",
                        high="largest",
                        low="smallest",
                        total=True,
                    ),
                },
            ),
            "trail": Table(
                "trails", {"level": Category("level", "levels", "{} *"), "length": LENGTH}
            ),
        },
        [Link("trail", "park", "in {}")],
    ),
    "news": Database(
        "news",
        {
            "reporter": Table(
                "reporters",
                {"city": Category("city", "cities", "* from {}"), "age": AGE},
                who=PEOPLE,
            ),
            "article": Table(
                "articles",
                {
                    "topic": Category("topic", "topics", "{} *"),
                    "words": Number(
                        "number of words",
                        "have more than {} words",
                        "have fewer than {} words",
                        "longest",
                        "shortest",
                        total=True,
                    ),
                },
                "title",
            ),
        },
        [Link("article", "reporter", "by {}")],
    ),
}

ABSENT = {
    "planets": Database(
        "space",
        {
            "star": Table(
                "stars",
                {
                    "color": Category("color", "colors", "{} *"),
                    "heat": Number(
                        "heat", "are hotter than {}", "are cooler than {}", "hottest", "coolest"
                    ),
                },
            ),
            "planet": Table(
                "planets",
                {
                    "surface": Category("surface", "surfaces", "{} *"),
                    "moons": Number(
                        "number of moons",
                        "have more than {} moons",
                        "have fewer than {} moons",
                        total=True,
                    ),
                },
            ),
        },
        [Link("planet", "star", "around {}")],
    ),
    "bank": Database(
        "money",
        {
            "client": Table(
                "clients",
                {
                    "job": Category("job", "jobs", "* with the job {}"),
                    "income": Number(
                        "income",
                        "have an income above {}",
                        "have an income below {}",
                        "richest",
                        "poorest",
                        total=True,
                    ),
                },
                who=PEOPLE,
            ),
            "account": Table(
                "accounts",
                {
                    "currency": Category("currency", "currencies", "{} *"),
                    "balance": Number(
                        "balance",
                        "hold more than {}",
                        "hold less than {}",
                        "largest",
                        "smallest",
                        total=True,
                    ),
                },
                "code",
            ),
        },
        [Link("account", "client", "of {}")],
    ),
    "storms": Database(
        "weather",
        {
            "station": Table(
                "stations",
                {
                    "region": Category("region", "regions", "* in the {} region"),
                    "altitude": Number(
                        "altitude", "lie above {}", "lie below {}", "highest", "lowest"
                    ),
                },
            ),
            "storm": Table(
                "storms",
                {
                    "month": Category("month", "months", "* in {}"),
                    "speed": Number(
                        "speed", "are faster than {}", "are slower than {}", "fastest", "slowest"
                    ),
                },
            ),
        },
        [Link("storm", "station", "measured by {}", "measure", "measures")],
    ),
    "campus": Database(
        "university",
        {
            "professor": Table("professors", {"age": AGE}, who=PEOPLE),
            "course": Table(
                "courses",
                {
                    "credits": Number(
                        "number of credits",
                        "are worth more than {} credits",
                        "are worth fewer than {} credits",
                        total=True,
                    )
                },
                "title",
            ),
            "student": Table(
                "students", {"major": Category("major", "majors", "{} *")}, who=PEOPLE
            ),
        },
        [Link("course", "professor", "by {}", "teach", "teaches")],
        [Bridge("student", "enrolment", "course", "enrolled in {}", "taken by {}")],
    ),
    "subway": Database(
        "transport",
        {
            "line": Table(
                "lines",
                {"color": Category("color", "colors", "{} *"), "length": LENGTH},
                named="the {} line",
            ),
            "stop": Table(
                "stops",
                {
                    "zone": Category("zone", "zones", "* in zone {}"),
                    "platforms": Number(
                        "number of platforms",
                        "have more than {} platforms",
                        "have fewer than {} platforms",
                        total=True,
                    ),
                },
            ),
        },
        [Link("stop", "line", "on {}")],
    ),
    "games": Database(
        "video games",
        {
            "studio": Table(
                "studios",
                {
                    "country": FROM_COUNTRY,
                    "staff": Number(
                        "staff size",
                        "have a staff of more than {}",
                        "have a staff of less than {}",
                        high="largest",
                        low="smallest",
                        total=True,
                    ),
                },
            ),
            "game": Table(
                "games",
                {
                    "genre": Category("genre", "genres", "{} *"),
                    "price": Number(
                        "price",
                        "cost more than {}",
                        "cost less than {}",
                        "most expensive",
                        "cheapest",
                        total=True,
                    ),
                },
                "title",
            ),
        },
        [Link("game", "studio", "by {}", "make", "makes")],
    ),
}
