"""Vocabulary of mini-dart: pools of values, parted by commas.

In a value, `{pool}` stands for a value of another pool, `{3-90}` for a whole number in that
range, `{3000-90000/100}` for one in steps of 100 written with thousands separators, and
`<a|b>` for text that reads `a` in a triple and `b` in a sentence. Names are made up or everyday
ones; what the sentences say of them is made up throughout.
"""

PEOPLE_AND_PLACES = {
    "first": """Mara, Tobias, Aiko, Joseph, Clara, Henrik, Lucia, Samuel, Priya, Anton, Nadine,
        Ewan, Ruth, Dmitri, Vera, Miles, Ines, Colin, Greta, Rafael, June, Peter, Amara, Stefan,
        Beatrix, Hugo, Leila, Noel, Martin, Elena, David, Sara, Victor, Helen, Omar, Julia, Paul,
        Nina, Walter, Rosa, Ivan, Grace, Felix, Yara, Karin, Tomas, Olivia, Jun, Arthur, Zofia,
        Carlos, Ingrid, Leonard, Maya, Pavel, Tamsin, Elias, Hiroko, Conrad, Sylvia, Bram, Adaeze,
        Dorothea, Edmund, Celeste, Miriam, Goran, Alice, Takeshi, Luca, Bridget, Ahmed""",
    "last": """Ashdown, Lindqvist, Renner, Tanabe, Okonjo, Benedek, Solberg, Ferrando, Whitlock,
        Ramanath, Vesely, Moravec, Macrae, Abergil, Sokolin, Castellan, Thornbury, Duarte, Abara,
        Holmqvist, Ibarra, Nakada, Lindgrove, Diallo, Kolar, Amesbury, Lamarque, Haddadin, Farrow,
        Petrenko, Mbekwe, Amaral, Brandt, Dufresne, Castellanos, Higginbotham, Delgadillo,
        Markovic, Adeyinka, Hartmann, Suleimani, Aldous, Bellamont, Krejci, Sandovar, Matsuda,
        Pembroke, Wilk, Medrano, Falk, Oseibo, Srinivas, Grigor, Vale, Pierrepont, Okoro,
        Brandvold, Sandhurst, Ueda, Leys, Coster, Nwosu, Quint, Winnock, Harrow, Arnaud, Dahlgren,
        Sternberg, Petrovic, Penhallow, Morikawa, Serafini, Colebrook, Nassar""",
    "person": "{first} {last}",
    "town": """Marlow Bay, Port Ellery, Kestrel Falls, Dunmore, Varda, Santa Belisa, Hollin,
        Easterby, Quillan, Tarrow, Lindenfeld, Castle Orne, Mirabel, Skarholm, Wexley, Ashcombe,
        Brindlow, Calder Mills, Drumlea, Elmstow, Fennick, Garrowby, Hathersea, Inverlay,
        Jarrowick, Kettering Cross, Longmarsh, Mossgate, Nethercote, Oakhaven, Pendry, Queensferry
        Point, Redcliff, Saltburn Quay, Thistleton, Upper Wray, Vellmar, Westering, Yarrowdale,
        Zelenik, Arbolito, Bellavista, Corvara, Dornheim, Estrella Alta, Florenza, Granholm,
        Halvik, Isola Verde, Jokisalo, Karlsmark, Lubrova, Montfaucon, Nagahara, Ostrava Nova,
        Pontarel, Rosenlund, Sankt Alban, Torrevista, Umbrani, Valmy, Winterhaven, Ambleford,
        Burrow Heath, Cobble Hill, Dry Creek""",
    "country": """Portugal, Norway, Peru, Kenya, Poland, Ireland, Chile, Japan, Morocco, Greece,
        Finland, Mexico, Vietnam, Hungary, Ghana, Turkey, Canada, Estonia, Bolivia, Nepal, Croatia,
        Iceland, Uruguay, Jordan, Austria, Ethiopia, New Zealand, Slovenia, Thailand, Colombia""",
    "nationality": """Portuguese, Norwegian, Peruvian, Kenyan, Polish, Irish, Chilean, Japanese,
        Moroccan, Greek, Finnish, Mexican, Vietnamese, Hungarian, Ghanaian, Turkish, Canadian,
        Estonian, Bolivian, Nepalese, Croatian, Icelandic, Austrian, Ethiopian, Slovenian""",
    "language": """French, Korean, Swahili, Danish, Arabic, Czech, Hindi, Catalan, Welsh, Russian,
        Dutch, Bengali, Persian, Basque, Tagalog, Latvian""",
    "month": """January, February, March, April, May, June, July, August, September, October,
        November, December""",
    "birth date": "{1-28} {month} {1931-1968}",
    "launch date": "{1-28} {month} {1951-2019}",
    "old year": "{1861-1959}",
    "year": "{1948-2021}",
    "recent year": "{1990-2021}",
}

