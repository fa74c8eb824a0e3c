"""Vocabulary of mini-totto: pools of values, parted by commas.

In a value, `{pool}` stands for a value of another pool, `{3-90}` for a whole number in that
range, `{3000-90000/100}` for one in steps of 100 written with thousands separators, and
`<a|b>` for text that reads `a` in the table and `b` in a sentence. Names are made up or everyday
ones; what the tables say of them is made up throughout.
"""

PEOPLE_AND_PLACES = {
    "first": """Agnes, Bruno, Camille, Darius, Edith, Fabian, Gwen, Hamish, Imogen, Jasper, Kofi,
        Lena, Marek, Nora, Oskar, Petra, Quentin, Rhea, Silvio, Talia, Ulrich, Vivian, Wanda,
        Yusuf, Zelda, Anneke, Benicio, Chiara, Desmond, Elsa, Florian, Gemma, Hector, Irma, Jonah,
        Katya, Lorenzo, Magda, Nikolai, Odette, Pascal, Rowena, Sergio, Thea, Ursula, Valentin,
        Willa, Xavier, Ylva, Zoran, Astrid, Basil, Cora, Dominik, Esther, Finley, Giulia, Henning,
        Isaac, Jolanta, Kwame, Louisa, Mateo, Noor, Otis, Priscilla, Rashid, Saskia""",
    "last": """Averill, Bergstrom, Calloway, Drummond, Eastlake, Fontaine, Grabowski, Hallam,
        Iwasaki, Jablonski, Karlsen, Lovelace, Mazur, Novotny, Oyelaran, Pellegrino, Quigley,
        Rosewood, Steinmann, Trelawny, Underhill, Vanterpool, Whitford, Yamazaki, Zielinski,
        Albarran, Bancroft, Cardenal, Dunleavy, Eriksen, Fairweather, Gallardo, Hovland, Ingram,
        Jardine, Kincaid, Lomax, Mireault, Norwood, Okafor, Pruitt, Rademaker, Sallinger, Tuomi,
        Urquhart, Villanova, Wexford, Yardley, Zamora, Arkwright, Bielski, Cromarty, Devereux,
        Ekstrand, Feldmann, Gardiner, Hasegawa, Ironmonger, Kovalenko, Leclair, Marchetti, Nyberg,
        Olander, Postlethwaite, Ransome, Szabo, Tindall, Vukovar, Wainwright""",
    "person": "{first} {last}",
    "town": """Alderbrook, Barrow Point, Cresswell Bay, Dunhollow, Elverton, Farrowmere, Glenwick,
        Harlow Cross, Ivybridge Moor, Jessamine, Kirkfell, Lowmere, Mistral Cove, Norwick,
        Oldcastle, Pinehurst, Quarrington, Ravenshore, Stonebeck, Tidewater, Ulverstone, Vintry,
        Westlake, Yewdale, Zandrecht, Altenau, Bregovina, Casalino, Dolni Most, Espinada,
        Falkeneck, Grandrieu, Hjortvik, Ilvesniemi, Jarocin Stary, Kaltenbach, Lagoa Verde,
        Monteferro, Norrestrand, Olivares, Puerto Claro, Roccabruna, San Telmo, Trnovec, Ustrzyk,
        Villefort, Wolfsberg, Ystrad, Zalesie, Anchor Bay, Birchwood, Copperfield, Deerhurst,
        Eagle Rock, Foxley, Greystone, Holt, Larkspur, Maplewood, New Sorrel""",
    "country": """Portugal, Norway, Peru, Kenya, Poland, Ireland, Chile, Japan, Morocco, Greece,
        Finland, Mexico, Vietnam, Hungary, Ghana, Turkey, Canada, Estonia, Bolivia, Nepal,
        Croatia, Iceland, Uruguay, Jordan, Austria, Slovenia, Thailand, Colombia""",
    "nationality": """Portuguese, Norwegian, Peruvian, Kenyan, Polish, Irish, Chilean, Japanese,
        Moroccan, Greek, Finnish, Mexican, Hungarian, Turkish, Canadian, Estonian, Croatian,
        Icelandic, Austrian, Colombian""",
    "river": """Amberlow, Brisk, Callow, Deveraux, Ebbon, Falmer, Gisk, Hollowell, Issel, Karun,
        Lethe, Mirow, Nesbit, Orrin, Pasquel, Ruddle, Selke, Thorne, Vilja, Wharram""",
    "county": """{river} County, {last} County, Upper {river}, Lower {river}, {river} Valley""",
    "month": """January, February, March, April, May, June, July, August, September, October,
        November, December""",
    "date": "{1-28} {month} {1968-2021}",
    "day": "{1-28} July, {1-28} August",
    "year": "{1948-2021}",
    "recent year": "{1974-2021}",
    "term start": "{1976-1997}",
    "term end": "{1998-2016}",
    "old year": "{1861-1959}",
    "season": """1961-62, 1964-65, 1967-68, 1970-71, 1973-74, 1975-76, 1978-79, 1980-81, 1983-84,
        1985-86, 1987-88, 1989-90, 1991-92, 1993-94, 1995-96, 1997-98, 2001-02, 2003-04, 2005-06,
        2007-08, 2010-11, 2012-13, 2014-15, 2016-17, 2018-19""",
    "place": """<1st|first>, <2nd|second>, <3rd|third>, <4th|fourth>, <5th|fifth>, <6th|sixth>,
        <7th|seventh>, <8th|eighth>, <9th|ninth>, <10th|tenth>, <11th|eleventh>""",
    "lower place": """<2nd|second>, <3rd|third>, <4th|fourth>, <5th|fifth>, <6th|sixth>,
        <7th|seventh>, <8th|eighth>, <9th|ninth>, <10th|tenth>""",
}

