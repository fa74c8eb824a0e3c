"""Common domains: buildings, airports and landscapes."""

from wording import BIRTHPLACE, NATIONALITY, Domain, Relation

PLACES: dict[str, Domain] = {
    "buildings": Domain(
        "building",
        {
            "architect": Relation(
                "person",
                "was drawn up by {o} / was designed by {o}",
                "designed by {o}",
                "designed {s} / drew the plans for {s}",
            ),
            "floor count": Relation(
                "floors", "rises over {o} floors / has {o} floors", "with its {o} floors"
            ),
            "completed": Relation(
                "old year", "was completed in {o} / has been standing since {o}", "completed in {o}"
            ),
            "location": Relation(
                "town", "stands in {o} / can be seen in {o}", "located in {o}", "is home to {s}"
            ),
            "cost": Relation(
                "millions", "cost {o} to build / was put up for {o}", "built at a cost of {o}"
            ),
            "owner": Relation(
                "company", "belongs to {o} / is owned by {o}", "owned by {o}", "owns {s}"
            ),
            "architectural style": Relation(
                "architecture", "was built in the {o} style", "built in the {o} style"
            ),
            "current tenant": Relation(
                "tenant", "houses {o}", "housing {o}", "occupies {s} / is the tenant of {s}"
            ),
            "birthplace": BIRTHPLACE,
        },
        (
            "current tenant",
            "architect, floor count",
            "completed, location",
            "cost, architect",
            "owner, current tenant",
            "architectural style, location, completed",
            "architect, architect > birthplace",
            "floor count, cost, location",
            "owner, architectural style",
        ),
        ("current tenant, completed", "owner, architect, cost", "architectural style, floor count"),
    ),
    "airports": Domain(
        "airport",
        {
            "city_served": Relation(
                "town", "serves the city of {o} / is the airport of {o}", "the airport of {o}"
            ),
            "runway_length": Relation(
                "runway", "has a runway of {o} / offers a runway {o} long", "with a runway of {o}"
            ),
            "elevation": Relation(
                "elevation", "lies {o} above sea level", "at {o} above sea level"
            ),
            "operator": Relation(
                "company",
                "is in the hands of {o} / is operated by {o}",
                "operated by {o}",
                "operates {s} / runs {s}",
            ),
            "opened": Relation("year", "opened in {o}", "opened in {o}"),
            "annual_passengers": Relation(
                "passengers", "handles {o} passengers a year", "with {o} passengers a year"
            ),
            "hub_of": Relation(
                "airline",
                "serves as a base for {o} / is the hub of {o}",
                "a hub for {o}",
                "has its hub at {s} / is based at {s}",
            ),
            "code": Relation("code", "goes by the code {o} / has the code {o}"),
        },
        (
            "hub_of",
            "city_served, runway_length",
            "elevation, operator",
            "code, city_served",
            "annual_passengers, opened",
            "hub_of, city_served, code",
            "operator, runway_length, opened",
            "elevation, runway_length",
        ),
        ("hub_of, annual_passengers", "operator, code", "opened, elevation, city_served"),
    ),
    "rivers": Domain(
        "river",
        {
            "LENGTH": Relation("kilometres", "is {o} long / runs for {o}", "with a length of {o}"),
            "SOURCE": Relation("hills", "rises in {o} / has its source in {o}", "rising in {o}"),
            "MOUTH": Relation("water", "empties into {o} / reaches its end in {o}"),
            "FLOWS_THROUGH": Relation("country", "flows through {o}", "flowing through {o}"),
            "TRIBUTARY": Relation(
                "river",
                "is fed by {o} / takes in the waters of {o}",
                "fed by {o}",
                "is a tributary of {s}",
            ),
            "TOWN_ON_BANKS": Relation(
                "town",
                "passes the town of {o} / runs past {o}",
                inverse="stands on the banks of {s} / lies beside {s}",
            ),
            "DISCHARGE": Relation(
                "cubic metres", "carries an average of {o}", "with an average flow of {o}"
            ),
            "POPULATION": Relation(
                "population", "has {o} inhabitants / is home to {o} people", "a town of {o} people"
            ),
        },
        (
            "TRIBUTARY",
            "LENGTH, FLOWS_THROUGH",
            "SOURCE, MOUTH",
            "TRIBUTARY, LENGTH",
            "TOWN_ON_BANKS, TOWN_ON_BANKS > POPULATION",
            "FLOWS_THROUGH, SOURCE, LENGTH",
            "DISCHARGE, MOUTH",
            "TOWN_ON_BANKS, FLOWS_THROUGH",
        ),
        ("TRIBUTARY, MOUTH, SOURCE", "DISCHARGE, TOWN_ON_BANKS"),
    ),
    "mountains": Domain(
        "mountain",
        {
            "HEIGHT": Relation("height", "rises to {o} / is {o} high", "with a height of {o}"),
            "RANGE": Relation("range", "belongs to {o} / forms part of {o}", "part of {o}"),
            "FIRST_ASCENT": Relation(
                "old year", "was first climbed in {o} / stayed unclimbed until {o}"
            ),
            "FIRST_CLIMBER": Relation(
                "person",
                "was first climbed by {o}",
                "first climbed by {o}",
                "was the first to climb {s} / made the first ascent of {s}",
            ),
            "COUNTRY": Relation("country", "stands in {o} / is found in {o}", "located in {o}"),
            "NEAREST_TOWN": Relation(
                "town",
                "has {o} as its nearest town",
                inverse="lies nearest to {s} / is the town nearest to {s}",
            ),
            "EASIEST_ROUTE": Relation("route", "is most easily climbed by way of {an}"),
            "NATIONALITY": NATIONALITY,
        },
        (
            "NEAREST_TOWN",
            "HEIGHT, COUNTRY",
            "RANGE, FIRST_ASCENT",
            "FIRST_CLIMBER, HEIGHT",
            "FIRST_CLIMBER, FIRST_CLIMBER > NATIONALITY",
            "NEAREST_TOWN, RANGE",
            "EASIEST_ROUTE, HEIGHT, COUNTRY",
            "COUNTRY, FIRST_ASCENT, EASIEST_ROUTE",
        ),
        ("NEAREST_TOWN, EASIEST_ROUTE", "HEIGHT, RANGE, FIRST_CLIMBER"),
    ),
}
