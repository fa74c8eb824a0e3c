"""What mini-dart is made of: names and values, and the facts and wordings of each domain.

A pattern is a set of triples and the sentences that state it. Words between bars are relations;
the others name a pool, whose drawn value stands there and wherever the sentences have the pool's
name in braces. COMMON patterns occur in every split, RARE ones almost only in dev and test.
Every pool is cut in two by the generator: "near" values occur in all splits, "far" ones in dev
and test alone. All names are made up. Pools are worded so that every sentence fits every value.
"""

POOLS: dict[str, list[str]] = {
    "film": [
        "The Paper Lantern", "Nine Winters", "Harbor of Glass", "The Clockmaker's Debt",
        "Salt and Cedar", "Midnight Ferry", "The Borrowed Orchard", "Silent Meridian",
        "Copper Sky", "A House in Varda", "The Last Cartographer", "Tin Soldiers Waltz",
        "Below the Ice Road", "Seven Keys for Elsa", "The Moth Collector", "Rain over Calder",
        "The Quiet Signal", "Ashes of Juniper", "Blue Hour Express", "The Weaver's Alibi",
    ],
    "director": [
        "Mara Lindqvist", "Tobias Renner", "Aiko Tanabe", "Joseph Okonjo", "Clara Benedetti",
        "Henrik Solberg", "Lucia Ferrando", "Samuel Whitlock", "Priya Raman", "Anton Vesely",
        "Nadine Moreau", "Ewan Macrae", "Ruth Abergil", "Dmitri Sokolin",
    ],
    "actor": [
        "Vera Castellan", "Miles Thornbury", "Ines Duarte", "Colin Abara", "Greta Holm",
        "Rafael Ibarra", "June Nakamura", "Peter Lindgren", "Amara Diallo", "Stefan Kolar",
        "Beatrix Ames", "Hugo Lamar", "Leila Haddad", "Noel Farrow",
    ],
    "person": [
        "Martin Ashdown", "Elena Petrova", "David Mbeki", "Sara Lindholm", "Victor Amaral",
        "Helen Cho", "Omar Farouk", "Julia Brandt", "Paul Dufresne", "Nina Castillo",
        "Walter Higgins", "Rosa Delgado", "Ivan Markov", "Grace Adeyemi", "Felix Hartmann",
        "Yara Suleiman",
    ],
    "city": [
        "Marlow Bay", "Port Ellery", "Kestrel Falls", "Dunmore", "Varda", "Santa Belisa",
        "Hollin", "Easterby", "Novigrad Heights", "Quillan", "Tarrow", "Lindenfeld",
        "Castle Orne", "Mirabel", "Skarholm", "Wexley",
    ],
    "country": [
        "Norland", "Calveria", "Ostmark", "Bressia", "Tavaria", "Meridia", "Kelland", "Sorano",
        "Valdoria", "Istria Minor", "Zembla", "Faraway Isles",
    ],
    "year": [
        "1962", "1974", "1985", "1991", "1998", "2003", "2007", "2011", "2016", "2019", "1933",
        "1947", "1958", "1969", "2021", "1889",
    ],
    "genre": [
        "comedy", "thriller", "western", "documentary", "mystery", "romance", "horror",
        "fantasy", "crime", "war", "musical", "satire",
    ],
    "minutes": [
        "92 minutes", "104 minutes", "118 minutes", "127 minutes", "96 minutes", "141 minutes",
        "88 minutes", "155 minutes", "133 minutes", "79 minutes",
    ],
    "restaurant": [
        "The Copper Kettle", "Saffron Yard", "Blue Heron Cafe", "Luigi's Corner", "The Twin Oaks",
        "Green Basil", "Harbor Lights", "The Old Granary", "Casa Ramona", "Little Anchor",
        "Plum and Pepper", "The Gilded Fig", "Noodle Bridge", "The Thirsty Badger",
        "Olive Terrace", "Fifth Spoon",
    ],
    "food": [
        "Italian", "Japanese", "Mexican", "French", "Thai", "Greek", "Lebanese", "Turkish",
        "Korean", "Peruvian", "Moroccan", "Polish",
    ],
    "price": ["cheap", "moderate", "high", "more than 30 pounds", "less than 20 pounds"],
    "area": ["riverside", "city centre", "old town", "harbour district", "university quarter"],
    "rating": ["low", "average", "5 out of 5", "3 out of 5", "excellent", "1 out of 5"],
    "astronaut": [
        "Karin Aldous", "Ray Bellamy", "Tomas Krejci", "Olivia Sandoval", "Jun Matsuda",
        "Arthur Pembroke", "Zofia Wilk", "Carlos Medrano", "Ingrid Falk", "Leonard Osei",
        "Maya Srinivasan", "Pavel Grigor",
    ],
    "mission": [
        "Aurora 4", "Pioneer Dawn", "Helios 2", "Lunar Gate", "Odyssey Nine", "Red Lance",
        "Starling 7", "Borealis 1", "Deep Harbor", "Comet Run", "Vega Relay", "Tycho Landing",
    ],
    "college": [
        "Hartwell College", "Northgate Institute", "Lindenfeld University", "Easterby Tech",
        "Saint Corin's", "Marlow Polytechnic", "Quillan Academy", "Bressia State",
        "Orne Naval School", "Wexley College of Arts",
    ],
    "river": [
        "the Ardel", "the Sorrow Water", "the Linnet", "the Grey Esk", "the Maristo",
        "the Black Tamsin", "the Upper Vane", "the Corrie", "the Silverthread", "the Oxbow Nairn",
        "the Tolka Run", "the Morwen",
    ],
    "length": [
        "212 kilometres", "87 kilometres", "540 kilometres", "1,120 kilometres", "64 kilometres",
        "305 kilometres", "778 kilometres", "149 kilometres", "1,935 kilometres", "33 kilometres",
    ],
    "lake": [
        "Lake Ottara", "Lake Fenwick", "Mirror Lake", "Lake Soltana", "Lake Brandis",
        "Lake Umber", "Lake Tessin", "Heron Lake", "Lake Calda", "Lake Nimue",
    ],
    "club": [
        "Dunmore Rovers", "Port Ellery United", "Varda Athletic", "Kestrel City", "Hollin Town",
        "Tarrow Wanderers", "Skarholm Stars", "Quillan Rangers", "Mirabel Eleven",
        "Easterby Albion", "Castle Orne FC", "Wexley Harriers",
    ],
    "stadium": [
        "Foundry Park", "Bishop's Field", "Ellery Dome", "the Marsh Lane ground", "Union Meadow",
        "Victoria Bowl", "the Tannery", "Lakeside Arena", "Old Mill Road", "the Kiln",
    ],
    "league": [
        "the Northern League", "the Coastal Premiership", "Division Two", "the Amber League",
        "the National Conference", "the Western Cup League", "the Valley Series",
        "the Highland Division",
    ],
    "capacity": [
        "8,500", "12,000", "17,250", "23,400", "31,000", "42,800", "5,600", "64,150", "3,900",
        "9,875",
    ],
    "book": [
        "The Salt Road", "Letters to Imogen", "A Theory of Tides", "The Lighthouse Keeper's Son",
        "Winter Grammar", "The Glass Apiary", "Fields of Ochre", "Notes from Quillan",
        "The Third Violin", "Under Slate Roofs", "The Paper Mountain", "An Atlas of Silence",
        "Eleven Doors", "The Ferryman's Arithmetic",
    ],
    "author": [
        "Imogen Vale", "Roland Pierce", "Tamsin Okoro", "Elias Brandvold", "Marguerite Sand",
        "Hiroko Ueda", "Conrad Leys", "Sylvia Ferrante", "Bram Coster", "Adaeze Nwosu",
        "Leopold Quint", "Dorothea Winn",
    ],
    "publisher": [
        "Heron Press", "Blackthorn Books", "Meridian House", "Lantern and Sons", "Tidewater",
        "Two Rivers Press", "Old Quarter Editions", "Northlight", "Pocket Owl", "Cobalt Books",
    ],
    "pages": ["184", "212", "256", "301", "348", "420", "97", "533", "672", "139"],
    "ship": [
        "MV Calliope", "SS Brandon", "HMS Torrent", "MS Aurelia", "RV Petrel", "SS Marigold",
        "MV Northern Hope", "HMS Larkspur", "MS Cordoba", "RV Nautilus Star", "SS Windermere",
        "MV Ocean Harvest",
    ],
    "builder": [
        "Clyde and Marsh", "Ellery Dockyards", "Vulkan Works", "Sorano Marine", "Tern Brothers",
        "Orne Naval Yard", "Hansa Steel", "Bay Forge",
    ],
    "metres": [
        "98 metres", "142 metres", "187 metres", "54 metres", "231 metres", "76 metres",
        "305 metres", "119 metres", "33 metres", "264 metres",
    ],
    "band": [
        "The Velvet Tides", "Static Orchard", "Nightjar Parade", "Copper Wolves", "Paper Moons",
        "The Low Lanterns", "Hollow Pines", "Silver Transit", "The Marble Kings", "Echo Bakery",
        "Dust Choir", "The Second Harvest",
    ],
    "album": [
        "Letters Home", "Neon Garden", "The Long Shore", "Gravity Songs", "Fever Season",
        "Maps for Strangers", "Small Hours", "Iron Blossom", "Winter Radio", "Tin Roof Hymns",
        "Slow Comet", "The Understory",
    ],
    "style": [
        "folk rock", "jazz", "synth pop", "blues", "punk", "dream pop", "bluegrass", "drum and bass",
        "heavy metal", "reggae",
    ],
    "label": [
        "Foxglove Records", "Blue Anchor", "Static House", "Lighthouse Sound", "Parallel Tapes",
        "Redwood Music", "Tall Grass", "Kingfisher Discs",
    ],
    "dish": [
        "Belisa stew", "Varda dumplings", "Moon cake pudding", "Harbor chowder", "Tarrow pie",
        "Green lentil pot", "Smoked plum tart", "Salt fish fritters", "Orne noodles",
        "Barley porridge", "Juniper roast", "Sweet corn bread",
    ],
    "ingredient": [
        "potatoes", "coconut milk", "smoked paprika", "black beans", "rice flour", "sour cream",
        "chestnuts", "dried plums", "fennel seeds", "goat cheese", "tamarind", "barley",
    ],
    "course": ["starter", "main course", "dessert", "side dish", "breakfast", "festive meal"],
    "bridge": [
        "Mason's Bridge", "the Ellery Viaduct", "Long Crossing", "the Kestrel Span",
        "Pilgrim Bridge", "the Iron Arch", "Fisher's Gate Bridge", "the Sorano Causeway",
        "Lantern Bridge", "the Twin Towers Crossing",
    ],
    "architect": [
        "Edmund Harrow", "Celeste Arnaud", "Viktor Dahl", "Miriam Stern", "Goran Petrovic",
        "Alice Penhallow", "Takeshi Mori", "Luca Serafini", "Bridget Cole", "Ahmed Nasser",
    ],
    "museum": [
        "the Tide Museum", "the Museum of Clocks", "Hollin Gallery", "the Cartography House",
        "the Railway Museum", "the Museum of Glass", "the Whaling Hall", "the Puppet Museum",
        "the Salt Museum", "the Hall of Minerals",
    ],
    "visitors": [
        "12,000 visitors", "48,500 visitors", "95,000 visitors", "210,000 visitors",
        "7,300 visitors", "330,000 visitors", "64,200 visitors", "1.2 million visitors",
    ],
    "bird": [
        "the tawny lorrel", "the blue-necked sarn", "the marsh pipet", "the crested wheal",
        "the greater fennow", "the ashen dove-hawk", "the little surfbird", "the orange dunlark",
    ],
    "habitat": [
        "wetlands", "pine forests", "rocky coasts", "high meadows", "mangrove swamps",
        "salt marshes", "desert scrub", "river islands",
    ],
    "diet": ["small fish", "beetles", "berries", "seeds", "snails", "earthworms", "nectar", "crabs"],
    "software": [
        "Quillpad", "OpenHarbor", "Tessera", "LarkMail", "Gridlock", "Pinecone Studio", "Halyard",
        "Duskwriter",
    ],
    "language": ["Python", "Rust", "Java", "Haskell", "Go", "Kotlin", "Fortran", "Lua"],
    "licence": [
        "MIT licence", "Apache licence", "GPL licence", "BSD licence", "proprietary licence",
        "Mozilla licence",
    ],
}