WORDS = {
    "quality": """Amber, Burning, Cold, Drowsy, Emerald, Faithful, Grey, Hungry, Ivory, Jagged,
        Last, Luminous, Midnight, Narrow, Opal, Pale, Quiet, Rusty, Scarlet, Tender, Twisted,
        Unspoken, Violet, Weathered, Wild, Windy, Bright, Copper, Deep, Endless, Forgotten""",
    "thing": """Anvil, Balcony, Candle, Dragonfly, Elevator, Firefly, Gallery, Hammer, Island,
        Jackdaw, Kite, Ladder, Magnet, Nettle, Orchid, Parade, Quilt, Raven, Saddle, Tambourine,
        Urchin, Valley, Whistle, Yacht, Almanac, Bicycle, Canyon, Doorbell, Engine, Fountain,
        Greenhouse, Harvest, Icicle, Jukebox, Lemon, Mill, Notebook, Pendulum, Rooftop, Summit""",
    "stuff": """Salt, Marble, Moonlight, Clay, Timber, Echoes, Frost, Cinders, Amber, Linen, Mercy,
        Velvet, Steam, Copper, Sand, Fog, Hunger, Chance, Ivory, Shadows""",
}

CULTURE = {
    "film": """The {quality} {thing}, {quality} {stuff}, {thing} of {stuff}, One {thing} for
        {first}, Return to {town}, The {thing} Affair, Under the {thing}, Three Days in {town}""",
    "role": """Inspector {last}, Doctor {last}, Captain {last}, {first}, {first} {last}, Cousin
        {first}, Judge {last}, Colonel {last}, Little {first}, Professor {last}, Nurse {last}""",
    "series": """{quality} Street, {town} Nights, {last} and Daughter, {thing} House, Hotel {town},
        {quality} Justice, The {last} Files, Doctor {last}, Line of {stuff}, {town} General""",
    "episode": """The {quality} {thing}, {first}, {quality} {stuff}, A Night in {town}, The
        {thing}, {first} and {first}, {thing} Day, Out of {stuff}, No {thing}, One Last {thing}""",
    "viewers": "{2-11}.{1-9}",
    "number": "{2-12}",
    "series number": "{2-9}",
    "album": """{quality} {thing}, {stuff}, {thing} Songs, Letters from {town}, {quality} {stuff},
        Leaving {town}, {first}'s {thing}, {thing} Weather, Nothing but {stuff}, {stuff} Hotel""",
    "song": """{quality} {thing}, {first}, Dancing in {town}, My {quality} {thing}, {thing} Blues,
        Goodbye {first}, {thing} Waltz, Made of {stuff}, {town} Rain, Call Me {first}""",
    "band": """{quality} {thing}, {thing} Brigade, {first} and the {quality} Few, {stuff}
        Orchestra, {town} Assembly, {thing} Theory, {last} Quartet, {quality} Choir""",
    "label": "{thing} Records, {quality} Sound, {last} Music, {town} Tapes, {thing} Discs",
    "peak": "{2-60}",
    "length": "{2-7}:{10-59}",
    "award": """Golden {thing} Award, {town} Film Prize, {last} Medal, {quality} Screen Award,
        {nationality} Film Award, Critics Award, Silver {thing}""",
    "category": """Best Newcomer, Best Supporting Role, Best Direction, Best Screenplay, Best
        Leading Role, Best Documentary, Best Debut, Best Voice Role, Best Stage Work""",
}

