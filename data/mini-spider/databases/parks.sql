CREATE TABLE park (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  region TEXT NOT NULL,
  area INTEGER NOT NULL
);

INSERT INTO park VALUES
  (1, 'Cedar Forest', 'west', 820),
  (2, 'Eagle Canyon', 'west', 370),
  (3, 'Misty Hills', 'north', 340),
  (4, 'Lone Pine', 'north', 130),
  (5, 'Crystal Lakes', 'north', 910),
  (6, 'Bear Valley', 'north', 300),
  (7, 'Echo Cliffs', 'south', 960),
  (8, 'Silver Marsh', 'west', 920);

CREATE TABLE trail (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  level TEXT NOT NULL,
  length INTEGER NOT NULL,
  park_id INTEGER NOT NULL REFERENCES park (id)
);

INSERT INTO trail VALUES
  (1, 'Ridge Loop', 'easy', 34, 2),
  (2, 'Waterfall Walk', 'hard', 15, 2),
  (3, 'Otter Path', 'medium', 20, 5),
  (4, 'Summit Trail', 'hard', 5, 6),
  (5, 'Fern Way', 'hard', 18, 3),
  (6, 'Old Logging Road', 'medium', 32, 2),
  (7, 'Lake Circuit', 'medium', 12, 3),
  (8, 'Deer Run', 'hard', 2, 3),
  (9, 'Canyon Rim', 'hard', 21, 2),
  (10, 'Meadow Path', 'hard', 30, 5),
  (11, 'Hermit Trail', 'easy', 29, 3),
  (12, 'Sunset Loop', 'easy', 27, 3),
  (13, 'Bog Walk', 'medium', 6, 2),
  (14, 'Granite Stairs', 'hard', 7, 2),
  (15, 'Cave Path', 'hard', 22, 5),
  (16, 'Pine Loop', 'medium', 19, 7),
  (17, 'Heron Trail', 'hard', 17, 1),
  (18, 'Lookout Way', 'hard', 16, 2);
