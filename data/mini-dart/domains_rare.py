"""Domains that train has hardly (RARE) or not at all (ABSENT)."""

from wording import Domain, Relation

RARE: dict[str, Domain] = {
    "birds": Domain(
        "bird",
        {
            "habitat": Relation("habitat", "lives in {o} / makes its home in {o}", "living in {o}"),
            "diet": Relation("diet", "feeds on {o} / eats {o}", "feeding on {o}"),
            "wingspan": Relation("centimetres", "has a wingspan of {o}", "with a wingspan of {o}"),
            "conservation status": Relation("status", "is regarded as {o}"),
            "clutch size": Relation("few", "lays {o} eggs", "laying {o} eggs"),
            "native to": Relation("country", "is native to {o}", "native to {o}"),
        },
        (
            "diet",
            "habitat, diet",
            "wingspan, native to",
            "conservation status, habitat, clutch size",
        ),
        ("diet, clutch size", "native to, conservation status", "wingspan, diet, native to"),
    ),
    "software": Domain(
        "software",
        {
            "programming language": Relation("code language", "is written in {o}", "coded in {o}"),
            "licence": Relation("licence", "comes under {o}", "released under {o}"),
            "developer": Relation(
                "person", "was developed by {o}", "developed by {o}", "developed {s}"
            ),
            "first release": Relation(
                "recent year", "has been available since {o}", "first released in {o}"
            ),
            "platform": Relation("platform", "runs on {o}", "running on {o}"),
            "latest version": Relation("version", "has reached version {o}", "now at version {o}"),
        },
        (
            "developer",
            "programming language, licence",
            "developer, first release",
            "platform, latest version, licence",
        ),
        ("developer, platform, programming language", "latest version, developer"),
    ),
}

ABSENT: dict[str, Domain] = {
    "museums": Domain(
        "museum",
        {
            "curator": Relation(
                "person",
                "is looked after by {o} / has {o} as its curator",
                "curated by {o}",
                "is the curator of {s}",
            ),
            "annual visitors": Relation(
                "passengers", "draws {o} visitors a year", "with {o} visitors a year"
            ),
            "founded": Relation("old year", "was founded in {o}", "founded in {o}"),
            "prize exhibit": Relation(
                "exhibit", "is proud of {o} / has {o} as its main attraction", "known for {o}"
            ),
            "admission fee": Relation("euros", "charges {o} for admission", "with tickets at {o}"),
        },
        (
            "prize exhibit",
            "curator, annual visitors",
            "prize exhibit, founded",
            "admission fee, prize exhibit, curator",
            "annual visitors, admission fee",
        ),
    ),
    "bridges": Domain(
        "bridge",
        {
            "crosses": Relation("river", "leads across {o} / spans {o}", "spanning {o}"),
            "bridge type": Relation("span type", "is {an} bridge", "{an} bridge"),
            "main span": Relation("metres", "has a main span of {o}", "with a main span of {o}"),
            "daily traffic": Relation(
                "population", "is used by {o} vehicles a day", "used by {o} vehicles a day"
            ),
            "toll": Relation("euros", "can be crossed for {o}", "with a toll of {o}"),
            "engineer": Relation(
                "person", "was engineered by {o}", "engineered by {o}", "engineered {s}"
            ),
        },
        (
            "engineer",
            "crosses, bridge type",
            "main span, engineer",
            "daily traffic, toll, crosses",
            "bridge type, main span",
        ),
    ),
    "minerals": Domain(
        "mineral",
        {
            "mohs hardness": Relation(
                "hardness", "has a hardness of {o} on the Mohs scale", "with a Mohs hardness of {o}"
            ),
            "colour": Relation("colour", "is {o} in colour / has {an} colour", "{o} in colour"),
            "crystal system": Relation("crystals", "forms {o} crystals", "forming {o} crystals"),
            "found at": Relation("deposit", "is found at {o} / is mined at {o}", "found at {o}"),
            "used for": Relation("use", "is used for {o} / finds its use in {o}", "used for {o}"),
            "discovered by": Relation(
                "person", "was discovered by {o}", "discovered by {o}", "discovered {s}"
            ),
        },
        (
            "colour",
            "mohs hardness, colour",
            "crystal system, used for",
            "discovered by, found at",
            "colour, found at, used for",
            "crystal system, mohs hardness, discovered by",
        ),
    ),
}
