"""Common domains: films, novels, albums, games and food."""

from wording import BIRTHPLACE, Domain, Relation

CULTURE: dict[str, Domain] = {
    "films": Domain(
        "film",
        {
            "director": Relation(
                "person",
                "was directed by {o} / is the work of the director {o}",
                "directed by {o}",
                "directed {s} / was the director of {s}",
            ),
            "release year": Relation(
                "year", "came out in {o} / was first shown in {o}", "released in {o}"
            ),
            "running time": Relation(
                "minutes", "lasts {o} / runs for {o}", "with a running time of {o}"
            ),
            "starring": Relation(
                "person",
                "has {o} in the leading role / stars {o}",
                "starring {o}",
                "plays the leading role in {s} / stars in {s}",
            ),
            "genre": Relation("film genre", "is {an}", "{an}"),
            "music by": Relation(
                "person",
                "owes its music to {o} / has a score by {o}",
                "with music by {o}",
                "wrote the music for {s}",
            ),
            "filming location": Relation(
                "town", "was shot in {o} / was filmed on location in {o}", "shot in {o}"
            ),
            "budget": Relation("millions", "cost {o} to make / was made for {o}", "made for {o}"),
            "birthplace": BIRTHPLACE,
        },
        (
            "starring",
            "director, release year",
            "starring, genre",
            "running time, release year, director",
            "director, director > birthplace",
            "genre, filming location, starring",
            "budget, release year",
            "music by, starring, director, release year",
            "filming location, running time",
        ),
        ("music by, budget", "genre, running time, music by", "starring, starring > birthplace"),
    ),
    "novels": Domain(
        "novel",
        {
            "author": Relation(
                "person",
                "was written by {o} / came from the pen of {o}",
                "written by {o}",
                "wrote {s} / is the author of {s}",
            ),
            "publisher": Relation(
                "press",
                "was brought out by {o} / was published by {o}",
                "published by {o}",
                "published {s}",
            ),
            "pages": Relation(
                "hundreds", "runs to {o} pages / is {o} pages long", "with its {o} pages"
            ),
            "publication year": Relation(
                "year", "reached the bookshops in {o} / appeared in {o}", "published in {o}"
            ),
            "setting": Relation(
                "town", "is set in {o} / takes place in {o}", "set in {o}", "is the setting of {s}"
            ),
            "sequel": Relation(
                "novel",
                "was followed by {o} / has a sequel called {o}",
                inverse="is the sequel to {s} / continues the story of {s}",
            ),
            "translated into": Relation(
                "language",
                "has been translated into {o} / can also be read in {o}",
                "translated into {o}",
            ),
            "award": Relation(
                "prize",
                "won {o} / was honoured with {o}",
                "the winner of {o}",
                "went to {s} / was awarded to {s}",
            ),
            "birthplace": BIRTHPLACE,
            "date of birth": Relation("birth date", "was born on {o}", "born on {o}"),
        },
        (
            "sequel",
            "author, publisher",
            "pages, publication year",
            "author, author > birthplace",
            "setting, author",
            "award, publication year, author",
            "translated into, pages",
            "sequel, author",
            "publisher, setting, pages, translated into",
            "author, author > date of birth",
        ),
        ("award, setting", "sequel, publication year, publisher", "translated into, setting"),
    ),
    "albums": Domain(
        "album",
        {
            "artist": Relation(
                "band",
                "was recorded by {o} / is the work of {o}",
                "recorded by {o}",
                "recorded {s}",
            ),
            "record label": Relation(
                "label",
                "came out on {o} / was issued by {o}",
                "issued by {o}",
                "issued {s}",
            ),
            "released": Relation(
                "month and year", "hit the shops in {o} / was released in {o}", "released in {o}"
            ),
            "album genre": Relation("music", "is {an} record", "{an} record"),
            "producer": Relation(
                "person",
                "was produced by {o} / had {o} as its producer",
                "produced by {o}",
                "produced {s} / was the producer of {s}",
            ),
            "length": Relation("minutes", "plays for {o} / has a playing time of {o}", "{o} long"),
            "tracks": Relation("tracks", "contains {o} songs / holds {o} tracks", "with {o} songs"),
            "chart peak": Relation(
                "place", "climbed to {o} in the charts / peaked at {o} in the charts"
            ),
            "hometown": Relation("town", "comes from {o} / was formed in {o}", "from {o}"),
        },
        (
            "producer",
            "artist, released",
            "record label, album genre",
            "producer, artist",
            "length, tracks",
            "artist, artist > hometown",
            "album genre, released, chart peak",
            "tracks, record label, producer",
            "artist, album genre, length, record label",
        ),
        ("chart peak, producer", "released, length, artist", "tracks, album genre"),
    ),
    "board games": Domain(
        "game",
        {
            "designer": Relation(
                "person",
                "was devised by {o} / is an invention of {o}",
                "devised by {o}",
                "devised {s} / is the inventor of {s}",
            ),
            "players": Relation(
                "players", "is meant for {o} people / needs {o} players", "made for {o} players"
            ),
            "playing time": Relation(
                "minutes", "is over in {o} / takes {o} to play", "with a playing time of {o}"
            ),
            "minimum age": Relation(
                "age", "suits players from the age of {o}", "suitable from the age of {o}"
            ),
            "publisher": Relation(
                "toymaker",
                "is sold by {o} / is published by {o}",
                "published by {o}",
                "publishes {s} / sells {s}",
            ),
            "theme": Relation("theme", "is about {o} / has {o} as its theme", "devoted to {o}"),
            "first edition": Relation(
                "year", "first appeared in {o} / has been on the market since {o}"
            ),
        },
        (
            "designer",
            "designer, theme",
            "players, playing time",
            "publisher, first edition",
            "minimum age, theme, players",
            "designer, publisher",
            "playing time, minimum age",
            "theme, first edition, designer, players",
        ),
        ("publisher, playing time, designer", "theme, publisher"),
    ),
    "restaurants": Domain(
        "restaurant",
        {
            "food": Relation(
                "cuisine", "serves {o} food / cooks {o} dishes", "a place for {o} food"
            ),
            "price range": Relation("prices", "charges {o} for a meal", "with meals priced at {o}"),
            "area": Relation("district", "can be found in {o} / stands in {o}", "located in {o}"),
            "customer rating": Relation(
                "rating",
                "is rated {o} by its customers / gets {o} from its guests",
                "rated {o} by customers",
            ),
            "near": Relation(
                "landmark", "is close to {o} / is only steps from {o}", "close to {o}"
            ),
            "family friendly=yes": Relation("yes", "welcomes families / is family friendly"),
            "family friendly=no": Relation(
                "no", "is not meant for families / is no place for families"
            ),
            "head chef": Relation(
                "person",
                "has {o} as its head chef",
                "with {o} as head chef",
                "leads the kitchen of {s} / is the head chef at {s}",
            ),
            "closing day": Relation(
                "weekday", "is closed on {o} / does not open on {o}", "closed on {o}"
            ),
        },
        (
            "near",
            "food, price range",
            "area, customer rating",
            "food, near",
            "food, area, family friendly=yes",
            "food, area, family friendly=no",
            "head chef, food",
            "closing day, area, price range",
            "near, customer rating, family friendly=yes, food",
            "price range, family friendly=no",
        ),
        (
            "head chef, closing day",
            "customer rating, food, price range",
            "near, family friendly=no",
        ),
    ),
    "recipes": Domain(
        "dish",
        {
            "main ingredient": Relation(
                "ingredient", "is made with {o} / is based on {o}", "made with {o}"
            ),
            "origin": Relation("country", "comes from {o} / hails from {o}", "coming from {o}"),
            "served with": Relation(
                "side", "goes on the table with {o} / is served with {o}", "served with {o}"
            ),
            "cooking time": Relation(
                "minutes", "takes {o} to cook / is ready after {o}", "ready in {o}"
            ),
            "servings": Relation(
                "few", "feeds {o} people / is enough for {o} people", "enough for {o} people"
            ),
            "course": Relation("meal", "is eaten as {an} / makes {an}", "eaten as {an}"),
            "energy": Relation(
                "calories", "has {o} a portion / contains {o} per portion", "with {o} a portion"
            ),
            "created by": Relation(
                "person",
                "was invented by {o} / is the creation of {o}",
                "invented by {o}",
                "invented {s} / came up with {s}",
            ),
            "employer": Relation("restaurant", "cooks at {o} / works at {o}"),
        },
        (
            "created by",
            "main ingredient, origin",
            "served with, course",
            "cooking time, servings",
            "created by, main ingredient",
            "origin, course, cooking time",
            "energy, servings",
            "created by, created by > employer",
            "main ingredient, served with, cooking time, energy",
        ),
        ("served with, origin, created by", "course, energy", "servings, main ingredient"),
    ),
}