SPORT = {
    "club": """{town} Rangers, {town} City, {town} Athletic, {town} Vale, {town} Victoria,
        {town} Union, Real {town}, Olympic {town}, {town} Thistle, {town} Sporting""",
    "league": """First Division, Second Division, Eastern League, Premier Division, Lakes League,
        Southern Conference, Island League, {nationality} League, Border League""",
    "apps": "{15-46}",
    "goals": "{2-14}",
    "wins": "{11-18}",
    "points": "{54-71}",
    "competition": """Continental Championships, Baltic Games, Coastal Games, Island Games, World
        Indoor Trials, Alpine Cup, Mediterranean Meeting, University Games, {nationality}
        Championships, Junior Championships, National Trials""",
    "event": """100 metres, 400 metres, 800 metres, 1500 metres, 5000 metres, high jump, long jump,
        javelin throw, pole vault, shot put, decathlon, hammer throw, marathon, triple jump,
        400 metres hurdles, 20 kilometres walk""",
    "games": "Summer Games, Coastal Games, Youth Games, Island Games, Northern Games",
    "medal": "gold, silver, bronze",
    "sport": """judo, rowing, sailing, fencing, archery, weightlifting, diving, wrestling, cycling,
        canoeing, badminton, table tennis, boxing, swimming, gymnastics, shooting""",
    "racing team": """{last} Racing, Scuderia {last}, Team {town}, {quality} Motorsport, {last}
        Engineering, Ecurie {last}, {thing} Racing""",
    "laps": "{38-79}",
    "tournament": "{town} Open, {town} Masters, {last} Cup, {nationality} Indoors, {town} Classic",
    "surface": "clay, grass, hard court, carpet",
}

PUBLIC = {
    "party": """Green Union, Civic Party, Harbour Alliance, Farmers League, Liberal Front, Labour
        Movement, Progress Party, National Bloc, Reform Group, Coastal Party, Homeowners List,
        People's Assembly""",
    "race": "mayoral election, council election, by-election, mayoral runoff, regional election",
    "votes": "{812-46000/1}",
    "share": "{11-58}.{1-9}%",
    "office": """<mayors|mayor>, <treasurers|treasurer>, <wardens|warden>,
        <council leaders|council leader>, <sheriffs|sheriff>""",
    "college": """{town} University, {town} College, {last} College, {town} Art Institute,
        {last} Academy, {town} Business School""",
    "known as": """botanist, novelist, painter, chess champion, surgeon, film director, opera
        singer, mathematician, senator, racing driver, poet, astronomer, economist, judge,
        violinist, glaciologist""",
    "subject": """law, chemistry, architecture, medicine, history, music, economics, philosophy,
        engineering, biology, geography, linguistics""",
}