WORDS = {
    "quality": """Silent, Copper, Broken, Golden, Hollow, Crimson, Borrowed, Wandering, Frozen,
        Velvet, Patient, Crooked, Distant, Paper, Painted, Sleeping, Bitter, Gentle, Northern,
        Restless, Salt, Second, Stolen, Winter, Amber, Hidden, Lonely, Marble, Quiet, Scarlet,
        Thirsty, Unfinished, Vanishing, Wooden, Yellow, Iron, Blue""",
    "thing": """Lantern, Orchard, Harbor, Cartographer, Ferry, Meridian, Clockmaker, Signal,
        Weaver, Alibi, Mountain, Staircase, Compass, Letter, Garden, Moth, Violin, Lighthouse,
        Waltz, Kingdom, Window, Anchor, Bakery, Carousel, Daughter, Envelope, Falcon, Glacier,
        Hourglass, Inheritance, Juniper, Key, Locksmith, Mirror, Nightjar, Oracle, Passenger,
        Quarry, River, Sparrow, Telegram, Umbrella, Viaduct, Witness, Accordion""",
    "stuff": """Ashes, Glass, Cedar, Silence, Ochre, Thunder, Feathers, Smoke, Slate, Honey,
        Ink, Rust, Tides, Rain, Arithmetic, Gravity, Dust, Snow, Embers, Strangers""",
    "field": """Thermodynamics, Roman Law, Linear Algebra, Marine Biology, Microeconomics,
        Art History, Phonetics, Organic Chemistry, Game Theory, Social Psychology, Soil Science,
        Robotics, Medieval Poetry, Number Theory, Public Health, Film Studies, Urban Planning,
        Genetics, Cryptography, Moral Philosophy, Astronomy, Music Theory, Statistics, Geology""",
}

