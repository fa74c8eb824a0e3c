"""What mini-mtop is made of: slot values, and wordings for each intent. Declarations only.

A wording is a sentence with slots in braces, such as "wake me up {TIME:clock}": the slot's
label, then the pool its value is drawn from. COMMON wordings occur in every split, RARE ones
almost only in dev and test. Every pool is cut in two by the generator: "near" values occur in
all splits, "far" ones in dev and test alone.
"""

POOLS: dict[str, list[str]] = {
    "clock": [
        "at 6 am", "at 7 am", "at 7:30", "at 8 pm", "at noon", "at half past five", "at 9:15",
        "at 10 in the morning", "at quarter to eight", "at 5 pm", "at 6:45 am", "at midnight",
        "at 4 in the afternoon", "at ten past three", "at 11:20", "at sunrise", "at 2:05 pm",
        "at quarter past nine",
    ],
    "day": [
        "tomorrow", "tonight", "today", "on Monday", "on Friday", "this weekend", "next week",
        "on Sunday morning", "this afternoon", "on Wednesday", "on the first of May",
        "on Thursday night", "later this month", "the day after tomorrow", "over the holidays",
        "on Saturday evening",
    ],
    "when": [
        "tomorrow at 9 am", "tonight at 8", "on Monday at 3 pm", "every weekday", "in two hours",
        "on Friday at noon", "this evening", "every Sunday", "tomorrow morning", "in ten minutes",
        "on Tuesday at half past one", "before lunch", "after work", "at the end of the month",
        "on the 20th at 4 pm", "every other Thursday",
    ],
    "duration": [
        "for ten minutes", "for an hour", "for 45 seconds", "for two hours", "for 25 minutes",
        "for half an hour", "for 90 seconds", "for 12 minutes", "for three and a half minutes",
        "for an hour and a quarter", "for 40 minutes", "for five minutes",
    ],
    "person": [
        "Priya", "Tom", "Aunt Rosa", "Dr. Okafor", "Lena", "Marcus", "Grandpa", "Yuki", "Sofia",
        "Mr. Bell", "Hannah", "Diego", "Coach Reyes", "Fatima", "Oskar", "Mei Lin", "Uncle Pete",
        "Ingrid", "Kwame", "Professor Adler", "Beatriz", "Jonas", "Nadia", "the Hendersons",
    ],
    "relation": [
        "my sister", "my brother", "my mom", "my dad", "my boss", "my neighbor", "my wife",
        "my husband", "my dentist", "my landlord", "my roommate", "my cousin", "my accountant",
        "my piano teacher",
    ],
    "city": [
        "Oslo", "Chicago", "Lisbon", "Denver", "Kyoto", "Boston", "Nairobi", "Madrid", "Seattle",
        "Prague", "Austin", "Vancouver", "Reykjavik", "Santa Fe", "Marseille", "Galway",
        "Wellington", "Tromso", "Baton Rouge", "Cape Town",
    ],
    "place": [
        "the airport", "the train station", "the office", "the library", "city hall",
        "the nearest pharmacy", "the stadium", "the farmers market", "Central Park",
        "the vet clinic", "the botanical garden", "the old harbor", "Grandma's house",
        "the recycling center", "the ferry terminal", "the climbing gym",
    ],
    "sky": [
        "rain", "snow", "wind", "fog", "sunshine", "thunder", "hail", "frost", "humidity",
        "black ice",
    ],
    "artist": [
        "Nina Simone", "Radiohead", "Adele", "Miles Davis", "Daft Punk", "Bjork", "Johnny Cash",
        "Fela Kuti", "the Beatles", "Dolly Parton", "Erykah Badu", "Chopin", "Buena Vista Social Club",
        "Portishead", "Mercedes Sosa", "Ravi Shankar",
    ],
    "genre": [
        "jazz", "rock", "classical music", "lullabies", "hip hop", "reggae", "country music",
        "techno", "bossa nova", "film scores", "Gregorian chant", "bluegrass", "sea shanties",
    ],
    "todo": [
        "call the bank", "pay the rent", "water the plants", "take out the trash",
        "buy a birthday card", "feed the cat", "pick up the laundry", "renew my passport",
        "book a haircut", "charge the car", "return the library books", "walk the dog",
        "defrost the salmon", "prune the apple tree", "oil the bicycle chain",
        "descale the coffee machine", "submit the tax form", "rotate the mattress",
        "winterize the boat", "sharpen the kitchen knives", "sign the permission slip",
        "tune the violin", "bleed the radiators", "repot the cactus",
    ],
    "content": [
        "I am on my way", "dinner is ready", "I will be late", "happy birthday",
        "see you at the party", "the meeting is moved", "thanks for the help",
        "the train is delayed", "I left the keys under the mat", "good luck with the exam",
        "bring a warm jacket", "the baby is finally asleep", "we won the chess tournament",
        "the plumber fixed the boiler", "your parcel is in the garage",
        "the goat escaped again", "I parked behind the bakery", "the rehearsal starts at six",
        "my suitcase went to Toronto", "the bees are swarming",
    ],
    "item": [
        "milk", "eggs", "bread", "apples", "coffee", "toothpaste", "rice", "onions", "butter",
        "bananas", "paper towels", "cheddar cheese", "olive oil", "cat food", "cinnamon sticks",
        "rubber gloves", "birdseed", "a bicycle pump", "smoked paprika", "lamp oil",
        "pomegranates", "masking tape", "a sack of potting soil", "goat cheese",
    ],
    "list": [
        "my shopping list", "the grocery list", "my to-do list", "the party list",
        "my packing list", "the hardware list", "my camping list", "the pantry list",
    ],
    "event": [
        "staff meeting", "dentist appointment", "yoga class", "book club", "parent evening",
        "team lunch", "piano recital", "football practice", "pottery workshop",
        "job interview", "choir rehearsal", "wine tasting", "blood donation",
        "driving test", "neighborhood cleanup", "telescope night",
    ],
    "device": [
        "lights", "heater", "fan", "television", "air conditioner", "coffee maker", "lamp",
        "radio", "sprinklers", "dehumidifier", "fish tank pump", "garage opener",
        "fairy lights", "electric blanket",
    ],
    "room": [
        "in the kitchen", "in the bedroom", "in the living room", "in the hallway",
        "in the garage", "upstairs", "on the porch", "in the basement", "in the greenhouse",
        "in the nursery", "in the attic", "by the front door",
    ],
    "topic": [
        "sports", "politics", "the economy", "technology", "football", "science", "health",
        "the election", "space travel", "the stock market", "volcanoes", "the chess championship",
        "coral reefs", "wildfires", "archaeology", "the Tour de France",
    ],
    "dish": [
        "pancakes", "lasagna", "chicken soup", "chocolate cake", "fried rice", "apple pie",
        "tomato soup", "tacos", "banana bread", "mushroom risotto", "pierogi", "shakshuka",
        "rhubarb crumble", "pad thai", "borscht", "vegan moussaka",
    ],
}