PLACES = {
    "building": """{last} Tower, {town} Plaza, {thing} Court, {quality} Tower, {last} House, One
        {last} Square, {first} {last} Centre, {thing} Heights, {last} Exchange, {river} Point""",
    "tower height": "{152-318}",
    "floors": "{26-46}",
    "operator": """{river} Rail, Northern Link, {quality} Arrow, Coastline, {town} Railways,
        Valley Express, {county} Metro, Interline""",
    "platform": "{1-14}",
    "interval": "<10 min|10 minutes>, <15 min|15 minutes>, <20 min|20 minutes>, <30 min|30 "
    "minutes>, <40 min|40 minutes>, <45 min|45 minutes>, <90 min|90 minutes>",
    "population": "{1800-98000/1}",
    "area": "{6-240}",
    "yard": """{last} Shipyard, {town} Marine, {last} and Sons, {town} Slipway, {river} Yards,
        {last} Boatbuilders""",
    "ship": """{quality} {thing}, {first} {last}, {quality} Lady, Spirit of {town}, Pride of
        {town}, {river} Star, Queen of {town}, {town} Trader, {quality} Dawn""",
    "ship type": """car ferry, tanker, trawler, icebreaker, tug, container ship, cable layer,
        research vessel, bulk carrier, dredger, lightship, ocean liner""",
    "ship length": "{24-312}",
    "owner": """{last} Lines, {town} Shipping, {river} Ferries, {quality} Seaways, {last} Towage,
        {country} Maritime""",
    "airline": "{quality} Wings, Air {town}, {river} Airways, {nationality} Air, Jet {thing}",
    "aircraft": """Tern {2-9}00, Kestrel {20-90}, Albatross {2-7}, Corvair {10-40}, Skylark {3-9},
        Heron {100-900/100}, Petrel {30-70}""",
    "in service": "{3-48}",
    "seats": "{19-340}",
    "school": "{town} High School, Saint {first}'s School, {last} School, {river} School",
    "pupils": "{90-1900/1}",
    "lighthouse": """{last} Point Light, {town} Lighthouse, {quality} Rock Light, Saint {first}
        Light, {thing} Reef Light""",
    "light height": "{9-68}",
    "light range": "{8-27}",
    "coast": """Amber Coast, Bay of {stuff}, {river} Estuary, Gulf of {town}, Strait of {last},
        {quality} Islands""",
    "cheese": """Brindlay, Castelmor, Dovret, Ambrosel, Fennimore Blue, Gorlano, Hexley Round,
        Montvache, Petit Savel, Quesarra, Rondelle, Taleggino, Old Wardle, Smoked Verrin, Zarbo""",
    "milk": "cow's milk, goat's milk, sheep's milk, buffalo milk",
    "weeks": "{4-72}",
    "observatory": """{last} Observatory, {town} Observatory, Mount {last} Observatory, {river}
        Observatory""",
    "asteroid": """{401-9800} {first}, {401-9800} {river}, {401-9800} {last}, {401-9800}
        {town}""",
    "diameter": "{3-94}",
    "locomotive": "{thing} class, {river} class, {last} class, Type {10-88}, Series {100-960/10}",
    "engines": "{4-190}",
    "speed": "{60-220}",
    "butterfly": """dusky ringlet, marsh emperor, scarlet hairstreak, lesser copperwing, moorland
        skipper, silver fritillary, painted duchess, chalk-hill argus, orange grayling, pale
        sailor, mountain heath brown, velvet swallowtail, banded satyr, checkered admiral""",
    "plant": "nettles, clover, wild thyme, willow leaves, thistles, vetch, sorrel, milkweed, oak "
    "leaves, violets",
    "wingspan": "{18-96}",
    "park": "{quality} Mountain Park, {town} Pleasure Garden, {last} Land, {thing} World",
    "ride": "Wild {thing}, Thunder {thing}, The {quality} Dragon, Mad {thing}, Vertigo, Cyclone",
    "ride speed": "{48-160}",
}


def _split(text: str) -> list[str]:
    return [" ".join(value.split()) for value in text.split(",")]


_TEXTS = PEOPLE_AND_PLACES | WORDS | CULTURE | SPORT | PUBLIC | PLACES
POOLS = {pool: _split(text) for pool, text in _TEXTS.items()}
"""Values of each pool."""