Pattern = tuple[str, list[str]]

COMMON: dict[str, list[Pattern]] = {
    "films": [
        ("film | director | director ; film | release year | year", [
            "{film} was directed by {director} and came out in {year}.",
            "{director} directed {film}, which was released in {year}.",
            "Released in {year}, {film} is a film by the director {director}.",
        ]),
        ("film | starring | actor ; film | genre | genre", [
            "{film} is a {genre} film in which {actor} stars.",
            "{actor} has a leading part in the {genre} film {film}.",
            "The {genre} film {film} stars {actor}.",
        ]),
        ("film | director | director ; film | running time | minutes ; film | country | country", [
            "{film}, a film from {country} directed by {director}, runs for {minutes}.",
            "Made in {country} by the director {director}, {film} lasts {minutes}.",
            "{director} made {film} in {country}; it is {minutes} long.",
        ]),
        ("director | birthplace | city ; film | director | director", [
            "{film} was directed by {director}, who was born in {city}.",
            "The director of {film} is {director}, a native of {city}.",
        ]),
    ],
    "restaurants": [
        ("restaurant | food | food ; restaurant | price range | price", [
            "{restaurant} serves {food} food and its price range is {price}.",
            "{food} dishes are on the menu at {restaurant}, where the price range is {price}.",
            "With a price range that is {price}, {restaurant} offers {food} cooking.",
        ]),
        ("restaurant | area | area ; restaurant | customer rating | rating", [
            "Located in the {area} area, {restaurant} has a customer rating that is {rating}.",
            "{restaurant} can be found in the {area} area; customers rate it {rating}.",
            "Customers give {restaurant} in the {area} area a rating that is {rating}.",
        ]),
        ("restaurant | food | food ; restaurant | near | museum", [
            "{restaurant} is a {food} place close to {museum}.",
            "Near {museum} there is a {food} restaurant called {restaurant}.",
        ]),
        ("restaurant | food | food ; restaurant | area | area ; restaurant | family friendly | yes", [
            "{restaurant} is a family friendly {food} restaurant in the {area} area.",
            "Families are welcome at {restaurant}, which serves {food} food in the {area} area.",
        ]),
        ("restaurant | food | food ; restaurant | area | area ; restaurant | family friendly | no", [
            "{restaurant} serves {food} food in the {area} area, but it is not family friendly.",
            "Located in the {area} area, the {food} restaurant {restaurant} is not suited to families.",
        ]),
    ],
    "astronauts": [
        ("astronaut | crew member of | mission ; astronaut | birth year | year", [
            "Born in {year}, {astronaut} was a member of the {mission} crew.",
            "{astronaut}, who was born in {year}, flew on {mission}.",
            "The crew of {mission} included {astronaut}, born in {year}.",
        ]),
        ("astronaut | alma mater | college ; astronaut | nationality | country", [
            "{astronaut} comes from {country} and graduated from {college}.",
            "A graduate of {college}, {astronaut} is from {country}.",
        ]),
        ("mission | commander | astronaut ; mission | launch year | year", [
            "{mission} was launched in {year} under the command of {astronaut}.",
            "{astronaut} commanded {mission}, which took off in {year}.",
            "Launched in {year}, {mission} had {astronaut} as its commander.",
        ]),
    ],
    "rivers": [
        ("river | length | length ; river | country | country", [
            "At a length of {length}, {river} flows through {country}.",
            "{country} is home to {river}, which is {length} long.",
        ]),
        ("river | mouth | lake ; river | source | city", [
            "{lake} is where {river}, which rises near {city}, comes to its end.",
            "Rising near {city}, {river} empties into {lake}.",
        ]),
        ("bridge | crosses | river ; bridge | opened | year", [
            "Opened in {year}, {bridge} crosses {river}.",
            "Traffic has crossed {river} by way of {bridge} since {year}.",
        ]),
    ],
    "football": [
        ("club | ground | stadium ; stadium | capacity | capacity", [
            "{club} play at {stadium}, which holds {capacity} people.",
            "The home of {club} is {stadium}, with room for {capacity} spectators.",
        ]),
        ("club | manager | person ; club | league | league", [
            "{club}, managed by {person}, compete in {league}.",
            "{person} is in charge of {club}, a team in {league}.",
            "With {person} as their manager, {club} play in {league}.",
        ]),
        ("person | plays for | club ; person | position | goalkeeper", [
            "{person} is a goalkeeper for {club}.",
            "The goalkeeper {person} plays for {club}.",
        ]),
        ("person | plays for | club ; person | birthplace | city ; club | league | league", [
            "{person}, who was born in {city}, plays for {club} in {league}.",
            "Born in {city}, {person} is a player of {club}, who compete in {league}.",
        ]),
    ],
    "books": [
        ("book | author | author ; book | publisher | publisher", [
            "{book} was written by {author} and published by {publisher}.",
            "{publisher} brought out {book}, a book by {author}.",
            "The author of {book}, published by {publisher}, is {author}.",
        ]),
        ("book | pages | pages ; book | publication year | year", [
            "{book} has {pages} pages and appeared in {year}.",
            "Published in {year}, {book} is {pages} pages long.",
        ]),
        ("book | author | author ; author | birthplace | city ; book | publication year | year", [
            "{author}, who was born in {city}, wrote {book} in {year}.",
            "{book} came out in {year}; its author, {author}, was born in {city}.",
        ]),
    ],
    "ships": [
        ("ship | builder | builder ; ship | length | metres", [
            "{ship} was built by {builder} and measures {metres} in length.",
            "At {metres} long, {ship} is the work of the shipbuilder {builder}.",
        ]),
        ("ship | home port | city ; ship | launched | year", [
            "{ship}, launched in {year}, has {city} as its home port.",
            "With its home port in {city}, {ship} was launched in {year}.",
        ]),
        ("ship | captain | person ; ship | country | country", [
            "{person} is the captain of {ship}, a ship from {country}.",
            "Sailing under the flag of {country}, {ship} is led by captain {person}.",
        ]),
    ],
    "music": [
        ("band | genre | style ; band | hometown | city", [
            "{band} are a {style} band from {city}.",
            "The {style} band {band} comes from {city}.",
            "{city} is the hometown of {band}, who play {style}.",
        ]),
        ("album | artist | band ; album | record label | label ; album | release year | year", [
            "{band} released the album {album} through {label} in {year}.",
            "{album}, an album by {band}, was put out by {label} in {year}.",
        ]),
        ("band | singer | person ; band | active since | year", [
            "{band}, whose singer is {person}, have been active since {year}.",
            "Active since {year}, {band} are fronted by {person}.",
        ]),
    ],
    "dishes": [
        ("dish | country | country ; dish | main ingredient | ingredient", [
            "{dish} comes from {country} and is made mainly with {ingredient}.",
            "The main ingredient of {dish}, which comes from {country}, is {ingredient}.",
        ]),
        ("dish | course | course ; dish | region | city", [
            "{dish} is eaten as a {course} around {city}.",
            "People around {city} serve {dish} as a {course}.",
        ]),
    ],
}

