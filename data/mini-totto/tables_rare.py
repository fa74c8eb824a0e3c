"""Domains that train has hardly (RARE) or not at all (ABSENT)."""

from layout import Table, Tables

RARE: dict[str, Tables] = {
    "lighthouses": {
        "lighthouses": Table(
            "Lighthouses of the {coast}",
            "Lighthouses / Active lights",
            {
                "name": "lighthouse",
                "built": "old year",
                "height in m": "light height",
                "range in miles": "light range",
            },
            (
                "name, built",
                "name, height in m",
                "name, range in miles",
                "name, built, height in m",
            ),
            (
                "{name} on the {coast}[, built in {built},] is {height in m} metres high.",
                "On the {coast}, {name}[ from {built}] stands {height in m} metres high.",
                "{name} on the {coast} was built in {built}[ with a height of {height in m} "
                "metres].",
                "The {coast} has had {name} since {built}.",
                "The height of {name}[, built in {built},] on the {coast} is {height in m} metres.",
                "{name} on the {coast}[, built in {built},] can be seen from {range in miles} "
                "miles away[ at a height of {height in m} metres].",
                "On the {coast}, the light of {name}[, built in {built},] reaches {range in "
                "miles} miles[ from a height of {height in m} metres].",
                "The light of {name} on the {coast} is seen for {range in miles} miles.",
                "On the {coast}, {name} was built in {built}.",
            ),
        ),
    },
    "locomotives": {
        "classes": Table(
            "Locomotives of {operator}",
            "Classes / Steam locomotives",
            {
                "class": "locomotive",
                "built": "old year",
                "number": "engines",
                "top speed in km/h": "speed",
            },
            (
                "class, number",
                "class, top speed in km/h",
                "class, built, number",
                "class, built",
            ),
            (
                "{operator} had {number} locomotives of the {class}[, built from {built}].",
                "The {class} of {operator}[, built from {built},] ran to {number} locomotives.",
                "There were {number} locomotives of the {class} at {operator}.",
                "The {class} of {operator}[, with its {number} locomotives,] reached {top "
                "speed in km/h} kilometres per hour.",
                "{operator} ran the [{number} locomotives of the ]{class} at up to {top speed "
                "in km/h} kilometres per hour.",
                "From {built}, {operator} had the locomotives of the {class} built.",
                "The locomotives of the {class} were built for {operator} from {built}.",
            ),
        ),
    },
}

ABSENT: dict[str, Tables] = {
    "cheeses": {
        "cheeses": Table(
            "List of {nationality} cheeses",
            "Cheeses / Varieties",
            {"name": "cheese", "milk": "milk", "region": "county", "weeks of ageing": "weeks"},
            (
                "name, milk",
                "name, region",
                "name, milk, weeks of ageing",
                "name, milk, region",
            ),
            (
                "{name} is {an nationality} cheese made from {milk}[ in {region}][ and aged for "
                "{weeks of ageing} weeks].",
                "Made from {milk}[ in {region}], {name} is {an nationality} cheese[ that ages for "
                "{weeks of ageing} weeks].",
                "The {nationality} cheese {name}[, from {region},] is made from {milk}[ and "
                "ripens for {weeks of ageing} weeks].",
                "{name} is {an nationality} cheese from {region}.",
                "The {nationality} cheese {name} comes from {region}.",
                "{region} is the home of the {nationality} cheese {name}.",
            ),
        ),
    },
    "asteroids": {
        "minor planets": Table(
            "Minor planets discovered at {observatory}",
            "Discoveries / Minor planets",
            {"name": "asteroid", "discoverer": "person", "diameter in km": "diameter"},
            ("name, discoverer", "name, diameter in km", "name, discoverer, diameter in km"),
            (
                "The minor planet {name}[, which is {diameter in km} kilometres across,] was "
                "discovered by {discoverer} at {observatory}.",
                "At {observatory}, {discoverer} discovered {name}[, a minor planet of {diameter "
                "in km} kilometres].",
                "{discoverer} was the discoverer of {name}[, {diameter in km} kilometres in "
                "diameter,] at {observatory}.",
                "{name}, discovered at {observatory}, has a diameter of {diameter in km} "
                "kilometres.",
                "The minor planet {name}, a discovery of {observatory}, is {diameter in km} "
                "kilometres across.",
                "At {observatory}, astronomers found {name}, which is {diameter in km} "
                "kilometres in diameter.",
            ),
        ),
    },
    "butterflies": {
        "species": Table(
            "List of butterflies of {country}",
            "Species / Butterfly species",
            {
                "name": "butterfly",
                "food plant": "plant",
                "wingspan in mm": "wingspan",
                "first described": "old year",
            },
            (
                "name, food plant",
                "name, wingspan in mm",
                "name, first described",
                "name, food plant, wingspan in mm",
            ),
            (
                "The {name} is a butterfly of {country} that feeds on {food plant}[ and has a "
                "wingspan of {wingspan in mm} millimetres].",
                "In {country}, the butterfly known as the {name}[, {wingspan in mm} millimetres "
                "across,] feeds on {food plant}.",
                "Found in {country}, the {name} feeds on {food plant}[ and is {wingspan in mm} "
                "millimetres across].",
                "The {name}, a butterfly of {country}, has a wingspan of {wingspan in mm} "
                "millimetres.",
                "In {country}, the wingspan of the {name} reaches {wingspan in mm} millimetres.",
                "The {name} of {country} is a butterfly {wingspan in mm} millimetres across.",
                "The {name} of {country} was first described in {first described}.",
                "In {first described}, the {name} was first described in {country}.",
                "The first description of the {name} of {country} dates from {first described}.",
            ),
        ),
    },
    "roller coasters": {
        "rides": Table(
            "{park}",
            "Roller coasters / Rides",
            {
                "name": "ride",
                "opened": "year",
                "top speed in km/h": "ride speed",
                "height in m": "light height",
            },
            (
                "name, opened",
                "name, top speed in km/h",
                "name, height in m",
                "name, top speed in km/h, height in m",
            ),
            (
                "{name} at {park} is {height in m} metres high[ and has a top speed of {top "
                "speed in km/h} kilometres per hour].",
                "At {park}, {name} takes its riders to a height of {height in m} metres[ and a "
                "speed of {top speed in km/h} kilometres per hour].",
                "{park} has {name}, a roller coaster that is {height in m} metres high[ and "
                "runs at {top speed in km/h} kilometres per hour].",
                "{name} at {park} has a top speed of {top speed in km/h} kilometres per hour.",
                "At {park}, {name} reaches {top speed in km/h} kilometres per hour.",
                "Riders of {name} at {park} get up to {top speed in km/h} kilometres per hour.",
                "The roller coaster {name} at {park} opened in {opened}.",
                "{park} opened the roller coaster {name} in {opened}.",
                "In {opened}, {name} opened at {park}.",
            ),
        ),
    },
}
