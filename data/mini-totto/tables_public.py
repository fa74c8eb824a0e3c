"""Common domains: elections, officials, colleges, schools and airlines."""

from layout import Table, Tables

PUBLIC: dict[str, Tables] = {
    "elections": {
        "results": Table(
            "{year} {town} {race}",
            "Results / Result",
            {"candidate": "person", "party": "party", "votes": "votes", "share": "share"},
            (
                "candidate, votes",
                "candidate, party",
                "candidate, party, votes",
                "candidate, party, share",
                "candidate, votes, share",
                "candidate, party, candidate 2, party 2",
            ),
            (
                "{candidate}[ of the {party}] received {votes} votes[, or {share} of the total,] "
                "in the {year} {town} {race}.",
                "In the {year} {town} {race}, {votes} votes[, {share} of the total,] went "
                "to {candidate}[ of the {party}].",
                "[Standing for the {party}, ]{candidate} got {votes} votes[ ({share})] in the "
                "{year} {town} {race}.",
                "{candidate} stood for the {party} in the {year} {town} {race}[ and received "
                "{share} of the vote].",
                "In the {year} {town} {race}, {candidate} was the candidate of the {party}.",
                "The {party} put up {candidate} in the {year} {town} {race}.",
                "In the {year} {town} {race}, {candidate}[ of the {party}] took {share} of the "
                "vote.",
                "[Standing for the {party}, ]{candidate} had {share} of the vote in the {year} "
                "{town} {race}.",
                "The {year} {town} {race} gave {candidate}[ of the {party}] {share} of the vote.",
                "{candidate} stood for the {party} and {candidate 2} for the {party 2} in the "
                "{year} {town} {race}.",
                "In the {year} {town} {race}, {candidate} of the {party} stood against "
                "{candidate 2} of the {party 2}.",
                "The {party} put up {candidate} and the {party 2} put up {candidate 2} in the "
                "{year} {town} {race}.",
            ),
            ("candidate, share",),
        ),
    },
    "officials": {
        "office holders": Table(
            "List of {office} of {town}",
            "Office holders / List",
            {"name": "person", "party": "party", "from": "term start", "until": "term end"},
            (
                "name, from",
                "name, party",
                "name, until",
                "name, from, until",
                "name, party, from",
                "name, from, name 2, from 2",
            ),
            (
                "{name}[ of the {party}] was {office} of {town} from {from} to {until}.",
                "From {from} to {until}, the {office} of {town} was {name}[ of the {party}].",
                "{name}[ of the {party}] became {office} of {town} in {from} and left the "
                "post in {until}.",
                "{name}[ of the {party}] took over as {office} of {town} in {from}.",
                "In {from}, {name}[, a member of the {party},] became {office} of {town}.",
                "{town} got {name}[ of the {party}] as its {office} in {from}.",
                "{name} of the {party} served as {office} of {town}.",
                "The {party} had one of its members, {name}, as {office} of {town}.",
                "{name}, who was {office} of {town}, belonged to the {party}.",
                "{name}[ of the {party}] was {office} of {town} until {until}.",
                "In {until}, {name}[ of the {party}] stepped down as {office} of {town}.",
                "The term of {name}[ of the {party}] as {office} of {town} ended in {until}.",
                "{name} became {office} of {town} in {from} and {name 2} in {from 2}.",
                "{name 2}, {office} of {town} from {from 2}, came after {name}, who began "
                "in {from}.",
                "The post of {office} of {town} went to {name} in {from} and to {name 2} "
                "in {from 2}.",
            ),
            ("name, party, until",),
        ),
    },
    "colleges": {
        "alumni": Table(
            "{college} / List of {college} people",
            "Notable alumni / Alumni",
            {"name": "person", "class": "year", "degree": "subject", "known as": "known as"},
            (
                "name, known as",
                "name, degree",
                "name, class, known as",
                "name, class, degree",
                "name, degree, known as",
                "name, known as, name 2, known as 2",
            ),
            (
                "{name}, later known as {an known as}, studied [{degree} ]at {college}[ until "
                "{class}].",
                "The {known as} {name} holds a degree [in {degree} ]from {college}[, received "
                "in {class}].",
                "{college} counts the {known as} {name}[ of the class of {class}][, who took a "
                "degree in {degree},] among its alumni.",
                "{name} took a degree in {degree} at {college}[ in {class}].",
                "[In {class}, ]{college} awarded {name} a degree in {degree}.",
                "{name} studied {degree} at {college}[ and graduated in {class}].",
                "The alumni of {college} include the {known as} {name} and the {known as 2} "
                "{name 2}.",
                "{name}, {an known as}, and {name 2}, {an known as 2}, both studied at {college}.",
                "{college} counts the {known as} {name} and the {known as 2} {name 2} among its "
                "alumni.",
            ),
            ("name, class, degree, known as",),
        ),
    },
    "schools": {
        "schools": Table(
            "List of schools in {county}",
            "Schools / Secondary schools",
            {"school": "school", "town": "town", "founded": "old year", "pupils": "pupils"},
            (
                "school, town",
                "school, pupils",
                "school, founded",
                "school, town, founded",
                "school, founded, pupils",
                "school, pupils, school 2, pupils 2",
            ),
            (
                "In {county}, {school}[ in {town}] was founded in {founded}[ and has {pupils} "
                "pupils].",
                "Founded in {founded}, {school}[ in {town}] is a school in {county}[ with "
                "{pupils} pupils].",
                "{county} has had {school}[ in {town}] since {founded}[, and it has {pupils} "
                "pupils].",
                "{school}[ in {town}] is a school in {county} with {pupils} pupils.",
                "{school} is a school in {town}, {county}.",
                "The town of {town} in {county} has a school called {school}.",
                "In {county}, {town} is the home of {school}.",
                "In {county}, {pupils} pupils go to {school}[ in {town}].",
                "{school}[ in {town}], which is in {county}, teaches {pupils} pupils.",
                "In {county}, {school} has {pupils} pupils and {school 2} has {pupils 2}.",
                "{pupils} pupils go to {school} and {pupils 2} to {school 2} in {county}.",
                "The schools in {county} include {school} with {pupils} pupils and {school 2} "
                "with {pupils 2}.",
            ),
            ("school, town, pupils",),
        ),
    },
    "airlines": {
        "fleet": Table(
            "{airline} / {airline} fleet",
            "Fleet / Current fleet",
            {"aircraft": "aircraft", "in service": "in service", "seats": "seats"},
            (
                "aircraft, in service",
                "aircraft, seats",
                "aircraft, in service, seats",
                "aircraft, in service, aircraft 2, in service 2",
            ),
            (
                "{airline} flies {in service} aircraft of the type {aircraft}[, which has {seats} "
                "seats].",
                "The fleet of {airline} includes {in service} {aircraft} aircraft[ with {seats} "
                "seats each].",
                "There are {in service} {aircraft} aircraft[, with {seats} seats each,] in the "
                "fleet of {airline}.",
                "The {aircraft} in the fleet of {airline} seats {seats} passengers.",
                "{airline} flies the {aircraft} with {seats} seats.",
                "Passengers of {airline} find {seats} seats on the {aircraft}.",
                "{airline} flies {in service} aircraft of the type {aircraft} and {in service 2} "
                "of the type {aircraft 2}.",
                "The fleet of {airline} includes {in service} {aircraft} and {in service 2} "
                "{aircraft 2} aircraft.",
                "There are {in service} {aircraft} and {in service 2} {aircraft 2} aircraft in "
                "the fleet of {airline}.",
                "{airline} flies the {aircraft} with {seats} seats and the {aircraft 2} with "
                "{seats 2} seats.",
                "In the fleet of {airline}, the {aircraft} seats {seats} passengers and the "
                "{aircraft 2} seats {seats 2}.",
                "Passengers of {airline} find {seats} seats on the {aircraft} and {seats 2} on "
                "the {aircraft 2}.",
            ),
            ("aircraft, seats, aircraft 2, seats 2",),
        ),
    },
}
