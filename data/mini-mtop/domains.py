"""What mini-mtop is made of: slot values, and wordings for each intent. Declarations only.

A wording is a sentence with slots in braces, such as "wake me up {DATE_TIME:clock}": the slot's
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
        "CREATE_ALARM": [
            "wake me up {DATE_TIME:clock}", "set an alarm {DATE_TIME:when}",
            "I need an alarm {DATE_TIME:clock}", "please set my alarm {DATE_TIME:clock}",
        ],
        "DELETE_ALARM": [
            "cancel my alarm {DATE_TIME:day}", "delete the alarm {DATE_TIME:clock}",
            "turn off the alarm I set {DATE_TIME:day}",
        ],
    },
    "reminder": {
        "CREATE_REMINDER": [
            "remind me to {TODO:todo} {DATE_TIME:when}",
            "set a reminder to {TODO:todo} {DATE_TIME:day}",
            "don't let me forget to {TODO:todo}",
            "{DATE_TIME:when} remind me to {TODO:todo}",
        ],
    },
    "weather": {
        "GET_WEATHER": [
            "what is the weather in {LOCATION:city} {DATE_TIME:day}",
            "will there be {ATTRIBUTE:sky} {DATE_TIME:day}",
            "is there any {ATTRIBUTE:sky} in {LOCATION:city}",
            "how is the weather in {LOCATION:city}",
            "do I need to expect {ATTRIBUTE:sky} in {LOCATION:city} {DATE_TIME:day}",
        ],
    },
    "music": {
        "PLAY_MUSIC": [
            "play {ARTIST:artist}", "put on some {GENRE:genre}",
            "play {GENRE:genre} {ROOM:room}", "I want to hear {ARTIST:artist}",
            "play something by {ARTIST:artist} {DURATION:duration}",
        ],
    },
    "messaging": {
        "SEND_MESSAGE": [
            "text {CONTACT:person} that {CONTENT:content}",
            "tell {CONTACT:person} {CONTENT:content}",
            "send a message to {CONTACT:person} saying {CONTENT:content}",
            "message {CONTACT:relation} that {CONTENT:content}",
        ],
    },
    "calling": {
        "CREATE_CALL": [
            "call {CONTACT:person}", "please ring {CONTACT:relation}",
            "call {CONTACT:relation} {DATE_TIME:when}", "start a call with {CONTACT:person}",
            "phone {CONTACT:person} and {CONTACT:relation}",
        ],
    },
    "navigation": {
        "GET_DIRECTIONS": [
            "how do I get to {LOCATION:place}", "directions to {LOCATION:place} from {LOCATION:city}",
            "take me to {LOCATION:place}", "show me the way to {LOCATION:city} {DATE_TIME:day}",
        ],
    },
    "calendar": {
        "GET_EVENT": [
            "do I have a {EVENT:event} {DATE_TIME:day}", "when is my {EVENT:event}",
            "show my {EVENT:event} {DATE_TIME:day}",
            "is there a {EVENT:event} with {CONTACT:person} {DATE_TIME:day}",
        ],
    },
    "timer": {
        "CREATE_TIMER": [
            "set a timer {DURATION:duration}", "start a timer {DURATION:duration}",
            "time the {DISH:dish} {DURATION:duration}",
        ],
    },
    "lists": {
        "ADD_ITEM": [
            "add {ITEM:item} to {LIST:list}", "put {ITEM:item} and {ITEM:item} on {LIST:list}",
            "I am out of {ITEM:item}, add it to {LIST:list}",
        ],
    },
    "home": {
        "TURN_ON": [
            "turn on the {DEVICE:device} {ROOM:room}", "switch the {DEVICE:device} on",
            "turn on the {DEVICE:device} {DATE_TIME:clock}",
        ],
        "TURN_OFF": [
            "turn off the {DEVICE:device} {ROOM:room}", "switch off the {DEVICE:device}",
            "shut off the {DEVICE:device} {DATE_TIME:when}",
        ],
    },
}

RARE: dict[str, dict[str, list[str]]] = {
    "alarm": {
        "CREATE_ALARM": [
            "I have an early flight so get me out of bed {DATE_TIME:clock}",
            "make sure I am not still asleep {DATE_TIME:clock}",
        ],
        "DELETE_ALARM": ["never mind about getting up {DATE_TIME:day}, scrap the alarm"],
    },
    "reminder": {
        "CREATE_REMINDER": [
            "I keep putting it off, so nudge me to {TODO:todo} {DATE_TIME:when}",
            "my memory is terrible, I really must {TODO:todo} {DATE_TIME:day}",
            "somebody has to {TODO:todo} and it will be me, ping me {DATE_TIME:when}",
        ],
    },
    "weather": {
        "GET_WEATHER": [
            "should I pack for {ATTRIBUTE:sky} if I fly to {LOCATION:city} {DATE_TIME:day}",
            "would my tent survive the {ATTRIBUTE:sky} near {LOCATION:city}",
        ],
    },
    "music": {
        "PLAY_MUSIC": [
            "the guests are here, so something festive, {GENRE:genre} maybe",
            "cheer me up with a bit of {ARTIST:artist} {ROOM:room}",
            "I fancy dancing to {ARTIST:artist}",
        ],
    },
    "messaging": {
        "SEND_MESSAGE": [
            "let {CONTACT:relation} know {CONTENT:content}",
            "drop {CONTACT:person} a line, {CONTENT:content}",
            "write back to {CONTACT:person} with {CONTENT:content}",
        ],
    },
    "calling": {
        "CREATE_CALL": [
            "could you get {CONTACT:relation} on the line",
            "I would love to hear the voice of {CONTACT:person} {DATE_TIME:day}",
        ],
    },
    "navigation": {
        "GET_DIRECTIONS": [
            "I am lost, which road leads to {LOCATION:place}",
            "is it quicker to cycle to {LOCATION:place} by the river {DATE_TIME:day}",
        ],
    },
    "calendar": {
        "GET_EVENT": [
            "am I free {DATE_TIME:day} or did I promise to go to the {EVENT:event}",
            "what did I agree on with {CONTACT:person} about the {EVENT:event}",
        ],
    },
    "timer": {
        "CREATE_TIMER": [
            "the {DISH:dish} should simmer {DURATION:duration}, keep track of it",
            "count down {DURATION:duration} while I stretch",
        ],
    },
    "lists": {
        "ADD_ITEM": [
            "we ran out of {ITEM:item}, note it on {LIST:list}",
            "jot down {ITEM:item} before I forget, {LIST:list} will do",
        ],
    },
    "home": {
        "TURN_ON": [
            "it is freezing, get the {DEVICE:device} {ROOM:room} going",
            "I can barely see a thing {ROOM:room}, the {DEVICE:device} please",
        ],
        "TURN_OFF": ["kill the {DEVICE:device} {ROOM:room}, we are leaving"],
    },
    "news": {
        "GET_NEWS": [
            "what is new in {TOPIC:topic}", "read me the headlines about {TOPIC:topic}",
            "give me the latest on {TOPIC:topic} {DATE_TIME:day}",
        ],
    },
    "cooking": {
        "GET_RECIPE": [
            "how do I make {DISH:dish}", "find a recipe for {DISH:dish} with {ITEM:item}",
            "I feel like cooking {DISH:dish} {DATE_TIME:day}, what goes in",
        ],
    },
}
