CREATE TABLE studio (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  staff INTEGER NOT NULL
);

INSERT INTO studio VALUES
  (1, 'Pixel Forge', 'Kenya', 32),
  (2, 'Night Owl', 'Kenya', 260),
  (3, 'Tiny Titan', 'Kenya', 40),
  (4, 'Lava Fox', 'Spain', 68),
  (5, 'Cloud Nine', 'Japan', 170),
  (6, 'Bit Garden', 'Spain', 64),
  (7, 'Red Yeti', 'Kenya', 300);

CREATE TABLE game (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  genre TEXT NOT NULL,
  price INTEGER NOT NULL,
  studio_id INTEGER NOT NULL REFERENCES studio (id)
);

INSERT INTO game VALUES
  (1, 'Dragon Alley', 'action', 24, 5),
  (2, 'Space Miner', 'puzzle', 40, 5),
  (3, 'Turbo Snail', 'racing', 47, 3),
  (4, 'Castle Keep', 'racing', 60, 1),
  (5, 'Zombie Farm', 'racing', 3, 4),
  (6, 'Word Maze', 'puzzle', 44, 7),
  (7, 'Laser Cats', 'action', 41, 4),
  (8, 'Deep Dive', 'racing', 49, 2),
  (9, 'Cake Wars', 'racing', 48, 1),
  (10, 'Sky Pirates', 'puzzle', 67, 7),
  (11, 'Robot Rumble', 'racing', 33, 5),
  (12, 'Lost Temple', 'puzzle', 66, 4),
  (13, 'Moon Golf', 'action', 61, 1),
  (14, 'Ninja Toast', 'action', 4, 1),
  (15, 'Ghost Racer', 'puzzle', 69, 7),
  (16, 'Bubble Quest', 'puzzle', 21, 1),
  (17, 'Puzzle Peak', 'racing', 59, 5),
  (18, 'Goblin Inn', 'racing', 16, 3);
