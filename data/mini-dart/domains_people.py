"""Common domains: people, clubs, courses and ships."""

from wording import BIRTHPLACE, Domain, Relation

PEOPLE: dict[str, Domain] = {
    "astronauts": Domain(
        "person",
        {
            "date of birth": Relation("birth date", "was born on {o}", "born on {o}"),
            "crew member of": Relation(
                "mission",
                "flew on the {o} mission / belonged to the crew of {o}",
                "a crew member of {o}",
            ),
            "alma mater": Relation(
                "college", "graduated from {o} / took a degree at {o}", "a graduate of {o}"
            ),
            "nationality": Relation(
                "nationality", "holds {o} citizenship / is {an} citizen", "{an} citizen"
            ),
            "time in space": Relation("days", "spent {o} in space / logged {o} in orbit"),
            "occupation": Relation("occupation", "is {an} by profession", "{an} by profession"),
            "astronaut since": Relation(
                "recent year",
                "joined the astronaut corps in {o} / was chosen as an astronaut in {o}",
                "an astronaut since {o}",
            ),
            "launch year": Relation("recent year", "lifted off in {o} / was launched in {o}"),
        },
        (
            "crew member of",
            "date of birth, crew member of",
            "alma mater, nationality",
            "nationality, astronaut since, time in space",
            "occupation, crew member of",
            "crew member of, crew member of > launch year",
            "date of birth, alma mater, occupation",
            "astronaut since, date of birth, time in space, nationality",
            "time in space, crew member of",
        ),
        ("alma mater, astronaut since, crew member of", "occupation, time in space"),
    ),
    "football clubs": Domain(
        "club",
        {
            "ground": Relation(
                "stadium",
                "plays its home games at {o} / is at home at {o}",
                "based at {o}",
                "is the home of {s}",
            ),
            "manager": Relation(
                "person",
                "is managed by {o} / has {o} as its manager",
                "managed by {o}",
                "is in charge of {s} / manages {s}",
            ),
            "league": Relation(
                "league", "competes in {o} / is a member of {o}", "competing in {o}"
            ),
            "founded": Relation(
                "old year", "was founded in {o} / goes back to {o}", "founded in {o}"
            ),
            "nickname": Relation(
                "nickname",
                "is nicknamed {o} / is known to its supporters as {o}",
                "known as {o}",
            ),
            "colours": Relation("colours", "wears {o} / takes the field in {o}", "playing in {o}"),
            "captain": Relation(
                "person", "is captained by {o}", "captained by {o}", "captains {s}"
            ),
            "league titles": Relation(
                "few",
                "has won {o} league titles / has been champion {o} times",
            ),
            "capacity": Relation("capacity", "holds {o} spectators / has room for {o} people"),
            "birthplace": BIRTHPLACE,
        },
        (
            "captain",
            "ground, manager",
            "ground, ground > capacity",
            "manager, league",
            "founded, nickname",
            "captain, captain > birthplace",
            "colours, ground, nickname",
            "league, founded, manager, captain",
            "league titles, founded",
            "captain, league titles, colours",
        ),
        ("nickname, captain", "manager, league titles, founded", "colours, league"),
    ),
    "university courses": Domain(
        "course",
        {
            "LECTURER": Relation(
                "person",
                "is taught by {o} / has {o} as its lecturer",
                "taught by {o}",
                "teaches {s} / gives the lectures of {s}",
            ),
            "DEPARTMENT": Relation(
                "department",
                "is offered by the Department of {o} / belongs to the Department of {o}",
                "offered by the Department of {o}",
            ),
            "CREDITS": Relation(
                "few", "is worth {o} credits / earns students {o} credits", "worth {o} credits"
            ),
            "TERM": Relation("term", "runs in {o} / is held in {o}", "held in {o}"),
            "ROOM": Relation("room", "meets in {o} / takes place in {o}", "with classes in {o}"),
            "PREREQUISITE": Relation(
                "course",
                "requires {o} / may only be taken after {o}",
                "with {o} as a prerequisite",
                "must be passed before {s} / is the prerequisite for {s}",
            ),
            "ASSESSMENT": Relation(
                "assessment", "ends with {an} / is assessed by {an}", "assessed by {an}"
            ),
            "ENROLMENT": Relation(
                "tens", "has {o} students / is attended by {o} students", "with {o} students"
            ),
            "OFFICE": Relation("room", "works in {o} / has an office in {o}"),
        },
        (
            "PREREQUISITE",
            "LECTURER, CREDITS",
            "DEPARTMENT, TERM",
            "ROOM, LECTURER",
            "ASSESSMENT, CREDITS, TERM",
            "LECTURER, LECTURER > OFFICE",
            "PREREQUISITE, DEPARTMENT",
            "ENROLMENT, ROOM",
            "CREDITS, ASSESSMENT, LECTURER, ENROLMENT",
        ),
        ("TERM, ROOM, LECTURER", "ENROLMENT, ASSESSMENT", "PREREQUISITE, CREDITS"),
    ),
    "ships": Domain(
        "ship",
        {
            "builder": Relation(
                "yard",
                "was built by {o} / came from the yard of {o}",
                "built by {o}",
                "built {s}",
            ),
            "length": Relation(
                "metres", "measures {o} from bow to stern / is {o} long", "with a length of {o}"
            ),
            "home port": Relation(
                "town",
                "sails out of {o} / has its home port in {o}",
                "based in {o}",
                "is the home port of {s}",
            ),
            "launched": Relation(
                "launch date",
                "was launched on {o} / first took to the water on {o}",
                "launched on {o}",
            ),
            "captain": Relation(
                "person",
                "is under the command of {o} / has {o} as its captain",
                "with {o} as captain",
                "commands {s} / is the captain of {s}",
            ),
            "cargo": Relation("cargo", "carries {o} / transports {o}", "carrying {o}"),
            "top speed": Relation(
                "knots", "reaches {o} / has a top speed of {o}", "capable of {o}"
            ),
            "crew size": Relation(
                "tens", "has a crew of {o} / is worked by a crew of {o}", "with a crew of {o}"
            ),
            "sister ship": Relation(
                "ship", "has {o} as its sister ship", inverse="is the sister ship of {s}"
            ),
            "birthplace": BIRTHPLACE,
        },
        (
            "captain",
            "builder, length",
            "home port, launched",
            "captain, cargo",
            "top speed, crew size, length",
            "captain, captain > birthplace",
            "sister ship, builder",
            "cargo, home port, top speed",
            "launched, builder, length, crew size",
        ),
        ("captain, crew size, home port", "cargo, length", "sister ship, top speed"),
    ),
}