NAMES = {
    "film": """The {quality} {thing}, {quality} {stuff}, {thing} of {stuff}, The {thing} in {town},
        Farewell to {town}, The Last {thing}, Beyond the {thing}, My {quality} {thing}""",
    "novel": """The {thing} of {town}, The {thing}'s {thing}, A Theory of {stuff}, {quality}
        {thing}, Notes from {town}, The House of {stuff}, Letters to {first}, The Third {thing}""",
    "album": """{quality} Radio, {stuff}, Songs for {first}, Live in {town}, {quality} {stuff},
        Maps for {stuff}, {thing} Sessions, Back to {town}, Neon {thing}, {thing} Season""",
    "band": """The {quality} {thing}, {quality} Transit, {thing} Parade, {first} Goes North,
        {quality} Choir, The {last} Trio, {stuff} Machine, {thing} Club, The {town} Quartet""",
    "game": """{thing} Rush, Kings of {stuff}, {town}, The {quality} Caravan, {stuff} Merchants,
        {thing} Express, Tiny {thing}, Race to {town}, {quality} Dice, Guilds of {town}""",
    "mission": """Aurora {2-19}, Pioneer {thing}, Helios {2-9}, Lunar Gate {2-7}, Odyssey {2-12},
        Starling {2-9}, Borealis {2-8}, Vega {thing}, Tycho {2-15}, Comet Relay {2-6}""",
    "college": """{town} University, {last} College, {town} Institute, Saint {first}'s College,
        {town} Polytechnic, {last} Academy""",
    "restaurant": """The {quality} Kettle, Saffron Yard, {first}'s Corner, Casa {first},
        The {quality} Fig, {town} Grill, Noodle {thing}, Cafe {last}, The {thing} Inn, Olive
        {thing}, Chez {first}, {last}'s Kitchen, The {quality} Spoon, Basil Lane, Plum Terrace""",
    "landmark": """<|the >town hall, {town} station, <|the >fish market, <|the >botanical garden,
        <|the >old mint, Saint {first}'s Church, <|the >opera house, <|the >ferry landing, {last}
        Park, <|the >clock tower, {town} Arcade, <|the >city library""",
    "river stem": """Ardel, Linnet, Esk, Maristo, Tamsin, Vane, Corrie, Silverthread, Nairn, Tolka,
        Morwen, Aldra, Brennet, Cassow, Dorrin, Ellowe, Fossa, Garnock, Hespera, Irwell, Jaska,
        Kolvan, Lomary, Mossa, Nivelle, Ottar, Pellory, Quern, Rhonda Minor, Sarvi, Tavy""",
    "river": "<|the >{river stem}, <|the >Upper {river stem}, <|the >Black {river stem}",
    "hills": """<|the >{last} Hills, <|the >{river stem} Mountains, <|the >Grey Highlands,
        <|the >{town} Highlands, <|the >{quality} Moors, <|the >{river stem} Forest""",
    "range": """<|the >{last} Range, <|the >{river stem} Mountains, <|the >{quality} Alps,
        <|the >{town} Massif, <|the >{thing} Uplands""",
    "water": """Lake {last}, Lake {first}, {quality} Lake, {town} Bay, <|the >Sea of {stuff},
        <|the >Gulf of {town}, <|the >{quality} Sea, <|the >{town} Lagoon""",
    "club": """{town} Rovers, {town} United, {town} Athletic, {town} Town, {town} Wanderers,
        {town} Albion, Sporting {town}, Dynamo {town}, {town} Harriers, Racing {town}""",
    "stadium": """Foundry Park, {last} Field, {town} Dome, Marsh Lane, Union Meadow, {last} Bowl,
        Lakeside Arena, Old Mill Road, {first} Park, <|the >Tannery, <|the >Kiln, {last} Arena""",
    "league": """<|the >Northern League, <|the >Coastal Premiership, Division Two, <|the >Amber
        League, <|the >National Conference, <|the >Western League, <|the >Valley Series,
        <|the >Highland Division, <|the >{nationality} Super League""",
    "nickname": """<|the >Magpies, <|the >Millers, <|the >Gulls, <|the >Saddlers, <|the >Wolves,
        <|the >Potters, <|the >Foxes, <|the >Mariners, <|the >Bakers, <|the >Hornets,
        <|the >Lamplighters, <|the >Otters""",
    "course": """Introduction to {field}, Advanced {field}, Principles of {field}, {field} II,
        Topics in {field}, {field} Workshop, Problems in {field}""",
    "ship": """MV {first}, SS {town}, HMS {quality}, MS {river stem}, RV {thing}, SS {last},
        MV {quality} {thing}, RV {first} {last}, MS {town}, HMS {thing}""",
    "yard": """{last} Dockyards, {town} Naval Works, {last} & Marsh, {town} Marine, Tern
        Brothers, {last} Steel, Bay Forge, {town} Shipbuilding""",
    "dish": """{town} Pie, {first}'s Stew, {town} Hotpot, {quality} Soup, {first}'s Pudding,
        {town} Chowder, {town} Roast, {first}'s Casserole, {town} Noodle Soup, Smoky {town} Broth,
        {quality} Tart, {town} Porridge""",
    "building": """{last} House, <|the >{quality} Tower, <|the >{town} Exchange, {last} Hall,
        {thing} Court, <|the >{first} {last} Building, One {town} Square, {town} Plaza,
        The {quality} Cube, {last} Mill""",
    "airport": """{town} Airport, {last} Field Airport, {town} International Airport,
        {first} {last} Airport, {town} Regional Airport""",
    "airline": """{quality} Air, {country} Express, {river stem} Airways, Fly{thing}, Air {town},
        {town} Wings""",
    "mountain": """Mount {last}, {river stem} Peak, <|the >{last}horn, Mount {first}, {quality}
        Peak, {town} Needle, <|the >{thing} Tooth, Monte {last}""",
    "press": """{thing} Press, {last} Books, {quality} House, {last} & Daughters, {town} Editions,
        Two {thing} Press""",
    "label": """{thing} Records, {quality} {thing} Music, {town} Sound, {last} Tapes, {stuff}
        Discs""",
    "toymaker": """{last} Games, {quality} Die, {thing} Toys, {town} Playworks,
        {first} & {first}""",
    "company": """{last} Holdings, {town} Group, {last} & Sons, {thing} Capital, {quality}
        {thing} Ltd, {town} Authority""",
    "prize": """<|the >{last} Prize, <|the >{town} Book Award, <|the >Golden {thing} Award,
        <|the >{quality} Quill""",
    "bird": """<|the >tawny lorrel, <|the >blue-necked sarn, <|the >marsh pipet, <|the >crested
        wheal, <|the >greater fennow, <|the >ashen dove-hawk, <|the >little surfbill, <|the >orange
        dunlark, <|the >spotted tirrick, <|the >hermit quelk, <|the >ivory mudstilt, <|the >dusky
        rushwren, <|the >painted ossel, <|the >masked thornling, <|the >velvet noddy-rail""",
    "software": """Quillpad, OpenHarbor, Tessera, LarkMail, Gridlock, Pinecone Studio, Halyard,
        Duskwriter, Mosaiq, Tablekeeper, NimbusSort, Ferrocalc, Snipvault, Orbitdb Lite, Wrenshell,
        Pagemill, Loomscript, Beaconly""",
    "museum": """<|the >{town} Museum of Clocks, <|the >Cartography House, <|the >Museum of
        {stuff}, {last} Gallery, <|the >Whaling Hall, <|the >Puppet Museum, <|the >{town} Salt
        Museum, <|the >Hall of Typewriters, <|the >Lace Museum, <|the >Museum of Toy Trains""",
    "bridge": """{last} Bridge, <|the >{town} Viaduct, Long Crossing, <|the >{quality} Span,
        Pilgrim Bridge, <|the >Iron Arch, <|the >{town} Causeway, {first}'s Footbridge""",
    "mineral": """brannite, tessolite, kaldorite, virescite, umbralite, fenspar, orneite,
        corvanite, skarnolite, pyrandine, hexamarl, lustrogene, selwynite, dravonite, mellozite,
        rhodalite""",
    "deposit": """<|the >{last} Mine, <|the >{river stem} valley, <|the >{town} quarry,
        <|the >{town} pit""",
}

