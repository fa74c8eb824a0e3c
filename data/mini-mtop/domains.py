"""What mini-mtop is made of: slot values, and wordings for each intent. Declarations only.

A wording is a sentence with slots in braces, such as "wake me up {WHEN:clock}": the slot's
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
            "wake me up {WHEN:clock}", "set an alarm {WHEN:when}",
            "I need an alarm {WHEN:clock}", "please set my alarm {WHEN:clock}",
        ],
    },
    "reminder": {
        "REMINDER": [
            "remind me to {WHAT:todo} {WHEN:when}",
            "set a reminder to {WHAT:todo} {WHEN:day}",
            "don't let me forget to {WHAT:todo}",
            "{WHEN:when} remind me to {WHAT:todo}",
        ],
    },
    "weather": {
        "WEATHER": [
            "what is the weather in {WHAT:city} {WHEN:day}",
            "will there be {WHAT:sky} {WHEN:day}",
            "is there any {WHAT:sky} in {WHAT:city}",
            "how is the weather in {WHAT:city}",
            "do I need to expect {WHAT:sky} in {WHAT:city} {WHEN:day}",
        ],
    },
    "music": {
        "MUSIC": [
            "play {WHAT:artist}", "put on some {WHAT:genre}",
            "play {WHAT:genre} {WHAT:room}", "I want to hear {WHAT:artist}",
            "play something by {WHAT:artist} {WHEN:duration}",
        ],
    },
    "messaging": {
        "MESSAGE": [
            "text {WHO:person} that {WHAT:content}",
            "tell {WHO:person} {WHAT:content}",
            "send a message to {WHO:person} saying {WHAT:content}",
            "message {WHO:relation} that {WHAT:content}",
        ],
    },
    "calling": {
        "CALL": [
            "call {WHO:person}", "please ring {WHO:relation}",
            "call {WHO:relation} {WHEN:when}", "start a call with {WHO:person}",
            "phone {WHO:person} and {WHO:relation}",
        ],
    },
    "navigation": {
        "DIRECTIONS": [
            "how do I get to {WHAT:place}", "directions to {WHAT:place} from {WHAT:city}",
            "take me to {WHAT:place}", "show me the way to {WHAT:city} {WHEN:day}",
        ],
    },
    "calendar": {
        "EVENT": [
            "do I have a {WHAT:event} {WHEN:day}", "when is my {WHAT:event}",
            "show my {WHAT:event} {WHEN:day}",
            "is there a {WHAT:event} with {WHO:person} {WHEN:day}",
        ],
    },
    "timer": {
        "TIMER": [
            "set a timer {WHEN:duration}", "start a timer {WHEN:duration}",
            "time the {WHAT:dish} {WHEN:duration}",
        ],
    },
    "lists": {
        "LIST": [
            "add {WHAT:item} to {WHAT:list}", "put {WHAT:item} and {WHAT:item} on {WHAT:list}",
            "I am out of {WHAT:item}, add it to {WHAT:list}",
        ],
    },
    "home": {
        "HOME": [
            "turn on the {WHAT:device} {WHAT:room}", "switch the {WHAT:device} on",
            "turn on the {WHAT:device} {WHEN:clock}",
        ],
    },
}

RARE: dict[str, dict[str, list[str]]] = {
    "alarm": {
        "ALARM": [
            "I have an early flight so get me out of bed {WHEN:clock}",
            "make sure I am not still asleep {WHEN:clock}",
        ],
    },
    "reminder": {
        "REMINDER": [
            "I keep putting it off, so nudge me to {WHAT:todo} {WHEN:when}",
            "my memory is terrible, I really must {WHAT:todo} {WHEN:day}",
            "somebody has to {WHAT:todo} and it will be me, ping me {WHEN:when}",
        ],
    },
    "weather": {
        "WEATHER": [
            "should I pack for {WHAT:sky} if I fly to {WHAT:city} {WHEN:day}",
            "would my tent survive the {WHAT:sky} near {WHAT:city}",
        ],
    },
    "music": {
        "MUSIC": [
            "the guests are here, so something festive, {WHAT:genre} maybe",
            "cheer me up with a bit of {WHAT:artist} {WHAT:room}",
            "I fancy dancing to {WHAT:artist}",
        ],
    },
    "messaging": {
        "MESSAGE": [
            "let {WHO:relation} know {WHAT:content}",
            "drop {WHO:person} a line, {WHAT:content}",
            "write back to {WHO:person} with {WHAT:content}",
        ],
    },
    "calling": {
        "CALL": [
            "could you get {WHO:relation} on the line",
            "I would love to hear the voice of {WHO:person} {WHEN:day}",
        ],
    },
    "navigation": {
        "DIRECTIONS": [
            "I am lost, which road leads to {WHAT:place}",
            "is it quicker to cycle to {WHAT:place} by the river {WHEN:day}",
        ],
    },
    "calendar": {
        "EVENT": [
            "am I free {WHEN:day} or did I promise to go to the {WHAT:event}",
            "what did I agree on with {WHO:person} about the {WHAT:event}",
        ],
    },
    "timer": {
        "TIMER": [
            "the {WHAT:dish} should simmer {WHEN:duration}, keep track of it",
            "count down {WHEN:duration} while I stretch",
        ],
    },
    "lists": {
        "LIST": [
            "we ran out of {WHAT:item}, note it on {WHAT:list}",
            "jot down {WHAT:item} before I forget, {WHAT:list} will do",
        ],
    },
    "home": {
        "HOME": [
            "it is freezing, get the {WHAT:device} {WHAT:room} going",
            "I can barely see a thing {WHAT:room}, the {WHAT:device} please",
        ],
    },
    "news": {
        "NEWS": [
            "what is new in {WHAT:topic}", "read me the headlines about {WHAT:topic}",
            "give me the latest on {WHAT:topic} {WHEN:day}",
        ],
    },
    "cooking": {
        "RECIPE": [
            "how do I make {WHAT:dish}", "find a recipe for {WHAT:dish}", "which recipe for {WHAT:dish} is easy",
            "I feel like cooking {WHAT:dish} {WHEN:day}, what goes in",
        ],
    },
}
