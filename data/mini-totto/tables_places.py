"""Common domains: buildings, stations, towns and ships."""

from layout import Table, Tables

PLACES: dict[str, Tables] = {
    "buildings": {
        "tallest": Table(
            "List of tallest buildings in {town}",
            "Tallest buildings / Completed buildings",
            {
                "rank": "lower place",
                "name": "building",
                "height in m": "tower height",
                "floors": "floors",
                "year": "year",
            },
            (
                "rank, name",
                "name, height in m",
                "name, year",
                "rank, name, height in m",
                "name, height in m, floors",
                "name, floors, year",
                "name, height in m, name 2, height in m 2",
            ),
            (
                "{name}[, {height in m} metres tall,] is the {rank} tallest building in {town}[ "
                "and has {floors} floors].",
                "The {rank} tallest building in {town} is {name}[, at {height in m} metres][, "
                "with {floors} floors].",
                "{name}[ with its {height in m} metres][ with its {floors} floors] ranks {rank} "
                "among the tallest buildings in {town}.",
                "{name} in {town}[, completed in {year},] is {height in m} metres tall[ and has "
                "{floors} floors].",
                "[With {floors} floors, ]{name} rises to {height in m} metres in {town}[, where "
                "it was finished in {year}].",
                "{town} has {name}[ from {year}], which is {height in m} metres tall[ and counts "
                "{floors} floors].",
                "{name} in {town}[, a building of {floors} floors,] was completed in {year}.",
                "{name} was finished in {town} in {year}[ and has {floors} floors].",
                "In {year}, {name}[ with its {floors} floors] was completed in {town}.",
                "In {town}, {name} is {height in m} metres tall and {name 2} {height in m 2} "
                "metres.",
                "{name} and {name 2} in {town} are {height in m} and {height in m 2} metres tall.",
                "{name} in {town} is {height in m} metres tall, and {name 2} is {height in m 2}.",
            ),
            ("rank, name, floors", "name, height in m, year"),
        ),
    },
    "stations": {
        "services": Table(
            "{town} railway station / {town} station",
            "Services / Departures / Train services",
            {
                "platform": "platform",
                "operator": "operator",
                "destination": "town",
                "interval": "interval",
            },
            (
                "platform, destination",
                "operator, destination",
                "destination, interval",
                "operator, destination, interval",
                "platform, destination, interval",
                "platform, destination, platform 2, destination 2",
            ),
            (
                "Trains[ of {operator}] to {destination} leave {town} station[ from platform "
                "{platform}][ every {interval}].",
                "From [platform {platform} at ]{town}, [{operator} ]trains go to {destination}"
                "[ every {interval}].",
                "{town} station has trains[ of {operator}] to {destination}[ from platform "
                "{platform}][ every {interval}].",
                "[Every {interval}, ]{operator} runs a train from {town} to {destination}.",
                "At {town} station, trains to {destination} leave from platform {platform} and "
                "trains to {destination 2} from platform {platform 2}.",
                "Platform {platform} at {town} is for trains to {destination} and platform "
                "{platform 2} for trains to {destination 2}.",
                "Trains from {town} to {destination} use platform {platform}, and those to "
                "{destination 2} use platform {platform 2}.",
            ),
            ("platform, operator, destination",),
        ),
    },
    "towns": {
        "municipalities": Table(
            "{county} / List of towns in {county}",
            "Municipalities / Towns",
            {
                "name": "town",
                "population": "population",
                "area in sq km": "area",
                "founded": "old year",
                "river": "river",
            },
            (
                "name, population",
                "name, area in sq km",
                "name, population, area in sq km",
                "name, founded",
                "name, population, founded",
                "name, river",
                "name, population, name 2, population 2",
            ),
            (
                "{name} in {county}[, founded in {founded},] has a population of {population}[ "
                "and an area of {area in sq km} square kilometres].",
                "{population} people live in {name}, a town [of {area in sq km} square "
                "kilometres ]in {county}[ that was founded in {founded}].",
                "The town of {name} in {county}[, which dates from {founded},] has {population} "
                "inhabitants[ on {area in sq km} square kilometres].",
                "{name} in {county} covers an area of {area in sq km} square kilometres.",
                "In {county}, the town of {name} takes up {area in sq km} square kilometres.",
                "The area of {name}, a town in {county}, is {area in sq km} square kilometres.",
                "{name} in {county}[, which lies on the river {river},] was founded in {founded}.",
                "In {county}, the town of {name}[ on the river {river}] was founded in {founded}.",
                "The town of {name}[ on the river {river}] in {county} dates from {founded}.",
                "{name} in {county} lies on the river {river}[ and has {population} inhabitants].",
                "In {county}, the town of {name}[ with its {population} people] is on the river "
                "{river}.",
                "The river {river} flows past {name}[, a town of {population} people,] in "
                "{county}.",
                "In {county}, {name} has a population of {population} and {name 2} one of "
                "{population 2}.",
                "{population} people live in {name} and {population 2} in {name 2}, both in "
                "{county}.",
                "The {county} towns of {name} and {name 2} have {population} and {population 2} "
                "inhabitants.",
            ),
            ("name, founded, river", "name, population, river"),
        ),
    },
    "ships": {
        "ships built": Table(
            "{yard} / List of ships built by {yard}",
            "Ships built / Ships",
            {
                "name": "ship",
                "type": "ship type",
                "launched": "year",
                "length in m": "ship length",
                "owner": "owner",
            },
            (
                "name, launched",
                "name, type",
                "name, type, launched",
                "name, type, owner",
                "name, launched, length in m",
                "name, owner",
                "name, launched, name 2, launched 2",
            ),
            (
                "{yard} built the [{type} ]{name} for {owner}.",
                "The [{type} ]{name} was built by {yard} and belongs to {owner}.",
                "{owner} had {yard} build the [{type} ]{name}.",
                "{yard} launched the [{type} ]{name} for {owner} in {launched}.",
                "Launched in {launched}, the [{type} ]{name} was built by {yard} for {owner}.",
                "The [{type} ]{name}, launched by {yard} in {launched}, belongs to {owner}.",
                "[In {launched}, ]{yard} launched the {type} {name}[ with a length of {length in "
                "m} metres].",
                "The {name} is {an type}[ of {length in m} metres] built by {yard}[ and launched "
                "in {launched}].",
                "The {type} {name} came from {yard}[, where it was launched in {launched}].",
                "In {launched}, {yard} launched the {name}[, which is {length in m} metres long].",
                "The {name}[, {length in m} metres long,] was launched by {yard} in {launched}.",
                "{yard} built the {name}[ with a length of {length in m} metres], launched in "
                "{launched}.",
                "{yard} launched the {name} in {launched} and the {name 2} in {launched 2}.",
                "The {name} ({launched}) and the {name 2} ({launched 2}) were launched by {yard}.",
                "The {name} was launched by {yard} in {launched}, followed by the {name 2} in "
                "{launched 2}.",
            ),
            ("name, launched, owner", "name, type, launched, length in m"),
        ),
    },
}