VALUES = {
    "film genre": """thriller, western, documentary, musical, romance, comedy, war drama, family
        drama, heist film, road movie, spy thriller, ghost story, crime drama, historical epic,
        animated fable""",
    "occupation": """test pilot, geologist, physician, flight engineer, chemist, naval officer,
        astronomer, botanist, meteorologist, surgeon, oceanographer, radio technician""",
    "cuisine": """Italian, Japanese, Mexican, French, Thai, Greek, Lebanese, Korean, Peruvian,
        Moroccan, Polish, Ethiopian, Indian, Vietnamese, Portuguese""",
    "prices": """8 to 12 euros, 15 to 20 euros, 25 to 30 euros, 35 to 45 euros, less than 10
        pounds, more than 30 pounds, around 20 dollars, under 15 dollars, 50 dollars""",
    "district": """<|the >old town, <|the >city centre, <|the >harbour quarter, <|the >market
        district, <|the >university quarter, <|the >riverside area, <|the >theatre district,
        <|the >northern suburbs""",
    "weekday": "Mondays, Tuesdays, Wednesdays, Thursdays, Sundays",
    "colours": """red and black stripes, sky blue, green and white hoops, claret, orange, dark
        green, yellow and navy stripes, purple, plain white, maroon""",
    "department": """Physics, Law, Mathematics, Life Sciences, Economics, Fine Arts, Linguistics,
        Chemistry, Philosophy, Sociology, Engineering, History""",
    "term": "<|the >autumn term, <|the >spring term, <|the >summer term, <|the >winter term",
    "room": "Room {101-480}, Hall A, Hall B, Hall C, {last} Lecture Theatre, Lab {1-9}",
    "assessment": """written exam, oral exam, group project, research paper, final presentation,
        take-home test, laboratory report""",
    "cargo": """timber, grain, iron ore, bananas, cement, live cattle, used cars, frozen fish,
        containers, fertiliser, wind turbines, wool""",
    "ingredient": """potatoes, coconut milk, smoked paprika, black beans, rice flour, sour cream,
        chestnuts, dried plums, goat cheese, tamarind, barley, red lentils, salted cod, walnuts,
        pumpkin, buckwheat""",
    "side": """flatbread, pickled onions, boiled rice, apple sauce, mint yoghurt, a green salad,
        rye bread, roast carrots, mashed turnip, plum chutney, sweet mustard, fried plantain""",
    "meal": "starter, main course, dessert, side dish, snack, late breakfast, picnic dish",
    "music": """folk rock, jazz, synth pop, blues, punk, dream pop, bluegrass, heavy metal, reggae,
        electronic, soul, flamenco""",
    "architecture": """Gothic Revival, Art Deco, Brutalist, Baroque, Neoclassical, Modernist,
        Art Nouveau, Romanesque""",
    "tenant": """<|the >city archive, <|the >tax office, {last} Bank, <|the >chamber of commerce,
        <|the >{nationality} embassy, <|the >{town} Gazette, {last} Insurance, <|the >film
        school""",
    "code": "KVX, TRW, QLN, MBY, ZEL, HVK, PDR, OKH, WXL, JRK, VDA, SKM, DNM, ELX, FNK, YRD",
    "theme": """beekeeping, tea trading, polar exploration, medieval fairs, bank robberies, sheep
        farming, space mining, bird watching, river rafting, cathedral building, jungle
        expeditions, train dispatching, wine making""",
    "route": "snow gully, rock ridge, glacier, ridge path, steep trail, ice slope, couloir",
    "habitat": """wetlands, pine forests, sea caves, high meadows, mangrove swamps, salt
        marshes, desert scrub, reed beds""",
    "diet": "small fish, beetles, berries, seeds, snails, earthworms, nectar, crabs",
    "status": "endangered, vulnerable, common, critically endangered, protected",
    "code language": "Python, Rust, Java, Haskell, Go, Kotlin, Fortran, Lua, Erlang, Ruby",
    "licence": """<|the >MIT licence, <|the >Apache licence, <|the >BSD licence, <|the >GPL, <|the
        >Mozilla licence""",
    "platform": "Linux, Windows, Android, macOS, FreeBSD, Chrome OS",
    "colour": "pale green, deep violet, honey yellow, rust red, milky white, jet black, sea blue",
    "crystals": "cubic, hexagonal, monoclinic, triclinic, orthorhombic, tetragonal",
    "use": "jewellery, battery production, glass making, ceramics, fertiliser, polishing powder",
    "span type": "suspension, arch, cable-stayed, cantilever, truss, covered wooden",
    "exhibit": """a whale skeleton, an astronomical clock, a royal carriage, a Roman mosaic,
        a steam engine, a glass harmonica, a treasure map""",
}