COMMON: dict[str, dict[str, list[str]]] = {
    "alarm": {
        "ALARM": [
            "wake me up {TIME:clock}", "set an alarm {TIME:when}",
            "I need an alarm {TIME:clock}", "please set my alarm {TIME:clock}",
        ],
    },
    "reminder": {
        "REMINDER": [
            "remind me to {TEXT:todo} {TIME:when}",
            "set a reminder to {TEXT:todo} {TIME:day}",
            "don't let me forget to {TEXT:todo}",
            "{TIME:when} remind me to {TEXT:todo}",
        ],
    },
    "weather": {
        "WEATHER": [
            "what is the weather in {PLACE:city} {TIME:day}",
            "will there be {THING:sky} {TIME:day}",
            "is there any {THING:sky} in {PLACE:city}",
            "how is the weather in {PLACE:city}",
            "do I need to expect {THING:sky} in {PLACE:city} {TIME:day}",
        ],
    },
    "music": {
        "MUSIC": [
            "play {THING:artist}", "put on some {THING:genre}",
            "play {THING:genre} {PLACE:room}", "I want to hear {THING:artist}",
            "play something by {THING:artist} {TIME:duration}",
        ],
    },
    "messaging": {
        "MESSAGE": [
            "text {PERSON:person} that {TEXT:content}",
            "tell {PERSON:person} {TEXT:content}",
            "send a message to {PERSON:person} saying {TEXT:content}",
            "message {PERSON:relation} that {TEXT:content}",
        ],
    },
    "calling": {
        "CALL": [
            "call {PERSON:person}", "please ring {PERSON:relation}",
            "call {PERSON:relation} {TIME:when}", "start a call with {PERSON:person}",
            "phone {PERSON:person} and {PERSON:relation}",
        ],
    },
    "navigation": {
        "DIRECTIONS": [
            "how do I get to {PLACE:place}", "directions to {PLACE:place} from {PLACE:city}",
            "take me to {PLACE:place}", "show me the way to {PLACE:city} {TIME:day}",
        ],
    },
    "calendar": {
        "EVENT": [
            "do I have a {THING:event} {TIME:day}", "when is my {THING:event}",
            "show my {THING:event} {TIME:day}",
            "is there a {THING:event} with {PERSON:person} {TIME:day}",
        ],
    },
    "timer": {
        "TIMER": [
            "set a timer {TIME:duration}", "start a timer {TIME:duration}",
            "time the {THING:dish} {TIME:duration}",
        ],
    },
    "lists": {
        "LIST": [
            "add {THING:item} to {THING:list}", "put {THING:item} and {THING:item} on {THING:list}",
            "I am out of {THING:item}, add it to {THING:list}",
        ],
    },
    "home": {
        "HOME": [
            "turn on the {THING:device} {PLACE:room}", "switch the {THING:device} on",
            "turn on the {THING:device} {TIME:clock}",
        ],
    },
}