RARE: dict[str, list[Pattern]] = {
    "films": [
        ("film | box office rank | first ; film | starring | actor", [
            "With {actor} in the cast, {film} took first place at the box office.",
            "{film}, starring {actor}, topped the box office.",
        ]),
    ],
    "football": [
        ("club | founder | person ; club | founded | year ; club | nickname | the Magpies", [
            "{club}, known as the Magpies, were founded by {person} in {year}.",
            "Founded in {year} by {person}, {club} are nicknamed the Magpies.",
        ]),
    ],
    "museums": [
        ("museum | architect | architect ; museum | city | city", [
            "Visitors to {city} can see {museum}, designed by {architect}.",
            "The architect of {museum}, which stands in {city}, was {architect}.",
        ]),
        ("museum | annual visitors | visitors ; museum | director | person", [
            "{person} runs {museum}, which receives {visitors} a year.",
            "With {visitors} a year, {museum} is headed by {person}.",
        ]),
    ],
    "bridges": [
        ("bridge | architect | architect ; bridge | length | metres ; bridge | city | city", [
            "Designed by {architect}, {bridge} in {city} is {metres} long.",
            "{city} has a bridge of {metres}, {bridge}, built to a design by {architect}.",
        ]),
    ],
    "birds": [
        ("bird | habitat | habitat ; bird | diet | diet", [
            "Living in {habitat}, {bird} feeds on {diet}.",
            "The diet of {bird}, a bird of {habitat}, consists of {diet}.",
        ]),
        ("bird | conservation status | endangered ; bird | native to | country", [
            "Among the endangered birds of {country} is {bird}.",
            "Native to {country}, {bird} is endangered.",
        ]),
    ],
    "software": [
        ("software | programming language | language ; software | licence | licence", [
            "{software} is written in {language} and comes under the {licence}.",
            "Programmed in {language}, {software} is covered by the {licence}.",
        ]),
        ("software | developer | person ; software | first released | year", [
            "{person} developed {software}, first released in {year}.",
            "First released in {year}, {software} was developed by {person}.",
        ]),
    ],
    "courses": [
        ("college | location | city ; college | founded | year ; college | president | person", [
            "{college} in {city}, founded in {year}, has {person} as its president.",
            "Founded in {year}, {college} is based in {city} and led by president {person}.",
        ]),
    ],
}