QUANTITIES = {
    "minutes": "{28-178} <min|minutes>",
    "days": "{5-420} days",
    "kilometres": "{34-1900/1} <km|kilometres>",
    "cubic metres": "{12-880} <cubic m/s|cubic metres of water per second>",
    "metres": "{33-305} <m|metres>",
    "centimetres": "{14-210} <cm|centimetres>",
    "runway": "{1200-4100/10} <m|metres>",
    "elevation": "{3-1900/1} <m|metres>",
    "height": "{1800-7900/1} <m|metres>",
    "millions": "{2-95} million dollars",
    "euros": "{2-19} euros",
    "calories": "{180-890/10} <kcal|calories>",
    "knots": "{11-34} knots",
    "population": "{4000-90000/100}",
    "capacity": "{3900-64000/50}",
    "passengers": "{20000-990000/1000}",
    "few": "{2-12}",
    "tens": "{14-140}",
    "hundreds": "{96-740}",
    "floors": "{4-72}",
    "tracks": "{7-19}",
    "age": "{5-16}",
    "place": "number {2-40}",
    "players": "{2-3} to {4-8}",
    "rating": "{1-5} out of 5",
    "hardness": "{1-9}",
    "version": "{1-9}.{0-19}",
    "month and year": "{month} {1962-2021}",
}


def _split(text: str) -> list[str]:
    return [" ".join(value.split()) for value in text.split(",")]


_TEXTS = PEOPLE_AND_PLACES | WORDS | NAMES | VALUES | QUANTITIES
POOLS = {pool: _split(text) for pool, text in _TEXTS.items()}
"""Values of each pool."""