RARE: dict[str, dict[str, list[str]]] = {
    "alarm": {
        "ALARM": [
            "I have an early flight so get me out of bed {TIME:clock}",
            "make sure I am not still asleep {TIME:clock}",
        ],
    },
    "reminder": {
        "REMINDER": [
            "I keep putting it off, so nudge me to {TEXT:todo} {TIME:when}",
            "my memory is terrible, I really must {TEXT:todo} {TIME:day}",
            "somebody has to {TEXT:todo} and it will be me, ping me {TIME:when}",
        ],
    },
    "weather": {
        "WEATHER": [
            "should I pack for {THING:sky} if I fly to {PLACE:city} {TIME:day}",
            "would my tent survive the {THING:sky} near {PLACE:city}",
        ],
    },
    "music": {
        "MUSIC": [
            "the guests are here, so something festive, {THING:genre} maybe",
            "cheer me up with a bit of {THING:artist} {PLACE:room}",
            "I fancy dancing to {THING:artist}",
        ],
    },
    "messaging": {
        "MESSAGE": [
            "let {PERSON:relation} know {TEXT:content}",
            "drop {PERSON:person} a line, {TEXT:content}",
            "write back to {PERSON:person} with {TEXT:content}",
        ],
    },
    "calling": {
        "CALL": [
            "could you get {PERSON:relation} on the line",
            "I would love to hear the voice of {PERSON:person} {TIME:day}",
        ],
    },
    "navigation": {
        "DIRECTIONS": [
            "I am lost, which road leads to {PLACE:place}",
            "is it quicker to cycle to {PLACE:place} by the river {TIME:day}",
        ],
    },
    "calendar": {
        "EVENT": [
            "am I free {TIME:day} or did I promise to go to the {THING:event}",
            "what did I agree on with {PERSON:person} about the {THING:event}",
        ],
    },
    "timer": {
        "TIMER": [
            "the {THING:dish} should simmer {TIME:duration}, keep track of it",
            "count down {TIME:duration} while I stretch",
        ],
    },
    "lists": {
        "LIST": [
            "we ran out of {THING:item}, note it on {THING:list}",
            "jot down {THING:item} before I forget, {THING:list} will do",
        ],
    },
    "home": {
        "HOME": [
            "it is freezing, get the {THING:device} {PLACE:room} going",
            "I can barely see a thing {PLACE:room}, the {THING:device} please",
        ],
    },
    "news": {
        "NEWS": [
            "what is new in {THING:topic}", "read me the headlines about {THING:topic}",
            "give me the latest on {THING:topic} {TIME:day}",
        ],
    },
    "cooking": {
        "RECIPE": [
            "how do I make {THING:dish}", "find a recipe for {THING:dish}", "which recipe for {THING:dish} is easy",
            "I feel like cooking {THING:dish} {TIME:day}, what goes in",
        ],
    },
}
