"""Vocabulary of mini-logic2text: pools of values, parted by commas.

In a value, `{pool}` stands for a value of another pool and `{1950-2020}` for a whole number in
that range. Names are made up or everyday ones, and nothing said of them is meant to be true.
"""

POOLS: dict[str, list[str]] = {
    name: [" ".join(value.split()) for value in values.split(",")]
    for name, values in {
        "first": """Agnes, Bruno, Celia, Dario, Edith, Felix, Gwen, Hugo, Irene, Jonas, Karla, Leo,
            Marta, Nils, Olga, Paulo, Rita, Simon, Tessa, Umar, Wanda, Yusuf, Zoe, Amir, Bella,
            Cyrus, Daisy, Emil, Farah, Gilbert, Hana, Ivan, Jade, Kofi, Lena, Mateo, Nora, Oscar""",
        "surname": """Abbott, Brandt, Castell, Dunmore, Eklund, Ferrari, Goddard, Hadley, Iversen,
            Jankowski, Keller, Lombard, Mercer, Nakamura, Okafor, Pereira, Quigley, Rossi, Sandoval,
            Thorne, Ullman, Vargas, Whitlock, Yilmaz, Zeller, Ashby, Bianchi, Cho, Delgado, Fenwick,
            Grover, Holt, Lindqvist, Moreau, Novak, Osborne, Pratt, Reyes, Sharma, Tran""",
        "person": "{first} {surname}",
        "town": """Alderby, Brackford, Corvale, Dunhaven, Eastmere, Fallowick, Grantley, Hexworth,
            Inverlay, Kelstow, Larkhill, Marwood, Netherby, Oakmoor, Penfield, Quarley, Redcastle,
            Stonebeck, Thornbury, Upwell, Varnham, Westering, Yarrowby, Ashcombe, Birchley,
            Coldbrook, Danesford, Elmstead, Fernhill, Gorsley, Hartlow, Kingsmere, Langport,
            Millbrook, Norcott, Owlbridge, Pinehurst, Ravenglen, Silverton, Tidewell""",
        "region": """Ardmoor, Belland, Carrowmere, Dovedale, Esterlan, Farrowdale, Glenmar,
            Highmarch, Isenwald, Jurland, Kestria, Lowmarch, Morvane, Norrland, Ostermark, Pellam,
            Rothmere, Sundale, Tarnwick, Umberland, Valdoria, Westmarch, Yorvale, Zeltmark""",
        "country": """Brazil, Canada, Chile, Denmark, Egypt, Finland, Ghana, Greece, India, Ireland,
            Japan, Kenya, Latvia, Mexico, Morocco, Norway, Peru, Poland, Portugal, Spain""",
        "colour": "amber, blue, crimson, green, grey, ivory, orange, silver, violet, white",
        "noun": """Anchor, Arrow, Badger, Beacon, Candle, Cedar, Comet, Compass, Crown, Drum, Ember,
            Falcon, Feather, Garden, Harbour, Hollow, Island, Key, Lantern, Lighthouse, Maple,
            Meadow, Mirror, Moon, Needle, Orchard, Owl, Pebble, River, Rose, Saddle, Shadow,
            Sparrow, Spring, Storm, Thistle, Tower, Violin, Willow, Winter""",
        "adjective": """Bitter, Bright, Broken, Distant, Empty, Faded, Frozen, Gentle, Golden,
            Hidden, Hollow, Last, Long, Lost, Quiet, Red, Restless, Secret, Silent, Slow, Small,
            Sudden, Wild, Yellow""",
        "title": """The {adjective} {noun}, {adjective} {noun}, The {noun} of {town},
            Every {noun} in {town}, {noun} Song, Return to {town}""",
        "song": """{adjective} {noun}, {noun} Street, Some More {noun}, {adjective} Nights,
            {noun} in the Rain, Dear {first}, Leaving {town}, My {adjective} {noun}""",
        "band": """The {noun} Club, The {adjective} {noun}s, {adjective} Avenue, {noun} Parade,
            Captain {noun}""",
        "club": """{town} Rovers, {town} United, {town} Athletic, {town} Wanderers, {town} Town,
            {town} Albion""",
        "brand": """Arvo, Belmar, Cadenza, Dorado, Elwin, Fenra, Garnet, Halden, Inova, Jupiter,
            Korda, Lumen, Mirano, Nordex, Orbis, Pallas, Rovana, Solari, Tarka, Vesper""",
        "ship": """{colour_name} {noun}, {first} of {town}, Spirit of {region}, Princess {first},
            {region} Star""",
        "colour_name": "Blue, Green, Silver, White, Grey",
        "spice": """Basil, Chilli, Cinnamon, Fennel, Garlic, Ginger, Honey, Lemon, Mint, Mustard,
            Paprika, Pepper, Rosemary, Saffron, Sage, Thyme""",
        "staple": """Aubergine, Beans, Carrots, Chicken, Cod, Dumplings, Gnocchi, Lamb, Lentils,
            Mushrooms, Noodles, Pumpkin, Rice, Salmon, Tofu, Trout""",
        "style": "Baked, Braised, Grilled, Pickled, Roast, Smoked, Spicy, Steamed, Stuffed, Warm",
        "greek": "Alpha, Beta, Gamma, Delta, Sigma, Omega",
    }.items()
}
"""Values by pool."""
